"""Settings of a run, one frozen dataclass a family; a recipe is a named set of them.

Every field is a number, a word or a choice, so that a configuration prints as a table, travels in
a checkpoint and in the model card, and can be overridden by `name=value`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mezzotint.domain.card import Family

Precision = Literal["float32", "bfloat16"]
LossName = Literal[
    "non_saturating", "minimax", "hinge", "least_squares", "wasserstein", "relativistic"
]
PenaltyName = Literal["none", "finite_difference", "exact", "wgan_gp"]
UpdateOrder = Literal["alternating", "simultaneous"]


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """Hold what every family shares. Schedules run from `x` to `x_final` on a cosine."""

    recipe: str  # the name it goes by
    family: Family
    batch_size: int = 64  # pictures a step, over all processes
    schedule_images: int | None = None  # images seen when schedules end; None = the run's budget

    # Adam (Kingma & Ba 2015)
    lr: float = 1e-3
    lr_final: float = 2e-4
    beta1: float = 0.0
    beta2: float = 0.95
    beta2_final: float = 0.99
    epsilon: float = 1e-8

    # Average of the weights, half-life in images; 0 = none
    ema_half_life_images: float = 0.0
    ema_half_life_images_final: float = 50_000.0

    precision: Precision = "float32"


@dataclass(frozen=True, kw_only=True)
class GanConfig(TrainingConfig):
    """Hold what the adversarial families share."""

    noise_dim: int = 64  # Z
    loss: LossName = "relativistic"
    update: UpdateOrder = "alternating"  # simultaneous: both gradients from the same weights

    # D's loss + gamma/2 (R1 + R2) + centring
    penalty: PenaltyName = "finite_difference"
    gamma: float = 1.0
    gamma_final: float = 0.1
    penalty_fraction: float = 0.25  # share of the batch, from its start, that is penalised
    penalty_sigma: float = 0.02  # size of the nudge; finite_difference alone
    centring: float = 0.005  # weight of E (D(x) + D(G(z)))^2

    # Augmentation (Zhao et al. 2020) of the pair, probability of each operation
    augment_p: float = 0.0
    augment_p_final: float = 0.0
    augment_target: float | None = None  # adapt p to this share of pairs D orders right; None = not


@dataclass(frozen=True, kw_only=True)
class DcganConfig(GanConfig):
    """Configure the unconditional convolutional GAN."""

    family: Family = "dcgan"
    layout: Literal["radford", "tutorial"] = "radford"
    generator_width: int = 32  # channels of the finest hidden map; doubles with each halving
    discriminator_width: int = 32
    max_width: int = 256


@dataclass(frozen=True, kw_only=True)
class CganConfig(GanConfig):
    """Configure the class-conditional GAN; fields as in `CganSpec`."""

    family: Family = "cgan"
    batch_size: int = 32
    gamma: float = 0.05
    gamma_final: float = 0.01
    class_dim: int = 64
    stem_width: int = 32
    generator_width: int = 32
    discriminator_width: int = 32
    max_width: int = 64
    fine_width: int = 8
    num_blocks: int = 1
    feature_dim: int = 128


@dataclass(frozen=True, kw_only=True)
class AcganConfig(CganConfig):
    """Configure the GAN with an auxiliary classifier: weights of its class losses."""

    family: Family = "acgan"
    class_loss_real: float = 1.0  # D, on real pictures
    class_loss_fake: float = 0.0  # D, on generated ones; Odena et al. have 1
    class_loss_generator: float = 0.2  # G; above it, classes win over variety


@dataclass(frozen=True, kw_only=True)
class VaeConfig(TrainingConfig):
    """Configure the variational auto-encoder; fields of the nets as in `VaeSpec`."""

    family: Family = "vae"
    beta1: float = 0.9
    beta2: float = 0.999
    beta2_final: float = 0.999
    lr_schedule: Literal["cosine", "stages"] = "cosine"  # stages: Burda et al.'s eight

    layout: Literal["mlp", "convolutional"] = "convolutional"
    latent_dim: int = 50  # Z
    hidden_dim: int = 200  # mlp
    feature_dim: int = 256  # convolutional, as what follows
    width: int = 32
    max_width: int = 64
    fine_width: int = 8
    num_blocks: int = 1
    class_conditional: bool = False  # whether the decoder is told the class

    likelihood: Literal["bernoulli", "gaussian"] = "gaussian"
    binarise: bool = False  # bernoulli: draw each pixel black or white anew at each step
    pixel_scale: float | None = None  # gaussian: s, of pixels in [-1, 1]; None = learned

    bound: Literal["elbo", "iwae"] = "elbo"
    num_draws: int = 1  # k
    beta: float = 1.0  # weight of the KL divergence; above 1 = beta-VAE (Higgins et al. 2017)
    beta_warm_up: float = 0.05  # share of the schedule over which beta rises from 0


@dataclass(frozen=True, kw_only=True)
class VaeganConfig(TrainingConfig):
    """Configure the auto-encoder with a discriminator; fields of the nets as in `VaeganSpec`."""

    family: Family = "vaegan"
    batch_size: int = 32
    beta1: float = 0.5
    beta2: float = 0.9
    latent_channels: int = 8  # c
    factor: int = 4  # f
    width: int = 32
    max_width: int = 64
    fine_width: int = 8
    num_blocks: int = 1
    discriminator_width: int = 16

    # The auto-encoder's loss, a weighted sum
    pixel_weight: float = 1.0  # Charbonnier
    structure_weight: float = 0.2  # 1 - MS-SSIM
    edge_weight: float = 0.5  # Haar
    kl_weight: float = 0.01  # divergence from the prior, mean over the latent dimensions
    kl_warm_up: float = 0.1  # share of the schedule over which it rises from 0
    adversarial_start: float = 0.5  # share of the schedule before D joins
    adversarial_weight: float = 0.05
    feature_weight: float = 0.5  # distance of what D's layers see

    # D's loss + gamma/2 (R1 + R2), by finite differences
    gamma: float = 0.05
    gamma_final: float = 0.01
    penalty_fraction: float = 0.25
    penalty_sigma: float = 0.02
