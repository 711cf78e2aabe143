"""Chinese captions (简体中文)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezzotint.data.scenes.phrasing import Facts, Wording

if TYPE_CHECKING:
    from numpy.random import Generator

Table = dict[str, tuple[str, ...]]

TERRAIN: Table = {
    "sharp peaks": ("尖峰", "险峻的山峰", "群山", "陡峭的山峰"),
    "rolling hills": ("连绵的丘陵", "丘陵", "起伏的山丘"),
    "dunes": ("沙丘", "沙漠", "连绵的沙丘"),
    "mesa": ("平顶山", "方山", "桌山"),
    "volcano": ("火山",),
    "sea cliffs": ("海崖", "海边悬崖", "陡峭的海崖"),
    "islands": ("岛屿", "小岛", "岩石岛屿"),
    "plain": ("平原", "开阔的平原", "平坦的原野"),
}
SNOWY_PEAKS = ("雪山", "雪峰")
WATER: Table = {
    "lake": ("湖边", "湖畔"),
    "river": ("河边", "河畔"),
    "sea": ("海边", "海岸边"),
}
WATER_TAGS: Table = {"lake": ("湖泊", "湖"), "river": ("河流", "河"), "sea": ("大海", "海洋")}
PLANTS: Table = {
    "pine": ("松树", "松林"),
    "broadleaf": ("阔叶树",),
    "birch": ("白桦", "白桦树"),
    "palm": ("棕榈树", "棕榈"),
    "cherry blossom": ("樱花", "盛开的樱花树"),
    "cactus": ("仙人掌",),
    "reeds": ("芦苇", "香蒲和芦苇"),
    "flower meadow": ("花海", "开满野花的草地", "野花"),
}
SKY: Table = {
    "clear": ("晴朗的天空", "万里无云"),
    "scattered clouds": ("零散的云", "天上有几片云"),
    "heavy cloud": ("乌云密布", "阴天"),
    "fog": ("浓雾", "大雾弥漫"),
    "rain": ("下雨", "雨中"),
    "snowfall": ("下雪", "飘雪"),
    "aurora": ("极光", "北极光"),
    "rainbow": ("彩虹",),
    "milky way": ("银河",),
}
BODY: Table = {
    "sun": ("太阳",),
    "full moon": ("满月", "圆月"),
    "crescent moon": ("弯月", "月牙"),
    "ringed planet": ("带光环的行星", "有环的行星"),
}
TIME: Table = {
    "dawn": ("黎明", "拂晓"),
    "day": ("白天",),
    "sunset": ("日落", "日落时分"),
    "dusk": ("黄昏后的暮色", "暮色"),
    "night": ("夜晚", "夜里"),
    "storm": ("雷暴", "雷雨天"),
}
SEASON: Table = {
    "spring": ("春天", "春日"),
    "summer": ("夏天", "夏日"),
    "autumn": ("秋天", "秋日"),
    "winter": ("冬天", "冬日", "积雪"),
}
THING: Table = {
    "cabin": ("一座木屋", "一间小木屋"),
    "lighthouse": ("一座灯塔",),
    "castle": ("一座城堡", "一座石头城堡"),
    "windmill": ("一座风车", "一座老风车"),
    "pagoda": ("一座宝塔",),
    "sailing boat": ("一艘帆船",),
    "tent": ("一顶帐篷",),
    "stone bridge": ("一座石桥", "一座石拱桥"),
    "skyline": ("城市天际线", "城市的高楼"),
    "rocket": ("一枚火箭",),
    "hot-air balloon": ("一个热气球",),
}
PLACE: Table = {
    "left": ("左侧", "左边"),
    "centre": ("中央", "正中"),
    "right": ("右侧", "右边"),
}
DISTANCE: Table = {"near": ("近处",), "far": ("远处",)}
PALETTE: Table = {
    "warm": ("暖色调",),
    "cold": ("冷色调",),
    "pastel": ("粉彩色调", "柔和的粉彩色"),
    "neon": ("霓虹色", "霓虹色调"),
    "sepia": ("棕褐色调", "怀旧棕色"),
}
MEDIUM: Table = {
    "photo": ("照片", "摄影"),
    "oil painting": ("油画",),
    "watercolour": ("水彩画", "水彩"),
    "flat poster": ("扁平海报", "扁平风格海报"),
    "ink wash": ("水墨画", "水墨"),
    "pixel art": ("像素画", "像素艺术"),
    "low poly": ("低多边形", "低多边形风格"),
    "pencil": ("铅笔画", "铅笔素描"),
}
MEASURES = ("一座", "一间", "一艘", "一顶", "一枚", "一个")
TAGS: dict[str, Table] = {
    "terrain": TERRAIN,
    "water": WATER_TAGS,
    "plants": PLANTS,
    "sky": SKY,
    "body": BODY,
    "time": TIME,
    "season": SEASON,
    "thing": {
        key: tuple(word[2:] if word.startswith(MEASURES) else word for word in words)
        for key, words in THING.items()
    },
    "palette": PALETTE,
    "medium": MEDIUM,
}


def chinese(facts: Facts, stream: Generator) -> str:
    """Return one Chinese caption: a word, tags, a phrase or a sentence."""
    words = _Chinese(facts, stream)
    kind = stream.random()
    if kind < 0.06:
        return words.tags(TAGS)[0]
    if kind < 0.28:
        tags = words.tags(TAGS)
        return "，".join(tags[: int(stream.integers(2, 8))])
    if kind < 0.66:
        return words.phrase()
    return words.sentence()


class _Chinese(Wording):
    def phrase(self) -> str:
        """Return a prompt: the hour, the subject, then style."""
        parts = [*self.when(0.5), self.subject(0.55)]
        if self.maybe(0.4):
            parts.append(self.say("sky", SKY))
        if self.maybe(0.45):
            parts.append(self.say("body", BODY))
        if self.maybe(0.6):
            parts.append(self.say("palette", PALETTE))
        if self.maybe(0.6):
            parts.append(self.say("medium", MEDIUM))
        if self.facts.panorama and self.maybe(0.6):
            parts.append("360度全景")
        return "，".join(dict.fromkeys(part for part in parts if part))

    def sentence(self) -> str:
        """Return a whole sentence."""
        parts = [*self.when(0.8), self.subject(0.85)]
        if self.maybe(0.7):
            parts.append(self.say("sky", SKY))
        if self.facts.has("body") and self.maybe(0.7):
            parts.append(f"天上有{self.say('body', BODY)}")
        if self.facts.lightning and self.maybe(0.6):
            parts.append("天空中有闪电")
        if self.maybe(0.7):
            parts.append(self.say("palette", PALETTE))
        text = "，".join(dict.fromkeys(part for part in parts if part))
        if self.maybe(0.5):
            text = f"{self.say('medium', MEDIUM)}：{text}"
        elif self.facts.panorama and self.maybe(0.5):
            text = f"360度全景：{text}"
        return text + "。"

    def subject(self, chance: float) -> str:
        """Return what stands on the ground."""
        facts = self.facts
        land = self.say("terrain", TERRAIN)
        if self.maybe(0.35) and facts.snow_capped:
            land = self.one(SNOWY_PEAKS)
        water = self.say("water", WATER) if self.maybe(chance) else ""
        if land and water:
            land = f"{water}{land}" if "的" in land else f"{water}的{land}"
        elif water:
            land = water
        parts = [land]
        if facts.has("plants") and self.maybe(chance):
            parts.append(self.say("plants", PLANTS))
        if facts.has("thing") and self.maybe(0.55 + chance / 2):
            parts.append(self.thing(chance))
        found = [part for part in parts if part]
        return "，".join(found) or self.say("plants", PLANTS) or "风景"

    def thing(self, chance: float) -> str:
        """Return the thing, sometimes with its place and distance."""
        place = self.say("place", PLACE) if self.maybe(chance * 0.5) else ""
        distance = self.say("distance", DISTANCE) if self.maybe(chance * 0.5) else ""
        where = f"{distance}{place}"
        thing = self.say("thing", THING)
        return f"{where}有{thing}" if where else thing

    def when(self, chance: float) -> list[str]:
        """Return the season and the hour."""
        season = self.say("season", SEASON) if self.maybe(chance * 0.6) else ""
        time = self.say("time", TIME) if self.maybe(0.25 + chance / 2) else ""
        return [part for part in (season, time) if part]
