"""What a generator and a discriminator play for: six classic games, each in two lines.

Notation: r = D(x) are the logits of real pictures, f = D(G(z)) those of generated ones, both [N],
unbounded, before any sigmoid. E is the mean over the batch. -log sigmoid(t) = softplus(-t), and
-log(1 - sigmoid(t)) = softplus(t), which neither overflows nor underflows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from torch import Tensor
from torch.nn.functional import relu, softplus

GameLoss = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True, kw_only=True)
class AdversarialLoss:
    """Pair the two sides of one game.

    Attributes:
        discriminator: (real logits [N], fake logits [N]) -> scalar that D minimises.
        generator: (real logits [N], fake logits [N]) -> scalar that G minimises.
        generator_uses_real: Whether the generator's side looks at the real logits, so that D must
            judge real pictures again in the generator's step.
    """

    discriminator: GameLoss
    generator: GameLoss
    generator_uses_real: bool = False


# Binary cross-entropy: L_D = -E log D(x) - E log(1 - D(G(z)))   (Goodfellow et al. 2014, Eq. 1)
def cross_entropy_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """Return the discriminator's cross-entropy, real against generated."""
    return softplus(-real).mean() + softplus(fake).mean()


# Non-saturating: L_G = -E log D(G(z))                  (Goodfellow et al. 2014, end of section 3)
def non_saturating_generator(real: Tensor, fake: Tensor) -> Tensor:
    """Return the generator's non-saturating loss: its gradient is strong while D wins."""
    return softplus(-fake).mean()


# Minimax: L_G = E log(1 - D(G(z)))                              (Goodfellow et al. 2014, Eq. 1)
def minimax_generator(real: Tensor, fake: Tensor) -> Tensor:
    """Return the generator's minimax loss: the zero-sum game, which saturates while D wins."""
    return -softplus(fake).mean()


# Hinge: L_D = E max(0, 1 - r) + E max(0, 1 + f)       (Lim & Ye 2017; Miyato et al. 2018, Eq. 16)
def hinge_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """Return the discriminator's hinge loss: pictures judged right beyond 1 no longer pull."""
    return relu(1 - real).mean() + relu(1 + fake).mean()


# Wasserstein and hinge: L_G = -E f                              (Arjovsky et al. 2017, Eq. 3)
def linear_generator(real: Tensor, fake: Tensor) -> Tensor:
    """Return the generator's linear loss: raise the logits of generated pictures."""
    return -fake.mean()


# Least squares: L_D = 1/2 E (r - 1)^2 + 1/2 E f^2       (Mao et al. 2017, Eq. 9 with a=0, b=c=1)
def least_squares_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """Return the discriminator's least-squares loss, targets 1 for real and 0 for generated."""
    return 0.5 * (real - 1).square().mean() + 0.5 * fake.square().mean()


# Least squares: L_G = 1/2 E (f - 1)^2                                     (Mao et al. 2017, Eq. 9)
def least_squares_generator(real: Tensor, fake: Tensor) -> Tensor:
    """Return the generator's least-squares loss, target 1."""
    return 0.5 * (fake - 1).square().mean()


# Wasserstein: L_D = E f - E r                                   (Arjovsky et al. 2017, Eq. 2 and 3)
def wasserstein_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """Return the critic's loss; only with a Lipschitz constraint (`wgan_gradient_penalty`)."""
    return fake.mean() - real.mean()


# Relativistic pairing (RpGAN): L_D = E softplus(-(r - f))     (Jolicoeur-Martineau 2018, Eq. 5, 6)
def relativistic_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """Return the discriminator's pairing loss: each real picture beats *its* generated one."""
    return softplus(fake - real).mean()


# Relativistic pairing (RpGAN): L_G = E softplus(-(f - r))     (Jolicoeur-Martineau 2018, Eq. 5, 6)
def relativistic_generator(real: Tensor, fake: Tensor) -> Tensor:
    """Return the generator's pairing loss: each generated picture beats *its* real one."""
    return softplus(real - fake).mean()


ADVERSARIAL_LOSSES: Mapping[str, AdversarialLoss] = MappingProxyType(
    {
        "non_saturating": AdversarialLoss(
            discriminator=cross_entropy_discriminator, generator=non_saturating_generator
        ),
        "minimax": AdversarialLoss(
            discriminator=cross_entropy_discriminator, generator=minimax_generator
        ),
        "hinge": AdversarialLoss(discriminator=hinge_discriminator, generator=linear_generator),
        "least_squares": AdversarialLoss(
            discriminator=least_squares_discriminator, generator=least_squares_generator
        ),
        "wasserstein": AdversarialLoss(
            discriminator=wasserstein_discriminator, generator=linear_generator
        ),
        "relativistic": AdversarialLoss(
            discriminator=relativistic_discriminator,
            generator=relativistic_generator,
            generator_uses_real=True,
        ),
    }
)
