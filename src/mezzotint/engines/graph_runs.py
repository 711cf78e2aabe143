"""Run the graphs of a bundle: exactly, on one thread an input or a few, or in batches."""

from __future__ import annotations

import threading
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

from mezzotint.bundles.graph_notes import read_exact_batch
from mezzotint.domain.errors import BundleError, FailedError
from mezzotint.domain.message import Message
from mezzotint.engines.sessions import new_run_options
from mezzotint.engines.side_by_side import run_side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.bundles.read import Bundle
    from mezzotint.domain.card import GraphSpec
    from mezzotint.engines.feeds import Feed
    from mezzotint.engines.session_cache import SessionCache
    from mezzotint.engines.sessions import Session
    from mezzotint.engines.settings import EngineSettings

Shape: TypeAlias = "tuple[int | None, ...]"


class GraphRuns:
    """Run the graphs of one bundle.

    On the CPU every input is computed alone (batch 1) by one thread, and inputs side by side. In a
    batch, kernels may add in another order and round differently; alone there is only one order.
    A graph may note a batch size at which every row is exact too: it is run at that size alone, and
    where inputs are missing the last one stands in.

    Args:
        bundle: A checked bundle.
        settings: Where to compute and how many at a time.
        sessions: Loaded graphs.
    """

    def __init__(self, bundle: Bundle, settings: EngineSettings, sessions: SessionCache) -> None:
        self._bundle = bundle
        self._settings = settings
        self._sessions = sessions
        self._device_lock = threading.Lock()  # DirectML does not allow two runs at a time

    @property
    def is_exact(self) -> bool:
        """Tell whether what comes out depends on one input alone."""
        return self._settings.provider == "cpu"

    def run(
        self, graph: GraphSpec, feeds: Sequence[Feed], *, shape: Shape
    ) -> list[NDArray[np.float32]]:
        """Compute the graph's first output for each feed.

        Args:
            graph: As the card describes it.
            feeds: A batch of one each, checked against the card; sizes may differ.
            shape: What each one gives, without the batch; None is any size.

        Returns:
            float32 [*shape], finite, in the order of the feeds.

        Raises:
            InputError: `engine.provider`.
            BundleError: `bundle.graph`: the graph does not do what the card says.
            FailedError: `engine.failed`.
        """
        if not feeds:
            return []
        run = _Run(self._sessions.get(self._bundle, graph, self._settings.provider), graph, shape)
        return self._run_exactly(run, feeds) if self.is_exact else self._run_batches(run, feeds)

    def _run_exactly(self, run: _Run, feeds: Sequence[Feed]) -> list[NDArray[np.float32]]:
        batch_nimg = run.exact_batch_nimg
        batches = list(_batches(feeds, batch_nimg))
        values: dict[int, NDArray[np.float32]] = {}

        def compute(index: int) -> None:
            batch = batches[index]
            missing = [batch[-1]] * (batch_nimg - len(batch))
            values[index] = run.compute(_joined([*batch, *missing]), num_images=len(batch))

        run_side_by_side(
            compute, len(batches), num_threads=self._settings.count_threads(), stop=run.stop
        )
        return [row for index in range(len(batches)) for row in values[index]]

    def _run_batches(self, run: _Run, feeds: Sequence[Feed]) -> list[NDArray[np.float32]]:
        batch_nimg = run.fixed_batch_nimg or self._settings.batch_nimg
        values: list[NDArray[np.float32]] = []
        for batch in _batches(feeds, batch_nimg):
            with self._device_lock:
                values.extend(run.compute(_joined(batch), num_images=len(batch)))
        return values


def _batches(feeds: Sequence[Feed], batch_nimg: int) -> Iterator[list[Feed]]:
    """Yield neighbours of the same sizes, at most so many at a time."""
    for _sizes, group in groupby(feeds, _sizes_of):
        alike = list(group)
        for start in range(0, len(alike), batch_nimg):
            yield alike[start : start + batch_nimg]


def _joined(batch: Sequence[Feed]) -> Feed:
    import numpy as np

    if len(batch) == 1:
        return batch[0]
    return {name: np.concatenate([feed[name] for feed in batch]) for name in batch[0]}


def _sizes_of(feed: Feed) -> tuple[tuple[int, ...], ...]:
    return tuple(values.shape for values in feed.values())


class _Run:
    """The runs of one call: they are stopped together."""

    def __init__(self, session: Session, graph: GraphSpec, shape: Shape) -> None:
        self._shape = shape
        self._session = session
        self._graph = graph
        self._output_names = [graph.outputs[0].name]
        self._options = new_run_options()

    @property
    def exact_batch_nimg(self) -> int:
        """Return the batch size at which each row is exact; 1 unless the graph notes another."""
        return read_exact_batch(self._session.get_modelmeta().custom_metadata_map)

    @property
    def fixed_batch_nimg(self) -> int | None:
        """Return the batch size that the graph is fixed to, None if it takes any."""
        return self._graph.inputs[0].shape[0]

    def stop(self) -> None:
        """End every run that is under way, soon and with an error."""
        self._options.terminate = True

    def compute(self, feed: Feed, *, num_images: int) -> NDArray[np.float32]:
        """Compute the first rows of what the graph gives, float32 [num_images, ...]."""
        import numpy as np

        num_rows = len(next(iter(feed.values())))

        try:
            values = self._session.run(self._output_names, feed, self._options)[0]
        except Exception as error:  # its errors have no common base
            raise FailedError(
                "engine.failed",
                Message("The model could not be computed: {reason}", reason=str(error)),
                Message("Close other programs if the memory is full, or choose fewer threads."),
            ) from error
        if not self._is_as_named(values, num_rows):
            raise BundleError(
                "bundle.graph",
                Message(
                    "{file} gives pictures of shape {found}; the card says {named}.",
                    file=self._graph.file,
                    found=str(values.shape[1:]),
                    named=str(self._shape),
                ),
                Message("Get the bundle again, or export it again."),
            )
        if not np.isfinite(values).all():
            raise FailedError(
                "engine.failed",
                Message("The model gives values that are not numbers for this input."),
                Message("Check the noise and class weights; otherwise the model is damaged."),
            )
        return values[:num_images]

    def _is_as_named(self, values: NDArray[np.float32], num_rows: int) -> bool:
        named = (num_rows, *self._shape)
        return (
            values.dtype == "float32"
            and len(values.shape) == len(named)
            and all(want in (None, have) for have, want in zip(values.shape, named, strict=True))
        )
