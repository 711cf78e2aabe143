"""One section for each thing that was found, with the pictures it was found in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mezzotint.data.check.page.context import MAX_ROWS, Context
from mezzotint.data.check.page.markup import Markup, element, join
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mezzotint.data.check.report import CheckReport, MarkedPicture, Remark

Weight = Literal["bad", "warn", "note"]

MAX_GROUPS = 30
MAX_OF_GROUP = 8


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Hold one section of the page.

    Attributes:
        anchor: Its id.
        weight: "bad" cannot be used, "warn" needs a look, "note" is good to know.
        title: A word or two.
        num: How many pictures or groups.
        lead: What it means, one sentence.
        body: The pictures.
    """

    anchor: str
    weight: Weight
    title: str
    num: int
    lead: str
    body: Markup


def findings(report: CheckReport, context: Context) -> Iterator[Finding]:
    """List what was found, the worst first; nothing is listed that was not found."""
    for finding in _all(report, context):
        if finding.num:
            yield finding


def _all(report: CheckReport, context: Context) -> Iterator[Finding]:
    say = context.say
    yield Finding(
        anchor="broken",
        weight="bad",
        title=say(Message("Broken files")),
        num=len(report.broken),
        lead=say(Message("They cannot be used and are skipped; nothing was deleted or moved.")),
        body=_broken_table(report, context),
    )
    yield Finding(
        anchor="no-training",
        weight="bad",
        title=say(Message("Training refused")),
        num=len(report.no_training),
        lead=say(Message("The files say that they must not be trained on.")),
        body=_marked(report.no_training, context),
    )
    yield from _opt_outs(report, context)
    yield Finding(
        anchor="ai",
        weight="warn",
        title=say(Message("Made by AI")),
        num=len(report.made_by_ai),
        lead=say(Message("The files carry a label, or the settings of a generator.")),
        body=_marked(report.made_by_ai, context),
    )
    yield from _copies(report, context)
    yield from _weak_pictures(report, context)
    yield Finding(
        anchor="remarks",
        weight="note",
        title=say(Message("Read with a guess")),
        num=len(report.remarks),
        lead=say(Message("They can be used; something about the file is not as it should be.")),
        body=_remarks(report.remarks, context),
    )


def _opt_outs(report: CheckReport, context: Context) -> Iterator[Finding]:
    say = context.say
    yield Finding(
        anchor="near-opted-out",
        weight="bad",
        title=say(Message("Copies of opted-out pictures")),
        num=len(report.near_opted_out),
        lead=say(Message("They look like a picture on your list of opt-outs, and are not on it.")),
        body=context.gallery(report.near_opted_out),
    )
    yield Finding(
        anchor="opted-out",
        weight="note",
        title=say(Message("Opted out")),
        num=len(report.opted_out),
        lead=say(Message("Your list names them; training skips them.")),
        body=_remarks(report.opted_out, context),
    )


def _copies(report: CheckReport, context: Context) -> Iterator[Finding]:
    say = context.say
    yield Finding(
        anchor="straddling",
        weight="bad",
        title=say(Message("On both sides of the split")),
        num=len(report.straddling),
        lead=say(Message("Look-alikes that are trained on and tested on make figures too good.")),
        body=_groups(report.straddling, context),
    )
    yield Finding(
        anchor="copies",
        weight="warn",
        title=say(Message("Exact copies")),
        num=len(report.exact_duplicates),
        lead=say(Message("The same file, byte for byte, under several names.")),
        body=_groups(report.exact_duplicates, context),
    )
    yield Finding(
        anchor="near-copies",
        weight="warn",
        title=say(Message("Near copies")),
        num=len(report.near_duplicates),
        lead=say(Message("The same picture saved anew, resized, mirrored, or hardly changed.")),
        body=_groups(report.near_duplicates, context),
    )


def _weak_pictures(report: CheckReport, context: Context) -> Iterator[Finding]:
    say = context.say
    yield Finding(
        anchor="blurred",
        weight="warn",
        title=say(Message("Blurred")),
        num=len(report.blurred),
        lead=say(Message("Much softer than the rest of the set, even scaled down to 192 px.")),
        body=context.gallery(report.blurred),
    )
    yield Finding(
        anchor="flat",
        weight="warn",
        title=say(Message("Empty")),
        num=len(report.flat),
        lead=say(Message("One colour and nothing else.")),
        body=context.gallery(report.flat),
    )


def _broken_table(report: CheckReport, context: Context) -> Markup:
    rows = [
        element(
            "tr",
            element("td", element("bdi", each.key)),
            element("td", context.say(each.reason)),
            element("td", context.say(each.remedy)),
        )
        for each in report.broken[:MAX_ROWS]
    ]
    heads = (Message("File"), Message("What is wrong"), Message("What to do"))
    head = element("tr", *(element("th", context.say(each)) for each in heads))
    table = element("table", element("thead", head), element("tbody", *rows), class_="list")
    return join([element("div", table, class_="scroll"), context.rest(report.broken, MAX_ROWS)])


def _remarks(remarks: Sequence[Remark], context: Context) -> Markup:
    items = [element("li", context.say(remark.text)) for remark in remarks[:MAX_ROWS]]
    return join([element("ul", *items), context.rest(tuple(remarks), MAX_ROWS)])


def _marked(pictures: Sequence[MarkedPicture], context: Context) -> Markup:
    notes = {each.key: ", ".join(mark.detail for mark in each.marks) for each in pictures}
    return context.gallery(tuple(notes), notes)


def _groups(groups: Sequence[tuple[str, ...]], context: Context) -> Markup:
    shown = [_group(group, context) for group in groups[:MAX_GROUPS]]
    grid = element("div", *shown, class_="groups")
    return join([grid, context.rest(tuple(groups), MAX_GROUPS)])


def _group(keys: tuple[str, ...], context: Context) -> Markup:
    figures = [context.figure(key) for key in keys[:MAX_OF_GROUP]]
    hidden = len(keys) - MAX_OF_GROUP
    more = [element("span", f"+ {hidden:,}", class_="hidden")] if hidden > 0 else []
    return element("div", *figures, *more, class_="group")
