"""The colours of the hour: sky, sunlight and shade, in linear light (displayed value squared)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mezzotint.data.scenes.attributes import SceneAttributes, Sky, Time

if TYPE_CHECKING:
    from mezzotint.data.scenes.batch import Batch


@dataclass(frozen=True, kw_only=True)
class Light:
    """Hold the light of each picture, float32 [B, 3, 1, 1], linear.

    Attributes:
        zenith: Sky overhead.
        middle: Sky half way down.
        low: Sky at the horizon.
        glow: What the air around the sun adds.
        sun: Light that falls from the sun or moon.
        shade: Light that falls from everywhere else.
        haze: Colour that distance turns into.
        cloud_lit: Clouds on the sun's side.
        cloud_shade: Clouds on the other side.
    """

    zenith: Tensor
    middle: Tensor
    low: Tensor
    glow: Tensor
    sun: Tensor
    shade: Tensor
    haze: Tensor
    cloud_lit: Tensor
    cloud_shade: Tensor

    def take(self, indices: Tensor) -> Light:
        """Return the light of some pictures of the batch."""
        taken = {f.name: getattr(self, f.name).index_select(0, indices) for f in fields(self)}
        return Light(**taken)


def linear(colour: str) -> NDArray[np.float64]:
    """Return the linear light [3] of a display colour "rrggbb".

    Example:
        >>> float(linear("ff0000")[0])
        1.0
    """
    return (np.frombuffer(bytes.fromhex(colour), dtype=np.uint8) / 255.0) ** 2


def colour_tensor(colours: Sequence[str], device: torch.device) -> Tensor:
    """Return display colours "rrggbb" as linear light, float32 [N, 3, 1, 1]."""
    values = np.stack([linear(colour) for colour in colours]).astype(np.float32)
    return torch.from_numpy(values).to(device).view(-1, 3, 1, 1)


# zenith, middle, low, glow, sun, shade, haze, cloud lit, cloud shade
_HOURS: dict[Time, tuple[str, ...]] = {
    Time.DAWN: (
        "6d8cc7", "c3b4d6", "fbd9c9", "ffe3c4", "ffd9c0", "8f96b4", "e6cfd3", "ffe9df", "b6a7c4",
    ),
    Time.DAY: (
        "2a68bb", "6aa8e0", "cfe6f1", "fff3d6", "fff2da", "8399b4", "c2d9e8", "ffffff", "a9bacd",
    ),
    Time.SUNSET: (
        "2f3f80", "b0628a", "ffa154", "ffcf70", "ffb070", "78688f", "e8975f", "ffb480", "7c557d",
    ),
    Time.DUSK: (
        "0f1740", "42437f", "d98a86", "ffae86", "8f86ac", "5d608c", "8f759a", "d18b98", "40406d",
    ),
    Time.NIGHT: (
        "050b1e", "101f45", "2a426c", "bccbe8", "8ea2cc", "3b4a72", "2b4069", "5b6f98", "131d3a",
    ),
    Time.STORM: (
        "262c37", "49525c", "8d9896", "aeb6ae", "9aa2a2", "6c757e", "7f8a8c", "8b9294", "2c323c",
    ),
}  # fmt: skip
# What cloud and fog put in the place of a blue sky by day: zenith, middle, low, haze.
_GREY: dict[Time, tuple[str, str, str, str]] = {
    Time.DAWN: ("9aa0ac", "b9b8bf", "dccfcb", "d2cac9"),
    Time.DAY: ("96a3ae", "b1bbc2", "d3d9dc", "c9d1d5"),
    Time.SUNSET: ("6a6470", "98838a", "d9a283", "b89a90"),
    Time.DUSK: ("2b2f42", "474860", "77707f", "5f6074"),
    Time.NIGHT: ("162138", "283654", "455878", "43547a"),
    Time.STORM: ("262c37", "49525c", "8d9896", "7f8a8c"),
}
OVERCAST = frozenset({Sky.HEAVY, Sky.FOG, Sky.RAIN, Sky.SNOWFALL})


def light_of(scenes: Sequence[SceneAttributes], device: torch.device) -> Light:
    """Look up the light of each scene."""
    names = [f.name for f in fields(Light)]
    columns = {name: [_key(scene, name) for scene in scenes] for name in names}
    return Light(**{name: colour_tensor(keys, device) for name, keys in columns.items()})


def _key(scene: SceneAttributes, name: str) -> str:
    hour = dict(zip((f.name for f in fields(Light)), _HOURS[scene.time], strict=True))
    if scene.sky in OVERCAST:
        zenith, middle, low, haze = _GREY[scene.time]
        hour.update(zenith=zenith, middle=middle, low=low, haze=haze)
        hour["sun"] = _between(hour["sun"], hour["shade"], 0.65)
        hour["cloud_lit"] = _between(low, hour["cloud_lit"], 0.25)
        hour["cloud_shade"] = _between(zenith, hour["cloud_shade"], 0.35)
    return hour[name]


# Mixes two display colours; the weight is that of the second.
def _between(a: str, b: str, weight: float) -> str:
    pairs = zip(bytes.fromhex(a), bytes.fromhex(b), strict=True)
    return bytes(round(x + (y - x) * weight) for x, y in pairs).hex()


# What is left of a colour by moonlight: the eye's rods see no hue (Purkinje 1825).
def moonlit(batch: Batch, albedo: Tensor) -> Tensor:
    """Return albedo [B, 3, ...] as it looks by the light of the hour."""
    share = batch.flags(lambda s: s.time is Time.NIGHT).unsqueeze(1) * 0.6
    grey = luminance(albedo)
    return albedo + (grey - albedo) * share


def luminance(colour: Tensor) -> Tensor:
    """Return the brightness of linear colour [B, 3, ...] as [B, 1, ...] (Rec. 709 weights)."""
    red, green, blue = colour.unbind(1)
    return (red * 0.2126 + green * 0.7152 + blue * 0.0722).unsqueeze(1)
