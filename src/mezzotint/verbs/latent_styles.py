"""The styles of latent models: truncation, guidance, and manners taken from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezzotint.domain.streams import Purpose, picture_stream
from mezzotint.engines.protocol import StyleInput

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.engines.latent_layout import LatentLayout
    from mezzotint.engines.protocol import Engine

NUM_MEAN_STYLES = 64  # drawn to find the middle of what the noise makes of a condition
_MEAN_SEED = 0  # of these draws: the same in every recipe, never change it


@dataclass(frozen=True, kw_only=True, eq=False)
class Manner:
    """Take styles of some layers from elsewhere.

    Attributes:
        style: float32 [W], where to go.
        share: 0 to 1, how far to go there from a picture's own style.
        is_fine: The fine layers (the manner of a picture) or the coarse ones (its shapes).
    """

    style: NDArray[np.float32]
    share: float
    is_fine: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class StylePlan:
    """Say how styles are made from noise.

    Attributes:
        embedding: float32 [D], what is asked for; zeros = anything.
        guidance: 1 as trained, more follows the embedding more closely.
        spread: 1 as trained; less keeps to the middle of what is asked for (truncation: Brock et
            al. 2019, section 3.1), more strays from it.
        manners: Applied in order.
        offset: float32 [W], added to the fine layers; None = nothing.
    """

    embedding: NDArray[np.float32]
    guidance: float = 1.0
    spread: float = 1.0
    manners: Sequence[Manner] = ()
    offset: NDArray[np.float32] | None = None


def make_styles(
    engine: Engine, plan: StylePlan, noise: Sequence[NDArray[np.float32]]
) -> NDArray[np.float32]:
    """Return the styles of each picture.

    Args:
        engine: Of a latent model.
        plan: The same for all pictures.
        noise: float32 [Z] each.

    Returns:
        float32 [N, L, W].
    """
    import numpy as np

    layout = engine.layout()
    inputs = [
        StyleInput(noise=one, embedding=plan.embedding, guidance=plan.guidance) for one in noise
    ]
    own = engine.style(inputs)
    if plan.spread != 1:
        middle = mean_style(engine, plan.embedding, plan.guidance)
        own = (middle + plan.spread * (own - middle)).astype(np.float32)
    styles = np.repeat(own[:, None], layout.num_styles, axis=1)
    for manner in plan.manners:
        layers = layers_of(layout, is_fine=manner.is_fine)
        styles[:, layers] += np.float32(manner.share) * (manner.style - styles[:, layers])
    if plan.offset is not None:
        styles[:, layers_of(layout, is_fine=True)] += plan.offset
    return styles


def layers_of(layout: LatentLayout, *, is_fine: bool) -> slice:
    """Return which of the L styles decide the manner (fine) or the shapes (coarse) of a picture."""
    middle = layout.num_coarse_styles
    return slice(middle, None) if is_fine else slice(None, middle)


def mean_style(
    engine: Engine, embedding: NDArray[np.float32], guidance: float = 1.0
) -> NDArray[np.float32]:
    """Return the middle of the styles that noise makes of one embedding, float32 [W]."""
    noise_dim = engine.layout().noise_dim
    inputs = [
        StyleInput(
            noise=_style_noise(_MEAN_SEED, index, noise_dim), embedding=embedding, guidance=guidance
        )
        for index in range(NUM_MEAN_STYLES)
    ]
    return engine.style(inputs).mean(axis=0, dtype="float64").astype("float32")


def code_offset(engine: Engine, code: int) -> NDArray[np.float32]:
    """Return the style that a shared number stands for, as a step from the middle, float32 [W].

    Args:
        engine: Of a latent model; another model gives the code another manner.
        code: 0 to 4294967295.
    """
    import numpy as np

    layout = engine.layout()
    anything = np.zeros(layout.embedding_dim, np.float32)
    # Index 2**32 and up: apart from the draws of the mean, whatever the code.
    noise = _style_noise(code, 2**32, layout.noise_dim)
    (style,) = engine.style([StyleInput(noise=noise, embedding=anything)])
    return style - mean_style(engine, anything)


def _style_noise(seed: int, index: int, noise_dim: int) -> NDArray[np.float32]:
    stream = picture_stream(seed, index, Purpose.STYLE)
    return stream.standard_normal(noise_dim).astype("float32")
