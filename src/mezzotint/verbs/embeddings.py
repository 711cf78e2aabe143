"""Embeddings of words and pictures, mixed and written into recipes."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

from mezzotint.data.packed.channels import to_channels
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.imaging.resize import fill_and_crop

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.engines.protocol import Engine

_MIN_LENGTH = 1e-6


def mix(parts: Iterable[tuple[NDArray[np.float32], float]], dim: int) -> NDArray[np.float32]:
    """Return the weighted sum of embeddings, of unit length; zeros if nothing is left.

    Args:
        parts: (embedding float32 [D], weight); a negative weight leads away.
        dim: D.

    Example:
        >>> import numpy as np
        >>> east, north = np.eye(2, dtype=np.float32)
        >>> mix([(east, 4.0), (north, -3.0)], 2).round(3).tolist()
        [0.800000011920929, -0.6000000238418579]
    """
    import numpy as np

    total = np.zeros(dim, np.float64)
    for embedding, weight in parts:
        total += weight * embedding.astype(np.float64)
    length = float(np.sqrt((total * total).sum()))
    if length < _MIN_LENGTH:
        return np.zeros(dim, np.float32)
    return (total / length).astype(np.float32)


def embed_pictures(engine: Engine, pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
    """Return the embedding of each picture, whatever its size and channels, float32 [N, D].

    Each is scaled to the model's native size; what stands over is cut off.

    Args:
        engine: Of a model that reads pictures.
        pictures: uint8 [H, W, C] each.

    Raises:
        UnsupportedError: `engine.no_image`.
    """
    import numpy as np

    card = engine.card
    fitted = np.zeros((len(pictures), card.height_px, card.width_px, card.channels), np.uint8)
    for row, picture in zip(fitted, pictures, strict=True):
        picture = to_channels(picture, card.channels)
        row[:] = fill_and_crop(picture, card.height_px, card.width_px, method="area")
    return engine.embed_pictures(fitted)


def write_embedding(embedding: NDArray[np.float32]) -> str:
    """Write an embedding as text, exactly: little-endian float32 in base 64.

    Example:
        >>> import numpy as np
        >>> read_embedding(write_embedding(np.array([0.1, -2], np.float32))).tolist()
        [0.10000000149011612, -2.0]
    """
    return b64encode(embedding.astype("<f4").tobytes()).decode("ascii")


def read_embedding(text: str) -> NDArray[np.float32]:
    """Read an embedding back.

    Raises:
        InputError: `record.damaged`.
    """
    import numpy as np

    try:
        values = np.frombuffer(b64decode(text, validate=True), "<f4").astype(np.float32)
    except ValueError as error:  # binascii.Error is one
        raise _damaged() from error
    if not np.isfinite(values).all():
        raise _damaged()
    return values


def _damaged() -> InputError:
    return InputError(
        "record.damaged",
        Message("The recipe in this picture is damaged: an embedding cannot be read."),
        Message("Use the picture's original file."),
    )
