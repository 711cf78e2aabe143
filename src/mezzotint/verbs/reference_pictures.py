"""The pictures that a prompt refers to: image prompts, `--sref`, `--cref`, `--oref`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.prompt.parameters import Reference
    from mezzotint.prompt.structure import Prompt


@dataclass(frozen=True, kw_only=True, eq=False)
class ReferencePicture:
    """Hold one picture that a prompt refers to: itself, or what a recipe kept of it.

    Attributes:
        pixels: uint8 [H, W, C], any size; None if `embedding` is given.
        embedding: float32 [D], unit length; None = compute it from the pixels.
    """

    pixels: NDArray[np.uint8] | None = None
    embedding: NDArray[np.float32] | None = None


def reference_addresses(prompt: Prompt) -> tuple[str, ...]:
    """Return every path or web address of a picture in a prompt, each once, in fixed order.

    Example:
        >>> from mezzotint.prompt import parse
        >>> reference_addresses(parse("a.png b.png a fox --sref 7 c.png a.png").prompts[0])
        ('a.png', 'b.png', 'c.png')
    """
    parameters = prompt.parameters
    references = (*(parameters.style_references or ()), *(parameters.character_references or ()))
    addresses = [*prompt.images, *(one.url for one in references), parameters.omni_reference]
    return tuple(dict.fromkeys(address for address in addresses if address is not None))


def with_addresses(prompt: Prompt, rename: Callable[[str], str]) -> Prompt:
    """Return the prompt with another address for each picture.

    Example:
        >>> from mezzotint.prompt import parse, render
        >>> prompt = parse("/home/me/a.png a fox").prompts[0]
        >>> render(with_addresses(prompt, lambda address: address.rpartition("/")[2]))
        'a.png a fox'
    """

    def renamed(references: tuple[Reference, ...] | None) -> tuple[Reference, ...] | None:
        if references is None:
            return None
        return tuple(
            one if one.url is None else replace(one, url=rename(one.url)) for one in references
        )

    parameters = prompt.parameters
    omni = parameters.omni_reference
    return replace(
        prompt,
        images=tuple(map(rename, prompt.images)),
        parameters=replace(
            parameters,
            style_references=renamed(parameters.style_references),
            character_references=renamed(parameters.character_references),
            omni_reference=None if omni is None else rename(omni),
        ),
    )
