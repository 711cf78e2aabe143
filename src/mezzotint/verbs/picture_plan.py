"""What is asked of imagine, the plan it makes of that, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezzotint.domain.card import Scalar
from mezzotint.domain.message import Message
from mezzotint.engines.protocol import GeneratorInput
from mezzotint.prompt.structure import Prompt
from mezzotint.verbs.reference_pictures import ReferencePicture

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class ImagineRequest:
    """Ask for some pictures of one prompt.

    Attributes:
        prompt: One expanded prompt.
        seed: 0 to 4294967295.
        picture_indices: Which pictures of the seed; each comes out the same, whatever the others.
        references: The pictures that the prompt refers to, in the order of
            `reference_addresses`; models that cannot read pictures need none.
    """

    prompt: Prompt
    seed: int
    picture_indices: Sequence[int]
    references: Sequence[ReferencePicture] = ()


@dataclass(frozen=True, kw_only=True)
class ImagineResult:
    """Hold the pictures and what was understood.

    Attributes:
        pictures: One uint8 [H, W, C] each, in the order of the request.
        resolved: Every parameter that acted, with its value.
        warnings: What the model did not know or could not do.
    """

    pictures: tuple[NDArray[np.uint8], ...]
    resolved: Mapping[str, Scalar]
    warnings: tuple[Message, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class PicturePlan:
    """Hold the pictures of a request as numbers, before they are painted.

    Attributes:
        inputs: What the generator gets, one entry a picture.
        size_px: Height and width that each picture is cut to.
        resolved: Every parameter that acted, with its value.
        warnings: What the model does not know or cannot do.
    """

    inputs: tuple[GeneratorInput, ...]
    size_px: tuple[int, int]
    resolved: Mapping[str, Scalar]
    warnings: tuple[Message, ...]
