"""The learner of the adversarial families: dcgan, cgan, acgan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot
from torch.nn.modules.batchnorm import _BatchNorm

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.models.acgan import AcganDiscriminator, AcganGenerator
from mezzotint.models.cgan import CganDiscriminator, CganGenerator, CganSpec
from mezzotint.models.dcgan import DcganSpec, TutorialGenerator, dcgan_networks
from mezzotint.models.dcgan_columns import COLUMNS, TutorialGeneratorInColumns
from mezzotint.models.residual import HalfSpec
from mezzotint.training.adaptive import MAX_P
from mezzotint.training.augment import Augmentation, draw_augmentation
from mezzotint.training.batches import Batch, PictureShape
from mezzotint.training.config import AcganConfig, CganConfig, DcganConfig, GanConfig
from mezzotint.training.config_check import check_gan_config
from mezzotint.training.device import precision_context, to_device
from mezzotint.training.ema import averaged_copy, update_average
from mezzotint.training.gan_step import (
    ClassLossWeights,
    Figures,
    Game,
    GameOptimisers,
    Round,
    alternating_step,
    simultaneous_step,
)
from mezzotint.training.learner import Moment
from mezzotint.training.onnx_graph import GraphPlan, class_port, for_export, normal_port
from mezzotint.training.optimisers import make_adam, set_rates
from mezzotint.training.randomness import Draw, pinned_global_stream, stream
from mezzotint.training.schedules import average_decay, cosine
from mezzotint.training.team import Team


def generator_plan(generator: nn.Module, noise_dim: int, num_classes: int) -> GraphPlan:
    """Return how a generator is exported.

    Args:
        generator: Noise [N, noise_dim] and, if there are classes, their weights to pixels.
        noise_dim: Z.
        num_classes: 0 = unconditional.
    """
    ports = [normal_port("noise", noise_dim)]
    if num_classes:
        ports.append(class_port(num_classes))
    plan = GraphPlan(name="generator", module=generator, inputs=tuple(ports), output="pixels")
    if isinstance(generator, TutorialGenerator):
        return replace(plan, written=TutorialGeneratorInColumns(generator), exact_batch=COLUMNS)
    return plan


def gan_networks(config: GanConfig, shape: PictureShape) -> tuple[nn.Module, nn.Module]:
    """Make the generator and the discriminator that a configuration describes.

    Raises:
        InputError: The recipe needs classes and there are none, or the size is not possible.
    """
    if isinstance(config, CganConfig):
        spec = _cgan_spec(config, shape)
        if config.family == "acgan":
            return AcganGenerator(spec), AcganDiscriminator(spec)
        return CganGenerator(spec), CganDiscriminator(spec)
    assert isinstance(config, DcganConfig)
    return dcgan_networks(
        DcganSpec(
            height_px=shape.height_px,
            width_px=shape.width_px,
            channels=shape.channels,
            layout=config.layout,
            noise_dim=config.noise_dim,
            generator_width=config.generator_width,
            discriminator_width=config.discriminator_width,
            max_width=config.max_width,
        )
    )


def _cgan_spec(config: CganConfig, shape: PictureShape) -> CganSpec:
    if shape.num_classes == 0:
        raise InputError(
            "training.no_classes",
            Message("The recipe '{recipe}' needs classes.", recipe=config.recipe),
            Message("Sort the pictures into one folder a class, or choose the recipe 'dcgan'."),
        )
    half = HalfSpec(
        height_px=shape.height_px,
        width_px=shape.width_px,
        channels=shape.channels,
        max_width=config.max_width,
        fine_width=config.fine_width,
        num_blocks=config.num_blocks,
    )
    return CganSpec(
        generator=replace(half, width=config.generator_width),
        discriminator=replace(half, width=config.discriminator_width),
        num_classes=shape.num_classes,
        noise_dim=config.noise_dim,
        class_dim=config.class_dim,
        stem_width=config.stem_width,
        feature_dim=config.feature_dim,
    )


def _class_losses(config: GanConfig) -> ClassLossWeights | None:
    if not isinstance(config, AcganConfig):
        return None
    return ClassLossWeights(
        real=config.class_loss_real,
        fake=config.class_loss_fake,
        generator=config.class_loss_generator,
    )


@dataclass(frozen=True, kw_only=True)
class Draws:
    """Hold the random draws of a step for the whole global batch; see `Round`."""

    noise: Tensor
    num_penalised: int
    nudges: Tensor | None  # [2, num_penalised, C, H, W]
    mix: Tensor | None
    augmentation: Augmentation | None


class GanLearner:
    """Hold G, D, G's average and their optimisers."""

    def __init__(
        self,
        config: GanConfig,
        shape: PictureShape,
        *,
        seed: int,
        device: torch.device,
        team: Team | None = None,
    ) -> None:
        check_gan_config(config)
        self.config = config
        self.device = device
        with pinned_global_stream(seed, 0, Draw.WEIGHTS):
            generator, discriminator = gan_networks(config, shape)
        self.generator = to_device(generator, device)
        self.discriminator = to_device(discriminator, device)
        self.average = averaged_copy(self.generator)
        # Only a net with a class input is told about classes.
        self.shape = shape
        self.num_classes = shape.num_classes if config.family != "dcgan" else 0
        self._optimisers = GameOptimisers(
            generator=make_adam(self.generator, config),
            discriminator=make_adam(self.discriminator, config),
        )
        self._team = team or Team()
        self._precision = precision_context(config.precision, device)
        self._joint_batches = not any(isinstance(m, _BatchNorm) for m in discriminator.modules())

    @property
    def modules(self) -> Mapping[str, nn.Module]:
        """Return G, D and G's average."""
        return {
            "generator": self.generator,
            "discriminator": self.discriminator,
            "average": self.average,
        }

    @property
    def averages(self) -> Mapping[str, nn.Module]:
        """Return G's average under the name of the net it stands for."""
        return {"generator": self.average}

    @property
    def optimisers(self) -> Mapping[str, torch.optim.Optimizer]:
        """Return the optimisers of both sides."""
        return {
            "generator": self._optimisers.generator,
            "discriminator": self._optimisers.discriminator,
        }

    def graphs(self) -> tuple[GraphPlan, ...]:
        """Return the generator: noise and, where it is conditional, class weights to pixels."""
        generator = for_export(self.average)
        return (generator_plan(generator, self.config.noise_dim, self.num_classes),)

    def step(self, batches: Sequence[Batch], moment: Moment) -> Figures:
        """Play one step of the game and move the average."""
        config = self.config
        for optimiser in self.optimisers.values():
            set_rates(optimiser, config, moment)
        game = Game(
            generator=self.generator,
            discriminator=self.discriminator,
            config=config,
            class_losses=_class_losses(config),
            gamma=cosine(config.gamma, config.gamma_final, moment.progress) * moment.gamma_factor,
            joint_batches=self._joint_batches,
            precision=self._precision,
            synchronise=self._team.average,
        )
        rounds = self._draw_rounds(batches, moment)
        play = alternating_step if config.update == "alternating" else simultaneous_step
        with pinned_global_stream(moment.seed, moment.step, Draw.DROPOUT):
            figures = play(game, self._optimisers, rounds)
        half_life = cosine(
            config.ema_half_life_images, config.ema_half_life_images_final, moment.progress
        )
        update_average(self.average, self.generator, average_decay(half_life, config.batch_size))
        return figures

    @torch.no_grad()
    def sample(self, seed: int, count: int) -> Tensor:
        """Paint `count` pictures with the averaged generator, classes in turn."""
        random = stream(seed, 0, Draw.SAMPLE_SHEET)
        noise = torch.randn(count, self.config.noise_dim, generator=random).to(self.device)
        if not self.num_classes:
            return self.average(noise)
        labels = torch.arange(count, device=self.device) % self.num_classes
        return self.average(noise, one_hot(labels, self.num_classes).float())

    def _draw_rounds(self, batches: Sequence[Batch], moment: Moment) -> list[Round]:
        """Draw for the whole global batch, then give each part its rows."""
        draws = self._draw(batches[0].pixels.shape[1:], moment)
        return [self._round(batch, draws) for batch in batches]

    def _draw(self, picture: torch.Size, moment: Moment) -> Draws:
        config, size = self.config, self.config.batch_size

        def random(draw: Draw) -> torch.Generator:
            return stream(moment.seed, moment.step, draw)

        num_penalised = round(size * config.penalty_fraction)
        nudges = mix = None
        if config.penalty == "finite_difference":
            nudges = torch.randn(2, num_penalised, *picture, generator=random(Draw.PENALTY))
        elif config.penalty == "wgan_gp":
            mix = torch.rand(size, 1, 1, 1, generator=random(Draw.MIXING))
        return Draws(
            noise=torch.randn(size, config.noise_dim, generator=random(Draw.NOISE)),
            num_penalised=num_penalised,
            nudges=nudges,
            mix=mix,
            augmentation=self._draw_augmentation(picture, moment),
        )

    def _round(self, batch: Batch, draws: Draws) -> Round:
        def share(rows: Tensor) -> Tensor:
            return batch.part.of(rows).to(self.device)

        num_penalised = len(batch.part.of(torch.arange(draws.num_penalised)))
        return Round(
            real=batch.pixels,
            class_weights=batch.class_weights if self.num_classes else None,
            noise=share(draws.noise),
            augmentation=None if draws.augmentation is None else draws.augmentation.each(share),
            num_penalised=num_penalised,
            penalty_share=num_penalised * batch.part.count / max(draws.num_penalised, 1),
            nudges=None
            if draws.nudges is None
            else (share(draws.nudges[0]), share(draws.nudges[1])),
            mix=None if draws.mix is None else share(draws.mix),
        )

    def _draw_augmentation(self, picture: torch.Size, moment: Moment) -> Augmentation | None:
        p = moment.augment_p
        if p is None:
            p = cosine(self.config.augment_p, self.config.augment_p_final, moment.progress)
        p = min(p + moment.augment_extra, MAX_P) if moment.augment_extra else p
        if p <= 0:
            return None
        random = stream(moment.seed, moment.step, Draw.AUGMENTATION)
        return draw_augmentation(self.config.batch_size, *picture[1:], p, random)
