"""The sizes of a latent model: how pixels, latents, field and styles fit together."""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mezzotint.domain.card import Card, GraphName, TensorSpec

COARSE_STRIDE = 4  # latent cells that share one cell of the coarsest map, and of the field


@dataclass(frozen=True, kw_only=True)
class LatentLayout:
    """Hold the sizes of a latent model's inputs.

    Attributes:
        stride_px: Pixels that one latent cell covers in each direction, f.
        height_px: Native height; `height_px / stride_px` is a multiple of 4.
        width_px: Native width.
        has_any_size: Whether canvases other than the native one can be painted.
        is_lossless: Whether the codec only reorders pixels: latents are exact to the pixel, and no
            cell sees another.
        num_channels: Of the latents, c.
        num_mask_channels: Of the mask, m: 1, or f * f where each sub-position has its own.
        num_field_channels: Of the noise field, F.
        num_styles: Styled blocks, L, coarse to fine.
        style_dim: W.
        noise_dim: Z.
        embedding_dim: D.
        can_wrap: Whether the generator was given the input that closes the edges.
    """

    stride_px: int
    height_px: int
    width_px: int
    has_any_size: bool
    is_lossless: bool
    num_channels: int
    num_mask_channels: int
    num_field_channels: int
    num_styles: int
    style_dim: int
    noise_dim: int
    embedding_dim: int
    can_wrap: bool

    @property
    def granularity_px(self) -> int:
        """Return what both sides of every canvas are multiples of."""
        return self.stride_px * COARSE_STRIDE

    @property
    def num_coarse_styles(self) -> int:
        """Return how many styles, from the first, decide shapes; the others decide the manner."""
        return self.num_styles // 2

    def latent_size(self, size_px: tuple[int, int]) -> tuple[int, int]:
        """Return height and width in latent cells of a canvas (height, width) in pixels."""
        return size_px[0] // self.stride_px, size_px[1] // self.stride_px

    def field_size(self, size_px: tuple[int, int]) -> tuple[int, int]:
        """Return height and width of the noise field of a canvas."""
        return size_px[0] // self.granularity_px, size_px[1] // self.granularity_px


def read_layout(card: Card, *, probe_stride_px: Callable[[int], int]) -> LatentLayout | None:
    """Read the sizes from a card; None if its model has no latents, or not all graphs for them.

    Args:
        card: A card that has passed `bundles.card_rules`.
        probe_stride_px: Number of latent channels -> stride, for graphs whose description leaves
            it open: found by decoding something.
    """
    generator, mapping, decoder = (
        _inputs(card, name) for name in ("generator", "mapping", "decoder")
    )
    if not mapping or not decoder or "styles" not in generator:
        return None
    known, latents = generator["known"], decoder["latents"]
    num_channels = _size(known, 1)
    num_mask_channels = _size(generator["mask"], 1)
    has_any_size = all(side is None for side in (*known.shape[2:], *latents.shape[2:]))
    if latents.shape[2] is not None:
        stride_px = card.height_px // latents.shape[2]
    elif num_mask_channels > 1:
        stride_px = isqrt(num_mask_channels)
    else:
        stride_px = probe_stride_px(num_channels)
    return LatentLayout(
        stride_px=stride_px,
        height_px=card.height_px,
        width_px=card.width_px,
        has_any_size=has_any_size,
        is_lossless=num_mask_channels == stride_px**2
        and num_channels == card.channels * stride_px**2,
        num_channels=num_channels,
        num_mask_channels=num_mask_channels,
        num_field_channels=_size(generator["field"], 1),
        num_styles=_size(generator["styles"], 1),
        style_dim=_size(generator["styles"], 2),
        noise_dim=card.noise_dim,
        embedding_dim=_size(mapping["embedding"], 1),
        can_wrap="wrap" in generator,
    )


def _inputs(card: Card, name: GraphName) -> Mapping[str, TensorSpec]:
    graph = card.graph(name)
    return {} if graph is None else {spec.name: spec for spec in graph.inputs}


def _size(spec: TensorSpec, axis: int) -> int:
    size = spec.shape[axis]
    assert size is not None, "the rules of the card hold"
    return size
