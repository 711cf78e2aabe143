"""What to do about a set: clean it, train it like this, expect that; each with its reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from mezzotint.data.check.expectations import expected_result
from mezzotint.data.check.suggestion import (
    Suggestion,
    common_aspect,
    has_classes,
    says_sides,
    suggest,
)
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from mezzotint.data.check.report import CheckReport
    from mezzotint.domain.card import Family

Topic = Literal[
    "clean", "rights", "family", "size", "channels", "augmentation", "captions", "time", "result"
]

# Pictures shown to the networks until scenes of 32 px are recognisable: measured, two cores,
# 7,000 steps of 32. Ten times that is where the small recipes end.
FIRST_RESULT_NUM_SHOWN = 224_000
FINAL_RESULT_NUM_SHOWN = 2_240_000
LONG_HOURS = 12.0
FEW_OF_A_CLASS = 100
MAX_CLASS_RATIO = 10


@dataclass(frozen=True, kw_only=True)
class Advice:
    """Hold one piece of advice.

    Attributes:
        topic: What it is about.
        text: What to do, or what to expect.
        reason: Why.
    """

    topic: Topic
    text: Message
    reason: Message


@dataclass(frozen=True, kw_only=True)
class Prescription:
    """Hold what the doctor says.

    Attributes:
        suggestion: What to train; None if there is nothing to train on.
        images_per_s: Measured training speed of that suggestion here; None = not measured.
        advice: In the order to read it.
    """

    suggestion: Suggestion | None
    images_per_s: float | None
    advice: tuple[Advice, ...]


def advise(
    report: CheckReport,
    *,
    families: Collection[Family] = ("dcgan", "cgan", "latent"),
    measure_images_per_s: Callable[[Suggestion], float | None] | None = None,
) -> Prescription:
    """Say what to do with a set.

    Args:
        report: From `check`.
        families: Those that can be trained.
        measure_images_per_s: Trains a suggestion for some seconds on this machine and returns
            pictures per second, or None if it cannot tell; asked at most twice. None = the time
            is not estimated.
    """
    suggestion = suggest(report, families)
    speed = measure_images_per_s(suggestion) if measure_images_per_s and suggestion else None
    advice = [*_cleaning(report), *_rights(report)]
    if suggestion is not None:
        advice += [
            _family(report, suggestion),
            _size(report, suggestion),
            _channels(report, suggestion),
            *_augmentation(report, suggestion),
            *_labelling(report),
            *_time(suggestion, speed, measure_images_per_s),
            _result(report),
        ]
    return Prescription(suggestion=suggestion, images_per_s=speed, advice=tuple(advice))


def _cleaning(report: CheckReport) -> Iterator[Advice]:
    if report.num_pictures == 0:
        yield Advice(
            topic="clean",
            text=Message("Find pictures that can be read."),
            reason=Message("Not one of {num} files can be used.", num=report.num_entries),
        )
    if report.broken:
        yield Advice(
            topic="clean",
            text=Message("Replace the files listed as broken, or leave them: training skips them."),
            reason=Message("Files that cannot be used: {num}.", num=len(report.broken)),
        )
    if report.exact_duplicates:
        surplus = sum(len(group) - 1 for group in report.exact_duplicates)
        yield Advice(
            topic="clean",
            text=Message("Keep one file of each group of exact copies."),
            reason=Message(
                "A picture that is there twice is learnt by heart sooner. Surplus copies: {num:,}.",
                num=surplus,
            ),
        )
    if report.near_duplicates:
        yield Advice(
            topic="clean",
            text=Message(
                "Look through the groups of near copies and keep the best of each. Whatever you "
                "keep, they are held out together or trained on together."
            ),
            reason=Message("Groups that look the same: {num:,}.", num=len(report.near_duplicates)),
        )
    if report.straddling:
        yield Advice(
            topic="clean",
            text=Message("Do not trust figures measured on this test split."),
            reason=Message(
                "Groups that look the same and lie on both sides of the split: {num}.",
                num=len(report.straddling),
            ),
        )
    if report.blurred or report.flat:
        yield Advice(
            topic="clean",
            text=Message("Take out blurred and empty pictures that are not meant to be so."),
            reason=Message(
                "What is in the set is what comes out. Blurred: {blurred}. One colour: {flat}.",
                blurred=len(report.blurred),
                flat=len(report.flat),
            ),
        )


def _rights(report: CheckReport) -> Iterator[Advice]:
    if report.no_training:
        yield Advice(
            topic="rights",
            text=Message("Put the pictures that refuse training on your list of opt-outs."),
            reason=Message(
                "Their owners say so in the files; in many countries that is binding. "
                "Pictures: {num}.",
                num=len(report.no_training),
            ),
        )
    if report.near_opted_out:
        yield Advice(
            topic="rights",
            text=Message("Opt out the copies of opted-out pictures, too."),
            reason=Message(
                "Pictures that look like one on your list and are not on it: {num}.",
                num=len(report.near_opted_out),
            ),
        )
    if report.made_by_ai:
        yield Advice(
            topic="rights",
            text=Message("Leave out pictures made by AI, unless you made them for this."),
            reason=Message(
                "Models trained on the pictures of models lose variety with each generation "
                "(Shumailov et al. 2024). Labelled so: {num}.",
                num=len(report.made_by_ai),
            ),
        )


def _family(report: CheckReport, suggestion: Suggestion) -> Advice:
    text = Message(
        "Train the family {family}: mezzotint train {address} --size {width_px}x{height_px}",
        family=suggestion.family,
        address=report.address,
        width_px=suggestion.width_px,
        height_px=suggestion.height_px,
    )
    return Advice(topic="family", text=text, reason=suggestion.choice.reason)


def _size(report: CheckReport, suggestion: Suggestion) -> Advice:
    assert report.shapes is not None
    text = Message(
        "Train at {width_px} x {height_px} px.",
        width_px=suggestion.width_px,
        height_px=suggestion.height_px,
    )
    if report.shapes.num_sizes == 1:
        reason = Message("All your pictures have the same size.")
    elif common_aspect(report.shapes, report.num_pictures) is None:
        reason = Message(
            "Your pictures have many shapes, so the middle square is used. Nine in ten have a "
            "shorter side of at least {side_px} px.",
            side_px=report.shapes.tenth_percentile_side_px,
        )
    else:
        reason = Message(
            "Most of your pictures have about this shape. Nine in ten have a shorter side of at "
            "least {side_px} px.",
            side_px=report.shapes.tenth_percentile_side_px,
        )
    return Advice(topic="size", text=text, reason=reason)


def _channels(report: CheckReport, suggestion: Suggestion) -> Advice:
    texts = {
        1: Message("Train in grey."),
        3: Message("Train in colour."),
        4: Message("Train in colour with transparency."),
    }
    reasons = {
        1: Message("No picture has colour, even where the file has room for it."),
        3: Message("There is colour, and nothing is transparent."),
        4: Message("There are transparent pictures."),
    }
    channels = suggestion.channels
    return Advice(topic="channels", text=texts[channels], reason=reasons[channels])


def _augmentation(report: CheckReport, suggestion: Suggestion) -> Iterator[Advice]:
    if suggestion.augmentation == "adaptive":
        yield Advice(
            topic="augmentation",
            text=Message("Augment: shifts, cut-outs and colour, as much as the run asks for."),
            reason=Message(
                "The judge of the two networks learns {num:,} pictures by heart otherwise.",
                num=report.num_to_train_on,
            ),
        )
    else:
        yield Advice(
            topic="augmentation",
            text=Message("Do not augment."),
            reason=Message("With 50,000 pictures and more it does harm."),
        )
    if says_sides(report):
        yield Advice(
            topic="augmentation",
            text=Message("Do not mirror the pictures."),
            reason=Message("Your captions say left and right."),
        )
    elif suggestion.mirror:
        yield Advice(
            topic="augmentation",
            text=Message("Mirror the pictures, unless there is writing in them."),
            reason=Message("It doubles the set, and nothing speaks against it in the captions."),
        )


def _labelling(report: CheckReport) -> Iterator[Advice]:
    captions = report.captions
    if captions is None:
        yield Advice(
            topic="captions",
            text=Message("Write captions if you want to use prompts."),
            reason=Message("No picture has one. A name that says what is there is enough."),
        )
    elif captions.num_rare_words > captions.num_words / 2:
        yield Advice(
            topic="captions",
            text=Message("Use fewer different words for the same things."),
            reason=Message(
                "Words in fewer than five captions are hardly learnt: {rare:,} of {num:,}.",
                rare=captions.num_rare_words,
                num=captions.num_words,
            ),
        )
    if has_classes(report):
        largest, smallest = report.classes[0], report.classes[-1]
        few = smallest.num < FEW_OF_A_CLASS
        if few and largest.num == smallest.num:
            yield Advice(
                topic="captions",
                text=Message("Find more pictures of each class, or join some of them."),
                reason=Message("Each class has {num} pictures.", num=smallest.num),
            )
        elif few or largest.num > MAX_CLASS_RATIO * smallest.num:
            yield Advice(
                topic="captions",
                text=Message("Find more pictures of the small classes, or join some of them."),
                reason=Message(
                    "The class {largest} has {num_largest} pictures, {smallest} only "
                    "{num_smallest}.",
                    largest=largest.name,
                    num_largest=largest.num,
                    smallest=smallest.name,
                    num_smallest=smallest.num,
                ),
            )


def _time(
    suggestion: Suggestion,
    images_per_s: float | None,
    measure_images_per_s: Callable[[Suggestion], float | None] | None,
) -> Iterator[Advice]:
    if images_per_s is None or measure_images_per_s is None:
        return
    hours = FINAL_RESULT_NUM_SHOWN / images_per_s / 3600
    yield Advice(
        topic="time",
        text=Message(
            "First recognisable pictures take about {minutes:.0f} minutes here, the result about "
            "{hours:.1f} hours.",
            minutes=FIRST_RESULT_NUM_SHOWN / images_per_s / 60,
            hours=hours,
        ),
        reason=Message(
            "Measured just now: {speed:.0f} pictures per second. The networks must see about "
            "{first:,} and {final:,} pictures.",
            speed=images_per_s,
            first=FIRST_RESULT_NUM_SHOWN,
            final=FINAL_RESULT_NUM_SHOWN,
        ),
    )
    smaller = _half(suggestion)
    if hours > LONG_HOURS and smaller is not None:
        half_speed = measure_images_per_s(smaller) or 4 * images_per_s  # a quarter of the pixels
        yield Advice(
            topic="time",
            text=Message(
                "If that is too long, train at {width_px} x {height_px} px first: about "
                "{hours:.1f} hours.",
                width_px=smaller.width_px,
                height_px=smaller.height_px,
                hours=FINAL_RESULT_NUM_SHOWN / half_speed / 3600,
            ),
            reason=Message("Measured just now: {speed:.0f} pictures per second.", speed=half_speed),
        )


def _half(suggestion: Suggestion) -> Suggestion | None:
    height_px, width_px = suggestion.height_px // 2, suggestion.width_px // 2
    if min(height_px, width_px) < 28 or height_px % 4 or width_px % 4:
        return None
    return replace(suggestion, height_px=height_px, width_px=width_px)


def _result(report: CheckReport) -> Advice:
    text, reason = expected_result(report.num_to_train_on)
    return Advice(topic="result", text=text, reason=reason)
