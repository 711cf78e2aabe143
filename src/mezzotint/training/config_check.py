"""Refuse settings that would have no effect or do something else than they say."""

from __future__ import annotations

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.training.config import AcganConfig, DcganConfig, GanConfig


def check_gan_config(config: GanConfig) -> None:
    """Check what the single settings cannot know of each other.

    Raises:
        InputError: Two settings do not go together.
    """
    if config.update == "simultaneous":
        other = "update=simultaneous"
        if config.penalty != "none":
            raise _clash("penalty", config.penalty, other, "penalty=none")
        if config.centring:
            raise _clash("centring", str(config.centring), other, "centring=0")
        if config.augment_target is not None:
            raise _clash("augment_target", str(config.augment_target), other, "augment_target=none")
        if isinstance(config, AcganConfig):
            raise _clash("update", config.update, "recipe=acgan", "update=alternating")
    dropout = isinstance(config, DcganConfig) and config.layout == "tutorial"
    if dropout and config.penalty == "finite_difference":
        # Two passes drop different features, so their difference measures the dropout.
        raise _clash("penalty", config.penalty, "layout=tutorial", "penalty=exact")


def _clash(name: str, value: str, other: str, remedy: str) -> InputError:
    return InputError(
        "training.settings_clash",
        Message("{name}={value} does not go with {other}.", name=name, value=value, other=other),
        Message("Choose {remedy}.", remedy=remedy),
    )
