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


def sensitive_generator() -> ModelProto:
    """Build frac(2^20 sin(noise @ A)) * 2 - 1: a change in the last bit of a sum or sine shows.

    ONNX Runtime's sine rounds differently by position in a batch, so this tells a picture that was
    computed alone from one that was not.
    """
    random = np.random.default_rng(1)
    weights = random.normal(0, 1, (NOISE_DIM, HEIGHT_PX * WIDTH_PX)).astype(np.float32)
    nodes = [
        helper.make_node("MatMul", ["noise", "a"], ["angle"]),
        helper.make_node("Sin", ["angle"], ["sine"]),
        helper.make_node("Mul", ["sine", "factor"], ["large"]),
        helper.make_node("Floor", ["large"], ["whole"]),
        helper.make_node("Sub", ["large", "whole"], ["fraction"]),
        helper.make_node("Mul", ["fraction", "two"], ["spread"]),
        helper.make_node("Sub", ["spread", "one"], ["flat"]),
        helper.make_node("Reshape", ["flat", "shape"], ["pixels"]),
    ]
    constants = {
        "a": weights,
        "factor": np.float32(2**20),
        "one": np.float32(1),
        "two": np.float32(2),
        "shape": np.array([-1, 1, HEIGHT_PX, WIDTH_PX], np.int64),
    }
    graph = helper.make_graph(
        nodes,
        "generator",
        [helper.make_tensor_value_info("noise", TensorProto.FLOAT, ["n", NOISE_DIM])],
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["n", 1, HEIGHT_PX, WIDTH_PX])],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)


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
    generator: ModelProto | None = None,
    extra_files: Mapping[str, bytes] | None = None,
) -> Path:
    """Write a complete toy bundle called like its folder; return the folder.

    Args:
        folder: Where to write it.
        channels: 1, 3 or 4.
        num_classes: 0 for a model without classes.
        generator: The graph; None takes `toy_generator`.
        extra_files: More files to put in.
    """
    if generator is None:
        generator = toy_generator(channels=channels, num_classes=num_classes)
    card = toy_card(name=folder.name, channels=channels, num_classes=num_classes)
    files = {"generator.onnx": generator.SerializeToString(), **(extra_files or {})}
    write_bundle(folder, card, files)
    return folder
