"""One step of a game between a generator and a discriminator: mathematics and backward passes.

No files, no logging, no device code. A step may come in several rounds (micro-batches) whose
gradients add up; each round holds its share of the same global draws.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from mezzotint.losses.adversarial import ADVERSARIAL_LOSSES
from mezzotint.losses.classification import class_cross_entropy
from mezzotint.losses.penalties import (
    exact_gradient_penalty,
    finite_difference_penalty,
    logit_centring,
    wgan_gradient_penalty,
)
from mezzotint.models.verdict import Verdict
from mezzotint.training.augment import Augmentation, augment
from mezzotint.training.config import GanConfig

Figures = dict[str, Tensor]


@dataclass(frozen=True, kw_only=True)
class ClassLossWeights:
    """Weigh the class losses of an auxiliary classifier.

    Attributes:
        real: For D, on real pictures.
        fake: For D, on generated pictures.
        generator: For G.
    """

    real: float
    fake: float
    generator: float


@dataclass(frozen=True, kw_only=True)
class Round:
    """Hold the real pictures and the random draws of one round; n rows each.

    Attributes:
        real: Pixels [n, C, H, W] in [-1, 1].
        class_weights: [n, K], shared by each real picture and the generated one it is paired with.
        noise: [n, Z].
        augmentation: The same for both of a pair; None = none.
        num_penalised: Rows, from the first on, that the penalties look at; may be 0.
        penalty_share: Weight of this round's mean penalty: 1 if penalised rows are spread evenly.
        nudges: Two normal draws [num_penalised, C, H, W], for R1 and R2 by finite differences.
        mix: Uniform draw [n, 1, 1, 1] of WGAN-GP.
    """

    real: Tensor
    class_weights: Tensor | None
    noise: Tensor
    augmentation: Augmentation | None
    num_penalised: int
    penalty_share: float
    nudges: tuple[Tensor, Tensor] | None
    mix: Tensor | None


@dataclass(frozen=True, kw_only=True)
class Game:
    """Bind the two nets to their rules.

    Attributes:
        generator: (noise, class weights) -> pixels, or noise -> pixels without classes.
        discriminator: (pixels, class weights) -> Verdict, or pixels -> Verdict without classes.
        config: The rules.
        class_losses: Of an auxiliary classifier; None without one.
        gamma: Weight of the penalties at this moment of the schedule.
        joint_batches: Whether D may judge real and generated pictures in one batch; not with batch
            norm, whose statistics would mix.
        precision: Opens the context in which nets run (automatic mixed precision, or nothing).
        synchronise: Averages the gradients of these parameters over all processes.
    """

    generator: nn.Module
    discriminator: nn.Module
    config: GanConfig
    class_losses: ClassLossWeights | None
    gamma: float
    joint_batches: bool
    precision: Callable[[], AbstractContextManager[object]]
    synchronise: Callable[[Sequence[nn.Parameter]], None]

    def paint(self, round_: Round) -> Tensor:
        """Return generated pictures for the round's noise and classes."""
        with self.precision():
            return _call(self.generator, round_.noise, round_.class_weights).float()

    def judge(self, pixels: Tensor, class_weights: Tensor | None) -> Verdict:
        """Return D's verdict with logits in float32."""
        with self.precision():
            verdict: Verdict = _call(self.discriminator, pixels, class_weights)
        classes = None if verdict.class_logits is None else verdict.class_logits.float()
        return Verdict(verdict.logits.float(), classes)


def _call(network: nn.Module, rows: Tensor, class_weights: Tensor | None) -> object:
    return network(rows) if class_weights is None else network(rows, class_weights)


# --- Discriminator -----------------------------------------------------------------------------


def discriminator_loss(game: Game, round_: Round, fake: Tensor) -> tuple[Tensor, Figures]:
    """Return what D minimises in a round, and the figures to report.

    L_D = loss(D(x), D(G(z))) + gamma/2 (R1 + R2) + centring * E (D(x) + D(G(z)))^2

    Args:
        game: The nets and the rules.
        round_: Real pictures and draws.
        fake: Generated pictures [n, C, H, W]; no gradient flows into them.
    """
    fake = fake.detach()
    real_verdict, fake_verdict, *nudged = _judge_all(
        game, round_, _pictures_to_judge(round_, fake, game)
    )
    real_logits, fake_logits = real_verdict.logits, fake_verdict.logits
    loss = ADVERSARIAL_LOSSES[game.config.loss].discriminator(real_logits, fake_logits)
    figures = {
        "discriminator": loss.detach(),
        "real_logit": real_logits.detach().mean(),
        "fake_logit": fake_logits.detach().mean(),
        "real_above_fake": (real_logits.detach() > fake_logits.detach()).float().mean(),
    }
    if game.config.centring:
        loss = loss + game.config.centring * logit_centring(real_logits, fake_logits)
    if game.gamma and game.config.penalty != "none":
        penalty = _penalty(game, round_, fake, [real_verdict, fake_verdict, *nudged])
        figures["penalty"] = penalty.detach()
        loss = loss + penalty
    if game.class_losses is not None:
        on_real = _class_loss(real_verdict, round_)
        figures["class_real"] = on_real.detach()
        loss = loss + game.class_losses.real * on_real
        if game.class_losses.fake:
            loss = loss + game.class_losses.fake * _class_loss(fake_verdict, round_)
    return loss, figures


def _class_loss(verdict: Verdict, round_: Round) -> Tensor:
    """Return how badly D reads the classes that the round's pictures have or should have."""
    if verdict.class_logits is None or round_.class_weights is None:
        raise AssertionError("an auxiliary classifier needs class logits and classes")
    return class_cross_entropy(verdict.class_logits, round_.class_weights)


def _pictures_to_judge(round_: Round, fake: Tensor, game: Game) -> list[Tensor]:
    """Return real and generated pictures, and both nudged where finite differences need them."""
    pictures = [round_.real, fake]
    if round_.nudges is not None:
        sigma, count = game.config.penalty_sigma, round_.num_penalised
        pictures += [
            picture[:count] + sigma * nudge
            for picture, nudge in zip(pictures, round_.nudges, strict=True)
        ]
    return pictures


def _judge_all(game: Game, round_: Round, groups: Sequence[Tensor]) -> list[Verdict]:
    """Judge groups of pictures; the rows of each pair with the round's first rows."""
    augmented = [_augmented(round_, group) for group in groups]
    classes = round_.class_weights
    if not game.joint_batches:
        return [
            game.judge(group, None if classes is None else classes[: len(group)])
            for group in augmented
        ]
    joint = None if classes is None else torch.cat([classes[: len(group)] for group in groups])
    verdict = game.judge(torch.cat(augmented), joint)
    sizes = [len(group) for group in groups]
    named = verdict.class_logits
    return [
        Verdict(logits, class_logits)
        for logits, class_logits in zip(
            verdict.logits.split(sizes),
            [None] * len(sizes) if named is None else named.split(sizes),
            strict=True,
        )
    ]


def _augmented(round_: Round, pixels: Tensor) -> Tensor:
    if round_.augmentation is None:
        return pixels
    return augment(pixels, round_.augmentation.first(len(pixels)))


def _penalty(game: Game, round_: Round, fake: Tensor, verdicts: Sequence[Verdict]) -> Tensor:
    """Return the round's share of the weighted gradient penalty."""
    count, config = round_.num_penalised, game.config
    if count == 0:
        return verdicts[0].logits.new_zeros(())
    weight = game.gamma * round_.penalty_share
    if config.penalty == "finite_difference":
        real_logits, fake_logits, real_nudged, fake_nudged = (v.logits for v in verdicts)
        r1 = finite_difference_penalty(real_logits[:count], real_nudged, config.penalty_sigma)
        r2 = finite_difference_penalty(fake_logits[:count], fake_nudged, config.penalty_sigma)
        return 0.5 * weight * (r1 + r2)

    def judge(pixels: Tensor) -> Tensor:
        (verdict,) = _judge_all(game, round_, [pixels])
        return verdict.logits

    real, fake = round_.real[:count], fake[:count]
    if config.penalty == "exact":
        r1, r2 = exact_gradient_penalty(judge, real), exact_gradient_penalty(judge, fake)
        return 0.5 * weight * (r1 + r2)
    if round_.mix is None:
        raise AssertionError("WGAN-GP needs a mixing draw")
    return weight * wgan_gradient_penalty(judge, real, fake, round_.mix[:count])


# --- Generator ---------------------------------------------------------------------------------


def generator_loss(game: Game, round_: Round, fake: Tensor) -> tuple[Tensor, Figures]:
    """Return what G minimises in a round, and the figures to report.

    Args:
        game: The nets and the rules.
        round_: Real pictures, for losses that compare, and draws.
        fake: Generated pictures [n, C, H, W]; the gradient flows through them into G.
    """
    rules = ADVERSARIAL_LOSSES[game.config.loss]
    (verdict,) = _judge_all(game, round_, [fake])
    real_logits = verdict.logits
    if rules.generator_uses_real:
        with torch.no_grad():
            real_logits = _judge_all(game, round_, [round_.real])[0].logits
    loss = rules.generator(real_logits, verdict.logits)
    figures = {"generator": loss.detach()}
    if game.class_losses is not None:
        named = _class_loss(verdict, round_)
        figures["class_fake"] = named.detach()
        loss = loss + game.class_losses.generator * named
    return loss, figures


# --- Steps -------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class GameOptimisers:
    """Hold one optimiser for each side."""

    generator: torch.optim.Optimizer
    discriminator: torch.optim.Optimizer


def alternating_step(game: Game, optimisers: GameOptimisers, rounds: Sequence[Round]) -> Figures:
    """Update D, then update G against the new D.

    With one round, G's pictures are painted once and judged in both halves: G has not changed in
    between, so they are what painting them again would give.
    """
    painter, judge = _parameters(game.generator), _parameters(game.discriminator)
    figures: list[Figures] = []

    # Discriminator
    optimisers.discriminator.zero_grad()
    keep_graph = len(rounds) == 1
    fakes: list[Tensor] = []
    for round_ in rounds:
        with torch.set_grad_enabled(keep_graph):
            fakes.append(game.paint(round_))
        loss, seen = discriminator_loss(game, round_, fakes[-1])
        (loss / len(rounds)).backward(inputs=judge)
        figures.append(seen)
    game.synchronise(judge)
    optimisers.discriminator.step()

    # Generator
    optimisers.generator.zero_grad()
    for round_, fake in zip(rounds, fakes, strict=True):
        loss, seen = generator_loss(game, round_, fake if keep_graph else game.paint(round_))
        (loss / len(rounds)).backward(inputs=painter)
        figures.append(seen)
    game.synchronise(painter)
    optimisers.generator.step()
    return mean_figures(figures)


def simultaneous_step(game: Game, optimisers: GameOptimisers, rounds: Sequence[Round]) -> Figures:
    """Update both sides from gradients taken at the same weights, from one verdict."""
    painter, judge = _parameters(game.generator), _parameters(game.discriminator)
    rules = ADVERSARIAL_LOSSES[game.config.loss]
    optimisers.discriminator.zero_grad()
    optimisers.generator.zero_grad()
    figures: list[Figures] = []
    for round_ in rounds:
        fake = game.paint(round_)
        # Apart: in one batch G's gradient would run through D's real rows too, only to be zero.
        real_logits, fake_logits = (
            _judge_all(game, round_, [pictures])[0].logits for pictures in (round_.real, fake)
        )
        loss_d = rules.discriminator(real_logits, fake_logits)
        loss_g = rules.generator(real_logits, fake_logits)
        (loss_d / len(rounds)).backward(inputs=judge, retain_graph=True)
        (loss_g / len(rounds)).backward(inputs=painter)
        figures.append({"discriminator": loss_d.detach(), "generator": loss_g.detach()})
    game.synchronise(judge)
    game.synchronise(painter)
    optimisers.discriminator.step()
    optimisers.generator.step()
    return mean_figures(figures)


def _parameters(network: nn.Module) -> list[nn.Parameter]:
    return list(network.parameters())


def mean_figures(figures: Sequence[Figures]) -> Figures:
    """Return the mean of each figure over the rounds that report it."""
    names = dict.fromkeys(name for seen in figures for name in seen)
    return {
        name: torch.stack([seen[name] for seen in figures if name in seen]).mean() for name in names
    }
