"""What the labels call visible changes the picture when it is taken away."""

import dataclasses
from enum import StrEnum

import pytest
import torch

from mezzotint.data.scenes import (
    Body,
    Distance,
    Medium,
    Palette,
    Place,
    Plants,
    SceneAttributes,
    Season,
    Sky,
    Terrain,
    Thing,
    Time,
    Water,
    compose,
    heaven,
    labels,
    render,
    sample_attributes,
)
from mezzotint.data.scenes.attributes import CHOICES
from mezzotint.domain.streams import Purpose, picture_stream

HEIGHT_PX, WIDTH_PX = 72, 96
SMALL_SHARE = 0.006  # of the pixels: about the area of a far cabin
LEAST_CHANGE = 20.0  # levels of 255, over the pixels that change most
LEAST_SHARE = 0.008
LEAST_STEP = 12

ABSENT: dict[str, StrEnum] = {
    "water": Water.NONE,
    "plants": Plants.NONE,
    "body": Body.NONE,
    "thing": Thing.NONE,
    "sky": Sky.CLEAR,
    "palette": Palette.NATURAL,
}


def scenes_with(field: str, count: int) -> list[SceneAttributes]:
    found: list[SceneAttributes] = []
    index = 0
    while len(found) < count:
        scene = sample_attributes(picture_stream(21, index, Purpose.SCENE))
        index += 1
        seen = labels(scene)[field] not in ("none", str(ABSENT[field]))
        if seen and not (field == "sky" and scene.time is Time.STORM):
            found.append(scene)
    return found


def take_away(field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave something out of the painting and everything else where it was."""
    if field == "body":
        for kind in list(heaven._BODIES):
            monkeypatch.setitem(heaven._BODIES, kind, lambda batch, dome, sky: sky)
    else:
        name = {"thing": "paint_things", "plants": "paint_plants"}[field]
        monkeypatch.setattr(compose, name, lambda *_: None)


def strongest_change(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    step = (first.int() - second.int()).abs().amax(dim=-1).flatten(1).float()
    return step.topk(int(SMALL_SHARE * step.shape[1])).values.mean(dim=1)


@pytest.mark.parametrize("field", list(ABSENT))
def test_what_is_labelled_is_seen(field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    present = scenes_with(field, 20)
    whole = render(present, HEIGHT_PX, WIDTH_PX)
    if field in ("thing", "plants", "body"):
        take_away(field, monkeypatch)
        without = render(present, HEIGHT_PX, WIDTH_PX)
    else:
        absent = [dataclasses.replace(scene, **{field: ABSENT[field]}) for scene in present]
        without = render(absent, HEIGHT_PX, WIDTH_PX)
    change = strongest_change(whole, without)
    worst = int(change.argmin())
    assert float(change[worst]) >= LEAST_CHANGE, present[worst]


def changed_share(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    step = (first.int() - second.int()).abs().amax(dim=-1)
    return (step >= LEAST_STEP).float().mean(dim=(1, 2))


BASE = SceneAttributes(
    seed=11,
    terrain=Terrain.HILLS,
    water=Water.LAKE,
    plants=Plants.PINE,
    sky=Sky.SCATTERED,
    thing=Thing.CABIN,
)


@pytest.mark.parametrize("field", list(CHOICES))
def test_every_value_of_an_attribute_gives_its_own_picture(field: str) -> None:
    variants = [dataclasses.replace(BASE, **{field: value}) for value in CHOICES[field]]
    pictures = render(variants, HEIGHT_PX, WIDTH_PX)
    for index in range(len(variants)):
        for other in range(index):
            share = changed_share(pictures[index : index + 1], pictures[other : other + 1])
            assert float(share) >= LEAST_SHARE, (variants[index], variants[other])


def test_the_seed_changes_the_picture() -> None:
    first, second = render([BASE, dataclasses.replace(BASE, seed=12)], HEIGHT_PX, WIDTH_PX)
    assert float(changed_share(first.unsqueeze(0), second.unsqueeze(0))) > 0.2


@pytest.mark.parametrize(
    ("hidden", "field"),
    [
        ({"sky": Sky.HEAVY, "body": Body.SUN}, "body"),
        ({"sky": Sky.FOG, "body": Body.FULL_MOON, "time": Time.NIGHT}, "body"),
        ({"time": Time.STORM, "sky": Sky.RAIN, "body": Body.SUN}, "body"),
        ({"medium": Medium.PENCIL, "palette": Palette.NEON}, "palette"),
        ({"medium": Medium.PENCIL, "season": Season.AUTUMN}, "season"),
        ({"medium": Medium.INK, "sky": Sky.RAINBOW}, "sky"),
        ({"palette": Palette.SEPIA, "plants": Plants.CHERRY}, "plants"),
        ({"terrain": Terrain.DUNES, "season": Season.SPRING}, "season"),
        ({"medium": Medium.LOW_POLY, "distance": Distance.FAR}, "thing"),
        ({"thing": Thing.NONE, "place": Place.LEFT}, "place"),
    ],
)
def test_what_cannot_be_seen_is_not_labelled(hidden: dict[str, StrEnum], field: str) -> None:
    assert labels(dataclasses.replace(BASE, **hidden))[field] == "none"


def test_labels_have_the_same_keys_for_every_scene() -> None:
    assert list(labels(BASE)) == list(CHOICES)
