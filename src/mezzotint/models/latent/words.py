"""Two encoders into one space: of words, a small transformer; of pictures, a small residual net.

Trained together to agree (`losses/contrastive.py`; Radford et al. 2021), then frozen. Both give
vectors of unit length.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu, leaky_relu, normalize

from mezzotint.models.latent.layers import SLOPE, Halve, ResidualBlock, convolution, linear
from mezzotint.models.latent.spec import ImageSpec, TextSpec

PAD_ID = 0
MASKED = -1e9  # a logit of attention that is as good as none, and finite
TOKEN_STD = 0.02  # of embeddings at the start (Radford et al. 2018, section 4.1)


# --- Words -------------------------------------------------------------------------------------


class TextEncoder(nn.Module):
    """Embed token ids [N, T], 0 = padding, as unit vectors [N, D].

    A pre-norm transformer (Vaswani et al. 2017; Xiong et al. 2020) without causal mask; the
    embedding is the mean over all tokens that are not padding.

    Example:
        >>> encode = TextEncoder(TextSpec(vocabulary_size=300))
        >>> encode(torch.tensor([[7, 1] + [0] * 30])).shape
        torch.Size([1, 128])
    """

    def __init__(self, spec: TextSpec) -> None:
        super().__init__()
        self.tokens = nn.Embedding(spec.vocabulary_size, spec.width)
        self.places = nn.Parameter(torch.empty(spec.num_tokens, spec.width))
        nn.init.normal_(self.tokens.weight, std=TOKEN_STD)
        nn.init.normal_(self.places, std=TOKEN_STD)
        self.layers = nn.ModuleList(
            TransformerLayer(spec.width, spec.num_heads, spec.num_layers)
            for _ in range(spec.num_layers)
        )
        self.norm = nn.LayerNorm(spec.width)
        self.leave = linear(spec.width, spec.embedding_dim, bias=False, gain=1.0)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return [N, D], unit length."""
        is_token = (tokens != PAD_ID).to(self.places.dtype)
        bias = ((1 - is_token) * MASKED)[:, None, None, :]  # [N, heads, from, to]
        features = self.tokens(tokens) + self.places
        for layer in self.layers:
            features = layer(features, bias)
        weights = is_token / is_token.sum(dim=1, keepdim=True).clamp(min=1)
        mean = (self.norm(features) * weights[:, :, None]).sum(dim=1)
        return normalize(self.leave(mean), dim=1)


class TransformerLayer(nn.Module):
    """Add attention, then a perceptron, each to its own input.

    Attention is spelt out: it exports to plain ONNX and has a second derivative everywhere.
    """

    def __init__(self, width: int, num_heads: int, num_layers: int) -> None:
        super().__init__()
        self.num_heads = num_heads
        # The residual stream adds up 2 L branches (Radford et al. 2019, section 2.3).
        branch_gain = (2 * num_layers) ** -0.5
        self.attention_norm = nn.LayerNorm(width)
        self.query_key_value = linear(width, 3 * width, gain=1.0)
        self.attended = linear(width, width, gain=branch_gain)
        self.perceptron_norm = nn.LayerNorm(width)
        self.enter = linear(width, 4 * width, gain=1.0)
        self.leave = linear(4 * width, width, gain=branch_gain)

    def forward(self, features: Tensor, bias: Tensor) -> Tensor:
        """Map [N, T, width] to the same shape; `bias` is added to the logits of attention."""
        features = features + self.attend(self.attention_norm(features), bias)
        return features + self.leave(gelu(self.enter(self.perceptron_norm(features))))

    # softmax(Q K^T / sqrt(d)) V                                     (Vaswani et al. 2017, Eq. 1)
    def attend(self, features: Tensor, bias: Tensor) -> Tensor:
        """Return what each token gathers from all others."""
        split = self.query_key_value(features).unflatten(2, (3, self.num_heads, -1))
        query, key, value = split.permute(2, 0, 3, 1, 4).unbind(0)  # each [N, heads, T, d]
        logits = query @ key.transpose(2, 3) / math.sqrt(query.shape[-1]) + bias
        gathered = logits.softmax(dim=3) @ value
        return self.attended(gathered.transpose(1, 2).flatten(2))


# --- Pictures ----------------------------------------------------------------------------------


class ImageEncoder(nn.Module):
    """Embed pixels [N, C, H, W] in [-1, 1], premultiplied, as unit vectors [N, D].

    Both sides are multiples of `spec.stride_px`.

    Example:
        >>> encode = ImageEncoder(ImageSpec(channels=4))
        >>> encode(torch.zeros(2, 4, 32, 48)).shape
        torch.Size([2, 128])
    """

    def __init__(self, spec: ImageSpec) -> None:
        super().__init__()
        self.patch_px = spec.patch_px
        widths = spec.widths
        total_blocks = len(widths) * spec.num_blocks
        # Patches that overlap by half: 2f x 2f pixels around each f x f.
        self.read = nn.Conv2d(
            spec.channels, widths[0], 2 * spec.patch_px, spec.patch_px, spec.patch_px // 2
        )
        stages: list[nn.Module] = []
        for index, width in enumerate(widths):
            if index:
                stages.append(Halve(widths[index - 1], width))
            stages += [
                ResidualBlock(width, total_blocks=total_blocks) for _ in range(spec.num_blocks)
            ]
        self.stages = nn.Sequential(*stages)
        self.feature = convolution(widths[-1], 2 * spec.embedding_dim)
        self.leave = linear(2 * spec.embedding_dim, spec.embedding_dim, bias=False, gain=1.0)

    def features(self, pixels: Tensor) -> Tensor:
        """Return what is seen, averaged over the picture: [N, 2 D]."""
        maps = leaky_relu(self.feature(self.stages(self.read(pixels))), SLOPE)
        return maps.mean(dim=(2, 3))

    def forward(self, pixels: Tensor) -> Tensor:
        """Return [N, D], unit length."""
        return normalize(self.leave(self.features(pixels)), dim=1)
