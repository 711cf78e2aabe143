"""Laws of vary, morph and loop, on an engine whose pictures show the numbers they came from."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezzotint.domain.errors import InputError
from mezzotint.engines.protocol import GeneratorInput
from mezzotint.prompt import Prompt, parse
from mezzotint.verbs.changes import Origin, Variation, change_parameters, read_changes
from mezzotint.verbs.imagine import ImagineRequest, imagine, plan_pictures
from mezzotint.verbs.interpolation import along_arc, between, turned
from mezzotint.verbs.loop import loop
from mezzotint.verbs.many import imagine_many
from mezzotint.verbs.morph import MorphRequest, frame_input, morph
from mezzotint.verbs.pixel_keys import Point
from mezzotint.verbs.replay import changed_input
from mezzotint.verbs.vary import VaryRequest, vary
from toys.engines import FakeEngine

ENGINE = FakeEngine()
seeds = st.integers(0, 2**32 - 1)
prompts = st.sampled_from(["class 1", "class 0::2 class 2", "class 1 --chaos 30", "--s 900", "a"])


def prompt(text: str) -> Prompt:
    return parse(text).prompts[0]


def request(text: str, *, strength: float, **changes: object) -> VaryRequest:
    whole = VaryRequest(
        origin=Origin(prompt=prompt(text), seed=7, picture_index=2),
        strength=strength,
        seed=9,
        picture_indices=range(4),
    )
    return replace(whole, **changes)


@given(prompts, seeds, st.integers(0, 9), seeds)
def test_strength_0_gives_the_parent(text: str, seed: int, index: int, variation: int) -> None:
    parent = imagine(
        ENGINE, ImagineRequest(prompt=prompt(text), seed=seed, picture_indices=[index])
    ).pictures[0]
    children = vary(
        ENGINE,
        request(
            text,
            strength=0,
            seed=variation,
            origin=Origin(prompt=prompt(text), seed=seed, picture_index=index),
        ),
    ).pictures
    assert all((child == parent).all() for child in children)


@given(prompts, st.floats(0.01, 1), st.permutations([0, 1, 2, 3]))
def test_a_variation_is_the_same_in_any_batch(text: str, strength: float, order: list[int]) -> None:
    straight = vary(ENGINE, request(text, strength=strength)).pictures
    shuffled = vary(ENGINE, request(text, strength=strength, picture_indices=order)).pictures
    for place, index in enumerate(order):
        assert (shuffled[place] == straight[index]).all()


def test_varying_by_the_parents_own_seed_gives_something_new() -> None:
    pixels = vary(ENGINE, request("class 1", strength=1, seed=7)).pictures[2]
    parent = vary(ENGINE, request("class 1", strength=0)).pictures[2]
    assert (pixels != parent).any()


def test_stronger_is_farther() -> None:
    plan = plan_pictures(
        ENGINE, ImagineRequest(prompt=prompt("class 1"), seed=7, picture_indices=[2])
    )
    origin = plan.inputs[0]
    parent = Origin(prompt=prompt("class 1"), seed=7, picture_index=2)
    assert origin.noise is not None
    distances: list[float] = []
    for strength in (0.1, 0.3, 0.6, 1.0):
        variation = Variation(strength=strength, seed=9)
        moved = changed_input(ENGINE, parent, origin, variation).noise
        assert moved is not None
        distances.append(float(np.linalg.norm(moved - origin.noise)))
    assert distances == sorted(distances)
    assert distances[0] > 0


def test_class_weights_stay_when_a_picture_is_varied() -> None:
    origin = GeneratorInput(
        noise=np.ones(3, np.float32), class_weights=np.array([1, 0], np.float32)
    )
    fresh = GeneratorInput(
        noise=np.zeros(3, np.float32), class_weights=np.array([0, 1], np.float32)
    )
    assert turned(origin, fresh, 0.5).class_weights is origin.class_weights


@given(st.lists(st.tuples(st.floats(0, 1), seeds, st.integers(0, 99)), max_size=4))
def test_a_chain_of_variations_survives_the_recipe(chain: list[tuple[float, int, int]]) -> None:
    variations = tuple(
        Variation(strength=strength, seed=seed, picture_index=index)
        for strength, seed, index in chain
    )
    assert read_changes(change_parameters(variations)) == variations


@given(seeds, st.floats(0, 1))
def test_the_arc_keeps_the_length(seed: int, share: float) -> None:
    random = np.random.default_rng(seed)
    first, second = random.standard_normal((2, 64)).astype(np.float32)
    second *= np.linalg.norm(first) / np.linalg.norm(second)
    length = float(np.linalg.norm(along_arc(first, second, share)))
    assert length == pytest.approx(float(np.linalg.norm(first)), rel=1e-4)


def keys(*texts: str) -> list[Origin]:
    return [
        Origin(prompt=prompt(text), seed=index, picture_index=index)
        for index, text in enumerate(texts)
    ]


def test_a_morph_passes_exactly_through_its_pictures() -> None:
    stations = keys("class 0", "class 1", "class 2")
    frames = morph(ENGINE, MorphRequest(keys=stations, num_steps=5)).frames
    assert len(frames) == 11
    for number, key in enumerate(stations):
        alone = imagine(
            ENGINE,
            ImagineRequest(prompt=key.prompt, seed=key.seed, picture_indices=[key.picture_index]),
        )
        assert (frames[5 * number] == alone.pictures[0]).all()


@given(st.integers(2, 5), st.integers(1, 7))
def test_a_loop_closes_exactly(num_keys: int, num_steps: int) -> None:
    stations = keys(*(f"class {number % 3}" for number in range(num_keys)))
    closed = MorphRequest(keys=stations, num_steps=num_steps, is_closed=True)
    frames = loop(ENGINE, replace(closed, is_closed=False)).frames
    assert len(frames) == num_keys * num_steps == closed.num_frames
    points = [
        Point(one=plan)
        for plan in (
            plan_pictures(
                ENGINE,
                ImagineRequest(
                    prompt=key.prompt, seed=key.seed, picture_indices=[key.picture_index]
                ),
            ).inputs[0]
            for key in stations
        )
    ]
    after_the_last = frame_input(points, closed, closed.num_frames)
    assert (ENGINE.generate([after_the_last])[0] == frames[0]).all()


def test_ends_of_the_way_come_back_themselves() -> None:
    first, second = (GeneratorInput(noise=np.full(3, level, np.float32)) for level in (1, 2))
    assert between(first, second, 0) is first
    assert between(first, second, 1) is second


@pytest.mark.parametrize(
    ("stations", "num_steps", "code"),
    [
        (keys("class 0"), 5, "morph.keys"),
        (keys("class 0", "class 1"), 0, "morph.steps"),
        (keys("class 0", "class 1"), 9999, "morph.frames"),
        (keys("class 0", "class 1 --ar 1:3"), 5, "morph.size"),
    ],
)
def test_what_cannot_be_filmed_is_refused(
    stations: list[Origin], num_steps: int, code: str
) -> None:
    with pytest.raises(InputError) as raised:
        morph(ENGINE, MorphRequest(keys=stations, num_steps=num_steps))
    assert raised.value.code == code


def test_many_requests_at_once_paint_the_same() -> None:
    requests = [
        ImagineRequest(prompt=prompt(text), seed=seed, picture_indices=range(seed % 3 + 1))
        for seed, text in enumerate(["class 0", "class 1 --s 500", "class 2 --ar 1:2", ""])
    ]
    told: list[tuple[int, int]] = []
    together = imagine_many(ENGINE, requests, progress=lambda done, of: told.append((done, of)))
    for one, result in zip(requests, together, strict=True):
        alone = imagine(ENGINE, one)
        assert result.warnings == alone.warnings
        for picture, expected in zip(result.pictures, alone.pictures, strict=True):
            assert (picture == expected).all()
    assert told == [(7, 7)]
