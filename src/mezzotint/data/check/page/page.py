"""Put the page together: one file, no scripts, no requests, light and dark, screen and paper."""

from __future__ import annotations

from importlib import resources
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal

from mezzotint.data.check.page.context import Context
from mezzotint.data.check.page.findings import Finding, findings
from mezzotint.data.check.page.markup import Markup, element, join
from mezzotint.data.check.page.sections import (
    caption_section,
    class_section,
    duties_section,
    key_figures,
    notes_of_source,
    prescription_section,
    sample_section,
    shape_section,
)
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mezzotint.data.check.advice import Prescription
    from mezzotint.data.check.report import CheckReport

Language = Literal["en", "zh"]

# Even if a text broke out of its escaping, the browser would load and run nothing.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_LANGUAGE_TAGS = {"en": "en", "zh": "zh-Hans"}


def render_page(
    report: CheckReport,
    prescription: Prescription,
    *,
    thumbnails: Mapping[str, bytes],
    language: Language = "en",
    translate: Callable[[Message], str] = str,
) -> str:
    """Write the report as one HTML file.

    Args:
        report: From `check`.
        prescription: From `advise`.
        thumbnails: From `make_thumbnails`; WebP files by key.
        language: Of the page.
        translate: Gives messages in that language.
    """
    context = Context(thumbnails=thumbnails, translate=translate)
    found = list(findings(report, context))
    body = element(
        "body",
        _header(report, found, context),
        element(
            "main",
            prescription_section(prescription, context),
            sample_section(report, context),
            *(_finding_section(finding) for finding in found),
            shape_section(report, context),
            class_section(report, context),
            caption_section(report, context),
            duties_section(report, context),
        ),
        _footer(context),
    )
    page = element("html", _head(report, context), body, lang=_LANGUAGE_TAGS[language])
    return f"<!doctype html>\n{page}\n"


def _head(report: CheckReport, context: Context) -> Markup:
    title = context.say(Message("Data check: {name}", name=_short_name(report.address)))
    style = (
        resources.files("mezzotint.data.check.page")
        .joinpath("style.css")
        .read_text(encoding="utf-8")
    )
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        element("style", Markup(style)),
    )


def _header(report: CheckReport, found: list[Finding], context: Context) -> Markup:
    chips = [
        element(
            "a",
            f"{finding.title} ",
            element("b", f"{finding.num:,}"),
            href=f"#{finding.anchor}",
            class_=finding.weight,
        )
        for finding in found
    ]
    if not chips:
        clean = context.say(Message("Nothing is wrong with these files."))
        chips = [element("span", clean, class_="good")]
    return element(
        "header",
        element("p", context.say(Message("Mezzotint data check")), class_="brand"),
        element("h1", element("bdi", _short_name(report.address))),
        notes_of_source(report, context),
        key_figures(report, context),
        element("nav", *chips),
    )


def _finding_section(finding: Finding) -> Markup:
    number = element("span", f"{finding.num:,}", class_=f"badge {finding.weight}")
    title = element("h2", f"{finding.title} ", number)
    lead = element("p", finding.lead, class_="lead")
    return element("section", title, lead, finding.body, id=finding.anchor)


def _footer(context: Context) -> Markup:
    text = Message("No picture was changed, moved or deleted. This page holds all it shows.")
    return join([element("footer", context.say(text))])


def _short_name(address: str) -> str:
    return PurePosixPath(address.rstrip("/").replace("\\", "/")).name or address
