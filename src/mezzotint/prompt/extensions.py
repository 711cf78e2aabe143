"""Mezzotint's own words in a prompt: `<model:koi:0.6>` and `__colours__`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from mezzotint.prompt.parameters import Reference
from mezzotint.prompt.structure import ModelTag

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezzotint.prompt.structure import Prompt

# A word that begins with a dash is passed over whole, and a tag before a dash is text: taking
# the tag away would leave a bare `--name`, which means something else.
_TAG = re.compile(
    r"(?<!\S)[-—–]\S*+"
    r"|<model:(?P<model>\w[\w.-]*+)(?::(?P<weight>-?(?:[0-9]{1,15}(?:\.[0-9]{1,15})?|\.[0-9]{1,15})))?>"
    r"(?![-—–])"
)
# Letters and digits joined by single "_" or "-": a file name that cannot leave its folder.
_WILDCARD = re.compile(r"__((?:[^\W_]|[_-](?=[^\W_]))++)__")


def take_model_tags(text: str) -> tuple[str, tuple[ModelTag, ...]]:
    """Take the model tags out of `text`; blanks stand in their place.

    Example:
        >>> take_model_tags("koi <model:koi:0.6>")
        ('koi                ', (ModelTag(model='koi', weight=0.6),))
    """
    if "<model:" not in text:
        return text, ()
    tags: list[ModelTag] = []
    parts: list[str] = []
    copied = 0
    for tag in _TAG.finditer(text):
        if tag["model"] is None:
            continue
        tags.append(ModelTag(tag["model"], float(tag["weight"] or 1)))
        parts += (text[copied : tag.start()], " " * len(tag.group()))
        copied = tag.end()
    parts.append(text[copied:])
    return "".join(parts), tuple(tags)


def wildcards_in(prompt: Prompt) -> tuple[str, ...]:
    """Return the names of the wildcards of a prompt, in order, one entry each time.

    Example:
        >>> from mezzotint.prompt import parse
        >>> wildcards_in(parse("a __colour__ fox, __weather__").prompts[0])
        ('colour', 'weather')
    """
    texts = [*(segment.text for segment in prompt.segments), *prompt.no]
    return tuple(name for text in texts if "__" in text for name in _WILDCARD.findall(text))


def fill_wildcards(prompt: Prompt, choose: Callable[[str], str | None]) -> Prompt:
    """Put one line in the place of each wildcard.

    Args:
        prompt: Where to fill; segments first, then the `--no` list, each from left to right.
        choose: Gives a line for a name (by seed or in order: its own choice), or None if it
            knows no such name, and the wildcard stays text. The line is plain text: markup in it
            means nothing.

    Example:
        >>> from mezzotint.prompt import parse
        >>> fill_wildcards(parse("a __colour__ fox").prompts[0], {"colour": "red"}.get).text
        'a red fox'
    """

    def fill(text: str) -> str:
        if "__" not in text:
            return text
        filled = _WILDCARD.sub(lambda found: _line(choose(found[1]), found.group()), text)
        return " ".join(filled.split())

    segments = tuple(replace(each, text=fill(each.text)) for each in prompt.segments)
    no = tuple(map(fill, prompt.no))
    return replace(
        prompt,
        segments=tuple(each for each in segments if each.text),
        no=tuple(item for item in no if item),
    )


def with_style_codes(prompt: Prompt, draw: Callable[[], int]) -> Prompt:
    """Replace each `random` of `--sref` by a code, so that the prompt can be made again.

    Call it once a job: every permutation and every repeat draws anew, reroll and vary keep
    what was drawn.

    Args:
        prompt: Where to replace.
        draw: Gives a style code, 0 to 4294967295.

    Example:
        >>> from mezzotint.prompt import parse, render
        >>> render(with_style_codes(parse("a fox --sref random").prompts[0], lambda: 7))
        'a fox --sref 7'
    """
    references = prompt.parameters.style_references
    if not references or not any(each.is_random for each in references):
        return prompt
    drawn = tuple(
        Reference(code=draw(), weight=each.weight) if each.is_random else each
        for each in references
    )
    return replace(prompt, parameters=replace(prompt.parameters, style_references=drawn))


def _line(chosen: str | None, wildcard: str) -> str:
    return wildcard if chosen is None else chosen
