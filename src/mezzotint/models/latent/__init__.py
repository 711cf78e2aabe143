"""The flagship: words and masks become pictures in one pass, in the space of a codec.

Everywhere: C picture channels, f pixels of a side to one latent position, latents [N, c, h, w] with
h = H / f and w = W / f multiples of 4, masks [N, m, h, w] with 1 = known, `wrap` [N, 2] with
1 = wraps round (vertically, horizontally), embeddings [N, D] of unit length, or zeros for none.
No module draws random numbers, none normalises over the batch, and all export to plain ONNX.
"""
