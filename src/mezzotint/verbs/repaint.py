"""Pictures from elsewhere, painted anew in part: what vary, restyle and sliders do with pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mezzotint.data.packed.channels import to_channels
from mezzotint.domain.message import Message
from mezzotint.engines.lacking import lacking_graph
from mezzotint.imaging.resize import resize
from mezzotint.prompt.structure import Prompt
from mezzotint.verbs.canvas import Canvas
from mezzotint.verbs.canvas_words import without_canvas_words
from mezzotint.verbs.filling import FillRequest, fill
from mezzotint.verbs.latent_plan import plan_latent_pictures
from mezzotint.verbs.patches import patch_ranks
from mezzotint.verbs.picture_plan import ImagineRequest, PicturePlan
from mezzotint.verbs.placement import place
from mezzotint.verbs.reference_pictures import ReferencePicture

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.engines.protocol import Engine, GeneratorInput

ITSELF = "picture.png"  # stands for the picture in its own prompt


@dataclass(frozen=True, kw_only=True, eq=False)
class PixelRequest:
    """Ask for pictures near one that is known by its pixels alone.

    Attributes:
        pixels: uint8 [H, W, C], straight alpha, of any size.
        prompt: Words and parameters besides the picture itself; `--iw` weighs the picture.
        seed: 0 to 4294967295.
        picture_indices: Which pictures of the seed; each comes out the same in any batch.
        references: The pictures that the prompt refers to, in the order of `reference_addresses`.
    """

    pixels: NDArray[np.uint8]
    prompt: Prompt
    seed: int
    picture_indices: Sequence[int]
    references: Sequence[ReferencePicture] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class PixelStart:
    """Hold a picture as a model can paint on.

    Attributes:
        pixels: uint8 [H, W, C], at the model's scale and with its channels.
        plan: What the generator is fed for pictures that are asked for by it.
        warnings: What was scaled, or has no effect.
    """

    pixels: NDArray[np.uint8]
    plan: PicturePlan
    warnings: tuple[Message, ...]


def start_from_pixels(engine: Engine, request: PixelRequest) -> PixelStart:
    """Scale a picture for a model and read what is asked for.

    Raises:
        UnsupportedError: `engine.no_latents`, `engine.no_image` or `engine.no_encoder`.
        InputError: `imagine.references`.
    """
    layout = engine.layout()
    for graph in ("image", "encoder"):
        if engine.card.graph(graph) is None:
            raise lacking_graph(engine.card, graph)
    old_size = request.pixels.shape[:2]
    placement = place(layout, (old_size[0], old_size[1]))
    size_px = placement.height_px, placement.width_px
    scaled: tuple[Message, ...] = ()
    if size_px != old_size:
        scaled = (
            Message(
                "The picture was scaled to {width} x {height} px first.",
                width=size_px[1],
                height=size_px[0],
            ),
        )
    prompt, ignored = without_canvas_words(request.prompt)
    itself = ReferencePicture(pixels=request.pixels)
    plan = plan_latent_pictures(
        engine,
        ImagineRequest(
            prompt=replace(prompt, images=(ITSELF, *prompt.images)),
            seed=request.seed,
            picture_indices=request.picture_indices,
            references=(itself, *request.references),
        ),
    )
    return PixelStart(
        pixels=to_channels(resize(request.pixels, *size_px, method="area"), engine.card.channels),
        plan=plan,
        warnings=(*scaled, *ignored, *plan.warnings),
    )


def repaint(
    engine: Engine,
    pixels: NDArray[np.uint8],
    one: GeneratorInput,
    *,
    strength: float,
    seed: int,
    index: int,
) -> NDArray[np.uint8]:
    """Paint a share of the patches of a picture anew at once; the others stay byte for byte.

    Args:
        engine: Of a latent model.
        pixels: uint8 [H, W, C], at the model's scale.
        one: Its styles count.
        strength: 0 to 1, share of the patches; a larger one takes those of a smaller one, too.
        seed: 0 to 4294967295.
        index: Which picture of the seed.
    """
    ranks = patch_ranks(engine.layout(), (pixels.shape[0], pixels.shape[1]), seed, index)
    canvas = Canvas(pixels=pixels, is_known=ranks >= strength)
    return _filled(engine, canvas, one, seed, index)


def repaint_in_turns(
    engine: Engine,
    pixels: NDArray[np.uint8],
    one: GeneratorInput,
    *,
    strength: float,
    seed: int,
    index: int,
) -> NDArray[np.uint8]:
    """Paint a share of the patches of a picture anew, one half after the other.

    Each half is painted to go with the other, so that shapes are handed on even where every patch
    is painted. What is wholly transparent stays so, and with it the outline.

    Args:
        engine: Of a latent model.
        pixels: uint8 [H, W, C], at the model's scale.
        one: Its styles count.
        strength: 0 to 1, share of the patches.
        seed: 0 to 4294967295.
        index: Which picture of the seed.
    """
    import numpy as np

    ranks = patch_ranks(engine.layout(), (pixels.shape[0], pixels.shape[1]), seed, index)
    ground = np.zeros(ranks.shape, np.bool_)
    if pixels.shape[2] == 4:
        ground = pixels[..., 3] == 0
    for first, end in ((0.0, strength / 2), (strength / 2, strength)):
        is_known = (ranks < first) | (ranks >= end) | ground
        pixels = _filled(engine, Canvas(pixels=pixels, is_known=is_known), one, seed, index)
    return pixels


def _filled(
    engine: Engine, canvas: Canvas, one: GeneratorInput, seed: int, index: int
) -> NDArray[np.uint8]:
    assert one.styles is not None, "a latent model has styles"
    if canvas.is_known.all():
        return canvas.pixels
    request = FillRequest(
        canvas=canvas, styles=one.styles[None], seed=seed, picture_indices=(index,)
    )
    return fill(engine, request)[0]
