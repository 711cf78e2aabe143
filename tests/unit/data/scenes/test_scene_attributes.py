"""Attributes survive JSON, and what is not one is refused with a reason."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezzotint.data.scenes import SceneAttributes, Time, sample_attributes
from mezzotint.data.scenes.attributes import CHOICES
from mezzotint.domain.errors import InputError
from mezzotint.domain.streams import MAX_SEED, Purpose, picture_stream


@given(st.integers(0, MAX_SEED), st.booleans())
def test_json_round_trip(seed: int, panorama: bool) -> None:
    scene = sample_attributes(picture_stream(seed, 0, Purpose.SCENE), panorama=panorama)
    assert SceneAttributes.from_json(scene.to_json()) == scene


@given(
    st.builds(
        SceneAttributes,
        seed=st.integers(0, MAX_SEED),
        panorama=st.booleans(),
        **{name: st.sampled_from(list(kind)) for name, kind in CHOICES.items()},
    )
)
def test_implausible_scenes_round_trip_too(scene: SceneAttributes) -> None:
    assert SceneAttributes.from_json(scene.to_json()) == scene


def test_json_holds_plain_values_in_order() -> None:
    record = json.loads(SceneAttributes(seed=5, time=Time.DUSK).to_json())
    assert record["time"] == "dusk"
    assert list(record) == ["seed", *CHOICES, "panorama"]


def test_absent_fields_take_their_defaults() -> None:
    assert SceneAttributes.from_record({"seed": 3}) == SceneAttributes(seed=3)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"seed": -1}',
        '{"seed": true}',
        '{"seed": 4294967296}',
        '{"seed": 1, "colour": "red"}',
        '{"seed": 1, "time": "noon"}',
        '{"seed": 1, "time": ["day"]}',
        '{"seed": 1, "panorama": 1}',
    ],
)
def test_bad_records_are_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        SceneAttributes.from_json(text)
    assert caught.value.code == "scenes.attributes"
