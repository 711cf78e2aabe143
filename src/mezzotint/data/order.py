"""The order in which training sees pictures: one permutation a pass, from seed and pass alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezzotint.domain.streams import Purpose, picture_stream

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def pass_order(num_images: int, seed: int, pass_index: int) -> NDArray[np.int64]:
    """Return the order of one pass over the data, int64 [num_images].

    Args:
        num_images: How many pictures there are, 1 or more.
        seed: Of the run.
        pass_index: 0 for the first pass.

    Example:
        >>> sorted(pass_order(4, seed=7, pass_index=0).tolist())
        [0, 1, 2, 3]
    """
    return picture_stream(seed, pass_index, Purpose.DATA_ORDER).permutation(num_images)


def batch_indices(num_images: int, batch_size: int, seed: int, step: int) -> NDArray[np.int64]:
    """Return which pictures one step sees, int64 [batch_size].

    A pure function, so a resumed run sees what it would have seen. Every pass shows each picture
    once; a batch may straddle two passes. It draws whole passes anew at each call; a loop over
    steps should hold a `BatchOrder`, which gives the same indices.

    Args:
        num_images: How many pictures there are, 1 or more.
        batch_size: 1 or more, also more than there are pictures.
        seed: Of the run.
        step: 0 for the first batch.

    Example:
        >>> first, second = (batch_indices(6, 3, seed=7, step=step) for step in (0, 1))
        >>> sorted([*first.tolist(), *second.tolist()])
        [0, 1, 2, 3, 4, 5]
    """
    return BatchOrder(num_images=num_images, batch_size=batch_size, seed=seed).indices(step)


class BatchOrder:
    """Give `batch_indices` for many steps; remembers the pass it is in.

    Args:
        num_images: How many pictures there are, 1 or more.
        batch_size: 1 or more.
        seed: Of the run.

    Example:
        >>> order = BatchOrder(num_images=5, batch_size=4, seed=7)
        >>> order.indices(9).tolist() == batch_indices(5, 4, 7, 9).tolist()
        True
    """

    def __init__(self, *, num_images: int, batch_size: int, seed: int) -> None:
        assert num_images >= 1, "there is something to order"
        self.num_images = num_images
        self.batch_size = batch_size
        self.seed = seed
        self._pass: tuple[int, NDArray[np.int64]] | None = None

    def indices(self, step: int) -> NDArray[np.int64]:
        """Return the picture indices of a step, int64 [batch_size]."""
        import numpy as np

        position = step * self.batch_size
        end = position + self.batch_size
        pieces: list[NDArray[np.int64]] = []
        while position < end:
            pass_index, start = divmod(position, self.num_images)
            piece = self._order(pass_index)[start : start + end - position]
            pieces.append(piece)
            position += len(piece)
        return np.concatenate(pieces)

    def _order(self, pass_index: int) -> NDArray[np.int64]:
        if self._pass is None or self._pass[0] != pass_index:
            self._pass = (pass_index, pass_order(self.num_images, self.seed, pass_index))
        return self._pass[1]
