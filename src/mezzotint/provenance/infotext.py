"""The `parameters` text of A1111: how most programs write and read a picture's prompt.

Prompt lines; a line that starts "Negative prompt:"; one last line of "Key: value" pairs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from mezzotint.provenance.record import PictureRecord
from mezzotint.provenance.storable_text import storable_text

_NEGATIVE = "Negative prompt:"
_MIN_PAIRS = 3  # a last line with fewer is part of the prompt
_MODEL_HASH_DIGITS = 10
_SAMPLERS = {"vae": "VAE"}  # family -> sampler; the others are GANs


@dataclass(frozen=True, kw_only=True)
class Infotext:
    """Hold a `parameters` text, parsed.

    Attributes:
        prompt: The prompt; may have several lines.
        negative_prompt: What to avoid; "" if there is none.
        parameters: The pairs in file order, values as text. A size "A x B" is parsed into the
            two keys "Size-1" and "Size-2", as A1111 does.
    """

    prompt: str = ""
    negative_prompt: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])

    def to_text(self) -> str:
        """Write the text; a value with a comma, colon or line break is quoted as JSON.

        Keys are two or more letters, digits, blanks, dashes or slashes.

        Example:
            >>> print(Infotext(prompt="koi", parameters={"Seed": "7", "Model": "a, b"}).to_text())
            koi
            Seed: 7, Model: "a, b"
        """
        lines = [self.prompt]
        if self.negative_prompt:
            lines.append(f"{_NEGATIVE} {self.negative_prompt}")
        pairs = (f"{key}: {_quote(value)}" for key, value in self.parameters.items())
        lines.append(", ".join(pairs))
        # No container keeps a NUL, and a byte order mark would be taken for one.
        text = "\n".join(lines).replace("\x00", " ").replace("\ufeff", "")
        return storable_text(text.strip())


def parse_infotext(text: str) -> Infotext:
    r"""Parse a `parameters` text by the rule of A1111; never raises, linear in the length.

    Example:
        >>> parsed = parse_infotext("koi\nNegative prompt: text\nSteps: 1, Seed: 7, Size: 64x48")
        >>> parsed.prompt, parsed.negative_prompt, dict(parsed.parameters)
        ('koi', 'text', {'Steps': '1', 'Seed': '7', 'Size-1': '64', 'Size-2': '48'})
    """
    *lines, last_line = text.strip().split("\n")
    pairs = list(_pairs(last_line))
    if len(pairs) < _MIN_PAIRS:
        lines.append(last_line)
        pairs = []
    sections: tuple[list[str], list[str]] = ([], [])
    current = sections[0]
    for line in map(str.strip, lines):
        if line.startswith(_NEGATIVE):
            current = sections[1]
            line = line.removeprefix(_NEGATIVE).strip()
        if current or line:  # a section does not begin with an empty line
            current.append(line)
    parameters: dict[str, str] = {}
    for key, value in pairs:
        parameters.update(_split_size(key, _unquote(value)))
    prompt, negative_prompt = map("\n".join, sections)
    return Infotext(prompt=prompt, negative_prompt=negative_prompt, parameters=parameters)


def infotext_of(record: PictureRecord) -> Infotext:
    """Say what a record says in the keys that A1111 programs know, in their order."""
    parameters: dict[str, str] = {}
    if record.model:
        parameters |= {"Steps": "1", "Sampler": _SAMPLERS.get(record.family, "GAN")}
    if record.seed is not None:
        parameters["Seed"] = str(record.seed)
    if record.file is not None:
        parameters["Size"] = f"{record.file.width_px}x{record.file.height_px}"
    if record.model:
        parameters["Model hash"] = record.bundle_sha256[:_MODEL_HASH_DIGITS]
        parameters["Model"] = record.model
    if record.parameters.get("tile") is True:
        parameters["Tiling"] = "True"
    parameters["Picture index"] = str(record.picture_index)
    parameters["Version"] = f"mezzotint {record.mezzotint_version}"
    return Infotext(
        prompt=record.text or record.prompt or "",
        negative_prompt=record.negative_text,
        parameters=parameters,
    )


def _quote(value: str) -> str:
    # Beyond the rule also what a reader would strip or unquote.
    if value == value.strip() and not value.startswith('"') and not set(value) & set(",:\n"):
        return value
    return json.dumps(value, ensure_ascii=False)


def _unquote(value: str) -> str:
    if len(value) < 2 or value[0] != '"' or value[-1] != '"':
        return value
    try:
        return str(json.loads(value))
    except ValueError:
        return value


def _split_size(key: str, value: str) -> dict[str, str]:
    width, separator, height = value.partition("x")
    if separator and width.isdecimal() and height.isdecimal():
        return {f"{key}-1": width, f"{key}-2": height}
    return {key: value}


def _pairs(line: str) -> Iterator[tuple[str, str]]:
    r"""Yield what `\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)` finds, in linear time.

    The expression itself takes quadratic time on a long line of words without a colon.
    """
    position = 0
    while (colon := line.find(":", position)) >= 0:
        key = _key_before(line, position, colon)
        if key is None:
            position = colon + 1
            continue
        start = colon + 1
        while start < len(line) and line[start].isspace():
            start += 1
        end = _end_of_quoted(line, start)
        if end is None:
            comma = line.find(",", start)
            end = comma if comma >= 0 else len(line)
        yield key, line[start:end]
        position = end + 1


def _key_before(line: str, start: int, colon: int) -> str | None:
    # The longest run of key characters that ends at the colon, from its first word character.
    first = colon
    while first > start and (_is_word(line[first - 1]) or line[first - 1] in " -/"):
        first -= 1
    key = line[first:colon].lstrip(" -/")
    return key if len(key) >= 2 else None


def _end_of_quoted(line: str, start: int) -> int | None:
    # Where a double-quoted string that begins at `start` ends; None if it is not one whole value.
    if line[start : start + 1] != '"':
        return None
    position = start + 1
    while position < len(line) and line[position] != '"':
        position += 2 if line[position] == "\\" else 1
    end = position + 1
    is_whole = position < len(line) and position > start + 1 and line[end : end + 1] in ("", ",")
    return end if is_whole else None


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"
