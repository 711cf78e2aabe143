"""Build HTML that cannot be broken out of: every plain text is escaped, only Markup is not."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_VOID = frozenset({"img", "meta"})


class Markup(str):
    """Hold finished HTML."""

    __slots__ = ()


def element(name: str, /, *children: str, **attributes: str | int | None) -> Markup:
    """Write one element.

    Args:
        name: "p", "section", ...
        children: Markup goes in as it is, plain text is escaped.
        attributes: An underscore at the end is dropped (`class_`), others become hyphens; None
            leaves the attribute out.

    Example:
        >>> element("p", "1 < 2 ", element("b", "so"), class_="note")
        '<p class="note">1 &lt; 2 <b>so</b></p>'
    """
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{html.escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _VOID:
        return Markup(f"<{name}{said}>")
    return Markup(f"<{name}{said}>{join(children)}</{name}>")


def join(parts: Iterable[str]) -> Markup:
    """Put texts and markup one after the other."""
    return Markup(
        "".join(part if isinstance(part, Markup) else html.escape(part) for part in parts)
    )
