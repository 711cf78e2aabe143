"""The native engine: a bundle's ONNX graphs on ONNX Runtime and NumPy.

On the CPU it is exact: every picture is computed alone (batch 1) by one thread, and pictures side
by side. In a batch, kernels may add in another order and round differently; alone there is only
one order. On other providers pictures go in batches and agree within rounding.
"""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING

from mezzotint.domain.errors import BundleError, FailedError, UnsupportedError
from mezzotint.domain.message import Message
from mezzotint.engines.feeds import make_feed
from mezzotint.engines.pixels import to_pixels
from mezzotint.engines.session_cache import SessionCache
from mezzotint.engines.sessions import new_run_options, runtime_version
from mezzotint.engines.settings import EngineSettings
from mezzotint.engines.side_by_side import run_side_by_side

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.bundles.read import Bundle
    from mezzotint.domain.card import Card, GraphSpec
    from mezzotint.engines.feeds import Feed
    from mezzotint.engines.protocol import GeneratorInput
    from mezzotint.engines.sessions import Session

_BLOCK_VALUES = 16 * 1024**2  # float32 values waiting to become pixels: 64 MiB


class NativeEngine:
    """Make pictures of one bundle with ONNX Runtime; implements `Engine`.

    Args:
        bundle: A checked bundle.
        settings: Where to compute and how many at a time.
        sessions: Loaded graphs, shared with other engines; None makes an own cache.
    """

    def __init__(
        self,
        bundle: Bundle,
        settings: EngineSettings | None = None,
        *,
        sessions: SessionCache | None = None,
    ) -> None:
        self._bundle = bundle
        self._settings = EngineSettings() if settings is None else settings
        self._sessions = SessionCache() if sessions is None else sessions
        self._device_lock = threading.Lock()  # DirectML does not allow two runs at a time

    @property
    def card(self) -> Card:
        """Return the card of the bundle: what it can do."""
        return self._bundle.card

    @property
    def bundle_sha256(self) -> str:
        """Return the hash that pins the bundle."""
        return self._bundle.sha256

    @property
    def is_exact(self) -> bool:
        """Tell whether the bytes of a picture depend on its input alone: on the CPU they do."""
        return self._settings.provider == "cpu"

    @property
    def description(self) -> str:
        """Return what computes: "native onnxruntime 1.32.0 CPU"."""
        computes = f"native onnxruntime {runtime_version()} {self._settings.provider.upper()}"
        return computes if self.is_exact else f"{computes} (same within rounding)"

    def generate(self, inputs: Sequence[GeneratorInput]) -> NDArray[np.uint8]:
        """Make one picture from each input; see `Engine.generate`.

        Raises:
            UnsupportedError: `engine.no_generator` or `engine.new_input`.
            InputError: `engine.input`, or `engine.provider` for one that is not available.
            BundleError: `bundle.graph`: the graph does not do what the card says.
            FailedError: `engine.failed`.
        """
        import numpy as np

        graph = self._generator()
        card = self.card
        shape = (card.channels, card.height_px, card.width_px)
        feeds = [make_feed(one, graph, index=index) for index, one in enumerate(inputs)]
        pixels = np.empty((len(feeds), *shape[1:], shape[0]), np.uint8)
        if not feeds:
            return pixels
        run = _Run(self._sessions.get(self._bundle, graph, self._settings.provider), graph, shape)
        compute = self._compute_alone if self.is_exact else self._compute_batches
        block_nimg = max(1, _BLOCK_VALUES // math.prod(shape))
        for start in range(0, len(feeds), block_nimg):
            block = slice(start, start + block_nimg)
            pixels[block] = to_pixels(compute(run, feeds[block]))
        return pixels

    def _generator(self) -> GraphSpec:
        graph = self.card.graph("generator")
        if graph is None:
            raise UnsupportedError(
                "engine.no_generator",
                Message("The model {name} has no generator.", name=self.card.name),
                Message("Choose a model that makes pictures from noise."),
            )
        return graph

    def _compute_alone(self, run: _Run, feeds: Sequence[Feed]) -> NDArray[np.float32]:
        import numpy as np

        values = np.empty((len(feeds), *run.shape), np.float32)

        def compute(index: int) -> None:
            values[index] = run.compute(feeds[index], num_images=1)[0]

        run_side_by_side(
            compute, len(feeds), num_threads=self._settings.count_threads(), stop=run.stop
        )
        return values

    def _compute_batches(self, run: _Run, feeds: Sequence[Feed]) -> NDArray[np.float32]:
        import numpy as np

        batch_nimg = run.fixed_batch_nimg or self._settings.batch_nimg
        batches: list[NDArray[np.float32]] = []
        for start in range(0, len(feeds), batch_nimg):
            batch = feeds[start : start + batch_nimg]
            joined = {name: np.concatenate([feed[name] for feed in batch]) for name in batch[0]}
            with self._device_lock:
                batches.append(run.compute(joined, num_images=len(batch)))
        return np.concatenate(batches)


class _Run:
    """The runs of one call: they are stopped together."""

    def __init__(self, session: Session, graph: GraphSpec, shape: tuple[int, ...]) -> None:
        self.shape = shape  # C, H, W
        self._session = session
        self._graph = graph
        self._output_names = [graph.outputs[0].name]
        self._options = new_run_options()

    @property
    def fixed_batch_nimg(self) -> int | None:
        """Return the batch size that the graph is fixed to, None if it takes any."""
        return self._graph.inputs[0].shape[0]

    def stop(self) -> None:
        """End every run that is under way, soon and with an error."""
        self._options.terminate = True

    def compute(self, feed: Feed, *, num_images: int) -> NDArray[np.float32]:
        """Compute what the graph gives, float32 [N, C, H, W], from inputs [N, ...]."""
        import numpy as np

        try:
            values = self._session.run(self._output_names, feed, self._options)[0]
        except Exception as error:  # its errors have no common base
            raise FailedError(
                "engine.failed",
                Message("The model could not be computed: {reason}", reason=str(error)),
                Message("Close other programs if the memory is full, or choose fewer threads."),
            ) from error
        if values.shape != (num_images, *self.shape) or values.dtype != np.float32:
            raise BundleError(
                "bundle.graph",
                Message(
                    "{file} gives pictures of shape {found}; the card says {named}.",
                    file=self._graph.file,
                    found=str(values.shape[1:]),
                    named=str(self.shape),
                ),
                Message("Get the bundle again, or export it again."),
            )
        if not np.isfinite(values).all():
            raise FailedError(
                "engine.failed",
                Message("The model gives values that are not numbers for this input."),
                Message("Check the noise and class weights; otherwise the model is damaged."),
            )
        return values
