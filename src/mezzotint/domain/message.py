"""Sentences for people, kept as template and values so that a face can translate them."""

from __future__ import annotations

from collections.abc import Callable


class Message:
    """Hold one sentence for a person: an English template and the values it names.

    A value may be a message itself, such as a reason; it is translated with the sentence.

    The English template is the key of the translation catalogues, so write it as a literal:
    `tools/translations.py` collects every `Message("...")` of the source.

    Example:
        >>> str(Message("The mask is {width_px} px wide.", width_px=8))
        'The mask is 8 px wide.'
    """

    __slots__ = ("template", "values")

    def __init__(self, template: str, **values: str | int | float | Message) -> None:
        self.template = template
        self.values = values

    def render(self, translate_template: Callable[[str], str]) -> str:
        """Return the sentence with its template, and those of the messages in it, translated."""
        template = translate_template(self.template)
        if not self.values:
            return template
        values = {
            name: value.render(translate_template) if isinstance(value, Message) else value
            for name, value in self.values.items()
        }
        return template.format(**values)

    def __str__(self) -> str:
        return self.render(str)

    def __repr__(self) -> str:
        return f"Message({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Message):
            return NotImplemented
        return self.template == other.template and self.values == other.values

    def __hash__(self) -> int:
        return hash((self.template, tuple(self.values.items())))
