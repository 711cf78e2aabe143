"""Training pictures a second: the tutorial network, ours and Keras with `tf.function`, in turn.

Same arithmetic on both sides: batch 64, float32, both nets updated from one verdict, Adam 1e-4,
dropout on, fresh noise each step, pictures from memory. Ours is what `mezzotint train --recipe
tutorial-28` does in a step, reading the batch and drawing from reproducible streams included; Keras
runs the tutorial's `train_step` on a prefetched `tf.data` pipeline. Goal: ratio 1.2, never below 1.

The two take turns in blocks of steps, so that another load on the machine meets both alike; the
ratio of processor times says the same with less noise where the machine is not quiet.
"""

from __future__ import annotations

import json
import os
import statistics
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.domain.card import DataSpec
from mezzotint.engines.settings import count_usable_cores
from mezzotint.training.learner import Moment
from mezzotint.training.making import Hardware, batch_source, make_learner
from mezzotint.training.recipes import override, recipe

if TYPE_CHECKING:
    from collections.abc import Callable

BATCH_NIMG = 64
BLOCK_STEPS = 10
NUM_BLOCKS = 9
NUM_PICTURES = 2048


@dataclass(frozen=True, kw_only=True)
class TrainingSpeedFigures:
    """Hold medians over NUM_BLOCKS blocks of BLOCK_STEPS steps, taken in turn."""

    batch_size: int
    num_threads: int
    ours_images_per_s: float
    keras_images_per_s: float
    ours_to_keras_ratio: float  # median of the ratios of single blocks
    ratio_quartiles: tuple[float, float]
    processor_time_ratio: float  # of Keras to ours, all blocks together


def run() -> TrainingSpeedFigures:
    """Measure both with every core."""
    num_threads = count_usable_cores()
    torch.set_num_threads(num_threads)
    pixels = np.random.default_rng(0).integers(0, 256, (NUM_PICTURES, 28, 28, 1), np.uint8)
    rivals = {"ours": our_step(pixels), "keras": keras_step(pixels)}
    times: dict[str, list[float]] = {name: [] for name in rivals}
    processor_s = dict.fromkeys(rivals, 0.0)
    for block in range(-1, NUM_BLOCKS):  # one block to warm up
        for name, step in rivals.items():
            start, processor_start = time.perf_counter(), time.process_time()
            for _ in range(BLOCK_STEPS):
                step()
            if block >= 0:
                times[name].append(time.perf_counter() - start)
                processor_s[name] += time.process_time() - processor_start
    ratios = [k / o for o, k in zip(times["ours"], times["keras"], strict=True)]
    lower, middle, upper = statistics.quantiles(ratios, n=4)
    images = BATCH_NIMG * BLOCK_STEPS
    return TrainingSpeedFigures(
        batch_size=BATCH_NIMG,
        num_threads=num_threads,
        ours_images_per_s=round(images / statistics.median(times["ours"]), 1),
        keras_images_per_s=round(images / statistics.median(times["keras"]), 1),
        ours_to_keras_ratio=round(middle, 3),
        ratio_quartiles=(round(lower, 3), round(upper, 3)),
        processor_time_ratio=round(processor_s["keras"] / processor_s["ours"], 3),
    )


def our_step(pixels: np.ndarray) -> Callable[[], None]:
    """Return one training step of the recipe, as the loop takes it."""
    source = DataSpec(
        name="noise",
        num_images=len(pixels),
        manifest_sha256="0" * 64,
        licence="CC0-1.0",
        source="drawn by the benchmark",
    )
    pictures = TrainingPictures(
        pixels=pixels, labels=None, classes=(), captions=None, source=source
    )
    config = override(recipe("tutorial-28"), {"batch_size": BATCH_NIMG, "schedule_images": 10**6})
    hardware = Hardware(device=torch.device("cpu"))
    learner = make_learner(config, pictures, hardware, seed=0)
    batches = batch_source(config, pictures, hardware, seed=0)
    num_done = 0

    def step() -> None:
        nonlocal num_done
        learner.step(batches(num_done), Moment(seed=0, step=num_done, progress=0.0))
        num_done += 1

    return step


def keras_step(pixels: np.ndarray) -> Callable[[], None]:
    """Return one step of the tutorial: its `train_step` under `tf.function`."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras
    import tensorflow as tf

    from benchmarks import keras_tutorial as tutorial

    generator, discriminator = (
        tutorial.make_generator_model(),
        tutorial.make_discriminator_model(),
    )
    generator_optimizer = keras.optimizers.Adam(1e-4)
    discriminator_optimizer = keras.optimizers.Adam(1e-4)

    @tf.function
    def train_step(images: tf.Tensor) -> None:
        noise = tf.random.normal([BATCH_NIMG, tutorial.NOISE_DIM])
        with tf.GradientTape() as gen_tape, tf.GradientTape() as disc_tape:
            generated_images = generator(noise, training=True)
            real_output = discriminator(images, training=True)
            fake_output = discriminator(generated_images, training=True)
            gen_loss = tutorial.generator_loss(fake_output)
            disc_loss = tutorial.discriminator_loss(real_output, fake_output)
        generator_optimizer.apply_gradients(
            zip(
                gen_tape.gradient(gen_loss, generator.trainable_variables),
                generator.trainable_variables,
                strict=True,
            )
        )
        discriminator_optimizer.apply_gradients(
            zip(
                disc_tape.gradient(disc_loss, discriminator.trainable_variables),
                discriminator.trainable_variables,
                strict=True,
            )
        )

    images = (pixels.astype(np.float32) - 127.5) / 127.5
    data_set = tf.data.Dataset.from_tensor_slices(images).shuffle(len(images)).repeat()
    batches = iter(data_set.batch(BATCH_NIMG, drop_remainder=True).prefetch(2))
    return lambda: train_step(next(batches))


if __name__ == "__main__":
    print(json.dumps(asdict(run()), indent=2))
