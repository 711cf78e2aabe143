"""Toy bundles of the family latent: every graph of it, tiny and random, by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

from mezzotint.bundles.write import write_bundle
from mezzotint.domain.card import Card, GraphName, GraphSpec, TensorSpec, WordSpec
from toys.bundles import toy_card

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from onnx import NodeProto

NOISE_DIM, EMBEDDING_DIM, STYLE_DIM, NUM_STYLES, FIELD_CHANNELS = 5, 6, 4, 3, 2
NUM_TOKENS = 32
WORDS = ("fox", "snow", "lake", "castle", "red", "狐狸", "雪", "湖", "红色")
Dims = tuple[str | int, ...]


@dataclass(frozen=True, kw_only=True)
class Codec:
    """Say how the toy turns pixels into latents.

    Attributes:
        channels: Of pixels, C.
        stride_px: f.
        is_identity: Pixels reordered, nothing lost; else averaged and convolved.
        side_px: Native side.
        has_any_size: Whether the graphs leave the sides open.
    """

    channels: int = 3
    stride_px: int = 4
    is_identity: bool = False
    side_px: int = 32
    has_any_size: bool = True

    @property
    def latent_channels(self) -> int:
        """Return c."""
        return self.channels * self.stride_px**2 if self.is_identity else 5

    @property
    def mask_channels(self) -> int:
        """Return m."""
        return self.stride_px**2 if self.is_identity else 1


IDENTITY = Codec(channels=4, stride_px=2, is_identity=True, side_px=16)
LOSSY = Codec()
PLAIN = Codec(channels=4, stride_px=1, is_identity=True, side_px=16)
CODECS = (IDENTITY, LOSSY, PLAIN)


class _Graph:
    """Collect the nodes and constants of one graph."""

    def __init__(self, name: GraphName) -> None:
        self.name: GraphName = name
        self._nodes: list[NodeProto] = []
        self._constants: dict[str, NDArray[Any]] = {}
        self._random = np.random.default_rng(sum(name.encode()))

    def constant(self, values: Any, dtype: Any = np.float32) -> str:
        name = f"constant{len(self._constants)}"
        self._constants[name] = np.asarray(values, dtype)
        return name

    def weights(self, *shape: int) -> str:
        scale = 1 / np.sqrt(np.prod(shape) / shape[0 if len(shape) > 2 else -1])
        return self.constant(self._random.normal(0, scale, shape))

    def add(
        self, operation: str, *inputs: str, output: str | None = None, **attributes: Any
    ) -> str:
        name = output or f"value{len(self._nodes)}"
        self._nodes.append(helper.make_node(operation, list(inputs), [name], **attributes))
        return name

    def finish(
        self, inputs: Mapping[str, tuple[str, Dims]], output: tuple[str, Dims]
    ) -> tuple[GraphSpec, bytes]:
        kinds = {"float32": TensorProto.FLOAT, "int64": TensorProto.INT64}
        graph = helper.make_graph(
            self._nodes,
            self.name,
            [
                helper.make_tensor_value_info(name, kinds[dtype], list(dims))
                for name, (dtype, dims) in inputs.items()
            ],
            [helper.make_tensor_value_info(output[0], TensorProto.FLOAT, list(output[1]))],
            [numpy_helper.from_array(value, name) for name, value in self._constants.items()],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
        checker.check_model(model)  # pyright: ignore[reportUnknownMemberType]
        spec = GraphSpec(
            name=self.name,
            file=f"{self.name}.onnx",
            inputs=tuple(
                TensorSpec(name=name, dtype=dtype, shape=_shape(dims))  # pyright: ignore
                for name, (dtype, dims) in inputs.items()
            ),
            outputs=(TensorSpec(name=output[0], dtype="float32", shape=_shape(output[1])),),
            max_parity_error=0.0,
        )
        return spec, model.SerializeToString()


def _shape(dims: Dims) -> tuple[int | None, ...]:
    return tuple(size if isinstance(size, int) else None for size in dims)


def _text() -> tuple[GraphSpec, bytes]:
    graph = _Graph("text")
    table = np.random.default_rng(3).normal(0, 1, (2000, EMBEDDING_DIM))
    table[:2] = 0  # padding and end
    rows = graph.add("Gather", graph.constant(table), "tokens", axis=0)
    total = graph.add("ReduceSum", rows, graph.constant([1], np.int64), keepdims=0)
    shifted = graph.add("Add", total, graph.constant(np.full(EMBEDDING_DIM, 0.01)))
    graph.add("LpNormalization", shifted, axis=1, p=2, output="embedding")
    return graph.finish(
        {"tokens": ("int64", ("n", NUM_TOKENS))}, ("embedding", ("n", EMBEDDING_DIM))
    )


def _image(codec: Codec) -> tuple[GraphSpec, bytes]:
    graph = _Graph("image")
    pooled = graph.add("ReduceMean", "pixels", graph.constant([2, 3], np.int64), keepdims=0)
    vector = graph.add("MatMul", pooled, graph.weights(codec.channels, EMBEDDING_DIM))
    shifted = graph.add("Add", vector, graph.constant(np.full(EMBEDDING_DIM, 0.01)))
    graph.add("LpNormalization", shifted, axis=1, p=2, output="embedding")
    return graph.finish(
        {"pixels": ("float32", _pixel_dims(codec))}, ("embedding", ("n", EMBEDDING_DIM))
    )


def _encoder(codec: Codec) -> tuple[GraphSpec, bytes]:
    graph = _Graph("encoder")
    stride = codec.stride_px
    if codec.is_identity:
        blocks = graph.add("SpaceToDepth", "pixels", blocksize=stride)
        graph.add("Gather", blocks, _order(graph, codec), axis=1, output="latents")
    else:
        means = graph.add(
            "AveragePool", "pixels", kernel_shape=[stride, stride], strides=[stride, stride]
        )
        graph.add(
            "Conv",
            means,
            graph.weights(codec.latent_channels, codec.channels, 3, 3),
            pads=[1, 1, 1, 1],
            output="latents",
        )
    return graph.finish(
        {"pixels": ("float32", _pixel_dims(codec))}, ("latents", _latent_dims(codec))
    )


def _decoder(codec: Codec) -> tuple[GraphSpec, bytes]:
    graph = _Graph("decoder")
    if codec.is_identity:
        blocks = graph.add("Gather", "latents", _order(graph, codec, is_inverse=True), axis=1)
        graph.add("DepthToSpace", blocks, blocksize=codec.stride_px, output="pixels")
    else:
        num_values = codec.channels * codec.stride_px**2
        weights = graph.weights(num_values, codec.latent_channels, 3, 3)
        blocks = graph.add("Conv", "latents", weights, pads=[1, 1, 1, 1])
        large = graph.add("DepthToSpace", blocks, blocksize=codec.stride_px)
        graph.add("Tanh", large, output="pixels")
    return graph.finish(
        {"latents": ("float32", _latent_dims(codec))}, ("pixels", _pixel_dims(codec))
    )


def _mapping() -> tuple[GraphSpec, bytes]:
    graph = _Graph("mapping")
    plain = graph.add("Tanh", graph.add("MatMul", "noise", graph.weights(NOISE_DIM, STYLE_DIM)))
    asked = graph.add("MatMul", "embedding", graph.weights(EMBEDDING_DIM, STYLE_DIM))
    graph.add("Add", plain, graph.add("Mul", asked, "guidance"), output="style")
    return graph.finish(
        {
            "noise": ("float32", ("n", NOISE_DIM)),
            "embedding": ("float32", ("n", EMBEDDING_DIM)),
            "guidance": ("float32", ("n", 1)),
        },
        ("style", ("n", STYLE_DIM)),
    )


def _generator(codec: Codec) -> tuple[GraphSpec, bytes]:
    """Build tanh(conv(field, padded by hand) * style), composited with what is known."""
    graph = _Graph("generator")
    large = graph.add(
        "Resize", "field", "", graph.constant([1, 1, 4, 4]), mode="nearest", nearest_mode="floor",
        coordinate_transformation_mode="asymmetric",
    )  # fmt: skip
    padded = large
    for axis, flag in ((2, 0), (3, 1)):
        padded = _pad_round(graph, padded, axis, flag)
    channels = codec.latent_channels
    waves = graph.add("Conv", padded, graph.weights(channels, FIELD_CHANNELS, 3, 3))
    flat = graph.add("Reshape", "styles", graph.constant([-1, NUM_STYLES * STYLE_DIM], np.int64))
    shift = graph.add("MatMul", flat, graph.weights(NUM_STYLES * STYLE_DIM, channels))
    shift = graph.add("Unsqueeze", shift, graph.constant([2, 3], np.int64))
    own = graph.add("Tanh", graph.add("Add", waves, shift))
    mask = "mask"
    if codec.is_identity:
        mask = graph.add("Concat", *(["mask"] * codec.channels), axis=1)
    kept = graph.add("Mul", "known", mask)
    free = graph.add("Sub", graph.constant(1.0), mask)
    graph.add("Add", kept, graph.add("Mul", own, free), output="latents")
    rows, columns = _latent_dims(codec)[2:]
    coarse = ("hc", "wc") if codec.has_any_size else (int(rows) // 4, int(columns) // 4)
    return graph.finish(
        {
            "styles": ("float32", ("n", NUM_STYLES, STYLE_DIM)),
            "field": ("float32", ("n", FIELD_CHANNELS, *coarse)),
            "known": ("float32", _latent_dims(codec)),
            "mask": ("float32", ("n", codec.mask_channels, rows, columns)),
            "wrap": ("float32", ("n", 2)),
        },
        ("latents", _latent_dims(codec)),
    )


def _pad_round(graph: _Graph, values: str, axis: int, flag: int) -> str:
    def part(source: str, start: int, end: int, along: int) -> str:
        bounds = (graph.constant([value], np.int64) for value in (start, end, along))
        return graph.add("Slice", source, *bounds)

    is_round = graph.add(
        "Unsqueeze", part("wrap", flag, flag + 1, 1), graph.constant([2, 3], np.int64)
    )
    before = graph.add("Mul", part(values, -1, 2**31, axis), is_round)
    behind = graph.add("Mul", part(values, 0, 1, axis), is_round)
    return graph.add("Concat", before, values, behind, axis=axis)


def _upscaler(codec: Codec) -> tuple[GraphSpec, bytes]:
    graph = _Graph("upscaler")
    graph.add(
        "Resize", "pixels", "", graph.constant([1, 1, 2, 2]), mode="nearest", output="larger",
        nearest_mode="floor", coordinate_transformation_mode="asymmetric",
    )  # fmt: skip
    dims = ("n", codec.channels, "h", "w")
    return graph.finish(
        {"pixels": ("float32", dims)}, ("larger", ("n", codec.channels, "h2", "w2"))
    )


def _order(graph: _Graph, codec: Codec, *, is_inverse: bool = False) -> str:
    # ONNX puts the place in the block before the channel; torch's pixel_unshuffle behind it.
    num_places = codec.stride_px**2
    order = np.arange(num_places * codec.channels).reshape(num_places, codec.channels).T.ravel()
    return graph.constant(np.argsort(order) if is_inverse else order, np.int64)


def _pixel_dims(codec: Codec) -> Dims:
    sides: Dims = ("h", "w") if codec.has_any_size else (codec.side_px, codec.side_px)
    return ("n", codec.channels, *sides)


def _latent_dims(codec: Codec) -> Dims:
    side = codec.side_px // codec.stride_px
    sides: Dims = ("hl", "wl") if codec.has_any_size else (side, side)
    return ("n", codec.latent_channels, *sides)


def toy_tokenizer() -> bytes:
    """Train a tokenizer on a few captions, as a bundle holds it."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
    from tokenizers.processors import TemplateProcessing

    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=["[PAD]", "[END]"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([*WORDS, *WORDS], trainer)
    tokenizer.post_processor = TemplateProcessing(single="$A [END]", special_tokens=[("[END]", 1)])
    tokenizer.enable_truncation(NUM_TOKENS)  # pyright: ignore[reportUnknownMemberType]
    tokenizer.enable_padding(pad_id=0, pad_token="[PAD]", length=NUM_TOKENS)  # pyright: ignore[reportUnknownMemberType]
    return tokenizer.to_str().encode()


def latent_graphs(codec: Codec) -> list[tuple[GraphSpec, bytes]]:
    """Build every graph of the family."""
    return [
        _text(),
        _image(codec),
        _encoder(codec),
        _decoder(codec),
        _mapping(),
        _generator(codec),
        _upscaler(codec),
    ]


def latent_card(codec: Codec, graphs: Sequence[GraphSpec], *, name: str = "toy") -> Card:
    """Describe the graphs in a complete card without files."""
    assert codec.channels in (1, 3, 4)
    return replace(
        toy_card(name=name, channels=codec.channels, num_classes=0),
        family="latent",
        height_px=codec.side_px,
        width_px=codec.side_px,
        noise_dim=NOISE_DIM,
        graphs=tuple(graphs),
        words=tuple(WordSpec(text=word, count=10) for word in WORDS),
    )


def write_latent_bundle(
    folder: Path, codec: Codec = LOSSY, *, without: Sequence[GraphName] = ()
) -> Path:
    """Write a complete bundle called like its folder, some graphs left out; return the folder."""
    graphs = [each for each in latent_graphs(codec) if each[0].name not in without]
    card = latent_card(codec, [spec for spec, _ in graphs], name=folder.name)
    files = {spec.file: content for spec, content in graphs}
    write_bundle(folder, card, {**files, "tokenizer.json": toy_tokenizer()})
    return folder
