"""The A1111 text: what we write, they read; what they write, we read, fast whatever it is."""

import json
import re
import time
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mezzotint.provenance.infotext import Infotext, infotext_of, parse_infotext
from mezzotint.provenance.record import FileFacts, PictureRecord

LAWS = settings(
    deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
# The rule as a regular expression, to compare with.
PAIR = re.compile(r'\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)')
SIZE = re.compile(r"\d+x\d+")

STORABLE = st.characters(exclude_characters="\x00\ufeff", exclude_categories=["Cs"])
KEYS = st.from_regex(r"[A-Za-z][A-Za-z0-9_/-]( ?[A-Za-z0-9_/-]){0,8}", fullmatch=True)
VALUES = st.text(STORABLE, max_size=30) | st.text('ab,:"\\ \n', max_size=12)
PROMPTS = st.lists(st.text(STORABLE, max_size=40).map(lambda line: line.replace("\n", " ").strip()))


def is_plain(lines: list[str]) -> bool:
    return not any(line.startswith("Negative prompt:") for line in lines)


def reference_pairs(line: str) -> list[tuple[str, str]]:
    return PAIR.findall(line)


@LAWS
@given(
    prompt=PROMPTS.filter(is_plain).map(lambda lines: "\n".join(lines).strip("\n")),
    negative=PROMPTS.filter(is_plain).map(lambda lines: "\n".join(lines).strip("\n")),
    parameters=st.dictionaries(KEYS, VALUES, min_size=3, max_size=6),
)
def test_writing_and_parsing_is_the_identity(
    prompt: str, negative: str, parameters: dict[str, str]
) -> None:
    found = parse_infotext(
        Infotext(prompt=prompt, negative_prompt=negative, parameters=parameters).to_text()
    )
    expected: dict[str, str] = {}
    for key, value in parameters.items():
        if SIZE.fullmatch(value):
            expected |= dict(zip((f"{key}-1", f"{key}-2"), value.split("x"), strict=True))
        else:
            expected[key] = value
    assert found == Infotext(prompt=prompt, negative_prompt=negative, parameters=expected)


@LAWS
@given(line=st.text('ab1_ -/:,"\\x\t\u6c34', max_size=60))
def test_pairs_are_those_of_the_regular_expression(line: str) -> None:
    pairs = reference_pairs(line.strip())
    found = parse_infotext(line)
    if len(pairs) < 3:
        assert found.parameters == {}
        assert found.prompt == line.strip() or line.strip().startswith("Negative prompt:")
        return
    assert found.prompt == ""
    names = {name for key, _ in pairs for name in (key, f"{key}-1", f"{key}-2")}
    assert set(found.parameters) <= names
    for key, value in pairs:  # a later pair of the same key wins, as there
        if value[:1] != '"' and not SIZE.fullmatch(value) and dict(pairs)[key] == value:
            assert found.parameters[key] == value


@LAWS
@given(text=st.text())
def test_any_text_parses(text: str) -> None:
    parse_infotext(text)


def test_a_file_of_a1111() -> None:
    text = (
        "masterpiece, (koi:1.2) in a pond\nsecond line\n"
        "Negative prompt: text, blur\nmore\n"
        "Steps: 20, Sampler: DPM++ 2M Karras, CFG scale: 7, Seed: 965400086, Size: 512x768, "
        'Model hash: 6ce0161689, Model: v1-5, Lora hashes: "a: 1, b: 2", Version: v1.10.1'
    )
    found = parse_infotext(text)
    assert found.prompt == "masterpiece, (koi:1.2) in a pond\nsecond line"
    assert found.negative_prompt == "text, blur\nmore"
    assert dict(found.parameters) == {
        "Steps": "20",
        "Sampler": "DPM++ 2M Karras",
        "CFG scale": "7",
        "Seed": "965400086",
        "Size-1": "512",
        "Size-2": "768",
        "Model hash": "6ce0161689",
        "Model": "v1-5",
        "Lora hashes": "a: 1, b: 2",
        "Version": "v1.10.1",
    }


def test_a_last_line_with_two_pairs_is_prompt() -> None:
    found = parse_infotext("koi\nat 10: 30, scale: 2")
    assert found == Infotext(prompt="koi\nat 10: 30, scale: 2")


def test_quoting_is_json() -> None:
    text = Infotext(
        prompt="p", parameters={"AA": "x, y", "BB": 'say "a: b"', "CC": "1\n2"}
    ).to_text()
    last = text.splitlines()[-1]
    assert last == 'AA: "x, y", BB: "say \\"a: b\\"", CC: "1\\n2"'
    assert json.loads(dict(reference_pairs(last))["BB"]) == 'say "a: b"'


@pytest.mark.parametrize(
    "hostile", ["a " * 100_000, "aa:" * 60_000, 'aa:"x,' * 40_000, 'aa:"\\' * 50_000]
)
def test_hostile_texts_take_linear_time(hostile: str) -> None:
    start = time.process_time()
    parse_infotext(hostile)
    assert time.process_time() - start < 2  # the regular expression takes minutes


RECORD = PictureRecord(
    mezzotint_version="0.1.0",
    verb="imagine",
    prompt="koi --no text --seed 7",
    text="koi, in a pond",
    negative_text="text",
    model="pond",
    family="cgan",
    bundle_sha256="45de52bb11" * 6,
    engine="native",
    seed=7,
    picture_index=1,
    file=FileFacts(format="png", height_px=48, width_px=64, encoder={}, pixel_sha256="ab"),
)


def test_what_other_programs_read_of_our_pictures() -> None:
    assert infotext_of(RECORD).to_text() == (
        "koi, in a pond\n"
        "Negative prompt: text\n"
        "Steps: 1, Sampler: GAN, Seed: 7, Size: 64x48, Model hash: 45de52bb11, Model: pond, "
        "Picture index: 1, Version: mezzotint 0.1.0"
    )


def test_what_differs_between_models_and_verbs() -> None:
    record = replace(RECORD, text="", seed=None, family="vae", parameters={"tile": True})
    found = infotext_of(record)
    assert found.prompt == "koi --no text --seed 7"
    assert "Seed" not in found.parameters
    assert (found.parameters["Sampler"], found.parameters["Tiling"]) == ("VAE", "True")


def test_text_that_no_file_can_hold_is_made_storable() -> None:
    text = Infotext(prompt="a\x00b\ufeff \ud800", parameters={"Seed": "1"}).to_text()
    assert text == "a b \ufffd\nSeed: 1"
