"""The learner of the auto-encoder with a discriminator: a codec that can also imagine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
from mezzotint.models.residual import HalfSpec
from mezzotint.models.vae import Posterior
from mezzotint.models.vaegan import (
    PatchDiscriminator,
    PatchVerdict,
    VaeganDecoder,
    VaeganEncoder,
    VaeganSpec,
)
from mezzotint.training.batches import Batch, PictureShape
from mezzotint.training.config import VaeganConfig
from mezzotint.training.device import precision_context, to_device
from mezzotint.training.ema import averaged_copy, update_average
from mezzotint.training.gan_step import Figures, mean_figures
from mezzotint.training.learner import Moment
from mezzotint.training.onnx_graph import GraphPlan, Port, for_export, normal_port, pixels_port
from mezzotint.training.optimisers import make_adam, set_rates
from mezzotint.training.randomness import Draw, pinned_global_stream, stream
from mezzotint.training.schedules import average_decay, cosine, linear_rise
from mezzotint.training.team import Team


class Codec(nn.Module):
    """Hold encoder and decoder, which learn together."""

    def __init__(self, spec: VaeganSpec) -> None:
        super().__init__()
        self.encoder = VaeganEncoder(spec)
        self.decoder = VaeganDecoder(spec)


@dataclass(frozen=True, kw_only=True)
class CodecRound:
    """Hold one round's rows.

    Attributes:
        real: Pixels [n, C, H, W].
        posterior_noise: [n, c, h, w].
        prior: A latent of the prior, [n, c, h, w].
        nudges: Three draws [m, C, H, W]: for real, reconstructed and imagined pictures.
        penalty_share: Weight of this round's mean penalty.
    """

    real: Tensor
    posterior_noise: Tensor
    prior: Tensor
    nudges: Tensor
    penalty_share: float


RoundLoss = Callable[[CodecRound, Moment], tuple[Tensor, Figures]]


class VaeganLearner:
    """Hold encoder, decoder and discriminator, the average of the first two, two optimisers."""

    def __init__(
        self,
        config: VaeganConfig,
        shape: PictureShape,
        *,
        seed: int,
        device: torch.device,
        team: Team | None = None,
    ) -> None:
        self.config = config
        self.shape = shape
        self.device = device
        spec = _spec(config, shape)
        self.latent_shape = spec.latent_shape
        with pinned_global_stream(seed, 0, Draw.WEIGHTS):
            codec = Codec(spec)
            discriminator = PatchDiscriminator(shape.channels, width=spec.discriminator_width)
        self.codec = to_device(codec, device)
        self.discriminator = to_device(discriminator, device)
        self.average = averaged_copy(self.codec)
        self._adam = {
            "codec": make_adam(self.codec, config),
            "discriminator": make_adam(self.discriminator, config),
        }
        self._team = team or Team()
        self._precision = precision_context(config.precision, device)

    @property
    def modules(self) -> Mapping[str, nn.Module]:
        """Return the nets and the average."""
        return {
            "codec": self.codec,
            "discriminator": self.discriminator,
            "average": self.average,
        }

    @property
    def averages(self) -> Mapping[str, nn.Module]:
        """Return the averaged encoder and decoder."""
        return {"encoder": self.average.encoder, "decoder": self.average.decoder}

    @property
    def optimisers(self) -> Mapping[str, torch.optim.Optimizer]:
        """Return both optimisers."""
        return self._adam

    def graphs(self) -> tuple[GraphPlan, ...]:
        """Return encoder and decoder, and the decoder once more as a generator from flat noise."""
        average, shape = for_export(self.average), self.shape
        assert isinstance(average, Codec)
        random = torch.Generator().manual_seed(0)
        pixels = pixels_port(shape.channels, shape.height_px, shape.width_px)
        latent = Port(
            name="latent",
            example=lambda rows: torch.randn(rows, *self.latent_shape, generator=random),
        )
        noise = normal_port("noise", self._noise_dim)
        generator = FromFlat(average.decoder, self.latent_shape)
        return (
            GraphPlan(
                name="encoder", module=Mean(average.encoder), inputs=(pixels,), output="latent"
            ),
            GraphPlan(name="decoder", module=average.decoder, inputs=(latent,), output="pixels"),
            GraphPlan(name="generator", module=generator, inputs=(noise,), output="pixels"),
        )

    def step(self, batches: Sequence[Batch], moment: Moment) -> Figures:
        """Update encoder and decoder and, in the adversarial part of the schedule, first D."""
        config = self.config
        for optimiser in self._adam.values():
            set_rates(optimiser, config, moment)
        rounds = [self._round(batch, moment) for batch in batches]
        figures: Figures = {}
        if moment.progress >= config.adversarial_start:
            figures |= self._update("discriminator", self._discriminator_loss, rounds, moment)
        figures |= self._update("codec", self._codec_loss, rounds, moment)
        half_life = cosine(
            config.ema_half_life_images, config.ema_half_life_images_final, moment.progress
        )
        update_average(self.average, self.codec, average_decay(half_life, config.batch_size))
        return figures

    @torch.no_grad()
    def sample(self, seed: int, count: int) -> Tensor:
        """Paint latents of the prior."""
        random = stream(seed, 0, Draw.SAMPLE_SHEET)
        latent = torch.randn(count, *self.latent_shape, generator=random)
        return self.average.decoder(latent.to(self.device))

    @torch.no_grad()
    def reconstruct(self, pixels: Tensor) -> Tensor:
        """Return what encoder and decoder make of pixels [N, C, H, W] in [-1, 1]."""
        posterior: Posterior = self.average.encoder(pixels)
        return self.average.decoder(posterior.mean)

    # --- Losses --------------------------------------------------------------------------------

    def _update(
        self, name: str, loss_of: RoundLoss, rounds: Sequence[CodecRound], moment: Moment
    ) -> Figures:
        """Change one side by one step."""
        parameters = list(self.modules[name].parameters())
        self._adam[name].zero_grad()
        figures: list[Figures] = []
        for round_ in rounds:
            loss, seen = loss_of(round_, moment)
            (loss / len(rounds)).backward(inputs=parameters)
            figures.append(seen)
        self._team.average(parameters)
        self._adam[name].step()
        return mean_figures(figures)

    # L_D = 1/2 (E softplus(f - r) + E softplus(f_p - r)) + gamma/2 (R1 + R2 + R2), r, f, f_p the
    # logits of a real picture, its reconstruction and an imagined one, patch by patch: Larsen et
    # al. 2016, Eq. 6 and Algorithm 1, as a relativistic game.
    def _discriminator_loss(self, round_: CodecRound, moment: Moment) -> tuple[Tensor, Figures]:
        config = self.config
        with torch.no_grad():
            painted, _ = self._reconstruct(round_)
            imagined = self._paint(round_.prior)
        groups = [round_.real, painted, imagined]
        count = round_.nudges.shape[1]
        nudged = [
            group[:count] + config.penalty_sigma * nudge
            for group, nudge in zip(groups, round_.nudges, strict=True)
        ]
        judged = self._judge(torch.cat(groups + nudged)).logits
        logits = judged.split([len(group) for group in groups + nudged])
        real, fake, dreamt = logits[:3]
        loss = relativistic_discriminator(real, fake) + relativistic_discriminator(real, dreamt)
        above = real.detach().mean(dim=(1, 2)) > fake.detach().mean(dim=(1, 2))
        figures = {"discriminator": loss.detach() / 2, "real_above_painted": above.float().mean()}
        loss = loss / 2
        gamma = cosine(config.gamma, config.gamma_final, moment.progress) * moment.gamma_factor
        if gamma and count:
            penalties = [
                finite_difference_penalty(still[:count], moved, config.penalty_sigma)
                for still, moved in zip(logits[:3], logits[3:], strict=True)
            ]
            penalty = 0.5 * gamma * round_.penalty_share * torch.stack(penalties).sum()
            figures["penalty"] = penalty.detach()
            loss = loss + penalty
        return loss, figures

    # L = pixels + structure + edges + KL, then + features + adversarial. Larsen et al. 2016 keep
    # the adversarial part away from the encoder; here it goes through, as in Esser et al. 2021.
    def _codec_loss(self, round_: CodecRound, moment: Moment) -> tuple[Tensor, Figures]:
        config = self.config
        painted, posterior = self._reconstruct(round_)
        terms = {
            "pixels": (config.pixel_weight, charbonnier(painted, round_.real)),
            "structure": (config.structure_weight, structural_distance(painted, round_.real)),
            "edges": (config.edge_weight, haar_distance(painted, round_.real)),
            "kl": (
                config.kl_weight * linear_rise(moment.progress, config.kl_warm_up),
                gaussian_kl(posterior.mean, posterior.log_variance).mean(),
            ),
        }
        if moment.progress >= config.adversarial_start:
            with torch.no_grad():
                real = self._judge(round_.real)
            seen = self._judge(painted)
            dreamt = self._judge(self._paint(round_.prior))
            terms["features"] = (config.feature_weight, feature_matching(seen.maps, real.maps))
            game = [relativistic_generator(real.logits, v.logits) for v in (seen, dreamt)]
            terms["generator"] = (config.adversarial_weight, torch.stack(game).mean())
        loss = torch.stack([weight * term for weight, term in terms.values()]).sum()
        return loss, {"loss": loss.detach()} | {k: v.detach() for k, (_, v) in terms.items()}

    def _reconstruct(self, round_: CodecRound) -> tuple[Tensor, Posterior]:
        """Return what the codec makes of the pictures, and the posterior, in float32."""
        with self._precision():
            posterior: Posterior = self.codec.encoder(round_.real)
        posterior = Posterior(posterior.mean.float(), posterior.log_variance.float())
        return self._paint(posterior.at(round_.posterior_noise)), posterior

    def _paint(self, latent: Tensor) -> Tensor:
        with self._precision():
            return self.codec.decoder(latent).float()

    def _judge(self, pixels: Tensor) -> PatchVerdict:
        with self._precision():
            verdict: PatchVerdict = self.discriminator(pixels)
        return PatchVerdict(verdict.logits.float(), tuple(seen.float() for seen in verdict.maps))

    @property
    def _noise_dim(self) -> int:
        channels, height, width = self.latent_shape
        return channels * height * width

    def _round(self, batch: Batch, moment: Moment) -> CodecRound:
        """Take this part's rows of the draws for the whole global batch."""
        size, part = self.config.batch_size, batch.part

        def draw(kind: Draw, *shape: int) -> Tensor:
            return torch.randn(*shape, generator=stream(moment.seed, moment.step, kind))

        num_penalised = round(size * self.config.penalty_fraction)
        nudges = draw(Draw.PENALTY, num_penalised, 3, *batch.pixels.shape[1:])
        own = part.of(nudges)
        return CodecRound(
            real=batch.pixels,
            posterior_noise=part.of(draw(Draw.POSTERIOR, size, *self.latent_shape)).to(self.device),
            prior=part.of(draw(Draw.NOISE, size, *self.latent_shape)).to(self.device),
            nudges=own.transpose(0, 1).to(self.device),
            penalty_share=len(own) * part.count / max(num_penalised, 1),
        )


# --- Graphs ------------------------------------------------------------------------------------


class Mean(nn.Module):
    """Encode pixels as the mean of their posterior: the encoder that a bundle holds."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, pixels: Tensor) -> Tensor:
        """Map [N, C, H, W] in [-1, 1] to [N, c, h, w]."""
        posterior: Posterior = self.encoder(pixels)
        return posterior.mean


class FromFlat(nn.Module):
    """Paint flat noise [N, c * h * w]: the decoder as a generator."""

    def __init__(self, decoder: nn.Module, latent_shape: tuple[int, int, int]) -> None:
        super().__init__()
        self.decoder = decoder
        self.latent_shape = latent_shape

    def forward(self, noise: Tensor) -> Tensor:
        """Map [N, c * h * w] to [N, C, H, W] in (-1, 1)."""
        return self.decoder(noise.unflatten(1, self.latent_shape))


def _spec(config: VaeganConfig, shape: PictureShape) -> VaeganSpec:
    half = HalfSpec(
        height_px=shape.height_px,
        width_px=shape.width_px,
        channels=shape.channels,
        width=config.width,
        max_width=config.max_width,
        fine_width=config.fine_width,
        num_blocks=config.num_blocks,
    )
    return VaeganSpec(
        half=half,
        latent_channels=config.latent_channels,
        factor=config.factor,
        discriminator_width=config.discriminator_width,
    )
