"""Toy bundles for tests: a card and a tiny generator graph, made on the spot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

from mezzotint.bundles.write import write_bundle
from mezzotint.domain.card import (
    FORMAT_VERSION,
    Card,
    ClassSpec,
    DataSpec,
    GraphSpec,
    TensorSpec,
    TrainingSpec,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from onnx import ModelProto

NOISE_DIM = 6
NUM_CLASSES = 3
HEIGHT_PX, WIDTH_PX = 5, 7  # not square, so that a swap of sides is seen


def toy_generator(*, channels: int = 1, num_classes: int = NUM_CLASSES) -> ModelProto:
    """Build tanh(noise @ A + class_weights @ B), reshaped to [N, C, H, W]."""
    random = np.random.default_rng(0)
    num_values = channels * HEIGHT_PX * WIDTH_PX
    weights = {"a": random.normal(0, 0.3, (NOISE_DIM, num_values))}
    inputs = [helper.make_tensor_value_info("noise", TensorProto.FLOAT, ["n", NOISE_DIM])]
    nodes = [helper.make_node("MatMul", ["noise", "a"], ["flat"])]
    if num_classes:
        weights["b"] = random.normal(0, 0.3, (num_classes, num_values))
        inputs.append(
            helper.make_tensor_value_info("class_weights", TensorProto.FLOAT, ["n", num_classes])
        )
        nodes.append(helper.make_node("MatMul", ["class_weights", "b"], ["shift"]))
        nodes.append(helper.make_node("Add", ["flat", "shift"], ["sum"]))
    nodes.append(helper.make_node("Tanh", ["sum" if num_classes else "flat"], ["curve"]))
    nodes.append(helper.make_node("Reshape", ["curve", "shape"], ["pixels"]))
    initializers = [
        numpy_helper.from_array(value.astype(np.float32), name) for name, value in weights.items()
    ]
    shape = np.array([-1, channels, HEIGHT_PX, WIDTH_PX], np.int64)
    initializers.append(numpy_helper.from_array(shape, "shape"))
    pixels = helper.make_tensor_value_info(
        "pixels", TensorProto.FLOAT, ["n", channels, HEIGHT_PX, WIDTH_PX]
    )
    graph = helper.make_graph(nodes, "generator", inputs, [pixels], initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    checker.check_model(model)  # pyright: ignore[reportUnknownMemberType]
    return model


def toy_card(*, name: str = "toy", channels: int = 1, num_classes: int = NUM_CLASSES) -> Card:
    """Describe `toy_generator` in a complete card without files."""
    assert channels in (1, 3, 4)
    inputs = [TensorSpec(name="noise", dtype="float32", shape=(None, NOISE_DIM))]
    if num_classes:
        inputs.append(TensorSpec(name="class_weights", dtype="float32", shape=(None, num_classes)))
    pixels = TensorSpec(name="pixels", dtype="float32", shape=(None, channels, HEIGHT_PX, WIDTH_PX))
    generator = GraphSpec(
        name="generator",
        file="generator.onnx",
        inputs=tuple(inputs),
        outputs=(pixels,),
        max_parity_error=0.0,
    )
    return Card(
        format_version=FORMAT_VERSION,
        name=name,
        title={"en": "Toy", "zh": "玩具"},
        description={"en": "Random weights, for tests."},
        family="cgan" if num_classes else "dcgan",
        height_px=HEIGHT_PX,
        width_px=WIDTH_PX,
        channels=channels,
        noise_dim=NOISE_DIM,
        graphs=(generator,),
        classes=tuple(
            ClassSpec(index=index, name=f"class {index}", words=(f"class {index}",), num_images=1)
            for index in range(num_classes)
        ),
        words=(),
        data=(
            DataSpec(
                name="none",
                num_images=0,
                manifest_sha256="0" * 64,
                licence="CC0-1.0",
                source="random weights",
            ),
        ),
        training=TrainingSpec(
            command="none",
            seed=0,
            minutes=0.0,
            num_images_seen=0,
            machine="any",
            software="mezzotint",
            recipe={"family": "toy", "rate": 0.5, "classes": num_classes, "resumed": None},
        ),
        metrics=(),
        licence="CC0-1.0",
        limits=("It draws noise.",),
        files={},
    )


def write_toy_bundle(
    folder: Path,
    *,
    channels: int = 1,
    num_classes: int = NUM_CLASSES,
    extra_files: Mapping[str, bytes] | None = None,
) -> Path:
    """Write a complete toy bundle called like its folder; return the folder."""
    generator = toy_generator(channels=channels, num_classes=num_classes).SerializeToString()
    card = toy_card(name=folder.name, channels=channels, num_classes=num_classes)
    write_bundle(folder, card, {"generator.onnx": generator, **(extra_files or {})})
    return folder
