"""What every engine is: something that makes pictures of one bundle from numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.domain.card import Card


@dataclass(frozen=True, kw_only=True, eq=False)
class GeneratorInput:
    """Hold everything the generator needs for one picture.

    Attributes:
        noise: float32 [Z], standard normal as a rule; Z is the card's `noise_dim`.
        class_weights: float32 [K], how much of each class, adding up to 1 as a rule; K is the
            number of the card's classes. None for models without classes.
    """

    noise: NDArray[np.float32]
    class_weights: NDArray[np.float32] | None = None


@runtime_checkable
class Engine(Protocol):
    """Make pictures of one bundle.

    Implementations are safe to call from several threads.
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

    def generate(self, inputs: Sequence[GeneratorInput]) -> NDArray[np.uint8]:
        """Make one picture from each input.

        Args:
            inputs: One entry a picture; may be empty.

        Returns:
            uint8 [N, H, W, C] in [0, 255], in the order of the inputs; C is 1 (grey), 3 (RGB) or
            4 (RGBA, straight alpha). H, W and C are those of the card.

        Raises:
            UnsupportedError: `engine.no_generator`: the bundle cannot make pictures.
            InputError: `engine.input`: an input does not fit the card.
            FailedError: `engine.failed`: the computation failed, for example out of memory.
        """
        ...
