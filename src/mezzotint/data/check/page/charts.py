"""Bars and words as plain HTML: readable without scripts, in print and by a screen reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezzotint.data.check.page.markup import Markup, element

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mezzotint.data.check.shape_statistics import Count

_GLYPH_AREA = 150.0  # square units of a 24 x 24 drawing


def bars(
    title: str, counts: Sequence[Count], *, draw: Callable[[str], Markup] | None = None
) -> Markup:
    """Draw one horizontal bar a count, the longest filling the width.

    Args:
        title: What is counted.
        counts: In the order to show.
        draw: Gives a small drawing for a count's name; None = no drawings.
    """
    most = max((count.num for count in counts), default=1)
    rows = [
        element(
            "tr",
            element("th", *([draw(count.name)] if draw else []), element("bdi", count.name)),
            element("td", *_bar(count.num / most)),
            element("td", f"{count.num:,}"),
        )
        for count in counts
    ]
    return element("table", element("caption", title), element("tbody", *rows), class_="bars")


def _bar(share: float) -> list[Markup]:
    return [element("span", style=f"width:{100 * share:.2f}%")] if share else []


def aspect_glyph(aspect: str) -> Markup:
    """Draw a small rectangle of an aspect such as "3:2"; all have the same area."""
    width, height = map(int, aspect.split(":"))
    scale = (_GLYPH_AREA / (width * height)) ** 0.5
    width_px, height_px = width * scale, height * scale
    rectangle = element(
        "rect",
        x=f"{12 - width_px / 2:.2f}",
        y=f"{12 - height_px / 2:.2f}",
        width=f"{width_px:.2f}",
        height=f"{height_px:.2f}",
        rx="1",
    )
    return element("svg", rectangle, viewBox="0 0 24 24", aria_hidden="true")


def words(counts: Sequence[Count]) -> Markup:
    """Set words in sizes by how often they come."""
    most = max((count.num for count in counts), default=1)
    return element(
        "p",
        *(
            element(
                "span",
                element("bdi", count.name),
                element("sup", f"{count.num:,}"),
                style=f"font-size:{0.8 + 1.1 * (count.num / most) ** 0.5:.2f}em",
            )
            for count in counts
        ),
        class_="words",
    )
