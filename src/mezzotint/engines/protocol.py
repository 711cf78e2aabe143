"""What every engine is: something that makes pictures of one bundle from numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.domain.card import Card
    from mezzotint.engines.latent_layout import LatentLayout


@dataclass(frozen=True, kw_only=True, eq=False)
class GeneratorInput:
    """Hold everything the generator needs for one picture; which parts, the card says.

    Attributes:
        noise: float32 [Z], standard normal as a rule; Z is the card's `noise_dim`.
        class_weights: float32 [K], how much of each class, adding up to 1 as a rule; K is the
            number of the card's classes. None for models without classes.
        styles: float32 [L, W], the style of each styled block, coarse to fine.
        field: float32 [F, h / 4, w / 4], standard normal as a rule.
        known: float32 [c, h, w], latents; 0 where nothing is known.
        mask: float32 [m, h, w], 1 where `known` is to stay, else 0.
        wrap: float32 [2], 1 where the picture goes round: top to bottom, left to right.
    """

    noise: NDArray[np.float32] | None = None
    class_weights: NDArray[np.float32] | None = None
    styles: NDArray[np.float32] | None = None
    field: NDArray[np.float32] | None = None
    known: NDArray[np.float32] | None = None
    mask: NDArray[np.float32] | None = None
    wrap: NDArray[np.float32] | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class StyleInput:
    """Hold what the style of one picture is made from.

    Attributes:
        noise: float32 [Z], standard normal as a rule.
        embedding: float32 [D], of a text or a picture, unit length; all zeros = anything.
        guidance: How far to go toward the embedding: 0 ignores it, 1 as trained, more exaggerates.
    """

    noise: NDArray[np.float32]
    embedding: NDArray[np.float32]
    guidance: float = 1.0


@runtime_checkable
class Engine(Protocol):
    """Make pictures of one bundle.

    Implementations are safe to call from several threads. Whatever a bundle lacks the graph for
    is refused with `UnsupportedError`; `card.graph(name)` tells before.
    """

    @property
    def card(self) -> Card:
        """Return the card of the bundle: what it can do."""
        ...

    @property
    def bundle_sha256(self) -> str:
        """Return the hash that pins the bundle."""
        ...

    @property
    def description(self) -> str:
        """Return what computes, for the recipe of a picture: "native onnxruntime 1.32.0 CPU"."""
        ...

    @property
    def is_exact(self) -> bool:
        """Tell whether the same input gives the same bytes whatever is computed beside it.

        That means: in any batch, with any number of threads, in any process. If not, pictures
        agree within rounding (one step of 255 as a rule).
        """
        ...

    def layout(self) -> LatentLayout:
        """Return the sizes of a latent model's inputs.

        Raises:
            UnsupportedError: `engine.no_latents`: the model paints pixels at once.
        """
        ...

    def generate(self, inputs: Sequence[GeneratorInput]) -> NDArray[np.uint8]:
        """Make one picture from each input.

        Args:
            inputs: One entry a picture; may be empty. All of one size.

        Returns:
            uint8 [N, H, W, C] in [0, 255], in the order of the inputs; C is 1 (grey), 3 (RGB) or
            4 (RGBA, straight alpha). H, W and C are those of the card; a latent model paints the
            size of `known`.

        Raises:
            UnsupportedError: `engine.no_generator`: the bundle cannot make pictures.
            InputError: `engine.input`: an input does not fit the card.
            FailedError: `engine.failed`: the computation failed, for example out of memory.
        """
        ...

    def style(self, inputs: Sequence[StyleInput]) -> NDArray[np.float32]:
        """Return the style of each input, float32 [N, W].

        Raises:
            UnsupportedError: `engine.no_mapping`.
            InputError: `engine.input`.
        """
        ...

    def embed_text(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the embedding of each text, float32 [N, D], unit length.

        Args:
            texts: English, Chinese or both; long ones are cut to what the model reads.

        Raises:
            UnsupportedError: `engine.no_text`: the model takes no words.
        """
        ...

    def embed_pictures(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the embedding of each picture in the space of the texts, float32 [N, D].

        Args:
            pictures: uint8 [N, H, W, C], with the card's channels, at the card's size unless the
                graph takes any.

        Raises:
            UnsupportedError: `engine.no_image`: the model cannot read pictures.
            InputError: `engine.input`: the size or the channels do not fit.
        """
        ...

    def encode(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the latents of each picture, float32 [N, c, h, w].

        Args:
            pictures: uint8 [N, H, W, C]; sides are multiples of the layout's `stride_px`.

        Raises:
            UnsupportedError: `engine.no_encoder`.
            InputError: `engine.input`.
        """
        ...

    def decode(
        self, latents: NDArray[np.float32], *, wrap: tuple[bool, bool] = (False, False)
    ) -> NDArray[np.uint8]:
        """Return the picture of each array of latents, uint8 [N, H, W, C].

        Args:
            latents: float32 [N, c, h, w].
            wrap: Whether they go round: top to bottom, left to right.

        Raises:
            UnsupportedError: `engine.no_decoder`.
            InputError: `engine.input`.
        """
        ...

    def upscale(self, pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return each picture at twice the size, uint8 [N, 2H, 2W, C]; large ones go in tiles.

        Args:
            pictures: uint8 [N, H, W, C]; memory grows with H * W, so cut large ones into tiles.

        Raises:
            UnsupportedError: `engine.no_upscaler`.
            InputError: `engine.input`.
        """
        ...
