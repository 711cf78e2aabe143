"""The stage `codec`: pictures become small maps of latents and come back sharp."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from mezzotint.losses.adversarial import relativistic_discriminator, relativistic_generator
from mezzotint.losses.likelihood import gaussian_kl
from mezzotint.losses.penalties import finite_difference_penalty
from mezzotint.losses.reconstruction import (
    charbonnier,
    feature_matching,
    haar_distance,
    structural_distance,
)
from mezzotint.models.latent.codec import PictureDecoder, PictureEncoder
from mezzotint.models.latent.patch_judge import PatchJudge
from mezzotint.models.latent.spec import PatchSpec
from mezzotint.training.device import precision_context, to_device
from mezzotint.training.ema import averaged_copy, update_average
from mezzotint.training.gan_step import Figures
from mezzotint.training.latent.config import LatentConfig
from mezzotint.training.latent.equivariance import Turn, draw_turn
from mezzotint.training.latent.material import Material, Rows
from mezzotint.training.latent.networks import codec_spec
from mezzotint.training.learner import Moment
from mezzotint.training.onnx_graph import GraphPlan
from mezzotint.training.optimisers import make_adam, set_rates
from mezzotint.training.randomness import Draw, pinned_global_stream, stream
from mezzotint.training.schedules import average_decay, cosine

BLOCK = 64  # pictures encoded at a time
MIN_SHRUNK_PX = 32  # sides below are not halved: what is left has no structure to compare


class AutoEncoder(nn.Module):
    """Hold encoder and decoder, which learn together."""

    def __init__(self, config: LatentConfig, material: Material) -> None:
        super().__init__()
        spec = codec_spec(config, material.shape)
        self.factor = spec.factor
        self.encoder = PictureEncoder(spec)
        self.decoder = PictureDecoder(spec)


@dataclass(frozen=True, kw_only=True, eq=False)
class Draws:
    """Hold pictures [n, C, H, W] and what was drawn for them.

    Attributes:
        real: The pictures.
        noise: Of the posterior, [n, c, h, w].
        turn: What is done to latents and pictures alike (EQ-VAE, Kouzelis et al. 2025).
        nudges: Two normal draws [q, C, H, W].
    """

    real: Tensor
    noise: Tensor
    turn: Turn
    nudges: Tensor


class CodecLearner:
    """Hold encoder, decoder and judge, the average of the first two, two optimisers.

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
            codec = AutoEncoder(config, material)
            judge = PatchJudge(PatchSpec(channels=material.shape.channels))
        self.codec = to_device(codec, material.device)
        self.judge = to_device(judge, material.device)
        self.average = averaged_copy(self.codec)
        self._adam = {
            "codec": make_adam(self.codec, config),
            "judge": make_adam(self.judge, config),
        }
        self._precision = precision_context(config.precision, material.device)

    @property
    def modules(self) -> Mapping[str, nn.Module]:
        """Return the nets and the average."""
        return {"codec": self.codec, "judge": self.judge, "average": self.average}

    @property
    def averages(self) -> Mapping[str, nn.Module]:
        """Return the averaged codec."""
        return {"codec": self.average}

    @property
    def optimisers(self) -> Mapping[str, torch.optim.Optimizer]:
        """Return both optimisers."""
        return self._adam

    def graphs(self) -> tuple[GraphPlan, ...]:
        """Return nothing: graphs are exported when all stages are done."""
        return ()

    def step(self, batches: Sequence[Rows], moment: Moment) -> Figures:
        """Update encoder and decoder and, in the adversarial part, the judge before them."""
        (rows,) = batches
        config = self.config
        for optimiser in self._adam.values():
            set_rates(optimiser, config, moment)
        draws = self._draw(rows, moment)
        is_judged = moment.progress >= config.adversarial_start
        target = draws.turn.of_pixels(draws.real)
        painted, divergence = self._reconstruct(draws)
        figures = self._teach_judge(target, painted.detach(), draws, moment) if is_judged else {}
        terms = {
            "pixels": (1.0, charbonnier(painted, target)),
            "structure": (config.structure_weight, structural_distance(painted, target)),
            "edges": (config.edge_weight, haar_distance(painted, target)),
            "kl": (config.kl_weight, divergence),
        }
        if is_judged:
            terms |= self._judged(target, painted)
        loss = torch.stack([weight * term for weight, term in terms.values()]).sum()
        self._adam["codec"].zero_grad()
        loss.backward(inputs=list(self.codec.parameters()))
        self._adam["codec"].step()
        half_life = cosine(
            config.ema_half_life_images, config.ema_half_life_images_final, moment.progress
        )
        update_average(self.average, self.codec, average_decay(half_life, config.batch_size))
        figures |= {"loss": loss.detach()}
        return figures | {name: term.detach() for name, (_, term) in terms.items()}

    @torch.no_grad()
    def sample(self, seed: int, count: int) -> Tensor:
        """Return reconstructions of pictures of the set, each after its original."""
        random = stream(seed, 0, Draw.SAMPLE_SHEET)
        chosen = torch.randint(self.material.num_images, (-(-count // 2),), generator=random)
        pixels = self.material.pixels(chosen)
        pairs = torch.stack([pixels, self.reconstruct(pixels)], dim=1)
        return pairs.flatten(0, 1)[:count]

    @torch.no_grad()
    def reconstruct(self, pixels: Tensor) -> Tensor:
        """Return what the averaged codec makes of pixels [N, C, H, W]."""
        return self.average.decoder(self.average.encoder(pixels))

    # --- Losses ---

    def _reconstruct(self, draws: Draws) -> tuple[Tensor, Tensor]:
        """Return what is painted of turned latents, and the divergence from the prior."""
        with self._precision():
            mean, log_variance = self.codec.encoder.moments(draws.real)
        mean, log_variance = mean.float(), log_variance.float()
        latents = mean + draws.noise * (0.5 * log_variance).exp()
        with self._precision():
            painted = self.codec.decoder.paint(draws.turn.of_latents(latents))
        return painted.float(), gaussian_kl(mean, log_variance).mean()

    def _teach_judge(
        self, target: Tensor, painted: Tensor, draws: Draws, moment: Moment
    ) -> Figures:
        config, count = self.config, len(draws.nudges[0])
        groups = [target, painted]
        nudges = [draws.turn.of_pixels(nudge) for nudge in draws.nudges]
        groups += [
            group[:count] + config.penalty_sigma * nudge
            for group, nudge in zip(groups, nudges, strict=True)
        ]
        sizes = [len(group) for group in groups]
        with self._precision():
            logits = self.judge(torch.cat(groups))
        real, fake, real_nudged, fake_nudged = logits.float().split(sizes)
        loss = relativistic_discriminator(real, fake)
        gamma = cosine(config.gamma, config.gamma_final, moment.progress) * moment.gamma_factor
        r1 = finite_difference_penalty(real[:count], real_nudged, config.penalty_sigma)
        r2 = finite_difference_penalty(fake[:count], fake_nudged, config.penalty_sigma)
        self._adam["judge"].zero_grad()
        (loss + 0.5 * gamma * (r1 + r2)).backward()
        self._adam["judge"].step()
        return {"discriminator": loss.detach()}

    def _judged(self, target: Tensor, painted: Tensor) -> dict[str, tuple[float, Tensor]]:
        with self._precision():
            with torch.no_grad():
                real_maps = self.judge.maps(target)
                real = self.judge.patch_logits(real_maps)
            maps = self.judge.maps(painted)
            fake = self.judge.patch_logits(maps)
        matching = feature_matching([m.float() for m in maps], [m.float() for m in real_maps])
        game = relativistic_generator(real.float(), fake.float())
        return {
            "features": (self.config.feature_weight, matching),
            "generator": (self.config.adversarial_weight, game),
        }

    def _draw(self, rows: Rows, moment: Moment) -> Draws:
        config, device = self.config, self.material.device
        real = self.material.pixels(rows.indices)
        factor = self.codec.factor
        count, _, height, width = real.shape
        size = (count, config.latent_channels, height // factor, width // factor)
        num_penalised = round(count * config.penalty_fraction)
        nudges = torch.randn(
            2,
            num_penalised,
            *real.shape[1:],
            generator=stream(moment.seed, moment.step, Draw.PENALTY),
        )
        noise = torch.randn(size, generator=stream(moment.seed, moment.step, Draw.POSTERIOR))
        turn = draw_turn(
            config.equivariance_p,
            is_square=height == width,
            can_shrink=min(height, width) >= MIN_SHRUNK_PX,
            random=stream(moment.seed, moment.step, Draw.EQUIVARIANCE),
        )
        return Draws(real=real, noise=noise.to(device), turn=turn, nudges=nudges.to(device))


# --- After training ----------------------------------------------------------------------------


@torch.no_grad()
def measure_psnr(codec: AutoEncoder, material: Material) -> float:
    """Return the mean peak signal-to-noise ratio of reconstructions, in dB."""
    ratios: list[Tensor] = []
    for block in torch.arange(material.num_images).split(BLOCK):
        pixels = material.pixels(block)
        error = (codec.decoder(codec.encoder(pixels)) - pixels).square().mean(dim=(1, 2, 3))
        ratios.append(10 * torch.log10(4 / error.clamp(min=1e-10)))  # pixels span 2
    return float(torch.cat(ratios).mean())


@torch.no_grad()
def encode_all(codec: AutoEncoder, material: Material) -> Tensor:
    """Measure mean and deviation of each channel over a set, then encode it whitened, float16.

    Returns:
        [N, c, h, w] on the CPU. The codec's whitening is set.
    """
    blocks = torch.arange(material.num_images).split(BLOCK)
    raw = torch.cat([codec.encoder.moments(material.pixels(block))[0].cpu() for block in blocks])
    mean, std = raw.mean(dim=(0, 2, 3)), raw.std(dim=(0, 2, 3))
    for half in (codec.encoder, codec.decoder):
        half.whitening.set(mean.to(material.device), std.to(material.device))
    whiten = codec.encoder.whitening.whiten
    rows = [whiten(block.to(material.device)).half().cpu() for block in raw.split(BLOCK)]
    return torch.cat(rows)
