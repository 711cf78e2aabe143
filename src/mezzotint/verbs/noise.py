"""From seed to noise vectors: how `--seed`, `--chaos`, `--stylize` and `--weird` act."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezzotint.domain.streams import Purpose, picture_stream

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# `--stylize 1000` halves the radius of the noise: pulled to the data set's mean (truncation trick,
# Brock et al. 2019, section 3.1). `--weird 3000` grows it by half: toward pictures seldom seen.
MAX_STYLIZE_PULL = 0.5
MAX_WEIRD_PUSH = 0.5
# `--chaos 0` leaves pictures within about 15 degrees of one another on the noise sphere.
MIN_CHAOS_ANGLE = math.radians(15.0)
# Farthest-point choice: among how many candidates each picture of a `--chaos 100` grid is chosen.
NUM_CHAOS_CANDIDATES = 32


@dataclass(frozen=True, kw_only=True)
class NoiseSpec:
    """Say how noise is drawn for the pictures of one job.

    Attributes:
        seed: 0 to 4294967295.
        noise_dim: Z, length of one noise vector.
        chaos: 0 (near the same picture) to 100 (as far apart as can be); None draws every picture
            independently.
        stylize: 0 to 1000, pull to the mean.
        weird: 0 to 3000, push away from it.
    """

    seed: int
    noise_dim: int
    chaos: int | None = None
    stylize: int = 100
    weird: int = 0

    @property
    def radius(self) -> float:
        """Return the factor on the noise: below 1 typical, above 1 unusual."""
        pull = 1.0 - MAX_STYLIZE_PULL * self.stylize / 1000
        push = 1.0 + MAX_WEIRD_PUSH * self.weird / 3000
        return pull * push


def draw_noise(spec: NoiseSpec, picture_index: int) -> NDArray[np.float32]:
    """Draw the noise vector of one picture.

    It depends on the specification and the index alone, never on how many pictures are asked for.

    Returns:
        float32 [Z]; standard normal scaled by `spec.radius`.

    Example:
        >>> spec = NoiseSpec(seed=7, noise_dim=4)
        >>> bool((draw_noise(spec, 3) == draw_noise(spec, 3)).all())
        True
    """
    import numpy as np

    if spec.chaos is None:
        noise = _independent(spec, picture_index)
    elif spec.chaos <= 50:
        # From near one shared vector to fully independent: along the great circle between them.
        shared = picture_stream(spec.seed, 0, Purpose.SHARED_NOISE).standard_normal(spec.noise_dim)
        angle = chaos_angle(spec.chaos)
        noise = math.cos(angle) * shared + math.sin(angle) * _independent(spec, picture_index)
    else:
        noise = _farthest(spec, picture_index, strength=(spec.chaos - 50) / 50)
    return (noise * spec.radius).astype(np.float32)


def chaos_angle(chaos: int) -> float:
    """Return how far pictures of one seed lie from their shared noise, in radians.

    Args:
        chaos: 0 (15 degrees) to 50 (90 degrees: nothing shared).
    """
    return MIN_CHAOS_ANGLE + chaos / 50 * (math.pi / 2 - MIN_CHAOS_ANGLE)


def _independent(spec: NoiseSpec, picture_index: int) -> NDArray[np.float64]:
    stream = picture_stream(spec.seed, picture_index, Purpose.NOISE)
    return stream.standard_normal(spec.noise_dim)


def _farthest(spec: NoiseSpec, picture_index: int, *, strength: float) -> NDArray[np.float64]:
    """Choose each vector far from the earlier ones (max-min cosine distance), in index order."""
    import numpy as np

    num_candidates = 1 + round(strength * (NUM_CHAOS_CANDIDATES - 1))
    chosen = np.zeros((picture_index + 1, spec.noise_dim))
    for index in range(picture_index + 1):
        stream = picture_stream(spec.seed, index, Purpose.CHAOS)
        candidates = stream.standard_normal((num_candidates, spec.noise_dim))
        candidates[0] = _independent(spec, index)
        unit = candidates / np.linalg.norm(candidates, axis=1, keepdims=True)
        earlier = chosen[:index] / np.linalg.norm(chosen[:index], axis=1, keepdims=True)
        nearest = (unit @ earlier.T).max(axis=1) if index else np.zeros(num_candidates)
        chosen[index] = candidates[int(np.argmin(nearest))]
    return chosen[picture_index]
