"""From linear light to display colours, and the palettes that colour them."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from mezzotint.data.scenes.attributes import Medium, Palette
from mezzotint.data.scenes.batch import Batch
from mezzotint.data.scenes.frame import mix, smooth_step


def develop(colour: Tensor) -> Tensor:
    """Turn linear light into display values in [0, 1], with a soft shoulder for what is bright."""
    toned = 1.12 * colour * (1.0 + 0.16 * colour) / (1.0 + 0.38 * colour)
    return toned.clamp(0.0, 1.0).sqrt()


def expose(display: Tensor) -> Tensor:
    """Spread the brightness of dull pictures [B, 3, H, W] a little, as a photographer would."""
    low, high = brightness_range(luma(display))
    gain = 1.0 / (high - low).clamp(min=0.30)
    share = 0.45 * smooth_step(0.75, 0.35, high - low)
    return mix(display, ((display - low) * gain * 0.92 + 0.03).clamp(0.0, 1.0), share)


def brightness_range(grey: Tensor) -> tuple[Tensor, Tensor]:
    """Return between which values most of [B, 1, H, W] lies, each [B, 1, 1, 1].

    Ranks rather than sums: a sorted value is the same in whatever order a machine works.
    """
    step = max(1, min(grey.shape[2:]) // 40)
    ranked = grey[:, 0, ::step, ::step].flatten(1).sort(dim=1)[0]
    count = ranked.shape[1]
    pick = lambda share: ranked[:, min(count - 1, int(share * count))].view(-1, 1, 1, 1)
    return pick(0.02), pick(0.98)


def grade(batch: Batch, display: Tensor) -> Tensor:
    """Colour display values [B, 3, H, W] by the palette of each scene; ink and pencil have none."""
    colourless = (Medium.INK, Medium.PENCIL)
    key = lambda scene: Palette.NATURAL if scene.medium in colourless else scene.palette
    for palette, indices in batch.groups(key):
        if palette is not Palette.NATURAL:
            chosen = batch.index(indices)
            part = _GRADES[palette](display.index_select(0, chosen))
            display.index_copy_(0, chosen, part.clamp(0.0, 1.0))
    return display


def luma(display: Tensor) -> Tensor:
    """Return the brightness of display colours, [B, 1, H, W] (Rec. 601 weights)."""
    return display[:, :1] * 0.299 + display[:, 1:2] * 0.587 + display[:, 2:] * 0.114


def saturate(display: Tensor, amount: float) -> Tensor:
    """Scale the distance of colours from grey."""
    return mix(luma(display), display, amount)


def _warm(display: Tensor) -> Tensor:
    grey = luma(display)
    toned = _ramp(grey, ("2a1018", "a8452c", "f2a65a", "fff1d0"))
    return mix(saturate(display, 1.1) * _gains(display, 1.10, 0.98, 0.76), toned, 0.45)


def _cold(display: Tensor) -> Tensor:
    grey = luma(display)
    toned = _ramp(grey, ("081a30", "27618f", "86bcdc", "f0faff"))
    return mix(saturate(display, 0.8) * _gains(display, 0.80, 0.97, 1.12), toned, 0.50)


def _pastel(display: Tensor) -> Tensor:
    lifted = 0.40 + 0.59 * display
    return saturate(lifted, 1.25) + _gains(display, 0.02, 0.0, 0.025)


def _neon(display: Tensor) -> Tensor:
    grey = luma(display)
    contrast = grey * grey * (3.0 - 2.0 * grey)
    toned = _ramp(contrast, ("0a0424", "5a0f9a", "f0208c", "2ce8f2", "f4ffff"))
    return mix(saturate(display, 1.9), toned, 0.68)


def _sepia(display: Tensor) -> Tensor:
    grey = luma(display)
    low, high = brightness_range(grey)
    spread = ((grey - low) / (high - low).clamp(min=0.2)).clamp(0.0, 1.0)
    return _ramp(mix(grey, spread, 0.6), ("1c110a", "6b4a2c", "c29a68", "f8ecd2"))


_GRADES: dict[Palette, Callable[[Tensor], Tensor]] = {
    Palette.WARM: _warm,
    Palette.COLD: _cold,
    Palette.PASTEL: _pastel,
    Palette.NEON: _neon,
    Palette.SEPIA: _sepia,
}


def _gains(like: Tensor, red: float, green: float, blue: float) -> Tensor:
    return torch.tensor([red, green, blue], device=like.device).view(1, 3, 1, 1)


# A ramp of display colours, dark to light, over brightness [B, 1, H, W].
def _ramp(grey: Tensor, colours: tuple[str, ...]) -> Tensor:
    stops = [_gains(grey, *(part / 255.0 for part in bytes.fromhex(c))) for c in colours]
    result = stops[0]
    count = len(stops) - 1
    for index in range(count):
        share = smooth_step(index / count, (index + 1) / count, grey)
        result = mix(result, stops[index + 1], share)
    return result
