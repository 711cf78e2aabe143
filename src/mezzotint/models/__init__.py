"""The networks, one architecture a file, in reading order.

Everywhere: pixels are float32 [N, C, H, W] in [-1, 1]; noise is standard normal [N, Z];
`class_weights` is float32 [N, K], one row a picture, one-hot in training and any mixture that sums
to one afterwards; sides come from a frozen spec.
"""
