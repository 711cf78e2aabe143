"""Let a latent model paint what is not known of a picture: the common ground of all mask verbs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezzotint.data.packed.channels import to_channels
from mezzotint.engines.protocol import GeneratorInput
from mezzotint.verbs.canvas import Canvas
from mezzotint.verbs.latent_mask import encode_known
from mezzotint.verbs.noise_field import draw_field
from mezzotint.verbs.placement import place
from mezzotint.verbs.seam import composite

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.data.packed.options import Channels
    from mezzotint.engines.latent_layout import LatentLayout
    from mezzotint.engines.protocol import Engine
    from mezzotint.verbs.placement import Placement

_FEATHER_CELLS = 1.0  # depth of the fading step, in latent cells of the model's canvas


@dataclass(frozen=True, kw_only=True, eq=False)
class FillRequest:
    """Ask for what is missing of a picture.

    Attributes:
        canvas: What is known, at its full size.
        styles: float32 [N, L, W], one entry a picture; see `make_styles`.
        seed: 0 to 4294967295, of the noise field.
        picture_indices: Which pictures of the seed, as many as styles.
        wrap: Whether the picture goes round: top to bottom, left to right.
        feather_px: How deep into the hole the step at its border fades, at full size; None = as
            fits the model.
    """

    canvas: Canvas
    styles: NDArray[np.float32]
    seed: int
    picture_indices: Sequence[int]
    wrap: tuple[bool, bool] = (False, False)
    feather_px: int | None = None


def fill(engine: Engine, request: FillRequest) -> tuple[NDArray[np.uint8], ...]:
    """Paint the holes of a canvas; every known byte comes back as it was.

    The picture is painted at the model's scale and put back at its own. Where it has other channels
    than the model, it keeps its own: grey stays grey, and new ground is opaque.

    Args:
        engine: Of a latent model.
        request: What is known and what is wanted.

    Returns:
        uint8 [H, W, C] of the canvas, one a style.

    Raises:
        UnsupportedError: `engine.no_latents`, or `engine.no_encoder` if anything is known.
    """
    layout, canvas = engine.layout(), request.canvas
    placement = place(layout, canvas.size_px)
    feather_px = request.feather_px
    if feather_px is None:
        feather_px = default_feather_px(layout, placement, canvas)
    filled: list[NDArray[np.uint8]] = []
    for painted in engine.generate(fill_inputs(engine, request, placement)):
        taken = placement.take(painted, canvas.size_px)
        taken = to_channels(taken, _channels_of(canvas))
        filled.append(composite(canvas, taken, feather_px=feather_px))
    return tuple(filled)


def fill_inputs(engine: Engine, request: FillRequest, placement: Placement) -> list[GeneratorInput]:
    """Return what the generator is fed for each picture of a request."""
    import numpy as np

    layout = engine.layout()
    known = encode_known(engine, placement.put(request.canvas))
    field_shape = (layout.num_field_channels, *layout.field_size(placement.canvas_px))
    wrap = np.array(request.wrap, np.float32) if layout.can_wrap else None
    return [
        GeneratorInput(
            styles=styles,
            field=draw_field(request.seed, index, field_shape),
            known=known.latents,
            mask=known.mask,
            wrap=wrap,
        )
        for index, styles in zip(request.picture_indices, request.styles, strict=True)
    ]


def default_feather_px(layout: LatentLayout, placement: Placement, canvas: Canvas) -> int:
    """Return the depth of the fading step: a latent cell at full size; none where pixels are exact.

    Pixel art painted unscaled comes back exactly, so there is no step.
    """
    scale = canvas.size_px[0] / placement.height_px
    if layout.is_lossless and scale == 1:
        return 0
    return max(1, round(_FEATHER_CELLS * layout.stride_px * scale))


def _channels_of(canvas: Canvas) -> Channels:
    channels = canvas.pixels.shape[2]
    assert channels in (1, 3, 4), "a picture is grey, RGB or RGBA"
    return channels
