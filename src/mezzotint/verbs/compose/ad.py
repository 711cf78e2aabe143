"""Ad: a picture, a headline and a logo in a layout, in several aspects at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from mezzotint.imaging.encode import flatten
from mezzotint.imaging.resize import fit_inside, resize
from mezzotint.imaging.text_setting import SetText, draw_text, fit_text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.imaging.fonts import Typeface

Layout = Literal["auto", "over", "beside"]
Colour = tuple[int, int, int]

# "auto" puts the text beside the picture where a crop would leave less than this of it.
MIN_KEPT_SHARE = 0.55
_MARGIN = 0.055  # of the shorter side
_TEXT_SHARE = 0.42  # of the height that text may take over the picture
_LOGO_SHARE = 0.16
_WHITE, _INK = (255, 255, 255), (20, 20, 24)
_MIN_CONTRAST = 4.5  # WCAG 2.2, 1.4.3


@dataclass(frozen=True, kw_only=True)
class AdRequest:
    """Ask for one advert.

    Attributes:
        headline: The large text.
        subline: The smaller one; "" = none.
        width_px: Of the advert.
        height_px: Of the advert.
        layout: "over" the picture, "beside" it on a plain ground, or "auto".
        focus: What must stay in sight when the picture is cropped: across and down, 0 to 1.
        accent: Colour of the ground; None = taken from the picture.
    """

    headline: str
    subline: str = ""
    width_px: int
    height_px: int
    layout: Layout = "auto"
    focus: tuple[float, float] = (0.5, 0.5)
    accent: Colour | None = None


@dataclass(frozen=True, kw_only=True)
class _Area:
    """A part of the canvas."""

    left: int
    top: int
    width: int
    height: int

    def inner(self, margin: int) -> _Area:
        return _Area(
            left=self.left + margin,
            top=self.top + margin,
            width=max(1, self.width - 2 * margin),
            height=max(1, self.height - 2 * margin),
        )


def ad(
    request: AdRequest,
    picture: NDArray[np.uint8],
    logo: NDArray[np.uint8] | None,
    typeface: Typeface,
) -> NDArray[np.uint8]:
    """Lay out one advert.

    Args:
        request: Texts and size.
        picture: uint8 [H, W, C].
        logo: uint8 [H, W, C], RGBA as a rule; None = none.
        typeface: Has every character of the texts.

    Returns:
        uint8 [height_px, width_px, 3].
    """
    picture = _opaque(picture)
    layout = request.layout
    if layout == "auto":
        layout = "over" if kept_share(picture, request) >= MIN_KEPT_SHARE else "beside"
    if layout == "over":
        return _over(request, picture, logo, typeface)
    return _beside(request, picture, logo, typeface)


def kept_share(picture: NDArray[np.uint8], request: AdRequest) -> float:
    """Return which share of the picture a crop to the advert's shape would leave."""
    height, width = picture.shape[:2]
    ratio = (width / height) / (request.width_px / request.height_px)
    return min(ratio, 1 / ratio)


def contrast(first: Colour, second: Colour) -> float:
    """Return the contrast ratio of two sRGB colours, 1 to 21 (WCAG 2.2).

    Example:
        >>> round(contrast((255, 255, 255), (0, 0, 0)))
        21
    """
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _over(
    request: AdRequest,
    picture: NDArray[np.uint8],
    logo: NDArray[np.uint8] | None,
    typeface: Typeface,
) -> NDArray[np.uint8]:
    whole = _Area(left=0, top=0, width=request.width_px, height=request.height_px)
    canvas = _filled(picture, whole, request.focus)
    margin = _margin(request)
    inside = whole.inner(margin)
    room = _Area(left=0, top=0, width=inside.width, height=round(inside.height * _TEXT_SHARE))
    headline, subline = _set(request, typeface, room)
    text_height = _text_height(headline, subline)
    top = whole.height - margin - text_height
    canvas = _darkened(canvas, top - 2 * margin)
    place = _Area(left=inside.left, top=top, width=inside.width, height=text_height)
    canvas = _write(canvas, headline, subline, typeface, place, _WHITE)
    return canvas if logo is None else _with_logo(canvas, logo, inside, request)


def _beside(
    request: AdRequest,
    picture: NDArray[np.uint8],
    logo: NDArray[np.uint8] | None,
    typeface: Typeface,
) -> NDArray[np.uint8]:
    import numpy as np

    ground = request.accent or _main_colour(picture)
    ink = _WHITE if contrast(_WHITE, ground) >= _MIN_CONTRAST else _INK
    canvas = np.full((request.height_px, request.width_px, 3), ground, np.uint8)
    shown, panel = _halves(picture, request)
    canvas[shown.top : shown.top + shown.height, shown.left : shown.left + shown.width] = _filled(
        picture, shown, request.focus
    )
    margin = min(_margin(request), panel.width // 8, panel.height // 8)
    inside = panel.inner(margin)
    text, corner = (inside, inside) if logo is None else _text_and_logo(inside)
    headline, subline = _set(request, typeface, text)
    total = _text_height(headline, subline)
    place = replace(text, top=text.top + max(0, (text.height - total) // 2), height=total)
    canvas = _write(canvas, headline, subline, typeface, place, ink)
    if logo is None:
        return canvas
    return _paste(canvas, fit_inside(logo, corner.height, corner.width, method="area"), corner)


def _text_and_logo(inside: _Area) -> tuple[_Area, _Area]:
    # In a banner the logo stands at the end of the text, else below it.
    if inside.width > 3 * inside.height:
        side = inside.height
        text = replace(inside, width=max(1, inside.width - 2 * side))
        return text, replace(inside, left=inside.left + inside.width - side, width=side)
    side = max(1, round(inside.height * 0.22))
    text = replace(inside, height=max(1, inside.height - round(side * 1.3)))
    return text, replace(inside, top=inside.top + inside.height - side, height=side)


def _halves(picture: NDArray[np.uint8], request: AdRequest) -> tuple[_Area, _Area]:
    # The picture keeps its shape as far as it leaves at least two fifths to the text.
    height, width = picture.shape[:2]
    if request.width_px >= request.height_px:
        shown = min(round(request.height_px * width / height), round(request.width_px * 0.6))
        return (
            _Area(left=request.width_px - shown, top=0, width=shown, height=request.height_px),
            _Area(left=0, top=0, width=request.width_px - shown, height=request.height_px),
        )
    shown = min(round(request.width_px * height / width), round(request.height_px * 0.6))
    return (
        _Area(left=0, top=0, width=request.width_px, height=shown),
        _Area(left=0, top=shown, width=request.width_px, height=request.height_px - shown),
    )


def _set(request: AdRequest, typeface: Typeface, room: _Area) -> tuple[SetText, SetText | None]:
    shorter = min(request.width_px, request.height_px)
    share = 0.7 if request.subline else 1.0
    headline = fit_text(
        request.headline,
        typeface,
        width_px=room.width,
        height_px=round(room.height * share),
        # The second one for banners, which are wide and low.
        max_size_px=round(max(shorter * 0.13, min(room.height * 0.45, room.width * 0.06))),
    )
    if not request.subline:
        return headline, None
    subline = fit_text(
        request.subline,
        typeface,
        width_px=room.width,
        height_px=max(1, room.height - headline.height_px - _gap(headline)),
        max_size_px=max(8, round(headline.size_px * 0.48)),
    )
    return headline, subline


def _text_height(headline: SetText, subline: SetText | None) -> int:
    if subline is None:
        return headline.height_px
    return headline.height_px + _gap(headline) + subline.height_px


def _gap(headline: SetText) -> int:
    return round(headline.size_px * 0.18)


def _write(
    canvas: NDArray[np.uint8],
    headline: SetText,
    subline: SetText | None,
    typeface: Typeface,
    place: _Area,
    ink: Colour,
) -> NDArray[np.uint8]:
    top = place.top
    for text in (headline, subline):
        if text is None:
            continue
        canvas = draw_text(
            canvas,
            text,
            typeface,
            left_px=place.left,
            top_px=top,
            width_px=place.width,
            colour=ink,
        )
        top += text.height_px + _gap(headline)
    return canvas


def _filled(
    picture: NDArray[np.uint8], area: _Area, focus: tuple[float, float]
) -> NDArray[np.uint8]:
    # Cropped to the area's shape around the focus, then scaled.
    height, width = picture.shape[:2]
    scale = max(area.height / height, area.width / width)
    crop_height = min(height, max(1, round(area.height / scale)))
    crop_width = min(width, max(1, round(area.width / scale)))
    left = round(min(max(focus[0] * width - crop_width / 2, 0), width - crop_width))
    top = round(min(max(focus[1] * height - crop_height / 2, 0), height - crop_height))
    crop = picture[top : top + crop_height, left : left + crop_width]
    return resize(crop, area.height, area.width)


def _darkened(canvas: NDArray[np.uint8], top: int) -> NDArray[np.uint8]:
    """Shade the lower part so much that white text has the contrast it needs, and no more."""
    import numpy as np

    height = canvas.shape[0]
    top = max(0, top)
    ground = canvas[(top + height) // 2 :].reshape(-1, 3)
    bright = np.percentile(ground.astype(np.float32), 98, axis=0)
    strength = 0.35
    while strength < 0.9 and contrast(_WHITE, _scaled(bright, 1 - strength)) < _MIN_CONTRAST:
        strength += 0.05
    rows = np.arange(height, dtype=np.float32)
    ramp = np.clip((rows - top) / max(1.0, (height - top) * 0.4), 0, 1)
    smooth = ramp * ramp * (3 - 2 * ramp)
    return (canvas * (1 - strength * smooth)[:, None, None]).astype(np.uint8)


def _with_logo(
    canvas: NDArray[np.uint8], logo: NDArray[np.uint8], inside: _Area, request: AdRequest
) -> NDArray[np.uint8]:
    side = max(1, round(min(request.width_px, request.height_px) * _LOGO_SHARE))
    small = fit_inside(logo, side, min(2 * side, inside.width), method="area")
    return _paste(canvas, small, inside)


def _paste(canvas: NDArray[np.uint8], logo: NDArray[np.uint8], area: _Area) -> NDArray[np.uint8]:
    # Into the upper left corner of the area, by its alpha.
    import numpy as np

    height = min(logo.shape[0], canvas.shape[0] - area.top)
    width = min(logo.shape[1], canvas.shape[1] - area.left)
    logo = logo[:height, :width]
    alpha = logo[..., 3:].astype(np.float32) / 255 if logo.shape[2] == 4 else np.float32(1)
    colours = logo[..., :3] if logo.shape[2] > 1 else logo.repeat(3, axis=2)
    canvas = canvas.copy()
    part = canvas[area.top : area.top + height, area.left : area.left + width]
    part[:] = np.rint(colours * alpha + part * (1 - alpha))
    return canvas


def _main_colour(picture: NDArray[np.uint8]) -> Colour:
    # The mean of the picture, vivid pixels first, deepened so that white text stands on it.
    import numpy as np

    levels = picture[:: max(1, picture.shape[0] // 128), :: max(1, picture.shape[1] // 128)]
    levels = levels.reshape(-1, 3).astype(np.float32)
    vividness = np.square(levels.max(axis=1) - levels.min(axis=1)) + 1
    colour = np.average(levels, axis=0, weights=vividness)
    share = 1.0
    while share > 0.1 and contrast(_WHITE, _scaled(colour, share)) < _MIN_CONTRAST:
        share -= 0.05
    return _scaled(colour, share)


def _scaled(colour: NDArray[np.floating], share: float) -> Colour:
    red, green, blue = (round(float(level) * share) for level in colour)
    return red, green, blue


def _luminance(colour: Colour) -> float:
    linear = [
        level / 255 / 12.92 if level <= 10 else ((level / 255 + 0.055) / 1.055) ** 2.4
        for level in colour
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _margin(request: AdRequest) -> int:
    return max(2, round(min(request.width_px, request.height_px) * _MARGIN))


def _opaque(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    flat = flatten(picture)
    return flat if flat.shape[2] == 3 else flat.repeat(3, axis=2)
