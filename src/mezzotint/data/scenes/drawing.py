"""A pen for the drawings of things: simple shapes laid over one another, lit from the left."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from mezzotint.data.scenes.atlas import NUM_VARIANTS, Sketch
from mezzotint.data.scenes.light import linear

Value = Tensor | float


class Drawing:
    """Build up a thing in linear light, with the windows that shine at night kept apart.

    `texels` is float32 [V, 5, h, w]: cover, red, green, blue (premultiplied), lamp light.
    """

    def __init__(self, sketch: Sketch) -> None:
        self.sketch = sketch
        shape = (NUM_VARIANTS, 5, sketch.v.shape[1], sketch.u.shape[2])
        self.texels = torch.zeros(shape)

    def add(self, colour: str | Tensor, cover: Tensor, bright: Value = 1.0) -> Tensor:
        """Lay a colour over the drawing where `cover` is 1; returns the cover."""
        cover = cover.expand(self.texels[:, 0].shape)
        self.texels *= (1.0 - cover).unsqueeze(1)
        self.texels[:, 0] += cover
        paint = tint(colour) if isinstance(colour, str) else colour
        lit = cover * bright
        for channel in range(3):
            self.texels[:, 1 + channel] += lit * paint[:, channel]
        return cover

    def lamp(self, cover: Tensor, glass: str = "2c3138") -> None:
        """Put in a window: dark glass by day, light at night."""
        self.add(glass, cover)
        self.texels[:, 4] += cover.expand(self.texels[:, 4].shape)

    def shine(self, light: Tensor) -> None:
        """Add light without a surface, as around a lantern."""
        self.texels[:, 4] += light

    def shade(self, cover: Tensor, keep: float) -> None:
        """Darken what is drawn where `cover` is 1, to the share `keep`."""
        self.texels[:, 1:4] *= (1.0 - (1.0 - keep) * cover).unsqueeze(1)

    def box(self, left: Value, right: Value, low: Value, high: Value) -> Tensor:
        """Return the cover of an upright rectangle."""
        s = self.sketch
        return s.edge(s.u - left) * s.edge(right - s.u) * s.edge(s.v - low) * s.edge(high - s.v)

    def tower(
        self, middle: Value, low: Value, high: Value, half_low: Value, half_high: Value
    ) -> Tensor:
        """Return the cover of a column that narrows upwards (a cone if `half_high` is 0)."""
        s = self.sketch
        share = (s.v - low) / (high - low)
        half = half_low + (half_high - half_low) * share
        return s.edge(half - (s.u - middle).abs()) * s.edge(s.v - low) * s.edge(high - s.v)

    def disc(self, middle: Value, height: Value, radius: Value, flat: float = 1.0) -> Tensor:
        """Return the cover of a disc, or of an ellipse `flat` times as high as wide."""
        s = self.sketch
        right, up = s.u - middle, (s.v - height) / flat
        return s.edge(radius - (right * right + up * up + 1e-9).sqrt())

    def line(self, start: tuple[Value, Value], end: tuple[Value, Value], half: float) -> Tensor:
        """Return the cover of a straight stroke with round ends."""
        s = self.sketch
        du, dv = end[0] - start[0], end[1] - start[1]
        length = du * du + dv * dv + 1e-9
        share = (((s.u - start[0]) * du + (s.v - start[1]) * dv) / length).clip(0.0, 1.0)
        right, up = s.u - start[0] - share * du, s.v - start[1] - share * dv
        return s.edge(half - (right * right + up * up + 1e-9).sqrt())

    def round(self, middle: Value, half: Value) -> Tensor:
        """Return the light on an upright cylinder."""
        across = ((self.sketch.u - middle) / half).clamp(-1.0, 1.0)
        return 0.78 - 0.36 * across - 0.10 * across * across + 0.0 * self.sketch.v

    def foot(self, half: float, strength: float = 0.45) -> None:
        """Lay the shadow at the foot that ties a thing to its ground."""
        s = self.sketch
        right, up = s.u / half, (s.v + 0.005) / 0.035
        dark = (1.0 - (right * right + up * up)).clamp(0.0, 1.0) * strength
        self.add("201c20", dark)


def tint(*colours: str) -> Tensor:
    """Return linear colour float32 [V or 1, 3, 1, 1]; several colours alternate by variant."""
    chosen = (
        colours if len(colours) == 1 else [colours[i % len(colours)] for i in range(NUM_VARIANTS)]
    )
    values = np.stack([linear(colour) for colour in chosen]).astype(np.float32)
    return torch.from_numpy(values).view(-1, 3, 1, 1)
