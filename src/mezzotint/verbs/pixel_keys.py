"""Pictures from elsewhere on the way of a morph: known patch by patch, the rest painted between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mezzotint.data.packed.channels import to_channels
from mezzotint.engines.lacking import lacking_graph
from mezzotint.engines.protocol import GeneratorInput
from mezzotint.imaging.resize import fill_and_crop
from mezzotint.verbs.canvas import Canvas, known_picture, with_ground
from mezzotint.verbs.embeddings import embed_pictures
from mezzotint.verbs.latent_mask import encode_known
from mezzotint.verbs.latent_styles import mean_style
from mezzotint.verbs.noise_field import draw_field
from mezzotint.verbs.placement import place
from mezzotint.verbs.seam import composite

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.engines.protocol import Engine

Size = tuple[int, int]


@dataclass(frozen=True, kw_only=True, eq=False)
class PixelKey:
    """Name a picture by its pixels, whatever made it.

    Attributes:
        pixels: uint8 [H, W, C], any size and channels.
        seed: 0 to 4294967295, of what is painted around it in time.
    """

    pixels: NDArray[np.uint8]
    seed: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Point:
    """Hold a picture on the way.

    Attributes:
        one: What the generator is fed for it.
        canvas: Its pixels on the model's canvas; None = the model paints them.
    """

    one: GeneratorInput
    canvas: Canvas | None = None


def own_sizes(engine: Engine, pixels: NDArray[np.uint8]) -> tuple[Size, Size]:
    """Return (height, width) at which a model paints a picture, and of the canvas around it."""
    placement = place(engine.layout(), (pixels.shape[0], pixels.shape[1]))
    return (placement.height_px, placement.width_px), placement.canvas_px


def read_point(engine: Engine, key: PixelKey, size_px: Size, canvas_px: Size) -> Point:
    """Return what a model is fed for a picture that it did not make: all of it is known.

    Args:
        engine: Of a latent model.
        key: The picture.
        size_px: Of the film; the picture covers it, what stands over is cut off.
        canvas_px: Of the model; the film is cut out of its middle.

    Raises:
        UnsupportedError: `engine.no_latents`, `engine.no_image` or `engine.no_encoder`.
    """
    layout = engine.layout()
    for graph in ("image", "encoder"):
        if engine.card.graph(graph) is None:
            raise lacking_graph(engine.card, graph)
    pixels = to_channels(key.pixels, engine.card.channels)
    canvas = _placed(fill_and_crop(pixels, *size_px, method="area"), canvas_px)
    known = encode_known(engine, canvas)
    (embedding,) = embed_pictures(engine, [pixels])
    field_shape = (layout.num_field_channels, *layout.field_size(canvas_px))
    style = mean_style(engine, embedding)
    one = GeneratorInput(
        styles=style[None].repeat(layout.num_styles, axis=0),
        field=draw_field(key.seed, 0, field_shape),
        known=known.latents,
        mask=known.mask,
        wrap=style[:2] * 0 if layout.can_wrap else None,
    )
    return Point(one=one, canvas=canvas)


def dissolved(
    moved: GeneratorInput, ends: Sequence[Point], share: float, ranks: NDArray[np.float32]
) -> GeneratorInput:
    """Return an input between two with what is still, and what is already, known of both.

    The patches of the first picture go one by one in the first half of the way; those of the second
    come in the other half.

    Args:
        moved: What is between them besides.
        ends: Both.
        share: 0 to 1, of the way.
        ranks: float32 [h, w], of the latent cells; see `patch_ranks`.
    """
    first, second = (end.one for end in ends)
    if first.mask is None or second.mask is None or first.known is None or second.known is None:
        return moved
    stays, comes = (kept.astype(ranks.dtype) for kept in _kept(ranks, share))
    return replace(
        moved,
        known=first.known * stays + second.known * comes,
        mask=first.mask * stays + second.mask * comes,
    )


def restored(
    painted: NDArray[np.uint8], ends: Sequence[Point], share: float, ranks: NDArray[np.float32]
) -> NDArray[np.uint8]:
    """Put the very pixels of the pictures where they are known: a codec loses a little.

    Args:
        painted: uint8 [H, W, C], of the model's canvas.
        ends: The pictures before and behind it.
        share: 0 to 1, of the way.
        ranks: float32 [H, W], of the pixels.
    """
    for end, kept in zip(ends, _kept(ranks, share), strict=True):
        if end.canvas is not None and kept.any():
            known = Canvas(pixels=end.canvas.pixels, is_known=end.canvas.is_known & kept)
            painted = composite(known, painted)
    return painted


def _kept(ranks: NDArray[np.float32], share: float) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    # At the very ends a picture is known whole.
    return ranks >= 2 * share, ranks < 2 * share - 1 if share < 1 else ranks < 2


def _placed(pixels: NDArray[np.uint8], canvas_px: Size) -> Canvas:
    """Lay a picture where `centre_crop` finds it."""
    height, width = canvas_px[0] - pixels.shape[0], canvas_px[1] - pixels.shape[1]
    return with_ground(
        known_picture(pixels),
        top_px=height // 2,
        bottom_px=height - height // 2,
        left_px=width // 2,
        right_px=width - width // 2,
    )
