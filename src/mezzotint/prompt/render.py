r"""Write a prompt as text again, so that `parse` reads the same structure from it.

That holds for every prompt that was read without a diagnostic. Text that would now be taken for
markup is protected by the few means the grammar has: `\{` for a brace, a comma or a weight
beside a word that looks like a parameter.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mezzotint.prompt.parameters import Reference
from mezzotint.prompt.punctuation import COLONS
from mezzotint.prompt.table import TABLE
from mezzotint.prompt.values import write_number

if TYPE_CHECKING:
    from mezzotint.prompt.parameters import Value
    from mezzotint.prompt.structure import ModelTag, Prompt, Segment

# A word that would open a parameter.
_OPENS = re.compile(r"(?<!\S)(?:--\S*+|[—–][A-Za-z][A-Za-z0-9_-]*+)(?!\S)")
_COMMAND = re.compile(r"/imagine(?!\S)", re.IGNORECASE)
_MARK = re.compile(r"[{}]|(?<=\\),")
# The names that people write, where they are not the canonical ones.
_WRITTEN = {"aspect": "ar", "version": "v"}


def render(prompt: Prompt) -> str:
    r"""Write a prompt in the prompt language.

    Example:
        >>> from mezzotint.prompt import parse
        >>> render(parse("hot::2, dog --AR 3:2 --no  snow,trees").prompts[0])
        'hot::2 dog::1 --ar 3:2 --no snow, trees'
    """
    words = [
        *prompt.images,
        _render_text(prompt.segments),
        *map(_render_tag, prompt.model_tags),
        *_render_parameters(prompt),
    ]
    text = " ".join(word for word in words if word)
    if _COMMAND.match(text):
        text = f"/imagine {text}"
    return _MARK.sub(r"\\\g<0>", text)


def render_value(value: Value) -> str:
    """Write the value of a parameter; nothing for a flag.

    Example:
        >>> render_value(0.5), render_value((Reference(code=7, weight=2.0),)), render_value(True)
        ('0.5', '7::2', '')
    """
    if value is True:
        return ""
    if isinstance(value, float):
        return write_number(value)
    if isinstance(value, tuple):
        return " ".join(
            _render_reference(item) if isinstance(item, Reference) else item for item in value
        )
    return str(value)


def _render_text(segments: tuple[Segment, ...]) -> str:
    if len(segments) == 1 and segments[0].weight == 1 and not _OPENS.search(segments[0].text):
        return segments[0].text
    parts: list[str] = []
    for segment in segments:
        # Blanks and commas outside a weighted segment are no part of it, but keep a dash from
        # standing behind a blank.
        before = "," if _OPENS.match(segment.text) else " " * bool(parts)
        after = " ::" if segment.text.endswith(tuple(COLONS)) else "::"
        parts.append(f"{before}{segment.text}{after}{write_number(segment.weight)}")
    return "".join(parts)


def _render_tag(tag: ModelTag) -> str:
    weight = "" if tag.weight == 1 else f":{write_number(tag.weight)}"
    return f"<model:{tag.model}{weight}>"


def _render_parameters(prompt: Prompt) -> list[str]:
    words: list[str] = []
    for spec in TABLE:
        if spec.field == "no":
            written = _render_no(prompt.no) if prompt.no else None
        else:
            value: Value | None = getattr(prompt.parameters, spec.field)
            written = None if value is None else render_value(value)
        if written is not None:
            words.append(f"--{_WRITTEN.get(spec.name, spec.name)} {written}".rstrip())
    return words


def _render_no(items: tuple[str, ...]) -> str:
    text = ""
    for item in items:
        separator = "," if _OPENS.match(item) else ", " * bool(text)
        text += separator + item
    # A last word that looks like a parameter is kept from being one by a comma.
    return f"{text}," if items and _OPENS.search(items[-1]) else text


def _render_reference(reference: Reference) -> str:
    if reference.url is not None:
        name = reference.url
    else:
        name = "random" if reference.code is None else str(reference.code)
    if reference.weight == 1 and "::" not in name:
        return name
    return f"{name}::{write_number(reference.weight)}"
