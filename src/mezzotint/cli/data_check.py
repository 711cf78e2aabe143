"""`mezzotint data check`: the doctor's report on a terminal, as JSON and as a page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mezzotint.cli.command import N_, command
from mezzotint.cli.face import Face
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from mezzotint.data.check.report import CheckReport
    from mezzotint.data.check.shape_statistics import Count

MAX_LISTED = 12  # of each finding on the terminal; the page and --json hold all
MAX_BROKEN_LISTED = 100
MAX_NAME_CHARS = 32


@command(
    "check",
    N_(
        "Look at every picture once: what is there, what is broken or doubled, what to train and "
        "what to expect. Nothing is changed."
    ),
)
@click.argument("pictures")
@click.option(
    "--html",
    type=click.Path(path_type=Path),
    default=None,
    help=N_("Write a page with thumbnails, too."),
)
@click.option(
    "--opt-out",
    type=click.Path(path_type=Path),
    default=None,
    help=N_("File with hashes and patterns of pictures that must not be trained on."),
)
@click.option("--no-speed", is_flag=True, help=N_("Do not measure how fast training is here."))
@click.pass_obj
def check(
    face: Face, pictures: str, html: Path | None, opt_out: Path | None, no_speed: bool
) -> None:
    """Print what was found, the worst first, then what to do."""
    from mezzotint.data.check.json_form import to_json
    from mezzotint.studio.studio import Studio

    result = Studio().check(
        pictures,
        opt_outs_file=opt_out,
        with_speed=not no_speed,
        page=html,
        language=face.language,
    )
    if face.json_output:
        document = {"report": to_json(result.report), "prescription": to_json(result.prescription)}
        face.line_raw(json.dumps(document, ensure_ascii=True, indent=2))
        return
    for line in _report_lines(result.report, face):
        face.line(line)
    face.line()
    face.say(Message("What to do"))
    for advice in result.prescription.advice:
        both = Message("{message} {hint}", message=advice.text, hint=advice.reason)
        face.line(f"  - {face.translate(both)}")
    for note in (*result.report.to_think_of, *result.notes):
        face.line(f"  - {face.translate(note)}")
    if html is not None:
        face.say(Message("Page: {path}", path=str(html)))


def _report_lines(report: CheckReport, face: Face) -> Iterator[str]:
    say = face.translate
    yield say(report.taken_for)
    yield from map(say, report.notes)
    yield say(
        Message(
            "{num:,} of {entries:,} files are pictures that can be used ({megabytes:,.1f} MB).",
            num=report.num_pictures,
            entries=report.num_entries,
            megabytes=report.num_bytes / 1e6,
        )
    )
    yield from _counts(say(Message("Formats")), report.formats)
    yield from _counts(say(Message("Channels")), report.channels)
    if report.shapes is not None:
        yield from _counts(say(Message("Shorter side, px")), report.shapes.sides)
        yield from _counts(say(Message("Width : height")), report.shapes.aspects)
    yield from _counts(say(Message("Classes")), report.classes)
    if report.captions is not None:
        yield from _counts(say(Message("Words")), report.captions.vocabulary)
    broken = [
        say(Message("{message} {hint}", message=each.reason, hint=each.remedy))
        for each in report.broken
    ]
    yield from _list(say(Message("Broken files")), broken, face, MAX_BROKEN_LISTED)
    remarks = [say(each.text) for each in report.remarks]
    yield from _list(say(Message("Odd files")), remarks, face)
    copies = [", ".join(group) for group in report.exact_duplicates]
    yield from _list(say(Message("Exact copies")), copies, face)
    near = [", ".join(group) for group in report.near_duplicates]
    yield from _list(say(Message("Near copies")), near, face)
    yield from _list(say(Message("Blurred")), report.blurred, face)
    yield from _list(say(Message("One colour")), report.flat, face)
    yield from _list(say(Message("Made by AI")), [each.key for each in report.made_by_ai], face)
    refusing = [each.key for each in report.no_training]
    yield from _list(say(Message("Not for training")), refusing, face)
    yield from _list(say(Message("Opted out")), [each.key for each in report.opted_out], face)


def _counts(title: str, counts: Sequence[Count]) -> Iterator[str]:
    if counts:
        shown = ", ".join(f"{_short(count.name)} {count.num:,}" for count in counts[:MAX_LISTED])
        more = ", ..." if len(counts) > MAX_LISTED else ""
        yield f"{title}: {shown}{more}"


def _short(name: str) -> str:
    return name if len(name) <= MAX_NAME_CHARS else f"{name[: MAX_NAME_CHARS - 3]}..."


def _list(
    title: str, lines: Sequence[str], face: Face, max_listed: int = MAX_LISTED
) -> Iterator[str]:
    if lines:
        yield f"{title} ({len(lines)}):"
        yield from (f"  {line}" for line in lines[:max_listed])
        if len(lines) > max_listed:
            more = Message("{num} more; --json lists all.", num=len(lines) - max_listed)
            yield f"  {face.translate(more)}"
