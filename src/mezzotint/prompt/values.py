"""Read the value behind a parameter's name."""

from __future__ import annotations

import re
from math import floor
from typing import TYPE_CHECKING, Literal, NamedTuple

from mezzotint.prompt.parameter_spec import Kind, Limits, ParameterSpec
from mezzotint.prompt.parameters import AspectRatio, Reference, Value
from mezzotint.prompt.picture_paths import is_picture_path
from mezzotint.prompt.punctuation import COMMAS, FULLWIDTH_TO_ASCII

if TYPE_CHECKING:
    from collections.abc import Callable

# Beyond this many digits a number is out of every range, and exact to no purpose.
_MAX_WHOLE_DIGITS = 15
_MAX_DECIMALS = 30

TOKEN = re.compile(r"\s*+(\S++)")
_NUMBER = re.compile(r"(-?)(?:([0-9]++)(?:\.([0-9]++))?|\.([0-9]++))")
_RATIO = re.compile(r"([0-9]{1,9}):([0-9]{1,9})")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*+")
_PROFILE = re.compile(r"[A-Za-z0-9_-]++")
_ADDRESS = re.compile(r"https?://\S++", re.IGNORECASE)
_CODE = re.compile(r"[0-9]{1,10}")
_ITEM_BREAK = re.compile(f"[{COMMAS}]")


class Reading(NamedTuple):
    """Say what was read.

    Attributes:
        value: What it means; None if nothing could be read.
        end: Where the last token read (or refused) ends.
        problem: "" none, "missing" no token, "form" not a value, "range" moved to a legal one.
    """

    value: Value | None
    end: int
    problem: Literal["", "missing", "form", "range"] = ""


def read_value(spec: ParameterSpec, limits: Limits, text: str, start: int, end: int) -> Reading:
    """Read the value of `spec` from text[start:end], which reaches to the next parameter."""
    kind = spec.kind
    if kind is Kind.FLAG:
        return Reading(True, start)
    if kind is Kind.LIST:
        return _read_list(text, start, end)
    token = TOKEN.match(text, start, end)
    if kind is Kind.OPTIONAL:
        return _read_optional(limits, token, start)
    if token is None:
        return Reading(None, start, "missing")
    if kind is Kind.REFERENCES:
        return _read_references(limits, text, token, end)
    word = token[1]
    if kind is not Kind.ADDRESS and not word.isascii():
        word = word.translate(FULLWIDTH_TO_ASCII)
    if kind is Kind.INTEGER or kind is Kind.NUMBER:
        number = read_number(word)
        if number is not None:
            return _within(spec, limits, number, token.end())
    else:
        value = _READERS[kind](word, limits)
        if value is not None:
            return Reading(value, token.end())
    return Reading(None, token.end(), "form")


def read_number(token: str) -> float | None:
    """Read a decimal number as the grammar writes it; None if it is not one.

    Example:
        >>> read_number("-.5"), read_number("1e3")
        (-0.5, None)
    """
    number = _NUMBER.fullmatch(token)
    if number is None:
        return None
    if len(token) <= _MAX_WHOLE_DIGITS:
        return float(token)
    sign, whole, decimals, only_decimals = number.groups("")
    whole = whole.lstrip("0")
    if len(whole) > _MAX_WHOLE_DIGITS:
        whole = "9" * _MAX_WHOLE_DIGITS
    return float(f"{sign}{whole or 0}.{(decimals or only_decimals or '0')[:_MAX_DECIMALS]}")


def write_number(value: float) -> str:
    """Write a number without an exponent, so that `read_number` gives it back.

    Example:
        >>> write_number(2.0), write_number(1e-05)
        ('2', '0.00001')
    """
    text = repr(float(value))
    if "e" in text:
        digits, _, exponent = text.partition("e")
        num_decimals = max(len(digits.partition(".")[2]) - int(exponent), 0)
        text = f"{value:.{num_decimals}f}"
    return text.removesuffix(".0")


def _within(spec: ParameterSpec, limits: Limits, number: float, end: int) -> Reading:
    # The number if it is legal, else the nearest legal one (of two equally near the greater).
    if spec.is_legacy:
        return Reading(number, end)
    if limits.steps:
        legal = min(limits.steps, key=lambda step: (abs(step - number), -step))
    else:
        legal = min(max(number, limits.minimum), limits.maximum)
        if spec.kind is Kind.INTEGER:
            legal = floor(legal + 0.5)
    value = int(legal) if spec.kind is Kind.INTEGER else float(legal)
    if legal == number:
        return Reading(value, end)
    if spec.is_exact:
        return Reading(None, end, "form")
    return Reading(value, end, "range")


def _read_ratio(token: str, limits: Limits) -> AspectRatio | None:
    sides = _RATIO.fullmatch(token)
    if sides is None:
        return None
    width, height = int(sides[1]), int(sides[2])
    if not width or not height:
        return None
    if limits.maximum and max(width, height) > limits.maximum * min(width, height):
        return None
    return AspectRatio(width, height)


def _read_choice(token: str, limits: Limits) -> str | None:
    return token.lower() if token.lower() in limits.choices else None


def _read_word(token: str, _: Limits) -> str | None:
    return token if _WORD.fullmatch(token) else None


def _read_address(token: str, _: Limits) -> str | None:
    return token if _is_picture(token) else None


_READERS: dict[Kind, Callable[[str, Limits], Value | None]] = {
    Kind.RATIO: _read_ratio,
    Kind.CHOICE: _read_choice,
    Kind.WORD: _read_word,
    Kind.ADDRESS: _read_address,
}


def _read_optional(limits: Limits, token: re.Match[str] | None, start: int) -> Reading:
    if token is None:
        return Reading(True, start)
    word = token[1].translate(FULLWIDTH_TO_ASCII)
    if not limits.choices:
        legal = _PROFILE.fullmatch(token[1]) is not None
        return Reading(token[1], token.end()) if legal else Reading(True, start)
    if word in limits.choices:
        return Reading(word, token.end())
    # A number was surely meant as the value; a word goes back to the text.
    if read_number(word) is not None:
        return Reading(None, token.end(), "form")
    return Reading(True, start)


def _read_list(text: str, start: int, end: int) -> Reading:
    items = [" ".join(item.split()) for item in _ITEM_BREAK.split(text[start:end])]
    kept = tuple(item for item in items if item)
    last = start + len(text[start:end].rstrip())
    return Reading(kept, last) if kept else Reading(None, last, "missing")


def _read_references(limits: Limits, text: str, token: re.Match[str], end: int) -> Reading:
    references: list[Reference] = []
    at: re.Match[str] | None = token
    last = token.end()
    while at is not None and (reference := _read_reference(at[1], limits)) is not None:
        references.append(reference)
        last = at.end()
        if len(references) == limits.max_items:
            break
        at = TOKEN.match(text, last, end)
    return Reading(tuple(references), last) if references else Reading(None, last, "form")


def _read_reference(token: str, limits: Limits) -> Reference | None:
    # `::2` behind an item is its weight; colons that are none belong to the address.
    name, weight = token, 1.0
    if "::" in token:
        head, _, tail = token.rpartition("::")
        number = read_number(tail)
        if number is not None:
            name, weight = head, number
    if limits.maximum:  # else there are no codes here
        if _CODE.fullmatch(name) and int(name) <= limits.maximum:
            return Reference(code=int(name), weight=weight)
        if name.lower() == "random":
            return Reference(weight=weight)
    return Reference(url=name, weight=weight) if _is_picture(name) else None


def _is_picture(word: str) -> bool:
    return _ADDRESS.fullmatch(word) is not None or is_picture_path(word)
