"""Every parameter: names, forms, ranges, versions."""

from __future__ import annotations

import dataclasses
import typing

import pytest

from mezzotint.prompt import (
    DEFAULTS,
    AspectRatio,
    Parameters,
    PromptSettings,
    Reference,
    ResolvedParameters,
    parse,
)
from mezzotint.prompt.jobs import Job
from mezzotint.prompt.parameter_spec import Kind, ParameterSpec
from mezzotint.prompt.reference import parameter_rows
from mezzotint.prompt.table import BY_NAME, LEGACY, TABLE


def read(text: str, settings: PromptSettings | None = None) -> tuple[Parameters, str, list[str]]:
    """Return parameters, remaining text and codes of a one-prompt submission."""
    submission = parse(text, settings=settings or PromptSettings())
    (prompt,) = submission.prompts
    codes = [f"{each.code}@{each.start}" for each in submission.diagnostics]
    return prompt.parameters, prompt.text, codes


def test_the_table_and_the_dataclass_name_the_same_fields():
    names = [field.name for field in dataclasses.fields(Parameters)]
    assert [spec.field for spec in TABLE if spec.field != "no"] == names
    assert [field.name for field in dataclasses.fields(ResolvedParameters)] == names


def test_names_are_unique():
    assert len(BY_NAME) == sum(len(spec.names) for spec in (*TABLE, *LEGACY))


# One legal value of every parameter, as typed and as read.
LEGAL: dict[str, tuple[str, object]] = {
    "aspect": ("139:100", AspectRatio(139, 100)),
    "chaos": ("100", 100),
    "stylize": ("0", 0),
    "weird": ("3000", 3000),
    "exp": ("25", 25),
    "seed": ("4294967295", 4294967295),
    "quality": ("4", 4.0),
    "repeat": ("40", 40),
    "tile": ("", True),
    "stop": ("10", 10),
    "image_weight": (".5", 0.5),
    "style_references": (
        "https://x.test/a::2 77 RANDOM::.5",
        (
            Reference(url="https://x.test/a", weight=2.0),
            Reference(code=77),
            Reference(weight=0.5),
        ),
    ),
    "style_weight": ("1000", 1000),
    "style_version": ("4", 4),
    "character_references": ("https://x.test/c", (Reference(url="https://x.test/c"),)),
    "character_weight": ("0", 0),
    "omni_reference": ("https://x.test/o", "https://x.test/o"),
    "omni_weight": ("1", 1),
    "edit_images": ("http://x.test/e", (Reference(url="http://x.test/e"),)),
    "profile": ("Ab_c-1", "Ab_c-1"),
    "raw": ("", True),
    "style": ("raw", None),
    "draft": ("", True),
    "hd": ("", True),
    "version": ("5.0", "5.0"),
    "niji": ("6", "6"),
    **dict.fromkeys(("fast", "relax", "turbo", "public", "stealth", "video"), ("", True)),
    "zoom": ("1.5", 1.5),
    "motion": ("High", "high"),
    "loop": ("", True),
    "end_frame": ("https://x.test/z", "https://x.test/z"),
    "batch_size": ("2", 2),
}


@pytest.mark.parametrize(
    "spec", [spec for spec in TABLE if spec.field != "no"], ids=lambda spec: spec.name
)
def test_every_name_reads_its_value_to_the_declared_type(spec: ParameterSpec):
    typed, value = LEGAL[spec.field]
    settings = PromptSettings(job=spec.job or Job.IMAGINE)
    hints = typing.get_type_hints(Parameters)
    for name in spec.names:
        for form in (f"--{name}", f"—{name.upper()}"):
            parameters, text, codes = read(f"fox {form} {typed}", settings)
            assert text == "fox"
            assert getattr(parameters, spec.field) == value
            assert not [code for code in codes if not code.startswith("param.conflict")]
    origin = typing.get_origin(hints[spec.field])
    allowed = [each for each in typing.get_args(hints[spec.field]) if each is not type(None)]
    plain = {typing.get_origin(each) or each for each in allowed}
    assert origin is not None
    assert value is None or type(value) in plain or value is True


@pytest.mark.parametrize(
    ("typed", "field", "value"),
    [
        ("--chaos -5", "chaos", 0),
        ("--chaos 101", "chaos", 100),
        ("--chaos 20.5", "chaos", 21),
        ("--s 0.4", "stylize", 0),
        ("--repeat 0", "repeat", 1),
        ("--repeat 99999999999999999999", "repeat", 40),
        ("--q 3", "quality", 4),
        ("--q 1.5", "quality", 2),
        ("--q .25", "quality", 1),
        ("--iw 3.5", "image_weight", 3),
        ("--stop 1", "stop", 10),
        ("--ow 0", "omni_weight", 1),
    ],
)
def test_a_number_out_of_range_becomes_the_nearest_legal_one(typed: str, field: str, value: float):
    parameters, text, codes = read(f"fox {typed}")
    assert text == "fox"
    assert getattr(parameters, field) == value
    assert codes[0] == "param.range@4"


@pytest.mark.parametrize(
    "typed",
    [
        "--seed abc",
        "--seed 4294967296",
        "--seed -1",
        "--seed 1.5",
        "--seed " + "9" * 50,
        "--ar 1.39:1",
        "--ar 0:1",
        "--ar 3x2",
        "--ar 1111111111:1",
        "--v 9",
        "--v 6.0",
        "--niji 9",
        "--sv 7",
        "--sv 2.5",
        "--s high",
        "--s 1e3",
        "--s 250,",
        "--motion fast",
        "--oref picture.txt",
        "--sref fox",
        "--sref 4294967296",
        "--cref 77",
        "--cref random",
        "--style _",
        "--width wide",
    ],
)
def test_a_wrong_value_stays_text_with_what_follows(typed: str):
    parameters, text, codes = read(f"fox {typed} in snow --tile", PromptSettings(job=Job.ANIMATE))
    assert codes == ["param.value@4"]
    assert text == f"fox {typed} in snow"
    assert parameters == Parameters(tile=True)


@pytest.mark.parametrize("name", ["seed", "ar", "no", "sref", "oref", "v", "q", "style", "h"])
def test_a_missing_value_leaves_the_name_as_text(name: str):
    parameters, text, codes = read(f"fox --{name} --tile 7")
    assert text == f"fox --{name} 7"
    assert codes == ["param.value-missing@4", f"text.after-params@{len(name) + 14}"]
    assert parameters == Parameters(tile=True)


def test_flags_and_optional_parameters_need_no_value():
    parameters, text, codes = read("fox --p --niji --raw")
    assert (parameters.profile, parameters.niji, parameters.raw) == (True, True, True)
    assert (text, codes) == ("fox", [])


def test_an_optional_parameter_takes_only_what_is_legal_for_it():
    parameters, text, codes = read("fox --niji cute --p 雪 --style raw")
    assert (parameters.niji, parameters.profile, parameters.raw) == (True, True, True)
    assert text == "fox cute 雪"
    assert codes == ["text.after-params@11", "text.after-params@20"]


def test_an_opening_dash_is_never_a_value():
    parameters, text, codes = read("fox --p --5 bar --no snow -- trees --tile")
    assert parameters == Parameters(profile=True, tile=True)
    assert text == "fox --5 bar -- trees"
    assert codes == ["param.malformed@8", "param.malformed@26"]


def test_more_pictures_than_fit_are_text():
    urls = [f"https://x.test/{index}" for index in range(5)]
    parameters, text, codes = read(f"fox --edit {' '.join(urls)}")
    assert [each.url for each in parameters.edit_images or ()] == urls[:4]
    assert text == f"fox {urls[4]}"
    assert [code.partition("@")[0] for code in codes] == ["text.after-params", "image.not-leading"]


def test_aliases_repeat_each_other_and_the_last_legal_one_counts():
    assert read("fox --raw --style raw")[2] == ["param.repeated@4"]
    assert read("fox --no a --no b --no c")[2] == ["param.repeated@4", "param.repeated@11"]
    parameters, text, codes = read("fox --s 50 --s fast")
    assert (parameters.stylize, text, codes) == (50, "fox --s fast", ["param.value@11"])


@pytest.mark.parametrize("spec", LEGACY, ids=lambda spec: spec.name)
def test_legacy_parameters_are_dropped(spec: ParameterSpec):
    value = " 640" if spec.kind is Kind.NUMBER else ""
    assert read(f"fox --{spec.name}{value} --tile") == (
        Parameters(tile=True),
        "fox",
        ["param.legacy@4"],
    )


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("--style 4a --v 4", "4a"),
        ("--style cute --niji 5", "cute"),
        ("--style random-32 --v 5.2", "random-32"),
    ],
)
def test_old_styles_live_in_their_version(text: str, style: str):
    assert read(f"fox {text}")[0].style == style
    assert read(f"fox {text}")[2] == []
    without = text.partition(" --")[0]
    assert read(f"fox {without}") == (Parameters(), "fox", ["param.legacy@4"])


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("fox --v 8.2 --q 2", ["param.profile@12"]),
        ("fox --q 2 --v 7", []),
        ("fox --v 7 --stop 50", ["param.profile@10"]),
        ("fox --v 6.1 --stop 50", []),
        ("fox --v 4 --weird 5", ["param.profile@10"]),
        ("fox --v 5 --raw", ["param.profile@10"]),
        ("fox --v 5.1 --raw", []),
        ("fox --v 6 --exp 5", ["param.profile@10"]),
        ("fox --niji 6 --cref https://x.test/c", []),
        ("fox --v 7 --cref https://x.test/c", ["param.profile@10"]),
        ("fox --niji 7 --oref https://x.test/c", ["param.profile@13"]),
        ("fox --v 7 --oref https://x.test/c", []),
        ("fox --v 8.1 --edit https://x.test/c", []),
        ("fox --v 7 --hd", ["param.profile@10"]),
        ("fox --v 3 --hd", ["param.legacy@10"]),
        ("a::2 b --v 8.1", ["param.profile@1"]),
        ("a::2 b --v 7", []),
        ("fox --v 6 --q 2", ["param.range@10"]),
        ("fox --v 6.1 --q 2", []),
        ("fox --v 6 --q .25", []),
        ("fox --v 6 --sv 5 --sref 7", ["param.value@10"]),
        ("fox --v 6 --ar 15:1", ["param.value@10"]),
        ("fox --v 6 --ar 14:1", []),
        ("fox --ar 15:1 --v 7", []),
    ],
)
def test_versions_bring_their_own_rules(text: str, codes: list[str]):
    assert read(text)[2] == codes


@pytest.mark.parametrize("version", ["--v 5.2", "--niji", "--niji 6"])
def test_image_weight_ends_at_two_in_old_versions(version: str):
    parameters, _, codes = read(f"https://x.test/a.png fox --iw 3 {version}")
    assert parameters.image_weight == 2
    assert codes == ["param.range@25"]


def test_what_a_version_lacks_is_honoured_all_the_same():
    parameters, _, _ = read("a::2 b --q 2 --stop 50 --turbo --v 8.2")
    assert (parameters.quality, parameters.stop) == (2, 50)
    assert parameters.turbo is None  # recorded only, and there is no such thing on V8


def test_defaults_hold_where_nothing_is_set():
    assert Parameters().resolve() == DEFAULTS
    assert Parameters(stylize=0, tile=True).resolve() == dataclasses.replace(
        DEFAULTS, stylize=0, tile=True
    )


def test_rows_for_help_and_documentation():
    rows = {row.names: row for row in parameter_rows()}
    assert rows["--aspect, --ar"][1:3] == ("W:H", "1:1")
    assert rows["--chaos, --c"][1:3] == ("0-100", "0")
    assert rows["--tile"][1:3] == ("", "")
    assert rows["--seed"][1:3] == ("0-4294967295", "")
    assert all(str(row.meaning).endswith(".") for row in rows.values())
