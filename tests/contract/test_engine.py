"""What every engine must do, whoever implements it."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pytest

from mezzotint.bundles.read import open_bundle
from mezzotint.domain.errors import InputError, UnsupportedError
from mezzotint.engines.opening import open_engine
from mezzotint.engines.protocol import Engine, GeneratorInput
from mezzotint.engines.settings import EngineSettings
from toys.bundles import (
    HEIGHT_PX,
    NOISE_DIM,
    NUM_CLASSES,
    WIDTH_PX,
    sensitive_generator,
    toy_card,
    write_toy_bundle,
)
from toys.engines import FakeEngine, without_generator

if TYPE_CHECKING:
    from pathlib import Path


class Maker(Protocol):
    """Makes an engine for a model of so many channels and classes."""

    def __call__(
        self, *, channels: int = 1, num_classes: int = NUM_CLASSES, has_generator: bool = True
    ) -> Engine: ...


@pytest.fixture(params=["native, 1 thread", "native, 3 threads", "fake"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Maker:
    def make_fake(
        *, channels: int = 1, num_classes: int = NUM_CLASSES, has_generator: bool = True
    ) -> Engine:
        card = toy_card(channels=channels, num_classes=num_classes)
        return FakeEngine(card if has_generator else without_generator(card))

    def make_native(
        *, channels: int = 1, num_classes: int = NUM_CLASSES, has_generator: bool = True
    ) -> Engine:
        bundle = open_bundle(
            write_toy_bundle(tmp_path / "toy", channels=channels, num_classes=num_classes)
        )
        if not has_generator:
            bundle = replace(bundle, card=without_generator(bundle.card))
        num_threads = int(re.findall(r"\d", str(request.param))[0])
        return open_engine(bundle, EngineSettings(num_threads=num_threads))

    return make_fake if request.param == "fake" else make_native


@pytest.fixture(params=["native, 1 thread", "native, 3 threads", "fake"])
def sensitive(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    """An engine in which a change of one last bit changes bytes."""
    if request.param == "fake":
        return FakeEngine(toy_card(num_classes=0))
    folder = write_toy_bundle(tmp_path / "toy", num_classes=0, generator=sensitive_generator())
    num_threads = int(re.findall(r"\d", str(request.param))[0])
    return open_engine(open_bundle(folder), EngineSettings(num_threads=num_threads))


def make_inputs(num_images: int, *, num_classes: int = NUM_CLASSES) -> list[GeneratorInput]:
    random = np.random.default_rng(7)
    eye = np.eye(max(num_classes, 1), dtype=np.float32)
    return [
        GeneratorInput(
            noise=random.standard_normal(NOISE_DIM, dtype=np.float32),
            class_weights=eye[index % num_classes] if num_classes else None,
        )
        for index in range(num_images)
    ]


def test_it_says_what_it_is(make: Maker) -> None:
    engine = make()
    assert isinstance(engine, Engine)
    assert engine.card.name == "toy"
    assert re.fullmatch(r"[0-9a-f]{64}", engine.bundle_sha256)
    assert engine.description == engine.description.strip() != ""
    assert "\n" not in engine.description


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("num_classes", [0, NUM_CLASSES])
def test_pictures_have_the_shape_of_the_card(make: Maker, channels: int, num_classes: int) -> None:
    engine = make(channels=channels, num_classes=num_classes)
    for num_images in (0, 1, 5):
        pixels = engine.generate(make_inputs(num_images, num_classes=num_classes))
        assert pixels.dtype == np.uint8
        assert pixels.shape == (num_images, HEIGHT_PX, WIDTH_PX, channels)


def test_noise_and_class_both_matter(make: Maker) -> None:
    engine = make()
    one, two = make_inputs(2)
    other_noise = replace(one, noise=two.noise)
    other_class = replace(one, class_weights=two.class_weights)
    pictures = engine.generate([one, other_noise, other_class])
    assert not np.array_equal(pictures[0], pictures[1])
    assert not np.array_equal(pictures[0], pictures[2])


def test_a_picture_does_not_depend_on_what_is_beside_it(sensitive: Engine) -> None:
    if not sensitive.is_exact:
        pytest.fail("An engine that is not exact needs its own test of closeness here.")
    inputs = make_inputs(17, num_classes=0)
    together = sensitive.generate(inputs)
    alone = np.concatenate([sensitive.generate([one]) for one in inputs])
    assert np.array_equal(together, alone)
    assert np.array_equal(sensitive.generate(inputs[::-1]), together[::-1])
    assert np.array_equal(sensitive.generate(inputs[3:8]), together[3:8])


@pytest.mark.parametrize("offset", range(1, 17, 3))
def test_where_an_input_lies_in_memory_does_not_matter(sensitive: Engine, offset: int) -> None:
    inputs = make_inputs(3, num_classes=0)
    expected = sensitive.generate(inputs)
    for step in (1, 2):
        room = np.zeros((3, 64), np.float32)
        moved = room[:, offset : offset + step * NOISE_DIM : step]
        moved[:] = [one.noise for one in inputs]
        pixels = sensitive.generate([GeneratorInput(noise=row) for row in moved])
        assert np.array_equal(pixels, expected)


def test_calls_from_several_threads_do_not_meet(sensitive: Engine) -> None:
    inputs = make_inputs(8, num_classes=0)
    expected = sensitive.generate(inputs)
    with ThreadPoolExecutor(4) as pool:
        calls = [pool.submit(sensitive.generate, inputs) for _ in range(12)]
        assert all(np.array_equal(call.result(), expected) for call in calls)


def test_inputs_are_not_changed(make: Maker) -> None:
    inputs = make_inputs(3)
    arrays = [one.noise for one in inputs if one.noise is not None]
    before = [noise.copy() for noise in arrays]
    for noise in arrays:
        noise.setflags(write=False)
    make().generate(inputs)
    assert len(before) == 3
    assert all(np.array_equal(noise, old) for noise, old in zip(arrays, before, strict=True))


NOISE = np.zeros(NOISE_DIM, np.float32)
WEIGHTS = np.zeros(NUM_CLASSES, np.float32)


@pytest.mark.parametrize(
    ("wrong", "num_classes"),
    [
        (GeneratorInput(noise=NOISE), NUM_CLASSES),
        (GeneratorInput(noise=NOISE, class_weights=WEIGHTS), 0),
        (GeneratorInput(noise=NOISE[:-1], class_weights=WEIGHTS), NUM_CLASSES),
        (GeneratorInput(noise=NOISE[None], class_weights=WEIGHTS), NUM_CLASSES),
        (GeneratorInput(noise=NOISE, class_weights=WEIGHTS[:-1]), NUM_CLASSES),
        (GeneratorInput(noise=NOISE.astype(np.float64), class_weights=WEIGHTS), NUM_CLASSES),  # pyright: ignore
    ],
)
def test_an_input_that_does_not_fit_is_refused(
    make: Maker, wrong: GeneratorInput, num_classes: int
) -> None:
    engine = make(num_classes=num_classes)
    with pytest.raises(InputError) as caught:
        engine.generate([*make_inputs(1, num_classes=num_classes), wrong])
    assert caught.value.code == "engine.input"
    assert "1" in str(caught.value)


def test_a_model_without_generator_is_refused(make: Maker) -> None:
    engine = make(has_generator=False)
    with pytest.raises(UnsupportedError) as caught:
        engine.generate([])
    assert caught.value.code == "engine.no_generator"
