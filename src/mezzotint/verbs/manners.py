"""What `--sref`, `--cref` and `--oref` take from pictures and codes, as styles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezzotint.prompt.parameters import Reference
from mezzotint.verbs.latent_styles import Manner, code_offset, mean_style

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.engines.protocol import Engine
    from mezzotint.prompt.parameters import Parameters

_DEFAULT_WEIGHT = 100


def read_manners(
    engine: Engine,
    parameters: Parameters,
    embeddings: Mapping[str, NDArray[np.float32]],
    guidance: float,
) -> tuple[tuple[Manner, ...], NDArray[np.float32] | None]:
    """Return what is taken over from pictures, and the step that style codes stand for.

    Args:
        engine: Of a latent model.
        parameters: What the prompt set.
        embeddings: Of the pictures that it refers to, by address; others have no effect.
        guidance: As for the prompt itself.

    Returns:
        The manners, and float32 [W] or None to add to the fine layers.
    """
    styles = parameters.style_references or ()
    style_share = share_of(parameters.style_weight)
    taken = [
        (styles, style_share, True),
        (parameters.character_references or (), share_of(parameters.character_weight), False),
        (_omni(parameters), share_of(parameters.omni_weight), False),
    ]
    manners: list[Manner] = []
    for references, share, is_fine in taken:
        style = _style(engine, references, embeddings, guidance)
        if style is not None:
            manners.append(Manner(style=style, share=share, is_fine=is_fine))
    return tuple(manners), _offset(engine, styles, 2 * style_share)


def share_of(weight: int | None) -> float:
    """Return how far a weight of 0 to 1000 goes: 0 nowhere, 100 half of the way.

    Example:
        >>> share_of(0), share_of(None), round(share_of(1000), 2)
        (0.0, 0.5, 0.91)
    """
    given = _DEFAULT_WEIGHT if weight is None else weight
    return given / (given + _DEFAULT_WEIGHT)


def _omni(parameters: Parameters) -> tuple[Reference, ...]:
    address = parameters.omni_reference
    return () if address is None else (Reference(url=address),)


def _style(
    engine: Engine,
    references: Sequence[Reference],
    embeddings: Mapping[str, NDArray[np.float32]],
    guidance: float,
) -> NDArray[np.float32] | None:
    """Return the weighted mean of the styles of the pictures referred to."""
    return _weighted(
        [
            (mean_style(engine, embeddings[one.url], guidance), one.weight)
            for one in references
            if one.url is not None and one.url in embeddings
        ]
    )


def _offset(
    engine: Engine, references: Sequence[Reference], share: float
) -> NDArray[np.float32] | None:
    step = _weighted(
        [(code_offset(engine, one.code), one.weight) for one in references if one.code is not None]
    )
    return None if step is None else (share * step).astype("float32")


def _weighted(parts: Sequence[tuple[NDArray[np.float32], float]]) -> NDArray[np.float32] | None:
    total = sum(weight for _, weight in parts)
    if total <= 0:
        return None
    mean = sum(vector.astype("float64") * (weight / total) for vector, weight in parts)
    assert not isinstance(mean, int), "a positive sum has parts"
    return mean.astype("float32")
