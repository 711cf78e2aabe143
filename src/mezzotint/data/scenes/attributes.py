"""What a scene shows: one frozen record of named attributes, and its JSON form."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from enum import StrEnum

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.domain.streams import MAX_SEED


class Time(StrEnum):
    """Name the light of the hour; a storm counts as one, for it sets the light."""

    DAWN = "dawn"
    DAY = "day"
    SUNSET = "sunset"
    DUSK = "dusk"
    NIGHT = "night"
    STORM = "storm"


class Season(StrEnum):
    """Name the season: it colours leaves and grass and lays the snow."""

    SPRING = "spring"
    SUMMER = "summer"
    AUTUMN = "autumn"
    WINTER = "winter"


class Terrain(StrEnum):
    """Name the shape of the land."""

    PEAKS = "sharp peaks"
    HILLS = "rolling hills"
    DUNES = "dunes"
    MESA = "mesa"
    VOLCANO = "volcano"
    CLIFFS = "sea cliffs"
    ISLANDS = "islands"
    PLAIN = "plain"


class Water(StrEnum):
    """Name the water."""

    NONE = "none"
    LAKE = "lake"
    RIVER = "river"
    SEA = "sea"


class Plants(StrEnum):
    """Name what grows."""

    NONE = "none"
    PINE = "pine"
    BROADLEAF = "broadleaf"
    BIRCH = "birch"
    PALM = "palm"
    CHERRY = "cherry blossom"
    CACTUS = "cactus"
    REEDS = "reeds"
    FLOWERS = "flower meadow"


class Sky(StrEnum):
    """Name the weather, or the spectacle in the sky."""

    CLEAR = "clear"
    SCATTERED = "scattered clouds"
    HEAVY = "heavy cloud"
    FOG = "fog"
    RAIN = "rain"
    SNOWFALL = "snowfall"
    AURORA = "aurora"
    RAINBOW = "rainbow"
    MILKY_WAY = "milky way"


class Body(StrEnum):
    """Name the body in the sky that the frame shows."""

    NONE = "none"
    SUN = "sun"
    FULL_MOON = "full moon"
    CRESCENT_MOON = "crescent moon"
    RINGED_PLANET = "ringed planet"


class Thing(StrEnum):
    """Name the one thing somebody made."""

    NONE = "none"
    CABIN = "cabin"
    LIGHTHOUSE = "lighthouse"
    CASTLE = "castle"
    WINDMILL = "windmill"
    PAGODA = "pagoda"
    BOAT = "sailing boat"
    TENT = "tent"
    BRIDGE = "stone bridge"
    SKYLINE = "skyline"
    ROCKET = "rocket"
    BALLOON = "hot-air balloon"


class Place(StrEnum):
    """Name the third of the frame where the thing stands."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


class Distance(StrEnum):
    """Say how far the thing is from the viewer."""

    NEAR = "near"
    FAR = "far"


class Palette(StrEnum):
    """Name the colour grading."""

    NATURAL = "natural"
    WARM = "warm"
    COLD = "cold"
    PASTEL = "pastel"
    NEON = "neon"
    SEPIA = "sepia"


class Medium(StrEnum):
    """Name what the picture is made with."""

    PHOTO = "photo"
    OIL = "oil painting"
    WATERCOLOUR = "watercolour"
    POSTER = "flat poster"
    INK = "ink wash"
    PIXEL = "pixel art"
    LOW_POLY = "low poly"
    PENCIL = "pencil"


@dataclass(frozen=True, kw_only=True)
class SceneAttributes:
    """Describe one scene completely: the same attributes give the same picture.

    Attributes:
        seed: 0 to 4294967295; the shapes of ridges, clouds and trees, and where things stand.
        panorama: True if the picture wraps around from left to right (360 degrees).

    Example:
        >>> scene = SceneAttributes(seed=7, time=Time.SUNSET, water=Water.LAKE)
        >>> SceneAttributes.from_json(scene.to_json()) == scene
        True
    """

    seed: int
    time: Time = Time.DAY
    season: Season = Season.SUMMER
    terrain: Terrain = Terrain.PEAKS
    water: Water = Water.NONE
    plants: Plants = Plants.NONE
    sky: Sky = Sky.CLEAR
    body: Body = Body.NONE
    thing: Thing = Thing.NONE
    place: Place = Place.CENTRE
    distance: Distance = Distance.NEAR
    palette: Palette = Palette.NATURAL
    medium: Medium = Medium.PHOTO
    panorama: bool = False

    def to_json(self) -> str:
        """Return the attributes as one line of JSON, in the order of the fields."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> SceneAttributes:
        """Read what `to_json` wrote.

        Raises:
            InputError: `text` is not such a record.
        """
        try:
            record = json.loads(text)
        except json.JSONDecodeError as error:
            raise _bad_record(str(error)) from error
        return cls.from_record(record)

    @classmethod
    def from_record(cls, record: object) -> SceneAttributes:
        """Build attributes from parsed JSON; absent fields take their defaults.

        Raises:
            InputError: A field is unknown, missing (`seed`) or has a value that does not exist.
        """
        if not isinstance(record, dict):
            raise _bad_record("not an object")
        unknown = sorted(set(record) - {field.name for field in fields(cls)})
        if unknown:
            raise _bad_record(f"unknown field {unknown[0]!r}")
        seed, panorama = record.get("seed"), record.get("panorama", False)
        if type(seed) is not int or not 0 <= seed <= MAX_SEED:
            raise _bad_record(f"seed must be a whole number from 0 to {MAX_SEED}")
        if type(panorama) is not bool:
            raise _bad_record("panorama must be true or false")
        named = {}
        for name, kind in CHOICES.items():
            if name in record:
                try:
                    named[name] = kind(record[name])
                except ValueError as error:
                    raise _bad_record(f"{name}: {error}") from error
        return cls(seed=seed, panorama=panorama, **named)


# Field name -> the enumeration of its values, in the order of the record.
CHOICES: dict[str, type[StrEnum]] = {
    "time": Time,
    "season": Season,
    "terrain": Terrain,
    "water": Water,
    "plants": Plants,
    "sky": Sky,
    "body": Body,
    "thing": Thing,
    "place": Place,
    "distance": Distance,
    "palette": Palette,
    "medium": Medium,
}


def _bad_record(reason: str) -> InputError:
    return InputError(
        "scenes.attributes",
        Message("These are not the attributes of a scene: {reason}.", reason=reason),
        Message("Take them from the metadata.jsonl that `mezzotint data scenes` wrote."),
    )
