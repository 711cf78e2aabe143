"""Sentences for people, kept as template and values so that a face can translate them."""

from __future__ import annotations


class Message:
    """Hold one sentence for a person: an English template and the values it names.

    The English template is the key of the translation catalogues, so write it as a literal:
    `tools/translations.py` collects every `Message("...")` of the source.

    Example:
        >>> str(Message("The mask is {width_px} px wide.", width_px=8))
        'The mask is 8 px wide.'
    """

    __slots__ = ("template", "values")

    def __init__(self, template: str, **values: str | int | float) -> None:
        self.template = template
        self.values = values

    def fill(self, template: str) -> str:
        """Return `template` (this message's own, or its translation) with the values put in."""
        return template.format(**self.values) if self.values else template

    def __str__(self) -> str:
        return self.fill(self.template)

    def __repr__(self) -> str:
        return f"Message({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Message):
            return NotImplemented
        return self.template == other.template and self.values == other.values

    def __hash__(self) -> int:
        return hash((self.template, tuple(self.values.items())))
