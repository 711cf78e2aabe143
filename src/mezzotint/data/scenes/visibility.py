"""What of a scene can be seen in its picture, decided by the numbers that draw it.

Captions and labels name nothing else. `tests/unit/data/scenes/test_visibility.py` takes each thing
out of the picture in turn and checks that pixels change.
"""

from __future__ import annotations

from mezzotint.data.scenes.attributes import (
    CHOICES,
    Body,
    Distance,
    Medium,
    Palette,
    Plants,
    SceneAttributes,
    Season,
    Sky,
    Terrain,
    Thing,
    Time,
    Water,
)
from mezzotint.data.scenes.layout import (
    FOG_END,
    FOG_MOST,
    FOG_START,
    SKYLINE_DEPTHS,
    THICK_FOG,
    THIN_FOG,
    THING_DEPTHS,
)
from mezzotint.data.scenes.light import OVERCAST

HIDDEN = "none"
_FADED = 0.70  # share of fog in front of a thing from which it no longer counts as seen
_BARE = frozenset({Terrain.DUNES, Terrain.MESA})
_GREY_MEDIA = frozenset({Medium.INK, Medium.PENCIL})
_SOFT_MEDIA = frozenset({Medium.INK, Medium.PENCIL, Medium.LOW_POLY})
_SMOOTH_MEDIA = frozenset({Medium.POSTER, Medium.LOW_POLY})


def labels(scene: SceneAttributes) -> dict[str, str]:
    """Return what the picture shows, field by field; "none" where there is nothing to see.

    The keys are those of the attributes but `seed` and `panorama`, in their order, the same for
    every scene, so that they can train a classifier.

    Example:
        >>> from mezzotint.data.scenes.attributes import Body, SceneAttributes, Sky
        >>> labels(SceneAttributes(seed=1, sky=Sky.HEAVY, body=Body.SUN))["body"]
        'none'
    """
    shown = {name: str(getattr(scene, name)) for name in CHOICES}
    for name, visible in _VISIBLE.items():
        if not visible(scene):
            shown[name] = HIDDEN
    if shown["thing"] == HIDDEN:
        shown["place"] = shown["distance"] = HIDDEN
    return shown


def has_colour(scene: SceneAttributes) -> bool:
    """Say whether hues can be told apart in the picture."""
    return scene.medium not in _GREY_MEDIA and scene.palette not in (Palette.SEPIA, Palette.NEON)


def _time(scene: SceneAttributes) -> bool:
    if scene.time is Time.NIGHT:
        return scene.medium is not Medium.INK or scene.body is not Body.NONE
    if scene.time is Time.STORM:
        return has_lightning(scene)
    return has_colour(scene) and not (scene.sky in OVERCAST and scene.time is not Time.DAY)


def _season(scene: SceneAttributes) -> bool:
    if scene.season is Season.WINTER:
        return True
    grown = scene.terrain not in _BARE
    lit = scene.time in (Time.DAWN, Time.DAY, Time.SUNSET)
    return grown and lit and has_colour(scene) and scene.palette is not Palette.COLD


def _terrain(scene: SceneAttributes) -> bool:
    low = scene.terrain in (Terrain.PLAIN, Terrain.ISLANDS)
    return _fog_before(scene, 0.5 if low else 0.4) < _FADED


def _sky(scene: SceneAttributes) -> bool:
    if scene.sky is Sky.RAINBOW:
        return has_colour(scene)
    if scene.sky is Sky.MILKY_WAY:
        return scene.medium not in _SMOOTH_MEDIA
    return True


def _body(scene: SceneAttributes) -> bool:
    clear = scene.sky not in OVERCAST and scene.time is not Time.STORM
    return scene.body is not Body.NONE and clear


def _plants(scene: SceneAttributes) -> bool:
    if scene.plants is Plants.CHERRY:
        return has_colour(scene)
    if scene.plants in (Plants.FLOWERS, Plants.REEDS) and scene.medium in _SOFT_MEDIA:
        return False
    return scene.plants is not Plants.NONE


def _thing(scene: SceneAttributes) -> bool:
    if scene.thing is Thing.NONE:
        return False
    if scene.medium in _SMOOTH_MEDIA and scene.distance is Distance.FAR:
        return False
    depths = SKYLINE_DEPTHS if scene.thing is Thing.SKYLINE else THING_DEPTHS[scene.distance]
    return scene.thing is Thing.BALLOON or _fog_before(scene, depths[1]) < _FADED


def _palette(scene: SceneAttributes) -> bool:
    return scene.palette is not Palette.NATURAL and scene.medium not in _GREY_MEDIA


_VISIBLE = {
    "time": _time,
    "season": _season,
    "terrain": _terrain,
    "water": lambda scene: scene.water is not Water.NONE,
    "plants": _plants,
    "sky": _sky,
    "body": _body,
    "thing": _thing,
    "palette": _palette,
}


def has_lightning(scene: SceneAttributes) -> bool:
    """Say whether a storm shows a stroke of lightning."""
    return scene.time is Time.STORM and scene.seed % 3 != 0


# Most of the light from depth t that fog may replace, as `land.air` draws it at ground level.
def _fog_before(scene: SceneAttributes, depth: float) -> float:
    fog = {Sky.FOG: THICK_FOG[1], Sky.RAIN: THIN_FOG[1], Sky.SNOWFALL: THIN_FOG[1]}
    share = min(max((depth - FOG_START) / (FOG_END - FOG_START), 0.0), 1.0)
    return fog.get(scene.sky, 0.0) * FOG_MOST * share * share * (3.0 - 2.0 * share)
