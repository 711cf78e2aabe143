"""Say in plain lines what a submission means, with carets under what it is warned of.

Nothing here prints: a face prints the lines, in its language.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from mezzotint.domain.message import Message
from mezzotint.prompt.render import render_value
from mezzotint.prompt.table import TABLE
from mezzotint.prompt.values import write_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mezzotint.prompt.diagnostics import Diagnostic
    from mezzotint.prompt.parameters import Value
    from mezzotint.prompt.structure import Prompt, Submission

_MAX_COLUMNS = 96  # of the submitted text that is shown around a span
_LEAD_COLUMNS = 32  # of these, at most so many before the span
_CUT = "..."
_JOINERS = frozenset("\u200c\u200d")  # they make one sign of two, and take no column


def explain(submission: Submission, translate: Callable[[Message], str] = str) -> tuple[str, ...]:
    r"""Explain a submission: its prompts part by part, then every diagnostic with carets.

    Args:
        submission: What `parse` returned.
        translate: Gives a message in the user's language; English as it stands by default.

    Returns:
        Lines without line ends, free of control characters, whatever the prompt holds.

    Example:
        >>> from mezzotint.prompt import parse
        >>> print(*explain(parse("a fox --s 5000")), sep="\n")
        text         a fox
        --stylize    1000
        <BLANKLINE>
        a fox --s 5000
              ^^^^^^^^
        warning param.range: --s cannot be 5000; 1000 is used.
            Write a whole number from 0 to 1000.
    """
    lines: list[str] = []
    for index, prompt in enumerate(submission.prompts, start=1):
        if submission.num_prompts > 1:
            lines += _separated(lines)
            heading = Message(
                "Prompt {index} of {num_prompts}",
                index=index,
                num_prompts=f"{submission.num_prompts:,}",
            )
            lines.append(translate(heading))
        lines += _columns(_describe(prompt, translate))
    for diagnostic in submission.diagnostics:
        lines += _separated(lines)
        lines += _underline(submission.text, diagnostic.start, diagnostic.end)
        lines += _complain(diagnostic, translate)
    if submission.diagnostics_truncated:
        lines += _separated(lines)
        lines.append(translate(Message("Further warnings are left out.")))
    return tuple(map(printable, lines))


def printable(text: str) -> str:
    r"""Replace what a terminal would act on, or could not encode, one for one.

    Example:
        >>> printable("red\x1b[31m")
        'red?[31m'
    """
    return text if text.isprintable() else "".join(map(_printable_character, text))


def display_width(text: str) -> int:
    """Return how many columns of a terminal `text` takes.

    Example:
        >>> display_width("雪 fox")
        6
    """
    return len(text) if text.isascii() else sum(map(_character_width, text))


def _describe(prompt: Prompt, translate: Callable[[Message], str]) -> Iterator[tuple[str, str]]:
    # Label and content of each part of a prompt, in the order it is rendered.
    for address in prompt.images:
        yield translate(Message("image")), address
    is_weighted = len(prompt.segments) > 1 or any(each.weight != 1 for each in prompt.segments)
    for segment in prompt.segments:
        label = Message("text")
        if is_weighted:
            label = Message("weight {weight}", weight=write_number(segment.weight))
        yield translate(label), segment.text
    for quote in prompt.quoted:
        yield translate(Message("to draw")), quote.text
    if prompt.no:
        yield translate(Message("without")), ", ".join(prompt.no)
    for tag in prompt.model_tags:
        yield translate(Message("model")), f"{tag.model} {write_number(tag.weight)}"
    for spec in TABLE:
        value: Value | None = getattr(prompt.parameters, spec.field, None)
        if value is not None:
            shown = translate(Message("on")) if value is True else render_value(value)
            yield f"--{spec.name}", shown


def _columns(rows: Iterator[tuple[str, str]]) -> list[str]:
    pairs = list(rows)
    widest = max((display_width(label) for label, _ in pairs), default=0)
    column = max(widest + 2, 13)
    return [f"{label}{' ' * (column - display_width(label))}{content}" for label, content in pairs]


def _separated(lines: list[str]) -> list[str]:
    return [""] if lines else []


def _complain(diagnostic: Diagnostic, translate: Callable[[Message], str]) -> list[str]:
    severity = Message("error") if diagnostic.severity == "error" else Message("warning")
    lines = [f"{translate(severity)} {diagnostic.code}: {translate(diagnostic.message)}"]
    if diagnostic.hint is not None:
        lines.append(f"    {translate(diagnostic.hint)}")
    return lines


def _underline(text: str, start: int, end: int) -> list[str]:
    """Show the line that a span begins in, cut to fit, and carets under the span."""
    line_start = max(text.rfind(mark, 0, start) for mark in "\n\r") + 1
    breaks = [at for mark in "\n\r" if (at := text.find(mark, start)) >= 0]
    line_end = min(breaks, default=len(text))
    before = _tail(printable(text[max(line_start, start - _LEAD_COLUMNS) : start]))
    if start - _LEAD_COLUMNS > line_start or len(before) < start - line_start:
        before = _CUT + before
    room = _MAX_COLUMNS - display_width(before)
    after = _head(printable(text[start : min(line_end, start + room)]), room)
    marked = display_width(after[: end - start])
    if len(after) < line_end - start:
        after += _CUT
    return [before + after, " " * display_width(before) + "^" * max(marked, 1)]


def _tail(text: str) -> str:
    # As much of the end of `text` as the lead may take.
    width = display_width(text)
    for cut, character in enumerate(text):
        if width <= _LEAD_COLUMNS:
            return text[cut:]
        width -= _character_width(character)
    return ""


def _head(text: str, num_columns: int) -> str:
    # As much of the beginning of `text` as fits.
    width = 0
    for cut, character in enumerate(text):
        width += _character_width(character)
        if width > num_columns:
            return text[:cut]
    return text


def _printable_character(character: str) -> str:
    if character.isprintable() or character in _JOINERS:
        return character
    return " " if character.isspace() else "?"


def _character_width(character: str) -> int:
    # East Asian wide and fullwidth signs take two columns, marks on a sign none (UAX 11).
    if character in _JOINERS or unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
