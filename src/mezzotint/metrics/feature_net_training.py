"""Train a feature net: deterministic, a few minutes on one core."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, pad

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.metrics.feature_net import FeatureNet, FeatureNetSpec, grey28_spec, initialise

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mezzotint.data.training_pictures import TrainingPictures

UNKNOWN_ANSWER = -1  # a picture may leave a question open; its loss is left out
BLOCK_PICTURES = 500  # pictures at a time where no gradient is needed


@dataclass(frozen=True, kw_only=True)
class FeatureNetTraining:
    """Fix how a feature net is trained."""

    epochs: int = 8
    batch_size: int = 128
    seed: int = 0
    num_threads: int = 1  # the weights are exactly the same for the same number only
    device: str = "cpu"  # "cuda" where there is one; other weights than on the CPU
    peak_learning_rate: float = 3e-3
    warm_up_share: float = 0.2  # of all steps; then a half cosine down to zero
    weight_decay: float = 0.02
    label_smoothing: float = 0.05
    max_shift_px: int = 1
    # Whether to mirror half of the pictures: only where left and right mean nothing, since a ruler
    # that was taught to ignore something cannot measure it.
    mirrored: bool = False


@dataclass(frozen=True, kw_only=True)
class TrainingProgress:
    """Say how far a training has come."""

    step: int  # from 1
    num_steps: int
    loss: float


OnProgress = Callable[[TrainingProgress], None]


def train_feature_net(
    pictures: TrainingPictures,
    *,
    seed: int = 0,
    epochs: int = 8,
    num_threads: int = 1,
    progress: OnProgress | None = None,
) -> FeatureNet:
    """Train the 28x28 grey net on labelled pictures.

    Args:
        pictures: uint8 [N, 28, 28, 1] with labels and classes.
        seed: Of weights, order and augmentation.
        epochs: Passes over the pictures.
        num_threads: Threads of torch while it trains; put back afterwards.
        progress: Called after each step.

    Returns:
        The net, in evaluation mode.

    Raises:
        InputError: `metrics.unlabelled`, `metrics.size`.
    """
    if pictures.labels is None:
        raise InputError(
            "metrics.unlabelled",
            Message("A feature net learns from classes, but these pictures have none."),
            Message("Sort the pictures into one folder a class."),
        )
    spec = grey28_spec(tuple(entry.name for entry in pictures.classes))
    settings = FeatureNetTraining(epochs=epochs, seed=seed, num_threads=num_threads)
    return fit_feature_net(spec, pictures.pixels, pictures.labels[:, None], settings, progress)


def fit_feature_net(
    spec: FeatureNetSpec,
    pixels: NDArray[np.uint8],
    answers: NDArray[np.int64],
    settings: FeatureNetTraining,
    progress: OnProgress | None = None,
) -> FeatureNet:
    """Train a net of any spec.

    Args:
        spec: Shape and questions.
        pixels: uint8 [N, H, W, C], of the spec's size.
        answers: int64 [N, number of questions]; UNKNOWN_ANSWER where a question is open.
        settings: How.
        progress: Called after each step.

    Raises:
        InputError: `metrics.size`.
    """
    expected = (spec.height_px, spec.width_px, spec.channels)
    if pixels.shape[1:] != expected:
        raise InputError(
            "metrics.size",
            Message(
                "The feature net {name} takes pictures of {expected}, not {found}.",
                name=spec.name,
                expected="x".join(map(str, expected)),
                found="x".join(map(str, pixels.shape[1:])),
            ),
            Message("Resize the pictures first."),
        )
    generator = torch.Generator().manual_seed(settings.seed)
    net = FeatureNet(spec)
    initialise(net, generator)
    net.to(settings.device)
    with _threads(settings.num_threads):
        _run_epochs(net, pixels, answers, settings, generator, progress)
        standardise(net, pixels)
    return net.cpu().eval()


def _run_epochs(
    net: FeatureNet,
    pixels: NDArray[np.uint8],
    answers: NDArray[np.int64],
    settings: FeatureNetTraining,
    generator: torch.Generator,
    progress: OnProgress | None,
) -> None:
    net.train().to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(net.parameters(), lr=0.0, weight_decay=settings.weight_decay)
    batches_per_epoch = max(1, len(pixels) // settings.batch_size)
    num_steps = settings.epochs * batches_per_epoch
    step = 0
    for _ in range(settings.epochs):
        order = torch.randperm(len(pixels), generator=generator).numpy()
        for batch in np.array_split(order, batches_per_epoch):
            batch = np.sort(batch)  # a memory map is read in the order of the disk
            seen = augment(to_signed(pixels[batch]), settings, generator).to(settings.device)
            asked = torch.from_numpy(answers[batch]).to(settings.device)
            loss = feature_net_loss(net, seen, asked, settings)
            for group in optimiser.param_groups:
                group["lr"] = learning_rate(step, num_steps, settings)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            step += 1
            if progress is not None:
                progress(TrainingProgress(step=step, num_steps=num_steps, loss=loss.item()))


# Cross-entropy, summed over the questions.
def feature_net_loss(
    net: FeatureNet,
    pixels: Tensor,
    answers: Tensor,
    settings: FeatureNetTraining,
) -> Tensor:
    """Return the scalar that training lowers.

    Args:
        net: The feature net.
        pixels: float32 [N, C, H, W] in [-1, 1].
        answers: int64 [N, number of questions].
        settings: Label smoothing.
    """
    loss = pixels.new_zeros(())
    all_logits = net.raw_answers(net.raw_features(pixels))
    for logits, answer in zip(all_logits, answers.unbind(dim=1), strict=True):
        if bool((answer != UNKNOWN_ANSWER).any()):
            loss = loss + cross_entropy(
                logits,
                answer,
                ignore_index=UNKNOWN_ANSWER,
                label_smoothing=settings.label_smoothing,
            )
    return loss


def learning_rate(step: int, num_steps: int, settings: FeatureNetTraining) -> float:
    """Return the rate of one step (from 0): linear warm-up, then a half cosine towards zero."""
    num_warm_up = max(1, round(settings.warm_up_share * num_steps))
    if step < num_warm_up:
        return settings.peak_learning_rate * (step + 1) / num_warm_up
    done = (step - num_warm_up) / max(1, num_steps - num_warm_up)
    return settings.peak_learning_rate * 0.5 * (1 + math.cos(math.pi * done))


def augment(pixels: Tensor, settings: FeatureNetTraining, generator: torch.Generator) -> Tensor:
    """Shift each picture by a few pixels, repeating its edge, and mirror half of them.

    [N, C, H, W] => [N, C, H, W], channels last in memory.
    """
    num_pictures, _, height_px, width_px = pixels.shape
    margin = settings.max_shift_px
    padded = pad(pixels, (margin,) * 4, mode="replicate").permute(0, 2, 3, 1)
    shift = (num_pictures, 1)
    rows = torch.randint(2 * margin + 1, shift, generator=generator) + torch.arange(height_px)
    columns = torch.randint(2 * margin + 1, shift, generator=generator) + torch.arange(width_px)
    if settings.mirrored:
        mirror = torch.rand(shift, generator=generator) < 0.5
        columns = torch.where(mirror, columns.flip(dims=(1,)), columns)
    picture = torch.arange(num_pictures)[:, None, None]
    return padded[picture, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def to_signed(pixels: NDArray[np.uint8]) -> Tensor:
    """uint8 [0, 255] NHWC => float32 [-1, 1] NCHW, channels last in memory."""
    return torch.from_numpy(np.array(pixels)).permute(0, 3, 1, 2) / 127.5 - 1


@torch.inference_mode()
def standardise(net: FeatureNet, pixels: NDArray[np.uint8]) -> None:
    """Set the net's feature mean and scale from its training pictures, uint8 [N, H, W, C]."""
    net.eval()
    device = net.feature_mean.device
    raw = torch.cat(
        [
            net.raw_features(to_signed(pixels[start : start + BLOCK_PICTURES]).to(device)).double()
            for start in range(0, len(pixels), BLOCK_PICTURES)
        ]
    )
    net.feature_mean.copy_(raw.mean(dim=0))
    net.feature_scale.copy_(raw.var(dim=0).mean().sqrt())


@contextmanager
def _threads(num_threads: int) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(num_threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)
