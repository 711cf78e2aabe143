"""Words of a prompt that a model cannot follow: one warning each, with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING

from mezzotint.domain.message import Message
from mezzotint.prompt.table import BY_FIELD

if TYPE_CHECKING:
    from mezzotint.domain.card import Card
    from mezzotint.prompt.structure import Prompt

# Followed by every model, or recorded without an effect on the picture.
FOLLOWED = frozenset(
    "aspect chaos stylize weird seed repeat raw version niji "
    "fast relax turbo public stealth".split()
)
# What a model with styles can do besides, and what it needs a reader of pictures for.
_BY_STYLES = frozenset("exp style_references style_weight style_version".split())
_BY_PICTURES = frozenset(
    "quality image_weight character_references character_weight omni_reference omni_weight".split()
)
_PICTURE_REFERENCES = Message("it cannot read pictures")
_REASONS: Mapping[str, Message] = {
    "tile": Message("it was not trained with wrap-around edges"),
    "quality": Message("it has no judge to choose the best of several"),
    "exp": Message("it has no guidance to strengthen"),
    "stop": Message("it paints in one step"),
    "draft": Message("it has no draft size"),
    "hd": Message("it paints one size only"),
    "profile": Message("it has no preference model"),
    "style": Message("it knows no named styles"),
    "image_weight": _PICTURE_REFERENCES,
    "style_references": _PICTURE_REFERENCES,
    "style_weight": _PICTURE_REFERENCES,
    "style_version": _PICTURE_REFERENCES,
    "character_references": _PICTURE_REFERENCES,
    "character_weight": _PICTURE_REFERENCES,
    "omni_reference": _PICTURE_REFERENCES,
    "omni_weight": _PICTURE_REFERENCES,
    "edit_images": _PICTURE_REFERENCES,
}
_OTHERWISE = Message("it makes single pictures")


def unsupported_words(prompt: Prompt, card: Card) -> tuple[Message, ...]:
    """Return a warning for every parameter, image or tag that has no effect with this model."""
    warnings = [
        Message(
            "--{name} has no effect with the model {model}: {reason}.",
            name=BY_FIELD[name].name,
            model=card.name,
            reason=_REASONS.get(name, _OTHERWISE),
        )
        for name in _given(prompt)
        if name not in followed_words(card)
    ]
    if prompt.no and not card.classes and card.graph("text") is None:
        warnings.append(
            Message(
                "--no has no effect with the model {model}: it takes no words.", model=card.name
            )
        )
    if prompt.images and card.graph("image") is None:
        warnings.append(
            Message("The image prompts have no effect: {reason}.", reason=_PICTURE_REFERENCES)
        )
    if prompt.model_tags:
        warnings.append(Message("Models cannot be blended yet: the <model:...> tags are ignored."))
    if prompt.quoted:
        warnings.append(Message("This model cannot write: words in quotes are read as words."))
    return tuple(warnings)


def followed_words(card: Card) -> frozenset[str]:
    """Return the fields of `Parameters` that act with this model, or are recorded alone."""
    followed = FOLLOWED
    generator = card.graph("generator")
    if card.graph("mapping") is None or generator is None:
        return followed
    followed |= _BY_STYLES
    if any(spec.name == "wrap" for spec in generator.inputs):
        followed |= {"tile"}
    if any(spec.name == "known" and spec.shape[2] is None for spec in generator.inputs):
        followed |= {"draft"}
    return followed if card.graph("image") is None else followed | _BY_PICTURES


def _given(prompt: Prompt) -> list[str]:
    """Return the fields that the prompt sets to something."""
    values = prompt.parameters
    return [each.name for each in fields(values) if getattr(values, each.name) is not None]
