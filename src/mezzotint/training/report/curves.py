"""The figures of the log as curves, drawn as SVG."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from mezzotint.data.check.page.markup import Markup, element, join

WIDTH, HEIGHT = 480, 170
LEFT, RIGHT, TOP, BOTTOM = 62, 10, 10, 24  # room for the labels
MAX_POINTS = 400  # a curve; more would not be seen
POSITION = ("step", "images", "elapsed_s")

Points = Sequence[tuple[float, float]]


def curves(log: Sequence[Mapping[str, float]]) -> dict[str, list[tuple[float, float]]]:
    """Return (images, value) of each figure that the log holds, thinned to what can be seen.

    Example:
        >>> curves([{"step": 1, "images": 8, "elapsed_s": 0.1, "loss": 2.0}])
        {'loss': [(8, 2.0)]}
    """
    found: dict[str, list[tuple[float, float]]] = {}
    for line in log:
        for name, value in line.items():
            if name not in POSITION and math.isfinite(value):
                found.setdefault(name, []).append((line["images"], value))
    return {name: points[:: math.ceil(len(points) / MAX_POINTS)] for name, points in found.items()}


def draw_curve(
    title: str, points: Points, *, last_images: float, marks: Mapping[str, Sequence[float]]
) -> Markup:
    """Draw one figure over the images seen.

    Args:
        title: Its name.
        points: (images, value), at least one.
        last_images: End of the axis, the same for every curve of a page.
        marks: Class of a vertical line -> images at which it stands.
    """
    values = [value for _, value in points]
    low, high = min(values), max(values)
    inner_height = HEIGHT - TOP - BOTTOM

    def x_of(images: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * min(images / max(last_images, 1), 1)

    def y_of(value: float) -> float:
        share = (value - low) / (high - low) if high > low else 0.5
        return TOP + inner_height * (1 - share)

    line = " ".join(f"{x_of(images):.1f},{y_of(value):.1f}" for images, value in points)
    caption = f"{title}: {low:.4g} .. {high:.4g}, {values[-1]:.4g}"
    drawn = [
        *(_label(LEFT - 6, y_of(value) + 4, f"{value:.3g}", "end") for value in {low, high}),
        _label(LEFT, HEIGHT - 6, "0", "start"),
        _label(WIDTH - RIGHT, HEIGHT - 6, f"{last_images:,.0f}", "end"),
        element("path", d=f"M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDTH - RIGHT}", class_="axis"),
        *(_upright(x_of(images), kind) for kind, places in marks.items() for images in places),
        element("polyline", points=line, class_="curve"),
    ]
    if len(points) == 1:
        ((images, value),) = points
        drawn.append(element("circle", cx=f"{x_of(images):.1f}", cy=f"{y_of(value):.1f}", r="3"))
    picture = element(
        "svg", *drawn, viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img", aria_label=caption
    )
    latest = element("b", f"{values[-1]:.4g}")
    return element("figure", element("figcaption", title, " ", latest), picture, class_="chart")


def _label(x: float, y: float, text: str, anchor: str) -> Markup:
    return element("text", text, x=f"{x:.1f}", y=f"{y:.1f}", text_anchor=anchor)


def _upright(x: float, kind: str) -> Markup:
    return element("path", d=f"M{x:.1f} {TOP}V{HEIGHT - BOTTOM}", class_=kind)


def lay_out(charts: Sequence[Markup]) -> Markup:
    """Set charts side by side, as many as the page is wide enough for."""
    return element("div", join(charts), class_="charts")
