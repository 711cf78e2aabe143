"""`--quality`: of several tries the one that the model itself finds nearest to what was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezzotint.verbs.embeddings import embed_pictures

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.engines.protocol import Engine

_TRY_STEP = 2**32  # tries of a picture lie so far apart that no two pictures share one


def candidate_index(picture_index: int, try_index: int) -> int:
    """Return the index whose random streams one try of a picture draws from.

    The first try is the picture itself, so `--quality 1` and a plain prompt paint the same.

    Example:
        >>> candidate_index(3, 0), candidate_index(3, 1) == 3 + 2**32
        (3, True)
    """
    return picture_index + try_index * _TRY_STEP


def is_further_try(index: int) -> bool:
    """Tell whether an index is that of a second or later try."""
    return index >= _TRY_STEP


def best_of(
    engine: Engine, pictures: NDArray[np.uint8], embedding: NDArray[np.float32], *, num_tries: int
) -> list[int]:
    """Return which picture is best in each run of `num_tries` neighbours.

    The judge is the cosine between the picture's embedding and the one asked for; of equal ones
    the first wins.

    Args:
        engine: Of a model that reads pictures, if there is more than one try.
        pictures: uint8 [N * num_tries, H, W, C].
        embedding: float32 [D], unit length.
        num_tries: Pictures to choose from.
    """
    if num_tries == 1:
        return list(range(len(pictures)))
    scores = embed_pictures(engine, list(pictures)) @ embedding
    best = scores.reshape(-1, num_tries).argmax(axis=1)
    return [run * num_tries + int(choice) for run, choice in enumerate(best)]
