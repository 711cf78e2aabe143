"""The native engine: a bundle's ONNX graphs on ONNX Runtime and NumPy.

On the CPU it is exact, see `GraphRuns`. On other providers pictures go in batches and agree within
rounding.
"""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Any

from mezzotint.bundles.names import TOKENIZER_FILE
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.engines.feeds import feed_of, make_feed
from mezzotint.engines.graph_runs import GraphRuns
from mezzotint.engines.lacking import lacking_graph, lacking_latents
from mezzotint.engines.latent_layout import COARSE_STRIDE, read_layout
from mezzotint.engines.pixels import from_pixels, to_pixels
from mezzotint.engines.session_cache import SessionCache
from mezzotint.engines.sessions import runtime_version
from mezzotint.engines.settings import EngineSettings
from mezzotint.engines.wrapped import NUM_EDGE_CELLS, cut_round, pad_round

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.bundles.read import Bundle
    from mezzotint.domain.card import Card, GraphName, GraphSpec
    from mezzotint.engines.feeds import Feed
    from mezzotint.engines.graph_runs import Shape
    from mezzotint.engines.latent_layout import LatentLayout
    from mezzotint.engines.protocol import GeneratorInput, StyleInput
    from mezzotint.engines.tokenizer import Tokenizer

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
        self._runs = GraphRuns(
            bundle, self._settings, SessionCache() if sessions is None else sessions
        )

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
        return self._runs.is_exact

    @property
    def description(self) -> str:
        """Return what computes: "native onnxruntime 1.32.0 CPU"."""
        computes = f"native onnxruntime {runtime_version()} {self._settings.provider.upper()}"
        return computes if self.is_exact else f"{computes} (same within rounding)"

    def layout(self) -> LatentLayout:
        """Return the sizes of a latent model's inputs; see `Engine.layout`."""
        layout = self._layout
        if layout is None:
            raise lacking_latents(self.card)
        return layout

    def generate(self, inputs: Sequence[GeneratorInput]) -> NDArray[np.uint8]:
        """Make one picture from each input; see `Engine.generate`.

        Raises:
            UnsupportedError: `engine.no_generator` or `engine.new_input`.
            InputError: `engine.input`, or `engine.provider` for one that is not available.
            BundleError: `bundle.graph`: the graph does not do what the card says.
            FailedError: `engine.failed`.
        """
        import numpy as np

        graph = self._graph("generator")
        feeds = [make_feed(one, graph, index=index) for index, one in enumerate(inputs)]
        shape = self._picture_shape(inputs)
        pixels = np.empty((len(feeds), *shape[1:], shape[0]), np.uint8)
        block_nimg = max(1, _BLOCK_VALUES // math.prod(shape))
        for start in range(0, len(feeds), block_nimg):
            block = slice(start, start + block_nimg)
            pixels[block] = self._paint(graph, inputs[block], feeds[block], shape)
        return pixels

    def style(self, inputs: Sequence[StyleInput]) -> NDArray[np.float32]:
        """Return the style of each input; see `Engine.style`."""
        import numpy as np

        graph = self._graph("mapping")
        feeds = [
            feed_of(
                {
                    "noise": one.noise,
                    "embedding": one.embedding,
                    "guidance": np.array([one.guidance], np.float32),
                },
                graph,
                index=index,
            )
            for index, one in enumerate(inputs)
        ]
        return self._vectors(graph, feeds)

    def embed_text(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the embedding of each text; see `Engine.embed_text`."""
        graph = self._graph("text")
        num_tokens = graph.inputs[0].shape[1]
        assert num_tokens is not None, "the rules of the card hold"
        tokens = self._tokenizer.encode_fixed(texts, num_tokens)
        return self._vectors(graph, [{graph.inputs[0].name: row[None]} for row in tokens])

    def embed_pictures(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the embedding of each picture; see `Engine.embed_pictures`."""
        graph = self._graph("image")
        return self._vectors(graph, self._picture_feeds(graph, pictures))

    def encode(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the latents of each picture; see `Engine.encode`."""
        graph = self._graph("encoder")
        layout = self._layout
        height, width = pictures.shape[1:3]
        if layout is not None and (height % layout.stride_px or width % layout.stride_px):
            raise InputError(
                "engine.input",
                Message(
                    "The encoder takes sides that are multiples of {stride} px, not {width} x "
                    "{height} px.",
                    stride=layout.stride_px,
                    width=width,
                    height=height,
                ),
            )
        return self._vectors(graph, self._picture_feeds(graph, pictures))

    def decode(
        self, latents: NDArray[np.float32], *, wrap: tuple[bool, bool] = (False, False)
    ) -> NDArray[np.uint8]:
        """Return the picture of each array of latents; see `Engine.decode`."""
        import numpy as np

        pictures = [
            to_pixels(one[None])[0] for one in self._decoded(list(latents), [wrap] * len(latents))
        ]
        size = self._decoded_shape(latents.shape[1:])
        return np.stack(pictures) if pictures else np.empty((0, *size[1:], size[0]), np.uint8)

    def upscale(self, pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return each picture at twice the size; see `Engine.upscale`."""
        import numpy as np

        graph = self._graph("upscaler")
        num_pictures, height, width, channels = pictures.shape
        feeds = self._picture_feeds(graph, pictures)
        shape = (channels, 2 * height, 2 * width)
        larger = np.empty((num_pictures, *shape[1:], channels), np.uint8)
        for index, values in enumerate(self._runs.run(graph, feeds, shape=shape)):
            larger[index] = to_pixels(values[None])[0]
        return larger

    @functools.cached_property
    def _layout(self) -> LatentLayout | None:
        return read_layout(self.card, probe_stride_px=self._probe_stride_px)

    @functools.cached_property
    def _tokenizer(self) -> Tokenizer:
        from mezzotint.engines.tokenizer import Tokenizer

        return Tokenizer.from_json(self._bundle.read_file(TOKENIZER_FILE))

    def _graph(self, name: GraphName) -> GraphSpec:
        graph = self.card.graph(name)
        if graph is None:
            raise lacking_graph(self.card, name)
        return graph

    def _paint(
        self,
        graph: GraphSpec,
        inputs: Sequence[GeneratorInput],
        feeds: Sequence[Feed],
        shape: tuple[int, ...],
    ) -> NDArray[np.uint8]:
        import numpy as np

        if inputs[0].known is None:
            return to_pixels(np.stack(self._runs.run(graph, feeds, shape=shape)))
        latents = self._runs.run(graph, feeds, shape=inputs[0].known.shape)
        return to_pixels(np.stack(self._decoded(latents, [_wrap_of(one) for one in inputs])))

    def _picture_shape(self, inputs: Sequence[GeneratorInput]) -> tuple[int, ...]:
        """Return C, H, W of the pictures that the inputs stand for."""
        sizes = {None if one.known is None else one.known.shape for one in inputs}
        if len(sizes) > 1:
            raise InputError(
                "engine.input", Message("Pictures made together must have the same size.")
            )
        size = next(iter(sizes), None)
        if size is None:
            return (self.card.channels, self.card.height_px, self.card.width_px)
        self._graph("decoder")
        return self._decoded_shape(size)

    def _decoded_shape(self, size: tuple[int, ...]) -> tuple[int, ...]:
        card, layout = self.card, self._layout
        if layout is None:
            return card.channels, card.height_px, card.width_px
        return card.channels, size[1] * layout.stride_px, size[2] * layout.stride_px

    def _decoded(
        self, latents: Sequence[NDArray[np.float32]], wraps: Sequence[tuple[bool, bool]]
    ) -> list[NDArray[np.float32]]:
        """Return float32 [C, H, W] for each array of latents [c, h, w]."""
        graph = self._graph("decoder")
        edge_px = self._edge_px
        if not edge_px:
            wraps = [(False, False)] * len(wraps)
        name = graph.inputs[0].name
        feeds = [
            feed_of({name: pad_round(one, wrap)}, graph, index=index)
            for index, (one, wrap) in enumerate(zip(latents, wraps, strict=True))
        ]
        decoded = self._runs.run(graph, feeds, shape=graph.outputs[0].shape[1:])
        return [
            cut_round(values, wrap, edge_px) for values, wrap in zip(decoded, wraps, strict=True)
        ]

    @property
    def _edge_px(self) -> int:
        """Return how much is decoded beyond the edges of what goes round; 0 where none helps."""
        layout = self._layout
        if layout is None or not layout.has_any_size or layout.is_lossless:
            return 0
        return NUM_EDGE_CELLS * layout.stride_px

    def _probe_stride_px(self, num_channels: int) -> int:
        import numpy as np

        graph = self._graph("decoder")
        latents = np.zeros((1, num_channels, COARSE_STRIDE, COARSE_STRIDE), np.float32)
        shape = graph.outputs[0].shape[1:]
        (pixels,) = self._runs.run(graph, [{graph.inputs[0].name: latents}], shape=shape)
        return pixels.shape[1] // COARSE_STRIDE

    def _picture_feeds(self, graph: GraphSpec, pictures: NDArray[np.uint8]) -> list[Feed]:
        name = graph.inputs[0].name
        values: NDArray[Any] = from_pixels(pictures)
        return [feed_of({name: one}, graph, index=index) for index, one in enumerate(values)]

    def _vectors(self, graph: GraphSpec, feeds: Sequence[Feed]) -> NDArray[np.float32]:
        """Compute arrays of one shape and stack them, also where there is none."""
        import numpy as np

        shape: Shape = graph.outputs[0].shape[1:]
        arrays = self._runs.run(graph, feeds, shape=shape)
        if arrays:
            return np.stack(arrays)
        return np.empty((0, *(size or 0 for size in shape)), np.float32)


def _wrap_of(one: GeneratorInput) -> tuple[bool, bool]:
    if one.wrap is None:
        return False, False
    return bool(one.wrap[0]), bool(one.wrap[1])
