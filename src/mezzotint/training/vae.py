"""The learner of variational auto-encoders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.losses.likelihood import (
    bernoulli_log_likelihood,
    gaussian_kl,
    gaussian_log_likelihood,
    importance_weighted_bound,
    log_importance_weight,
)
from mezzotint.models.residual import HalfSpec
from mezzotint.models.vae import Posterior, VaeSpec, vae_networks
from mezzotint.training.batches import Batch, PictureShape
from mezzotint.training.config import VaeConfig
from mezzotint.training.device import precision_context, to_device
from mezzotint.training.ema import averaged_copy, update_average
from mezzotint.training.gan_step import Figures, mean_figures
from mezzotint.training.learner import Moment
from mezzotint.training.onnx_graph import (
    GraphPlan,
    class_port,
    for_export,
    normal_port,
    pixels_port,
)
from mezzotint.training.optimisers import make_adam, set_rates
from mezzotint.training.randomness import Draw, pinned_global_stream, stream
from mezzotint.training.schedules import average_decay, cosine, linear_rise, stages
from mezzotint.training.team import Team

ACTIVE_NATS = 0.01  # a latent dimension is in use if its mean KL divergence is above it


class PixelScale(nn.Module):
    """Hold log s of the Gaussian likelihood N(x; mu, s^2), one number for all pixels."""

    def __init__(self, log_scale: Tensor, *, learned: bool) -> None:
        super().__init__()
        self.log_scale = nn.Parameter(log_scale, requires_grad=learned)


class VaeNetwork(nn.Module):
    """Hold encoder, decoder and, of a Gaussian likelihood, the scale of a pixel."""

    def __init__(self, config: VaeConfig, shape: PictureShape) -> None:
        super().__init__()
        half = HalfSpec(
            height_px=shape.height_px,
            width_px=shape.width_px,
            channels=shape.channels,
            width=config.width,
            max_width=config.max_width,
            fine_width=config.fine_width,
            num_blocks=config.num_blocks,
        )
        spec = VaeSpec(
            half=half,
            layout=config.layout,
            latent_dim=config.latent_dim,
            hidden_dim=config.hidden_dim,
            feature_dim=config.feature_dim,
            num_classes=shape.num_classes if config.class_conditional else 0,
        )
        self.likelihood = config.likelihood
        self.encoder, self.decoder = vae_networks(spec)
        fixed = config.pixel_scale is not None or config.likelihood == "bernoulli"
        scale = torch.tensor(config.pixel_scale or 1.0).log()
        self.scale = PixelScale(scale, learned=not fixed)

    def log_likelihood(self, painted: Tensor, pixels: Tensor) -> Tensor:
        """Return log p(x | z) of pixels in [-1, 1] under what the decoder painted, in nats."""
        if self.likelihood == "bernoulli":
            return bernoulli_log_likelihood(painted, (pixels + 1) / 2)
        return gaussian_log_likelihood(painted.tanh(), pixels, self.scale.log_scale)

    def show(self, painted: Tensor) -> Tensor:
        """Return the mean picture, in [-1, 1], of what the decoder painted."""
        # 2 sigmoid(l) - 1 = tanh(l / 2)
        return (painted / 2 if self.likelihood == "bernoulli" else painted).tanh()


class LatentMean(nn.Module):
    """Encode pixels as the mean of their posterior: the encoder that a bundle holds."""

    def __init__(self, network: VaeNetwork) -> None:
        super().__init__()
        self.encoder = network.encoder

    def forward(self, pixels: Tensor) -> Tensor:
        """Map [N, C, H, W] in [-1, 1] to [N, Z]."""
        posterior: Posterior = self.encoder(pixels)
        return posterior.mean


class LatentPainter(nn.Module):
    """Paint latents as pixels: the decoder that a bundle holds."""

    def __init__(self, network: VaeNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, latent: Tensor, class_weights: Tensor | None = None) -> Tensor:
        """Map [N, Z] and, where there are classes, [N, K] to [N, C, H, W] in [-1, 1]."""
        return self.network.show(self.network.decoder(latent, class_weights))


@dataclass(frozen=True, kw_only=True)
class VaeRound:
    """Hold one round's rows: pixels [n, C, H, W], classes, and noise [k, n, Z]."""

    pixels: Tensor
    class_weights: Tensor | None
    noise: Tensor


# --- Bounds ------------------------------------------------------------------------------------


def decode_draws(network: VaeNetwork, latent: Tensor, class_weights: Tensor | None) -> Tensor:
    """Paint latents [k, N, Z] as [k, N, C, H, W]."""
    flat = latent.flatten(0, 1)
    if class_weights is None:
        painted = network.decoder(flat)
    else:
        painted = network.decoder(flat, class_weights.repeat(len(latent), 1))
    return painted.float().unflatten(0, latent.shape[:2])


# ELBO: E_q log p(x | z) - beta KL(q(z | x) | p(z))       (Kingma & Welling 2014, Eq. 3 and 10)
def bound_on_log_likelihood(
    network: VaeNetwork, round_: VaeRound, *, beta: float, weighted: bool
) -> tuple[Tensor, Figures]:
    """Return the bound of each picture [N], in nats, and the figures to report.

    Args:
        network: Encoder and decoder.
        round_: Pictures and noise.
        beta: Weight of the divergence.
        weighted: Whether the k draws are importance weighted (IWAE) or averaged (ELBO).
    """
    posterior: Posterior = network.encoder(round_.pixels)
    posterior = Posterior(posterior.mean.float(), posterior.log_variance.float())
    latent = posterior.at(round_.noise)
    painted = decode_draws(network, latent, round_.class_weights)
    log_likelihood = network.log_likelihood(painted, round_.pixels)
    divergence = gaussian_kl(*posterior)
    if weighted:
        weights = log_importance_weight(
            log_likelihood, latent, round_.noise, posterior.log_variance
        )
        # With beta below 1 the prior and the posterior count less, as in the ELBO.
        weights = torch.lerp(log_likelihood, weights, beta)
        bound = importance_weighted_bound(weights)
    else:
        bound = log_likelihood.mean(dim=0) - beta * divergence.sum(dim=1)
    figures = {
        "loss": -bound.detach().mean(),
        "log_likelihood": log_likelihood.detach().mean(),
        "kl": divergence.detach().sum(dim=1).mean(),
        "active_latents": (divergence.detach().mean(dim=0) > ACTIVE_NATS).float().sum(),
    }
    return bound, figures


# --- Learner -----------------------------------------------------------------------------------


class VaeLearner:
    """Hold encoder and decoder, their average and one optimiser."""

    def __init__(
        self,
        config: VaeConfig,
        shape: PictureShape,
        *,
        seed: int,
        device: torch.device,
        team: Team | None = None,
    ) -> None:
        if config.class_conditional and not shape.num_classes:
            raise InputError(
                "training.no_classes",
                Message("class_conditional needs classes, and these pictures have none."),
                Message("Sort the pictures into one folder a class, or leave it away."),
            )
        self.config = config
        self.shape = shape
        self.device = device
        self.num_classes = shape.num_classes if config.class_conditional else 0
        with pinned_global_stream(seed, 0, Draw.WEIGHTS):
            network = VaeNetwork(config, shape)
        self.network = to_device(network, device)
        self.average = averaged_copy(self.network)
        self._adam = make_adam(self.network, config)
        self._team = team or Team()
        self._precision = precision_context(config.precision, device)

    @property
    def modules(self) -> Mapping[str, nn.Module]:
        """Return encoder and decoder, and their average."""
        return {"network": self.network, "average": self.average}

    @property
    def averages(self) -> Mapping[str, nn.Module]:
        """Return the averaged encoder, decoder and pixel scale."""
        average = self.average
        return {"encoder": average.encoder, "decoder": average.decoder, "scale": average.scale}

    @property
    def optimisers(self) -> Mapping[str, torch.optim.Optimizer]:
        """Return the one optimiser."""
        return {"network": self._adam}

    def graphs(self) -> tuple[GraphPlan, ...]:
        """Return encoder and decoder, and the decoder once more as a generator from noise."""
        shape, latent_dim = self.shape, self.config.latent_dim
        average = for_export(self.average)
        assert isinstance(average, VaeNetwork)
        pixels = pixels_port(shape.channels, shape.height_px, shape.width_px)
        classes = (class_port(self.num_classes),) if self.num_classes else ()
        encoder, decoder = LatentMean(average), LatentPainter(average)
        latent, noise = normal_port("latent", latent_dim), normal_port("noise", latent_dim)
        return (
            GraphPlan(name="encoder", module=encoder, inputs=(pixels,), output="latent"),
            GraphPlan(name="decoder", module=decoder, inputs=(latent, *classes), output="pixels"),
            GraphPlan(name="generator", module=decoder, inputs=(noise, *classes), output="pixels"),
        )

    def step(self, batches: Sequence[Batch], moment: Moment) -> Figures:
        """Raise the bound by one step and move the average."""
        config = self.config
        set_rates(self._adam, config, moment)
        if config.lr_schedule == "stages":
            self._set_lr(stages(config.lr, moment.progress) * moment.lr_factor)
        beta = config.beta * linear_rise(moment.progress, config.beta_warm_up)
        parameters = [p for p in self.network.parameters() if p.requires_grad]
        self._adam.zero_grad()
        figures: list[Figures] = []
        for batch in batches:
            round_ = self._round(batch, moment)
            with self._precision():
                bound, seen = bound_on_log_likelihood(
                    self.network, round_, beta=beta, weighted=config.bound == "iwae"
                )
            (-bound.mean() / len(batches)).backward()
            figures.append(seen)
        self._team.average(parameters)
        self._adam.step()
        half_life = cosine(
            config.ema_half_life_images, config.ema_half_life_images_final, moment.progress
        )
        update_average(self.average, self.network, average_decay(half_life, config.batch_size))
        return mean_figures(figures)

    @torch.no_grad()
    def sample(self, seed: int, count: int) -> Tensor:
        """Paint `count` pictures from latents of the prior, classes in turn."""
        random = stream(seed, 0, Draw.SAMPLE_SHEET)
        latent = torch.randn(count, self.config.latent_dim, generator=random).to(self.device)
        classes = None
        if self.num_classes:
            labels = torch.arange(count, device=self.device) % self.num_classes
            classes = one_hot(labels, self.num_classes).float()
        painted = decode_draws(self.average, latent[None], classes)[0]
        return self.average.show(painted)

    @torch.no_grad()
    def reconstruct(self, pixels: Tensor) -> Tensor:
        """Return what encoder and decoder make of pixels [N, C, H, W] in [-1, 1]; no classes."""
        posterior: Posterior = self.average.encoder(pixels)
        return self.average.show(decode_draws(self.average, posterior.mean[None], None)[0])

    @torch.no_grad()
    def log_weights(
        self,
        pixels: Tensor,
        num_draws: int,
        random: torch.Generator,
        class_weights: Tensor | None = None,
    ) -> Tensor:
        """Return log p(x, z) / q(z | x) of fresh draws, [num_draws, N], for a likelihood estimate.

        Args:
            pixels: [N, C, H, W] in [-1, 1], binarised where the likelihood is Bernoulli.
            num_draws: Draws a picture.
            random: Where the draws come from.
            class_weights: [N, K] where the decoder is told the class, for log p(x | y).
        """
        posterior: Posterior = self.average.encoder(pixels)
        shape = (num_draws, *posterior.mean.shape)
        noise = torch.randn(shape, generator=random).to(pixels.device)
        latent = posterior.at(noise)
        log_likelihood = self.average.log_likelihood(
            decode_draws(self.average, latent, class_weights), pixels
        )
        return log_importance_weight(log_likelihood, latent, noise, posterior.log_variance)

    def _set_lr(self, lr: float) -> None:
        for group in self._adam.param_groups:
            group["lr"] = lr

    def _round(self, batch: Batch, moment: Moment) -> VaeRound:
        """Take this part's rows of the draws for the whole global batch."""
        config = self.config

        def share(rows: Tensor) -> Tensor:
            return batch.part.of(rows).to(self.device)

        random = stream(moment.seed, moment.step, Draw.POSTERIOR)
        noise = torch.randn(
            config.batch_size, config.num_draws, config.latent_dim, generator=random
        )
        pixels = batch.pixels
        if config.binarise:
            random = stream(moment.seed, moment.step, Draw.BINARISATION)
            threshold = torch.rand(config.batch_size, *batch.pixels.shape[1:], generator=random)
            pixels = binarised(pixels, share(threshold))
        return VaeRound(
            pixels=pixels,
            class_weights=batch.class_weights if self.num_classes else None,
            noise=share(noise).transpose(0, 1),
        )


def binarised(pixels: Tensor, threshold: Tensor) -> Tensor:
    """Return pixels that are -1 or 1: 1 with the probability that the grey value gives.

    Args:
        pixels: In [-1, 1].
        threshold: Uniform in [0, 1), of the same shape.
    """
    return torch.where(threshold < (pixels + 1) / 2, 1.0, -1.0)
