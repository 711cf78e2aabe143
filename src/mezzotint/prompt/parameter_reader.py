"""Split parameters from text: find where each begins, read its value, say what went wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mezzotint.prompt import parameter_wording, wording
from mezzotint.prompt.profiles import MEZZOTINT, NEWEST_NIJI, Profile, Versions
from mezzotint.prompt.table import BY_FIELD, BY_NAME
from mezzotint.prompt.values import Reading, read_value

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from mezzotint.prompt.diagnostics import Reporter, Span
    from mezzotint.prompt.parameter_spec import ParameterSpec
    from mezzotint.prompt.parameters import Value

# Two hyphens behind a blank, or the long dash that a word processor makes of them.
_OPENING = re.compile(r"(?<!\S)(?:--|[—–](?=[A-Za-z]))(\S*+)")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*+")
_PROFILE_FIELDS = frozenset(("version", "niji"))
_RAW = BY_FIELD["raw"]
_OLD_STYLES = {
    **dict.fromkeys(("4a", "4b", "4c"), Versions(first=4, last=4, families=("v",))),
    **dict.fromkeys(
        ("cute", "expressive", "original", "scenic"),
        Versions(first=5, last=5, families=("niji",)),
    ),
}
_TUNER_CODES = Versions(first=5.2, last=5.2, families=("v",))


class Opening(NamedTuple):
    """Mark one place where a parameter begins, or tries to.

    Attributes:
        start: Place of the dash.
        name_end: End of the token.
        name: The token without its dash, as typed.
        spec: What it names; None if nothing.
        end: Where the next opening, or the text, ends the reach of this one.
    """

    start: int
    name_end: int
    name: str
    spec: ParameterSpec | None
    end: int


class Found(NamedTuple):
    """Hold one parameter that was set.

    Attributes:
        spec: Which one.
        name: Its name as typed.
        value: What it was set to.
        span: Where it stands in its text; None if it comes from the user's suffix.
    """

    spec: ParameterSpec
    name: str
    value: Value
    span: Span | None


def find_openings(text: str, start: int = 0) -> list[Opening]:
    """Find everything that begins like a parameter, in order."""
    tokens = [
        token
        for token in _OPENING.finditer(text, start)
        if text[token.start()] == "-" or _NAME.fullmatch(token[1])
    ]
    ends = [token.start() for token in tokens[1:]]
    ends.append(len(text))
    return [
        Opening(token.start(), token.end(), token[1], BY_NAME.get(token[1].lower()), end)
        for token, end in zip(tokens, ends, strict=False)
    ]


def choose_profile(text: str, openings: Sequence[Opening]) -> Profile:
    """Return the rules that the last legal `--v` or `--niji` asks for."""
    for opening in reversed(openings):
        spec = opening.spec
        if spec is None or spec.field not in _PROFILE_FIELDS:
            continue
        value = _read(opening, spec, text, MEZZOTINT).value
        if value is not None:
            number = NEWEST_NIJI if value is True else str(value)
            return Profile("v" if spec.field == "version" else "niji", number)
    return MEZZOTINT


def read_parameters(
    text: str,
    openings: Iterable[Opening],
    profile: Profile,
    macros: Collection[str],
    reporter: Reporter,
) -> tuple[dict[str, Found], list[Span]]:
    """Read the value behind each opening.

    Returns:
        What was set, by field of `Parameters`, and the spans that are no text any more.
    """
    found: dict[str, Found] = {}
    consumed: list[Span] = []
    for opening in openings:
        spec = opening.spec
        if spec is None:
            _report_unnamed(opening, macros, reporter)
            continue
        reading = _read(opening, spec, text, profile)
        if reading.value is None:
            _report_unread(opening, spec, reading, text, profile, reporter)
            continue
        span = (opening.start, reading.end)
        consumed.append(span)
        _report_trailing_text(text, reading.end, opening.end, reporter)
        if reading.problem == "range":
            _report_moved(opening, spec, reading, text, profile, reporter)
        one = _settle_old(Found(spec, opening.name, reading.value, span), profile, reporter)
        if one is not None:
            _keep_last(found, one, reporter)
    return found, consumed


def _read(opening: Opening, spec: ParameterSpec, text: str, profile: Profile) -> Reading:
    return read_value(spec, spec.limits_in(profile), text, opening.name_end, opening.end)


def _keep_last(found: dict[str, Found], one: Found, reporter: Reporter) -> None:
    field = one.spec.field
    lost = found.pop(field, None)
    if lost is not None and lost.span is not None:
        reporter.warn("param.repeated", lost.span, parameter_wording.repeated, lost.name)
    found[field] = one


def _settle_old(one: Found, profile: Profile, reporter: Reporter) -> Found | None:
    # None for what is accepted and ignored; `--style raw` is `--raw` by another name.
    spec, name, value, span = one
    if span is None:
        return one
    if spec.is_legacy or (spec.field == "hd" and profile == Profile("v", "3")):
        reporter.warn("param.legacy", span, parameter_wording.legacy, name.lower())
        return None
    if spec.field != "style":
        return one
    style = str(value)
    if style.lower() == "raw":
        return Found(_RAW, name, True, span)
    if _OLD_STYLES.get(style.lower(), _TUNER_CODES).include(profile):
        return one
    reporter.warn("param.legacy", span, parameter_wording.old_style, style)
    return None


def _report_unnamed(opening: Opening, macros: Collection[str], reporter: Reporter) -> None:
    span = (opening.start, opening.name_end)
    if _NAME.fullmatch(opening.name):
        reporter.warn("param.unknown", span, parameter_wording.unknown, opening.name, macros)
    else:
        reporter.warn("param.malformed", span, parameter_wording.malformed, opening.name)


def _report_unread(
    opening: Opening,
    spec: ParameterSpec,
    reading: Reading,
    text: str,
    profile: Profile,
    reporter: Reporter,
) -> None:
    limits = spec.limits_in(profile)
    if reading.problem == "missing":
        span = (opening.start, opening.name_end)
        words = parameter_wording.missing
        reporter.warn("param.value-missing", span, words, opening.name, spec, limits)
        return
    value = text[opening.name_end : reading.end].strip()
    span = (opening.start, reading.end)
    reporter.warn(
        "param.value", span, parameter_wording.bad_value, opening.name, value, spec, limits
    )


def _report_moved(
    opening: Opening,
    spec: ParameterSpec,
    reading: Reading,
    text: str,
    profile: Profile,
    reporter: Reporter,
) -> None:
    if not isinstance(reading.value, int | float):
        return
    value = text[opening.name_end : reading.end].strip()
    reporter.warn(
        "param.range",
        (opening.start, reading.end),
        parameter_wording.moved,
        opening.name,
        value,
        reading.value,
        spec,
        spec.limits_in(profile),
    )


def _report_trailing_text(text: str, start: int, end: int, reporter: Reporter) -> None:
    rest = text[start:end]
    if not rest or rest.isspace():
        return
    first = end - len(rest.lstrip())
    last = start + len(rest.rstrip())
    reporter.warn("text.after-params", (first, last), wording.text_after_parameters)
