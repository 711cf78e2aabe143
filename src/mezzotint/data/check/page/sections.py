"""The sections of the page that every set has: figures, advice, shapes, words, duties."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezzotint.data.check.page.charts import aspect_glyph, bars, words
from mezzotint.data.check.page.markup import Markup, element, join
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from mezzotint.data.check.advice import Prescription, Topic
    from mezzotint.data.check.page.context import Context
    from mezzotint.data.check.report import CheckReport
    from mezzotint.data.check.suggestion import Suggestion

MAX_CLASSES = 40
MAX_VOCABULARY = 120
_CHANNEL_NAMES = {"1": Message("grey"), "3": Message("RGB"), "4": Message("RGBA")}
_ADVICE_COLUMNS: tuple[tuple[Message, tuple[Topic, ...]], ...] = (
    (Message("First"), ("clean", "rights")),
    (Message("Then train"), ("family", "size", "channels", "augmentation")),
    (Message("And expect"), ("captions", "time", "result")),
)


def key_figures(report: CheckReport, context: Context) -> Markup:
    """Show the numbers that come first."""
    captions = report.captions
    figures = [
        (Message("pictures"), f"{report.num_pictures:,}"),
        (Message("to train on"), f"{report.num_to_train_on:,}"),
        (Message("of disk space"), _bytes(report.num_bytes)),
        (Message("classes"), f"{len(report.classes):,}" if report.classes else None),
        (Message("with captions"), f"{captions.num_captioned:,}" if captions else None),
        (Message("different words"), f"{captions.num_words:,}" if captions else None),
    ]
    cards = [
        element("div", element("b", value), element("span", context.say(name)))
        for name, value in figures
        if value is not None
    ]
    return element("div", *cards, class_="figures")


def prescription_section(prescription: Prescription, context: Context) -> Markup:
    """Say what to do before training, how to train, and what to expect; each with its reason."""
    columns = [
        element("div", element("h3", context.say(title)), element("ul", *items))
        for title, topics in _ADVICE_COLUMNS
        if (items := _advice_items(prescription, topics, context))
    ]
    suggestion = prescription.suggestion
    headline = [_headline(suggestion, context)] if suggestion else []
    title = element("h2", context.say(Message("What to do")))
    return element(
        "section", title, *headline, element("div", *columns, class_="columns"), id="advice"
    )


def _advice_items(
    prescription: Prescription, topics: tuple[Topic, ...], context: Context
) -> list[Markup]:
    return [
        element("li", element("b", context.say(each.text)), " ", context.say(each.reason))
        for each in prescription.advice
        if each.topic in topics
    ]


def _headline(suggestion: Suggestion, context: Context) -> Markup:
    channels = context.say(_CHANNEL_NAMES[str(suggestion.channels)])
    size = f"{suggestion.width_px} x {suggestion.height_px} px"
    parts = [element("b", suggestion.family), size, channels]
    return element("p", *(element("span", part) for part in parts), class_="headline")


def sample_section(report: CheckReport, context: Context) -> Markup:
    """Show some pictures from all over the set."""
    title = element("h2", context.say(Message("A look around")))
    figures = [context.figure(key) for key in report.sample]
    return element("section", title, element("div", *figures, class_="mosaic"), id="sample")


def shape_section(report: CheckReport, context: Context) -> Markup:
    """Show sizes, aspects, formats and channels."""
    shapes = report.shapes
    if shapes is None:
        return Markup()
    say = context.say
    lead = Message(
        "The shorter side is {median_px} px in the median, {smallest_px} px at least. Different "
        "sizes: {num:,}.",
        median_px=shapes.median_side_px,
        smallest_px=shapes.smallest_side_px,
        num=shapes.num_sizes,
    )
    charts = [
        bars(say(Message("Shorter side in px")), shapes.sides),
        bars(say(Message("Width : height")), shapes.aspects, draw=aspect_glyph),
        bars(say(Message("Most frequent sizes")), shapes.sizes[:8]),
        bars(say(Message("File formats")), report.formats),
        bars(say(Message("Channels: 1 grey, 3 RGB, 4 RGBA")), report.channels),
        bars(say(Message("Channels really used")), report.needed_channels),
    ]
    return element(
        "section",
        element("h2", say(Message("Sizes and shapes"))),
        element("p", say(lead), class_="lead"),
        element("div", *charts, class_="charts"),
        id="shapes",
    )


def class_section(report: CheckReport, context: Context) -> Markup:
    """Show how the pictures are spread over classes and splits."""
    say = context.say
    if not report.classes and not report.splits:
        return Markup()
    parts: list[str] = []
    if report.classes:
        title = say(Message("Pictures of each class"))
        parts.append(bars(title, report.classes[:MAX_CLASSES]))
    if report.splits:
        parts.append(bars(say(Message("Pictures of each split")), report.splits))
    return element(
        "section",
        element("h2", say(Message("Classes"))),
        element("div", *parts, class_="charts"),
        context.rest(report.classes, MAX_CLASSES),
        id="classes",
    )


def caption_section(report: CheckReport, context: Context) -> Markup:
    """Show what the captions say."""
    captions = report.captions
    if captions is None:
        return Markup()
    say = context.say
    lead = Message(
        "Captions: {num:,}, of which {distinct:,} differ; {chinese:,} hold Chinese. Half of them "
        "have {median:.0f} words or fewer, the longest has {longest}.",
        num=captions.num_captioned,
        distinct=captions.num_distinct,
        chinese=captions.num_chinese,
        median=captions.median_words,
        longest=captions.longest_words,
    )
    repeated = bars(say(Message("Captions given most often")), captions.repeated)
    return element(
        "section",
        element("h2", say(Message("Captions"))),
        element("p", say(lead), class_="lead"),
        words(captions.vocabulary[:MAX_VOCABULARY]),
        *([element("div", repeated, class_="charts")] if captions.repeated else []),
        id="captions",
    )


def duties_section(report: CheckReport, context: Context) -> Markup:
    """List what a person must think of."""
    items = [element("li", context.say(each)) for each in report.to_think_of]
    title = element("h2", context.say(Message("What only you can know")))
    return element("section", title, element("ul", *items), id="duties")


def notes_of_source(report: CheckReport, context: Context) -> Markup:
    """Say what the address was taken for, and what else was there."""
    return join(
        element("p", context.say(note), class_="note") for note in (report.taken_for, *report.notes)
    )


def _bytes(num_bytes: int) -> str:
    size, units = float(num_bytes), ["B", "kB", "MB", "GB", "TB"]
    while size >= 1000 and len(units) > 1:
        size /= 1000
        units.pop(0)
    return f"{size:.3g} {units[0]}" if size < 999.5 else f"{size:.0f} {units[0]}"
