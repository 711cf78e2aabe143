"""English captions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezzotint.data.scenes.phrasing import Facts, Wording

if TYPE_CHECKING:
    from numpy.random import Generator

Table = dict[str, tuple[str, ...]]

TERRAIN: Table = {
    "sharp peaks": ("sharp peaks", "jagged mountains", "rugged mountain peaks", "mountains"),
    "rolling hills": ("rolling hills", "gentle hills", "hills"),
    "dunes": ("sand dunes", "desert dunes", "dunes"),
    "mesa": ("a mesa", "a flat-topped mesa", "a table mountain"),
    "volcano": ("a volcano", "a volcanic cone"),
    "sea cliffs": ("sea cliffs", "steep cliffs", "cliffs"),
    "islands": ("islands", "rocky islands", "small islands"),
    "plain": ("a plain", "a wide plain", "flat open land"),
}
SNOWY_PEAKS = ("snow-capped peaks", "snow-capped mountains")
AFLOAT: Table = {"lake": ("on a lake",), "sea": ("on the sea", "on the ocean")}
WATER: Table = {
    "lake": ("by a lake", "beside a lake", "at the edge of a lake"),
    "river": ("by a river", "along a winding river", "with a river"),
    "sea": ("by the sea", "by the ocean", "at the coast"),
}
WATER_TAGS: Table = {"lake": ("lake",), "river": ("river",), "sea": ("sea", "ocean")}
PLANTS: Table = {
    "pine": ("pines", "pine trees", "evergreen pines"),
    "broadleaf": ("broadleaf trees", "deciduous trees"),
    "birch": ("birches", "birch trees"),
    "palm": ("palms", "palm trees"),
    "cherry blossom": ("cherry blossom", "blossoming cherry trees", "cherry trees in bloom"),
    "cactus": ("cacti", "tall cacti"),
    "reeds": ("reeds", "cattails and reeds"),
    "flower meadow": ("a flower meadow", "wildflowers", "a meadow full of flowers"),
}
SKY: Table = {
    "clear": ("a clear sky", "a cloudless sky"),
    "scattered clouds": ("scattered clouds", "a partly cloudy sky"),
    "heavy cloud": ("heavy clouds", "an overcast sky"),
    "aurora": ("an aurora", "northern lights", "the aurora borealis"),
    "rainbow": ("a rainbow",),
    "milky way": ("the milky way",),
}
AIR: Table = {
    "fog": ("in fog", "in thick fog"),
    "rain": ("in the rain", "in falling rain"),
    "snowfall": ("in falling snow", "in snowfall"),
}
SKY_TAGS: Table = {
    "clear": ("clear sky",),
    "scattered clouds": ("scattered clouds",),
    "heavy cloud": ("overcast", "heavy clouds"),
    "aurora": ("aurora", "northern lights"),
    "rainbow": ("rainbow",),
    "milky way": ("milky way",),
    "fog": ("fog", "foggy"),
    "rain": ("rain", "rainy"),
    "snowfall": ("snowfall", "falling snow"),
}
BODY: Table = {
    "sun": ("the sun",),
    "full moon": ("a full moon",),
    "crescent moon": ("a crescent moon",),
    "ringed planet": ("a ringed planet", "a planet with rings"),
}
BODY_TAGS: Table = {
    "sun": ("sun",),
    "full moon": ("full moon",),
    "crescent moon": ("crescent moon",),
    "ringed planet": ("ringed planet",),
}
TIME: Table = {
    "dawn": ("at dawn", "at daybreak"),
    "day": ("by day", "in daylight", "at daytime"),
    "sunset": ("at sunset",),
    "dusk": ("at dusk", "at twilight"),
    "night": ("at night", "by night"),
    "storm": ("in a thunderstorm", "during a thunderstorm"),
}
TIME_TAGS: Table = {
    "dawn": ("dawn",),
    "day": ("day", "daylight"),
    "sunset": ("sunset",),
    "dusk": ("dusk", "twilight"),
    "night": ("night",),
    "storm": ("thunderstorm", "lightning"),
}
SEASON: Table = {
    "spring": ("in spring",),
    "summer": ("in summer",),
    "autumn": ("in autumn", "in fall"),
    "winter": ("in winter", "under snow"),
}
SEASON_TAGS: Table = {
    "spring": ("spring",),
    "summer": ("summer",),
    "autumn": ("autumn", "fall"),
    "winter": ("winter", "snowy"),
}
THING: Table = {
    "cabin": ("a log cabin", "a cabin", "a wooden cabin"),
    "lighthouse": ("a lighthouse",),
    "castle": ("a castle", "a stone castle"),
    "windmill": ("a windmill", "an old windmill"),
    "pagoda": ("a pagoda",),
    "sailing boat": ("a sailing boat", "a sailboat"),
    "tent": ("a tent", "a camping tent"),
    "stone bridge": ("a stone bridge", "an arched stone bridge"),
    "skyline": ("a city skyline", "a skyline of towers"),
    "rocket": ("a rocket", "a rocket ship"),
    "hot-air balloon": ("a hot-air balloon", "a hot air balloon"),
}
PLACE: Table = {
    "left": ("on the left", "to the left"),
    "centre": ("in the centre", "in the middle"),
    "right": ("on the right", "to the right"),
}
DISTANCE: Table = {
    "near": ("nearby", "in the foreground"),
    "far": ("in the distance", "far away"),
}
PALETTE: Table = {
    "warm": ("warm colours", "a warm palette"),
    "cold": ("cold colours", "a cold palette"),
    "pastel": ("pastel colours", "a pastel palette"),
    "neon": ("neon colours", "a neon palette"),
    "sepia": ("sepia tones", "sepia"),
}
MEDIUM: Table = {
    "photo": ("a photo", "a photograph"),
    "oil painting": ("an oil painting",),
    "watercolour": ("a watercolour", "a watercolor painting"),
    "flat poster": ("a flat poster", "a poster"),
    "ink wash": ("an ink wash painting", "a Chinese ink painting"),
    "pixel art": ("a pixel art picture", "a piece of pixel art"),
    "low poly": ("a low poly picture", "a low-poly rendering"),
    "pencil": ("a pencil drawing", "a pencil sketch"),
}
MEDIUM_TAGS: Table = {
    "photo": ("photo", "photograph"),
    "oil painting": ("oil painting",),
    "watercolour": ("watercolour", "watercolor"),
    "flat poster": ("flat poster", "poster"),
    "ink wash": ("ink wash", "Chinese ink painting"),
    "pixel art": ("pixel art",),
    "low poly": ("low poly", "low-poly"),
    "pencil": ("pencil drawing", "pencil sketch"),
}
TAGS: dict[str, Table] = {
    "terrain": {
        key: tuple(_bare)
        for key, words in TERRAIN.items()
        if (_bare := [w.removeprefix("a ") for w in words])
    },
    "water": WATER_TAGS,
    "plants": {key: tuple(w.removeprefix("a ") for w in words) for key, words in PLANTS.items()},
    "sky": SKY_TAGS,
    "body": BODY_TAGS,
    "time": TIME_TAGS,
    "season": SEASON_TAGS,
    "thing": {
        key: tuple(w.removeprefix("an ").removeprefix("a ") for w in words)
        for key, words in THING.items()
    },
    "palette": PALETTE,
    "medium": MEDIUM_TAGS,
}


def english(facts: Facts, stream: Generator) -> str:
    """Return one English caption: a word, tags, a phrase or a sentence."""
    words = _English(facts, stream)
    kind = stream.random()
    if kind < 0.06:
        return words.tags(TAGS)[0]
    if kind < 0.28:
        tags = words.tags(TAGS)
        return ", ".join(tags[: int(stream.integers(2, 8))])
    if kind < 0.66:
        return words.phrase()
    return words.sentence()


class _English(Wording):
    def phrase(self) -> str:
        """Return the way people type prompts: a noun phrase, then style after commas."""
        parts = [self.scene(0.55)]
        if self.maybe(0.35):
            parts.append(self.say("sky", SKY_TAGS))
        if self.facts.has("body") and self.maybe(0.45):
            parts.append(self.say("body", BODY_TAGS))
        if self.maybe(0.6):
            parts.append(self.say("palette", PALETTE))
        if self.maybe(0.6):
            parts.append(self.say("medium", MEDIUM_TAGS))
        if self.facts.panorama and self.maybe(0.6):
            parts.append("360-degree panorama")
        return ", ".join(dict.fromkeys(part for part in parts if part))

    def sentence(self) -> str:
        """Return a whole sentence."""
        scene = self.scene(0.85)
        if self.maybe(0.55):
            scene = f"{self.say('medium', MEDIUM)} of {scene}"
        elif self.facts.panorama and self.maybe(0.5):
            scene = f"a 360-degree panorama of {scene}"
        above = self.above()
        if above:
            scene = f"{scene}, {above}"
        if self.facts.has("palette") and self.maybe(0.8):
            scene = f"{scene}, in {self.say('palette', PALETTE)}"
        return scene[0].upper() + scene[1:] + "."

    def scene(self, chance: float) -> str:
        """Return what stands on the ground, and when."""
        facts = self.facts
        thing = self.thing(chance) if facts.has("thing") and self.maybe(0.55 + chance / 2) else ""
        land = self.land()
        if not thing and not land:
            land = (
                self.say("plants", PLANTS)
                or self.say(
                    "water", {"lake": ("a lake",), "river": ("a river",), "sea": ("the sea",)}
                )
                or "a landscape"
            )
        parts = [thing or land]
        if thing and land and self.maybe(chance):
            parts.append(f"{self.one(('with', 'and'))} {land}")
        if facts.has("water") and self.maybe(chance):
            afloat = bool(thing) and facts.has("thing", "sailing boat")
            parts.insert(1 if afloat else 2, self.say("water", AFLOAT if afloat else WATER))
        plants = self.say("plants", PLANTS)
        if plants and plants not in parts[0] and self.maybe(chance):
            parts.append(f"with {plants}" if "with" not in " ".join(parts) else f"and {plants}")
        return " ".join([*parts, *self.when(chance)])

    def land(self) -> str:
        """Return the terrain, sometimes with the snow on its tops."""
        land = self.say("terrain", TERRAIN)
        snowy = self.maybe(0.35) and self.facts.snow_capped
        return self.one(SNOWY_PEAKS) if snowy else land

    def thing(self, chance: float) -> str:
        """Return the thing, sometimes with its place and distance."""
        parts = [self.say("thing", THING)]
        if self.maybe(chance * 0.5):
            parts.append(self.say("place", PLACE))
        if self.maybe(chance * 0.5):
            parts.append(self.say("distance", DISTANCE))
        return " ".join(parts)

    def when(self, chance: float) -> list[str]:
        """Return the hour, the season and the weather that one stands in."""
        air = self.say("sky", AIR) if self.maybe(0.35 + chance / 2) else ""
        time = self.say("time", TIME) if self.maybe(0.25 + chance / 2) else ""
        season = self.say("season", SEASON) if self.maybe(chance * 0.6) else ""
        return [part for part in (air, time, season) if part]

    def above(self) -> str:
        """Return what the sky shows."""
        body = self.say("body", BODY) if self.maybe(0.75) else ""
        sky = self.say("sky", SKY) if self.maybe(0.75) else ""
        if self.facts.lightning and self.maybe(0.6):
            return "with lightning in the sky"
        if body and sky:
            return f"{self.one(('with', 'under'))} {sky} and {body}"
        if body or sky:
            return f"{self.one(('with', 'under'))} {body or sky}"
        return ""
