"""The stage `upscaler`: twice the sides, sharper, nothing made up in flat areas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from mezzotint.losses.reconstruction import charbonnier, haar_distance
from mezzotint.models.latent.upscaler import Upscaler
from mezzotint.training.device import precision_context, to_device
from mezzotint.training.ema import averaged_copy, update_average
from mezzotint.training.gan_step import Figures
from mezzotint.training.latent.config import LatentConfig
from mezzotint.training.latent.degradation import degrade
from mezzotint.training.latent.material import Material, Rows
from mezzotint.training.latent.networks import upscaler_spec
from mezzotint.training.learner import Moment
from mezzotint.training.onnx_graph import GraphPlan
from mezzotint.training.optimisers import make_adam, set_rates
from mezzotint.training.randomness import Draw, pinned_global_stream, stream
from mezzotint.training.schedules import average_decay, cosine


class UpscalerLearner:
    """Hold the upscaler, its average and the optimiser.

    Args:
        config: Of the stage.
        material: The pictures.
        seed: Of the run.
    """

    def __init__(self, config: LatentConfig, material: Material, *, seed: int) -> None:
        self.config = config
        self.material = material
        self.shape = material.shape
        with pinned_global_stream(seed, 0, Draw.WEIGHTS):
            upscaler = Upscaler(upscaler_spec(config, material.shape))
        self.upscaler = to_device(upscaler, material.device)
        self.average = averaged_copy(self.upscaler)
        self._adam = make_adam(self.upscaler, config)
        self._precision = precision_context(config.precision, material.device)

    @property
    def modules(self) -> Mapping[str, nn.Module]:
        """Return the net and its average."""
        return {"upscaler": self.upscaler, "average": self.average}

    @property
    def averages(self) -> Mapping[str, nn.Module]:
        """Return the average."""
        return {"upscaler": self.average}

    @property
    def optimisers(self) -> Mapping[str, torch.optim.Optimizer]:
        """Return the one optimiser."""
        return {"upscaler": self._adam}

    def graphs(self) -> tuple[GraphPlan, ...]:
        """Return nothing: graphs are exported when all stages are done."""
        return ()

    def step(self, batches: Sequence[Rows], moment: Moment) -> Figures:
        """Make damaged halves whole again."""
        (rows,) = batches
        set_rates(self._adam, self.config, moment)
        pixels = self.material.pixels(rows.indices)
        small = degrade(pixels, stream(moment.seed, moment.step, Draw.DEGRADATION))
        with self._precision():
            painted = self.upscaler(small)
        near = charbonnier(painted.float(), pixels)
        edges = haar_distance(painted.float(), pixels)
        loss = near + self.config.edge_weight * edges
        self._adam.zero_grad()
        loss.backward()
        self._adam.step()
        half_life = cosine(
            self.config.ema_half_life_images,
            self.config.ema_half_life_images_final,
            moment.progress,
        )
        decay = average_decay(half_life, self.config.batch_size)
        update_average(self.average, self.upscaler, decay)
        return {"loss": loss.detach(), "pixels": near.detach(), "edges": edges.detach()}

    @torch.no_grad()
    def sample(self, seed: int, count: int) -> Tensor:
        """Return pictures of the set, each followed by its damaged half made whole."""
        random = stream(seed, 0, Draw.SAMPLE_SHEET)
        chosen = torch.randint(self.material.num_images, (-(-count // 2),), generator=random)
        pixels = self.material.pixels(chosen)
        painted = self.average(degrade(pixels, random))
        return torch.stack([pixels, painted], dim=1).flatten(0, 1)[:count]
