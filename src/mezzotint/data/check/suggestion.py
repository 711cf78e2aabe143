"""What to train on a set: family, size, channels, augmentation; decided by the report alone."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING, Literal

from mezzotint.data.family_choice import (
    SMALL_SIDE_PX,
    FamilyChoice,
    SetFacts,
    choose_family,
    choose_pixel_family,
)
from mezzotint.domain.card import Family

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from mezzotint.data.check.report import CheckReport
    from mezzotint.data.check.shape_statistics import ShapeStatistics

Augmentation = Literal["adaptive", "none"]

MIN_SIDE_PX, MAX_SIDE_PX = 28, 256  # what the networks take; sides must halve twice
SIDES_PX = (256, 192, 128, 96, 64, 48, 32, 28)
# DiffAugment on FFHQ at 256 px: FID 6.16 -> 5.05 with 30k pictures, 3.81 -> 4.24 with 70k.
MANY_PICTURES = 50_000
MIN_COMMON_ASPECT_SHARE = 0.6


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """Hold what to train.

    Attributes:
        choice: The family, and why.
        height_px: Of the model's pictures.
        width_px: Of the model's pictures.
        channels: 1 grey, 3 RGB, 4 RGBA.
        augmentation: "adaptive" for sets up to 50,000 pictures, "none" beyond.
        mirror: Whether mirrored pictures count as pictures of the set.
    """

    choice: FamilyChoice
    height_px: int
    width_px: int
    channels: int
    augmentation: Augmentation
    mirror: bool

    @property
    def family(self) -> Family:
        """Return what to train; see `mezzotint.domain.card`."""
        return self.choice.family


def suggest(
    report: CheckReport, families: Collection[Family] = ("dcgan", "cgan", "latent")
) -> Suggestion | None:
    """Decide what to train.

    Args:
        report: From `check`.
        families: Those that can be trained; without "latent" the pictures get at most 64 px.

    Returns:
        None if no picture may be used.
    """
    if report.shapes is None or report.num_to_train_on < 1:
        return None
    has_latent = "latent" in families
    max_side_px = MAX_SIDE_PX if has_latent else SMALL_SIDE_PX
    height_px, width_px = suggested_size(report.shapes, report.num_pictures, max_side_px)
    facts = _facts(report, max(height_px, width_px))
    num_pictures = report.num_to_train_on
    return Suggestion(
        choice=choose_family(facts) if has_latent else choose_pixel_family(facts),
        height_px=height_px,
        width_px=width_px,
        channels=facts.channels,
        augmentation="adaptive" if num_pictures < MANY_PICTURES else "none",
        mirror=num_pictures < MANY_PICTURES and not says_sides(report),
    )


def _facts(report: CheckReport, longer_side_px: int) -> SetFacts:
    captions = report.captions
    return SetFacts(
        num_pictures=report.num_pictures,
        longer_side_px=longer_side_px,
        channels=max(int(count.name) for count in report.needed_channels),
        num_classes=len(report.classes) if has_classes(report) else 0,
        num_captioned=0 if captions is None else captions.num_captioned,
        num_distinct_captions=0 if captions is None else captions.num_distinct,
    )


def has_classes(report: CheckReport) -> bool:
    """Tell whether every picture is filed under one of several classes."""
    return len(report.classes) > 1 and report.num_unclassed == 0


def says_sides(report: CheckReport) -> bool:
    """Tell whether captions name left and right, which mirroring would make wrong."""
    return report.captions is not None and report.captions.num_naming_sides > 0


def common_aspect(shapes: ShapeStatistics, num_pictures: int) -> tuple[int, int] | None:
    """Return the aspect, width and height, that most pictures share; None if they differ."""
    most = max(shapes.aspects, key=lambda count: count.num)
    if most.num < MIN_COMMON_ASPECT_SHARE * num_pictures:
        return None
    width, height = most.name.split(":")
    return int(width), int(height)


def suggested_size(
    shapes: ShapeStatistics, num_pictures: int, max_side_px: int = MAX_SIDE_PX
) -> tuple[int, int]:
    """Return the (height, width) in px to train at: native where that is possible.

    Nine pictures in ten are at least so large; the others are enlarged.
    """
    if shapes.num_sizes == 1:
        width, height = map(int, shapes.sizes[0].name.split(" x "))
        in_range = MIN_SIDE_PX <= min(width, height) <= max(width, height) <= max_side_px
        if in_range and width % 4 == 0 and height % 4 == 0:
            return height, width
    shorter_px = shapes.tenth_percentile_side_px
    width, height = common_aspect(shapes, num_pictures) or (1, 1)
    sizes = list(_sizes_of_aspect(width / height, max_side_px))
    fitting = [size for size in sizes if min(size) <= shorter_px]
    return max(fitting) if fitting else min(sizes)


def _sizes_of_aspect(aspect: float, max_side_px: int) -> Iterator[tuple[int, int]]:
    # (height, width) whose shorter side is a usual one; 3:2 gives 128 x 192
    step = log(1.08)  # how far an aspect may be off
    for side in SIDES_PX:
        unit = 4 if side % 16 else 16
        longer = round(side * max(aspect, 1 / aspect) / unit) * unit
        found = max(longer / side, 1.0)
        if longer <= max_side_px and abs(log(found) - abs(log(aspect))) <= step:
            yield (side, longer) if aspect >= 1 else (longer, side)
