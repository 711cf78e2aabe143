"""Which family to train on a set: one rule for the doctor who advises and the command that trains.

The family `latent` draws what a prompt says, in transparency too, and every verb works on it. For
small opaque pictures without words the classic networks are smaller and learn faster.
"""

from __future__ import annotations

from dataclasses import dataclass

from mezzotint.domain.card import Family
from mezzotint.domain.message import Message

SMALL_SIDE_PX = 64  # up to here the classic pixel networks do; above, a codec makes it affordable
MIN_CAPTIONED_SHARE = 0.5


@dataclass(frozen=True, kw_only=True)
class SetFacts:
    """Hold what the choice depends on.

    Attributes:
        num_pictures: That can be trained on.
        longer_side_px: Of the size that the pictures deserve.
        channels: 1 grey, 3 RGB, 4 RGBA.
        num_classes: 0 or 1 = not sorted.
        num_captioned: Pictures with a caption of their own, file names included.
        num_distinct_captions: How many different ones there are.
    """

    num_pictures: int
    longer_side_px: int
    channels: int
    num_classes: int
    num_captioned: int
    num_distinct_captions: int


@dataclass(frozen=True, kw_only=True)
class FamilyChoice:
    """Hold a family and why it is the one."""

    family: Family
    reason: Message


def choose_family(facts: SetFacts) -> FamilyChoice:
    """Decide for a family.

    Example:
        >>> photos = SetFacts(
        ...     num_pictures=900,
        ...     longer_side_px=32,
        ...     channels=3,
        ...     num_classes=2,
        ...     num_captioned=0,
        ...     num_distinct_captions=0,
        ... )
        >>> choose_family(photos).family
        'cgan'
    """
    if has_telling_captions(facts):
        reason = Message("Your pictures have captions: this family draws what a prompt says.")
        return FamilyChoice(family="latent", reason=reason)
    if facts.channels == 4:
        reason = Message("There are transparent pictures: this family edits them, too.")
        return FamilyChoice(family="latent", reason=reason)
    if facts.longer_side_px > SMALL_SIDE_PX:
        reason = Message("Above 64 px it is the family that an ordinary CPU can draw with.")
        return FamilyChoice(family="latent", reason=reason)
    return choose_pixel_family(facts)


def choose_pixel_family(facts: SetFacts) -> FamilyChoice:
    """Decide among the classic networks."""
    if facts.num_classes > 1:
        reason = Message(
            "Your pictures have {num} classes: this family draws the class you name.",
            num=facts.num_classes,
        )
        return FamilyChoice(family="cgan", reason=reason)
    if facts.num_captioned:
        reason = Message("Nothing is sorted into classes; this family draws more of the same.")
    else:
        reason = Message(
            "There are neither captions nor classes, so nothing can be asked for; this family "
            "draws more of the same."
        )
    return FamilyChoice(family="dcgan", reason=reason)


def has_telling_captions(facts: SetFacts) -> bool:
    """Tell whether captions say more than the class, which is all that folder names say."""
    enough = facts.num_captioned >= max(MIN_CAPTIONED_SHARE * facts.num_pictures, 1)
    return enough and facts.num_distinct_captions > max(1, 2 * facts.num_classes)
