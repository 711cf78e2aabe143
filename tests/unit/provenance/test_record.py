"""The record goes into text and comes back unchanged, and damage to it is named."""

import json
from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mezzotint.domain.errors import InputError
from mezzotint.provenance.record import (
    RECORD_VERSION,
    FileFacts,
    PictureRecord,
    read_record,
    recipe_id,
)

LAWS = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
SCALARS = (
    TEXT
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.booleans()
    | st.none()
)
FACTS = FileFacts(
    format="jpeg", height_px=28, width_px=30, encoder={"quality": 92}, pixel_sha256="ab"
)
RECORD = PictureRecord(
    mezzotint_version="0.1.0",
    verb="imagine",
    prompt="koi --no text --seed 7",
    text="koi",
    negative_text="text",
    parameters={"chaos": 3, "stylize": 0.5, "raw": True, "style": None},
    model="pond",
    family="cgan",
    bundle_sha256="45de52bb" * 8,
    engine="native onnxruntime 1.32.0 CPU",
    seed=7,
    picture_index=2,
    num_pictures=4,
    data_manifest_sha256=("aa", "bb"),
    parent_pixel_sha256=("cc",),
    parent_labels=('{"Label":"1"}',),
    warnings=("The word red is unknown.",),
    file=FACTS,
)


@LAWS
@given(
    prompt=st.none() | TEXT,
    parameters=st.dictionaries(TEXT, SCALARS, max_size=5),
    seed=st.none() | st.integers(0, 2**32 - 1),
    labels=st.lists(TEXT, max_size=3).map(tuple),
)
def test_writing_and_reading_is_the_identity(
    prompt: str | None,
    parameters: dict[str, str | int | float | bool | None],
    seed: int | None,
    labels: tuple[str, ...],
) -> None:
    record = replace(RECORD, prompt=prompt, parameters=parameters, seed=seed, parent_labels=labels)
    found = read_record(record.to_json())
    assert found == record
    types = {key: type(value) for key, value in record.parameters.items()}
    assert {key: type(value) for key, value in found.parameters.items()} == types


def test_the_text_is_ascii_and_does_not_depend_on_the_order_of_parameters() -> None:
    first = replace(RECORD, prompt="鲤鱼", parameters={"a": 1, "b": 2})
    second = replace(RECORD, prompt="鲤鱼", parameters=MappingProxyType({"b": 2, "a": 1}))
    assert first.to_json() == second.to_json()
    assert first.to_json().isascii()


def test_broken_unicode_is_replaced() -> None:
    record = replace(RECORD, prompt="koi \udce9", parameters={"a": "\ud800"})
    found = read_record(record.to_json())
    assert (found.prompt, found.parameters["a"]) == ("koi \ufffd", "\ufffd")


def test_there_is_no_time_in_it() -> None:
    names = set(json.loads(RECORD.to_json()))
    assert not [name for name in names if "time" in name or "date" in name]


def test_what_a_private_record_keeps_and_drops() -> None:
    private = RECORD.without_private_data()
    assert private.is_private
    assert "koi" not in private.to_json()
    assert (private.prompt, private.seed, private.parameters) == (None, None, {})
    assert (private.parent_pixel_sha256, private.warnings) == ((), ())
    assert private.parent_labels == RECORD.parent_labels
    assert (private.model, private.file) == (RECORD.model, RECORD.file)


def without(name: str) -> str:
    content = json.loads(RECORD.to_json())
    del content[name]
    return json.dumps(content)


def changed(**fields: object) -> str:
    return json.dumps(json.loads(RECORD.to_json()) | fields)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Expecting value"),
        (RECORD.to_json()[:-1], "delimiter"),
        ("[]", "not a JSON object"),
        ("[" * 100_000, "recursion"),
        (without("model"), "model"),
        (changed(surprise=1), "surprise"),
        (changed(seed="seven"), "seed"),
        (changed(file={"format": "tga"}), "file.format"),
        (changed(parameters={"nested": {}}), "parameters.nested"),
        (changed(digital_source_type="digitalCapture"), "digital_source_type"),
    ],
)
def test_damaged_records_are_named(text: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as caught:
        read_record(text)
    assert caught.value.code == "record.damaged"


def test_newer_records_ask_for_an_update() -> None:
    with pytest.raises(InputError, match="newer Mezzotint") as caught:
        read_record(changed(record_version=RECORD_VERSION + 1, a_new_field=1))
    assert caught.value.code == "record.newer"
    assert "upgrade" in str(caught.value.hint)


def test_the_id_changes_with_either_part() -> None:
    ids = {recipe_id("a", "b"), recipe_id("a", None), recipe_id("ab", None), recipe_id("", "ab")}
    assert len(ids) == 4
    assert all(one.isascii() and " " not in one for one in ids)
