"""The field's 28x28 GAN tutorial, complete, on Mezzotint's models and losses.

Usage: python examples/tutorial.py [--quick] [--acgan] [--data ADDRESS | --fetch] [--out FOLDER]

Every step keeps the tutorial's own name. Without --data it learns digits that it draws itself;
--fetch takes Fashion-MNIST from the catalogue. --quick takes two minutes on two cores; the whole
tutorial, 100 epochs of 60,000 pictures, takes hours. Needs the extras `train` and `plots`.
docs/tutorial.md walks through this file.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.losses.adversarial import cross_entropy_discriminator, non_saturating_generator
from mezzotint.losses.classification import class_cross_entropy
from mezzotint.models.dcgan import TutorialDiscriminator, TutorialGenerator
from mezzotint.models.verdict import Verdict
from mezzotint.training.batches import to_tensor

if TYPE_CHECKING:
    from numpy.typing import NDArray

Z_DIM = 100
NUM_CLASSES = 10
NUM_ROWS = 10  # of the plot; a class each where there are classes


# --- 1. The pictures ---------------------------------------------------------------------------


def load_pictures(address: str) -> TrainingPictures:
    """Read pictures as `mezzotint train` does, grey and 28x28."""
    from mezzotint.studio.settings import load_settings
    from mezzotint.studio.training_data import DataRequest, load_training_data

    request = DataRequest(
        address=address,
        size_px=(28, 28),
        channels=1,
        classes_file=None,
        licence=None,
        cache_folder=load_settings().cache_folder,
    )
    return load_training_data(request).train


def fetch_pictures() -> TrainingPictures:
    """Download Fashion-MNIST, once, and read it."""
    from mezzotint.data.fetch import fetch
    from mezzotint.studio.settings import load_settings

    return load_pictures(str(fetch("fashion-mnist", load_settings().cache_folder).path))


def draw_digits(num_pictures: int, seed: int = 0) -> TrainingPictures:
    """Draw white digits on black: size, place and slant vary."""
    from mezzotint.domain.card import ClassSpec, DataSpec

    random = np.random.default_rng(seed)
    labels = np.arange(num_pictures) % NUM_CLASSES
    pixels = np.stack([_draw_digit(str(label), random) for label in labels])
    classes = tuple(
        ClassSpec(index=i, name=str(i), words=(str(i),), num_images=int((labels == i).sum()))
        for i in range(NUM_CLASSES)
    )
    source = DataSpec(
        name="drawn digits",
        num_images=num_pictures,
        manifest_sha256="0" * 64,
        licence="CC0-1.0",
        source="examples/tutorial.py",
    )
    return TrainingPictures(
        pixels=pixels[..., None], labels=labels, classes=classes, captions=None, source=source
    )


def _draw_digit(digit: str, random: np.random.Generator) -> NDArray[np.uint8]:
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("L", (56, 56))
    font = ImageFont.load_default(size=random.integers(36, 46))
    centre = tuple(28 + random.uniform(-3, 3, 2))
    ImageDraw.Draw(picture).text(centre, digit, fill=255, font=font, anchor="mm")
    slanted = picture.rotate(random.uniform(-12, 12), Image.Resampling.BICUBIC)
    return np.asarray(slanted.resize((28, 28), Image.Resampling.BOX))


# --- 2. The two models -------------------------------------------------------------------------


class AcganGenerator(nn.Module):
    """Paint a class: the tutorial's generator, fed with noise and class side by side."""

    def __init__(self, num_classes: int) -> None:
        super().__init__()
        self.num_classes = num_classes
        self.paint = TutorialGenerator(Z_DIM + num_classes)

    def forward(self, noise: Tensor, class_weights: Tensor) -> Tensor:
        """Return pixels [N, 1, 28, 28] in (-1, 1)."""
        return self.paint(torch.cat([noise, class_weights], dim=1))


class AcganDiscriminator(TutorialDiscriminator):
    """Judge a picture and name its class: one more dense layer (Odena et al. 2017)."""

    def __init__(self, num_classes: int) -> None:
        super().__init__()
        self.name = nn.Linear(self.dense.in_features, num_classes)

    def forward(self, pixels: Tensor) -> Verdict:
        """Judge pixels [N, 1, 28, 28] in [-1, 1]."""
        features = self.features(pixels)
        return Verdict(self.dense(features).squeeze(1), self.name(features))


def make_generator_model(num_classes: int = 0) -> nn.Module:
    """Make G: z 100 -> dense 7x7x256 -> 14x14x64 -> 28x28x1; with classes, that of an AC-GAN."""
    return AcganGenerator(num_classes) if num_classes else TutorialGenerator(Z_DIM)


def make_discriminator_model(num_classes: int = 0) -> nn.Module:
    """Make D: two convolutions and a dense layer; with classes, that of an AC-GAN."""
    return AcganDiscriminator(num_classes) if num_classes else TutorialDiscriminator()


# --- 3. One step -------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Optimizers:
    """Hold the optimiser of each model."""

    generator: torch.optim.Optimizer
    discriminator: torch.optim.Optimizer


@dataclass(frozen=True, kw_only=True)
class StepLosses:
    """Hold what both models lost in one step."""

    generator: float
    discriminator: float


# (discriminator, generator, optimizers, pictures, class weights, noise) -> losses
Step = Callable[[nn.Module, nn.Module, Optimizers, Tensor, Tensor, Tensor], StepLosses]


# L_G = -E log D(G(z)), L_D = -E log D(x) - E log(1 - D(G(z)))
def gan_step(
    discriminator: nn.Module,
    generator: nn.Module,
    optimizers: Optimizers,
    images: Tensor,
    class_weights: Tensor,
    noise: Tensor,
) -> StepLosses:
    """Update both models once; the classes are not looked at."""
    generated_images = generator(noise)
    real, fake = discriminator(images).logits, discriminator(generated_images).logits
    disc_loss = cross_entropy_discriminator(real, fake)
    gen_loss = non_saturating_generator(real, fake)
    return update(discriminator, generator, optimizers, disc_loss, gen_loss)


# As above, and D names the class of real pictures, G is paid where D reads the class asked for.
def acgan_step(
    discriminator: nn.Module,
    generator: nn.Module,
    optimizers: Optimizers,
    images: Tensor,
    class_weights: Tensor,
    noise: Tensor,
) -> StepLosses:
    """Update both models of an AC-GAN once."""
    generated_images = generator(noise, class_weights)
    real, fake = discriminator(images), discriminator(generated_images)
    disc_loss = cross_entropy_discriminator(real.logits, fake.logits)
    disc_loss = disc_loss + class_cross_entropy(real.class_logits, class_weights)
    gen_loss = non_saturating_generator(real.logits, fake.logits)
    gen_loss = gen_loss + class_cross_entropy(fake.class_logits, class_weights)
    return update(discriminator, generator, optimizers, disc_loss, gen_loss)


def update(
    discriminator: nn.Module,
    generator: nn.Module,
    optimizers: Optimizers,
    disc_loss: Tensor,
    gen_loss: Tensor,
) -> StepLosses:
    """Take both gradients at the same weights, then move both models."""
    optimizers.discriminator.zero_grad()
    optimizers.generator.zero_grad()
    disc_loss.backward(inputs=list(discriminator.parameters()), retain_graph=True)
    gen_loss.backward(inputs=list(generator.parameters()))
    optimizers.discriminator.step()
    optimizers.generator.step()
    return StepLosses(generator=gen_loss.item(), discriminator=disc_loss.item())


# --- 4. Training -------------------------------------------------------------------------------


@dataclass(kw_only=True)
class History:
    """Hold what a training left: losses of every step, pictures after every epoch."""

    losses: list[StepLosses] = field(default_factory=list)
    pictures: list[NDArray[np.uint8]] = field(default_factory=list)


def train_model(
    discriminator: nn.Module,
    generator: nn.Module,
    acgan_step: Step | None,
    batch_size: int,
    epochs: int,
    z_dim: int,
    *,
    pictures: TrainingPictures,
    seed: int = 0,
) -> History:
    """Train both models.

    Args:
        discriminator: From `make_discriminator_model`.
        generator: From `make_generator_model`.
        acgan_step: The step of an AC-GAN, for models made with classes; None trains a plain GAN.
        batch_size: Pictures a step; 64 in the tutorial.
        epochs: Passes over the pictures; 100 in the tutorial.
        z_dim: Size of the noise.
        pictures: What to learn from, grey, 28x28.
        seed: Of noise and order.
    """
    step = acgan_step or gan_step
    optimizers = Optimizers(
        generator=torch.optim.Adam(generator.parameters(), lr=1e-4, eps=1e-7, fused=True),
        discriminator=torch.optim.Adam(discriminator.parameters(), lr=1e-4, eps=1e-7, fused=True),
    )
    random = torch.Generator().manual_seed(seed)
    images, class_weights = to_tensor(pictures.pixels), _one_hot(pictures)
    history = History()
    for epoch in range(epochs):
        start_s = time.perf_counter()
        for rows in torch.randperm(len(images), generator=random).split(batch_size):
            noise = torch.randn(len(rows), z_dim, generator=random)
            losses = step(
                discriminator, generator, optimizers, images[rows], class_weights[rows], noise
            )
            history.losses.append(losses)
        history.pictures.append(generate_images(generator, num_images=1))
        seconds = time.perf_counter() - start_s
        print(
            f"epoch {epoch + 1} of {epochs}: loss of G {losses.generator:.3f}, "
            f"of D {losses.discriminator:.3f}, {seconds:.1f} s",
            flush=True,
        )
    return history


def _one_hot(pictures: TrainingPictures) -> Tensor:
    """Return [N, K]; K is 0 without classes."""
    if pictures.labels is None:
        return torch.zeros(len(pictures.pixels), 0)
    return one_hot(torch.from_numpy(pictures.labels), len(pictures.classes)).float()


# --- 5. Pictures -------------------------------------------------------------------------------


@torch.no_grad()
def generate_images(generator: nn.Module, num_images: int = 10) -> NDArray[np.uint8]:
    """Paint NUM_ROWS rows of pictures, of an AC-GAN a class each.

    Returns:
        uint8 [NUM_ROWS, num_images, 28, 28]; the same noise at every call.
    """
    noise = torch.randn(NUM_ROWS * num_images, Z_DIM, generator=torch.Generator().manual_seed(1))
    generator.eval()
    if isinstance(generator, AcganGenerator):
        labels = torch.arange(NUM_ROWS).repeat_interleave(num_images) % generator.num_classes
        painted = generator(noise, one_hot(labels, generator.num_classes).float())
    else:
        painted = generator(noise)
    generator.train()
    levels = ((painted + 1) * 127.5).round().clamp(0, 255)
    return levels.to(torch.uint8).numpy().reshape(NUM_ROWS, num_images, 28, 28)


def plot_images(images: NDArray[np.uint8], path: Path) -> None:
    """Plot rows of pictures [rows, columns, 28, 28] in grey: the tutorial's 10x10 plot."""
    from matplotlib import pyplot

    num_rows, num_columns = images.shape[:2]
    figure, axes = pyplot.subplots(
        num_rows, num_columns, figsize=(0.5 * num_columns, 0.5 * num_rows), squeeze=False
    )
    for axis, image in zip(axes.flat, images.reshape(-1, 28, 28), strict=True):
        axis.imshow(image, cmap="gray", vmin=0, vmax=255)
        axis.axis("off")
    figure.subplots_adjust(0, 0, 1, 1, wspace=0.05, hspace=0.05)
    figure.savefig(path, dpi=80)
    pyplot.close(figure)


def plot_losses(losses: list[StepLosses], path: Path) -> None:
    """Plot both losses over the steps."""
    from matplotlib import pyplot

    figure, axis = pyplot.subplots(figsize=(6, 3))
    axis.plot([each.generator for each in losses], label="generator", linewidth=0.8)
    axis.plot([each.discriminator for each in losses], label="discriminator", linewidth=0.8)
    axis.set(xlabel="step", ylabel="loss")
    axis.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=80)
    pyplot.close(figure)


# --- All of it ---------------------------------------------------------------------------------


def main(arguments: list[str]) -> int:
    """Parse the command line, train, and leave three plots."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two minutes on two cores")
    parser.add_argument("--acgan", action="store_true", help="train an AC-GAN")
    parser.add_argument("--data", help="folder, archive or address of pictures")
    parser.add_argument("--fetch", action="store_true", help="download Fashion-MNIST")
    parser.add_argument("--pictures", type=int, help="how many pictures at most")
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--batch-size", type=int)
    parser.add_argument("--out", type=Path, default=Path("tutorial"))
    chosen = parser.parse_args(arguments)
    pictures = choose_pictures(chosen)
    num_classes = len(pictures.classes) if chosen.acgan else 0
    torch.manual_seed(0)  # of the first weights and of dropout
    generator = make_generator_model(num_classes)
    discriminator = make_discriminator_model(num_classes)
    history = train_model(
        discriminator,
        generator,
        acgan_step if chosen.acgan else None,
        chosen.batch_size or (32 if chosen.quick else 64),
        chosen.epochs or (8 if chosen.quick else 100),
        Z_DIM,
        pictures=pictures,
    )
    chosen.out.mkdir(parents=True, exist_ok=True)
    plot_losses(history.losses, chosen.out / "losses.webp")
    plot_images(np.concatenate(history.pictures, axis=1), chosen.out / "epochs.webp")
    plot_images(generate_images(generator, num_images=10), chosen.out / "images.webp")
    print(f"plots: {chosen.out}")
    return 0


def choose_pictures(chosen: argparse.Namespace) -> TrainingPictures:
    """Return what the command line names, shortened where it says so."""
    most = chosen.pictures or (1280 if chosen.quick else 60_000)
    if chosen.data or chosen.fetch:
        return first(load_pictures(chosen.data) if chosen.data else fetch_pictures(), most)
    return draw_digits(min(most, 10_000))


def first(pictures: TrainingPictures, count: int) -> TrainingPictures:
    """Return the first pictures alone."""
    from dataclasses import replace

    labels = None if pictures.labels is None else pictures.labels[:count]
    return replace(
        pictures, pixels=pictures.pixels[:count], labels=labels, captions=None, texts=None
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
