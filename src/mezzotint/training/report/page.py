"""Put the report together from what a run's folder holds: also of a run that was stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from mezzotint.data.check.page.markup import Markup, element, join
from mezzotint.domain.message import Message
from mezzotint.training.files import write_durably
from mezzotint.training.metrics_log import read_log
from mezzotint.training.recipes import as_scalars
from mezzotint.training.report.curves import curves, draw_curve, lay_out
from mezzotint.training.report.sheets import (
    NUM_EARLIER,
    images_seen_at,
    picture,
    small_copy,
    spread_over,
    time_lapse,
)
from mezzotint.training.report.words import (
    ENGLISH,
    FIGURES,
    ReportLanguage,
    ending,
    name_of,
    verdict,
)
from mezzotint.training.watch import Event, read_events

if TYPE_CHECKING:
    from mezzotint.training.run import TrainingResult

REPORT_FILE = "report.html"
TIME_LAPSE_FILE = "time-lapse.webp"
# Even if a text broke out of its escaping, the browser would load and run nothing.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def write_report(
    result: TrainingResult, run_folder: Path, language: ReportLanguage = ENGLISH
) -> Path:
    """Write `report.html` and, of two sheets or more, `time-lapse.webp`; return the report's path.

    Raises:
        FailedError: The disk is full or does not allow it.
    """
    sheets = sorted((run_folder / "samples").glob("*.webp"))
    lapse = time_lapse(sheets)
    if lapse is not None:
        write_durably(run_folder / TIME_LAPSE_FILE, lapse)
    log, events = read_log(run_folder), read_events(run_folder)
    body = element(
        "body",
        _header(result, log, language),
        element(
            "main",
            _sheet_section(sheets, lapse, language),
            _guard_section(events, language),
            _curve_section(result, log, events, language),
            _settings_section(result, language),
        ),
    )
    page = element("html", _head(result, language), body, lang=language.tag)
    path = run_folder / REPORT_FILE
    write_durably(path, f"<!doctype html>\n{page}\n".encode())
    return path


def _head(result: TrainingResult, language: ReportLanguage) -> Markup:
    title = language.translate(Message("Training: {recipe}", recipe=result.config.recipe))
    style = resources.files("mezzotint.training.report").joinpath("style.css")
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        element("style", Markup(style.read_text(encoding="utf-8"))),
    )


def _header(
    result: TrainingResult, log: Sequence[Mapping[str, float]], language: ReportLanguage
) -> Markup:
    say = language.translate
    headline, weight = ending(result)
    return element(
        "header",
        element("p", say(Message("Mezzotint training report")), class_="brand"),
        element("h1", result.config.recipe),
        element("p", say(headline), class_=f"ending {weight}"),
        element("ul", *(element("li", say(sentence)) for sentence in verdict(result, log))),
    )


def _sheet_section(sheets: Sequence[Path], lapse: bytes | None, language: ReportLanguage) -> Markup:
    if not sheets:
        return Markup()
    say = language.translate

    def caption(sheet: Path) -> str:
        return say(Message("After {images:,} images", images=images_seen_at(sheet)))

    large = [picture(sheets[-1].read_bytes(), caption(sheets[-1]))]
    if lapse is not None:
        large.append(picture(lapse, say(Message("The same noise while the nets learn"))))
    earlier = [
        picture(small_copy(sheet), caption(sheet))
        for sheet in spread_over(sheets, NUM_EARLIER + 1)[:-1]
    ]
    return element(
        "section",
        element("h2", say(Message("Samples"))),
        element("div", *large, class_="sheets"),
        *([element("div", *earlier, class_="earlier")] if earlier else []),
    )


def _guard_section(events: Sequence[Event], language: ReportLanguage) -> Markup:
    if not events:
        return Markup()
    say = language.translate
    titles = (Message("After images"), Message("Seen"), Message("Changed"))
    rows = [
        element(
            "tr",
            element("td", f"{event.images:,}"),
            element("td", say(event.seen)),
            element("td", say(event.change)),
        )
        for event in events
    ]
    head = element("tr", *(element("th", say(title)) for title in titles))
    return element(
        "section",
        element("h2", say(Message("What the guards saw"))),
        element("table", element("thead", head), element("tbody", *rows)),
    )


def _curve_section(
    result: TrainingResult,
    log: Sequence[Mapping[str, float]],
    events: Sequence[Event],
    language: ReportLanguage,
) -> Markup:
    found = curves(log)
    if not found:
        return Markup()
    say, state = language.translate, result.state
    marks = {"event": [event.images for event in events]}
    if state.best_score is not None:
        marks["best"] = [state.best_step * result.config.batch_size]
    known = [name for name in FIGURES if name in found]
    charts = [
        draw_curve(say(name_of(name)), found[name], last_images=state.images_seen, marks=marks)
        for name in [*known, *(name for name in found if name not in FIGURES)]
    ]
    legend = Message("Over the images seen. Green: the best snapshot; red: a guard went back.")
    return element(
        "section",
        element("h2", say(Message("Curves"))),
        element("p", say(legend), class_="soft"),
        lay_out(charts),
    )


def _settings_section(result: TrainingResult, language: ReportLanguage) -> Markup:
    rows = [
        element("tr", element("th", name), element("td", str(value)))
        for name, value in {**as_scalars(result.config), "device": str(result.device)}.items()
    ]
    table = element("table", element("tbody", join(rows)), class_="settings")
    return element("section", element("h2", language.translate(Message("Settings"))), table)
