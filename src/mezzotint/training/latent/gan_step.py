"""One step of the masked, text-conditioned game: mathematics and backward passes.

No files, no logging. D judges latents beside what was known of them; the two of a pair share
caption, mask, wrapping and augmentation, so that only what was made up can tell them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from mezzotint.losses.adversarial import relativistic_discriminator, relativistic_generator
from mezzotint.losses.captions import mismatched_caption
from mezzotint.losses.contrastive import contrastive_loss
from mezzotint.losses.penalties import finite_difference_penalty, logit_centring
from mezzotint.losses.variety import mode_seeking
from mezzotint.training.augment import Augmentation, augment
from mezzotint.training.gan_step import Figures
from mezzotint.training.latent.config import LatentConfig
from mezzotint.training.latent.wrapping import roll


@dataclass(frozen=True, kw_only=True, eq=False)
class Pairs:
    """Hold the real pictures of a step and everything drawn for it; n rows each.

    Attributes:
        real: Latents [n, c, h, w].
        known: The same; where the mask is 0, G does not look.
        mask: [n, m, h, w], 1 = known.
        wrap: [n, 2], 1 = wraps round, vertically and horizontally.
        offsets: int64 [n, 2], by how much both of a pair are rolled; None = no picture wraps.
        embedding: [n, D], what was asked for; zeros = nothing.
        wrong_embedding: [n, D], what was asked of another picture.
        is_wrong: bool [n], whether that does not describe this picture, too.
        noise: [n, Z].
        field: [n, F, h/4, w/4].
        nudges: Two normal draws [q, c, h, w], for R1 and R2 by finite differences.
        augmentation: The same for both of a pair; None = none.
        other_noise: [q, Z], to paint the first rows once more; None = variety is not asked for.
    """

    real: Tensor
    known: Tensor
    mask: Tensor
    wrap: Tensor
    offsets: Tensor | None
    embedding: Tensor
    wrong_embedding: Tensor
    is_wrong: Tensor
    noise: Tensor
    field: Tensor
    nudges: tuple[Tensor, Tensor]
    augmentation: Augmentation | None
    other_noise: Tensor | None = None

    def again(self, other_noise: Tensor) -> Pairs:
        """Return the first rows under other noise: the same prompts, field and known parts."""
        count = len(other_noise)
        return replace(
            self,
            noise=other_noise,
            embedding=self.embedding[:count],
            field=self.field[:count],
            known=self.known[:count],
            mask=self.mask[:count],
            wrap=self.wrap[:count],
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Asked:
    """Hold the captions that a step's pictures were asked by, to hold the pictures against them.

    Attributes:
        texts: [n, D], embedding of each row's caption.
        matches: bool [n, n], which texts describe which picture; no row for a picture that was
            not asked for by its caption.
        scale: Inverse temperature of the space.
        look: Latents [n, c, h, w] -> embeddings [n, D]; frozen.
    """

    texts: Tensor
    matches: Tensor
    scale: float
    look: Callable[[Tensor], Tensor]


@dataclass(frozen=True, kw_only=True, eq=False)
class LatentGame:
    """Bind the two nets to their rules at one moment of the schedule.

    Attributes:
        paint_rows: (noise, embedding, field, known, mask, wrap) -> latents [n, c, h, w].
        look: (latents, mask) -> D's features [n, d].
        logits: (features, embedding) -> D's logits [n], in float32.
        config: The rules.
        gamma: Weight of the penalties.
        precision: Opens the context in which nets run.
    """

    paint_rows: Callable[..., Tensor]
    look: Callable[[Tensor, Tensor], Tensor]
    logits: Callable[[Tensor, Tensor], Tensor]
    config: LatentConfig
    gamma: float
    precision: Callable[[], AbstractContextManager[object]]

    def paint(self, pairs: Pairs) -> Tensor:
        """Return generated latents, what is known composited in."""
        with self.precision():
            painted = self.paint_rows(
                pairs.noise, pairs.embedding, pairs.field, pairs.known, pairs.mask, pairs.wrap
            )
        return painted.float()

    def features(self, groups: Sequence[Tensor], pairs: Pairs) -> list[Tensor]:
        """Return what D sees in groups of latents, each the first rows of the pairs."""
        joint = torch.cat([self._shown(latents, pairs) for latents in groups])
        channels, masks = pairs.real.shape[1], pairs.mask.shape[1]
        latents, mask = joint.split([channels, masks], dim=1)
        with self.precision():
            features = self.look(latents, mask)
        return list(features.float().split([len(latents) for latents in groups]))

    def _shown(self, latents: Tensor, pairs: Pairs) -> Tensor:
        """Return latents beside their mask, rolled and augmented as the pairs are."""
        count = len(latents)
        shown = torch.cat([latents, pairs.mask[:count]], dim=1)
        if pairs.offsets is not None:
            shown = roll(shown, pairs.offsets[:count])
        if pairs.augmentation is not None:
            shown = augment(shown, pairs.augmentation.first(count))
        return shown


# --- Discriminator -----------------------------------------------------------------------------


# L_D = E softplus(f - r) + gamma/2 (R1 + R2) + centring E (r + f)^2
#       + mismatch E softplus(r' - r), r' = D(x, t') under another picture's words t'
#                                                     (Reed et al. 2016, GAN-CLS, made relativistic)
def discriminator_loss(game: LatentGame, pairs: Pairs, fake: Tensor) -> tuple[Tensor, Figures]:
    """Return what D minimises, and the figures to report."""
    config, asked = game.config, pairs.embedding
    count = len(pairs.nudges[0])
    sigma = config.penalty_sigma
    groups = [
        pairs.real,
        fake,
        pairs.real[:count] + sigma * pairs.nudges[0],
        fake[:count] + sigma * pairs.nudges[1],
    ]
    in_real, in_fake, in_real_nudged, in_fake_nudged = game.features(groups, pairs)
    real, painted = game.logits(in_real, asked), game.logits(in_fake, asked)
    real_nudged = game.logits(in_real_nudged, asked[:count])
    fake_nudged = game.logits(in_fake_nudged, asked[:count])
    mismatched = game.logits(in_real, pairs.wrong_embedding)
    loss = relativistic_discriminator(real, painted)
    r1 = finite_difference_penalty(real[:count], real_nudged, sigma)
    r2 = finite_difference_penalty(painted[:count], fake_nudged, sigma)
    penalty = 0.5 * game.gamma * (r1 + r2)
    told_apart = mismatched_caption(real, mismatched, pairs.is_wrong)
    figures = {
        "discriminator": loss.detach(),
        "real_above_fake": (real.detach() > painted.detach()).float().mean(),
        "penalty": penalty.detach(),
        "mismatch": told_apart.detach(),
    }
    total = loss + penalty + config.mismatch * told_apart
    return total + config.centring * logit_centring(real, painted), figures


# --- Generator ---------------------------------------------------------------------------------


# L_G = E softplus(r - f) + consistency InfoNCE(look(G), t) + variety L_ms
def generator_loss(
    game: LatentGame, pairs: Pairs, asked: Asked | None, fake: Tensor
) -> tuple[Tensor, Figures]:
    """Return what G minimises, and the figures to report."""
    with torch.no_grad():
        (in_real,) = game.features([pairs.real], pairs)
        real = game.logits(in_real, pairs.embedding)
    (in_fake,) = game.features([fake], pairs)
    painted = game.logits(in_fake, pairs.embedding)
    loss = relativistic_generator(real, painted)
    figures = {"generator": loss.detach()}
    if asked is not None and game.config.consistency:
        with game.precision():
            seen = asked.look(fake)
        scale = fake.new_tensor(asked.scale)
        consistency = contrastive_loss(seen.float(), asked.texts, asked.matches, scale)
        figures["consistency"] = consistency.detach()
        loss = loss + game.config.consistency * consistency
    if pairs.other_noise is not None:
        other, count = pairs.other_noise, len(pairs.other_noise)
        painted_again = game.paint(pairs.again(other))
        seeking = mode_seeking(fake[:count], painted_again, pairs.noise[:count], other)
        figures["variety"] = (fake[:count] - painted_again).detach().abs().mean()
        loss = loss + game.config.variety * seeking
    return loss, figures


def play(
    game: LatentGame,
    pairs: Pairs,
    asked: Asked | None,
    *,
    painter: Sequence[nn.Parameter],
    generator: torch.optim.Optimizer,
    discriminator: torch.optim.Optimizer,
) -> Figures:
    """Update D, then G against the new D, on pictures painted once."""
    fake = game.paint(pairs)

    # Discriminator
    loss, figures = discriminator_loss(game, pairs, fake.detach())
    discriminator.zero_grad()
    loss.backward()
    discriminator.step()

    # Generator
    loss, seen = generator_loss(game, pairs, asked, fake)
    generator.zero_grad()
    loss.backward(inputs=list(painter))
    generator.step()
    return figures | seen
