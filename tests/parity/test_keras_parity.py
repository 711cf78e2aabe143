"""The tutorial network against the same in Keras, weights carried over: outputs and gradients."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from mezzotint.training.batches import PictureShape
from mezzotint.training.config import GanConfig
from mezzotint.training.gan import gan_networks
from mezzotint.training.gan_step import Game, GameOptimisers, Round, simultaneous_step
from mezzotint.training.recipes import recipe

pytest.importorskip("tensorflow", reason="the extra 'parity' is not installed")

import keras
import tensorflow as tf
from benchmarks import keras_tutorial as tutorial

BATCH = 5
OUTPUT_TOLERANCE = 1e-5
GRADIENT_TOLERANCE = 1e-4


@dataclass(frozen=True, kw_only=True)
class Twins:
    """Hold the same two nets in both frameworks."""

    keras_generator: keras.Sequential
    keras_discriminator: keras.Sequential
    generator: nn.Module
    discriminator: nn.Module


@pytest.fixture(scope="module")
def twins() -> Twins:
    keras.utils.set_random_seed(0)
    keras_generator = tutorial.make_generator_model()
    keras_discriminator = tutorial.make_discriminator_model()
    random = np.random.default_rng(0)
    # Freshly made, scales are 1, biases and means 0: mistakes in their order would not show.
    for variable in (*keras_generator.variables, *keras_discriminator.variables):
        if len(variable.shape) == 1:
            variable.assign(variable + random.uniform(0.0, 0.5, variable.shape))
    config = recipe("tutorial-28")
    assert isinstance(config, GanConfig)
    shape = PictureShape(height_px=28, width_px=28, channels=1, num_classes=0)
    generator, discriminator = gan_networks(config, shape)
    tutorial.carry_over(keras_generator, generator)
    tutorial.carry_over(keras_discriminator, discriminator)
    return Twins(
        keras_generator=keras_generator,
        keras_discriminator=keras_discriminator,
        generator=generator,
        discriminator=discriminator,
    )


def drawn_noise() -> np.ndarray:
    return np.random.default_rng(1).standard_normal((BATCH, 100), dtype=np.float32)


def drawn_pictures() -> np.ndarray:
    """Draw pictures as Keras takes them, [N, 28, 28, 1] in [-1, 1]."""
    return np.random.default_rng(2).uniform(-1, 1, (BATCH, 28, 28, 1)).astype(np.float32)


def nchw(pictures: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(pictures.transpose(0, 3, 1, 2)))


@pytest.mark.parametrize("training", [False, True])
def test_the_generator_paints_the_same(twins: Twins, training: bool):
    noise = drawn_noise()
    expected = twins.keras_generator(noise, training=training).numpy()
    twins.generator.train(training)
    with torch.no_grad():
        painted = twins.generator(torch.from_numpy(noise))
    assert expected.std() > 0.1
    np.testing.assert_allclose(painted.numpy(), nchw(expected).numpy(), atol=OUTPUT_TOLERANCE)


def test_the_discriminator_judges_the_same(twins: Twins):
    pictures = drawn_pictures()
    expected = twins.keras_discriminator(pictures, training=False).numpy()[:, 0]
    twins.discriminator.eval()
    with torch.no_grad():
        logits = twins.discriminator(nchw(pictures)).logits
    assert expected.std() > 0.01
    np.testing.assert_allclose(logits.numpy(), expected, atol=OUTPUT_TOLERANCE)


@dataclass(frozen=True, kw_only=True)
class Gradients:
    generator_loss: float
    discriminator_loss: float
    generator: dict[str, Tensor]
    discriminator: dict[str, Tensor]


def keras_gradients(twins: Twins) -> Gradients:
    """Take one step of the tutorial, dropout off, as its text has it."""
    generator, discriminator = twins.keras_generator, twins.keras_discriminator
    with tf.GradientTape() as gen_tape, tf.GradientTape() as disc_tape:
        generated_images = generator(drawn_noise(), training=True)
        real_output = discriminator(drawn_pictures(), training=False)
        fake_output = discriminator(generated_images, training=False)
        gen_loss = tutorial.generator_loss(fake_output)
        disc_loss = tutorial.discriminator_loss(real_output, fake_output)
    of_generator = gen_tape.gradient(gen_loss, generator.trainable_variables)
    of_discriminator = disc_tape.gradient(disc_loss, discriminator.trainable_variables)
    return Gradients(
        generator_loss=float(gen_loss),
        discriminator_loss=float(disc_loss),
        generator=named(tutorial.GENERATOR_NAMES, of_generator),
        discriminator=named(tutorial.DISCRIMINATOR_NAMES, of_discriminator),
    )


def named(names: tuple[str, ...], gradients: list[tf.Tensor]) -> dict[str, Tensor]:
    return {
        name: tutorial.as_torch(gradient.numpy())
        for name, gradient in zip(names, gradients, strict=True)
    }


def our_gradients(twins: Twins) -> Gradients:
    """Play one step of the recipe, dropout off and learning rate 0."""
    config = recipe("tutorial-28")
    assert isinstance(config, GanConfig)
    game = Game(
        generator=twins.generator.train(),
        discriminator=twins.discriminator.eval(),
        config=config,
        class_losses=None,
        gamma=config.gamma,
        joint_batches=True,
        precision=nullcontext,
        synchronise=lambda parameters: None,
    )
    round_ = Round(
        real=nchw(drawn_pictures()),
        class_weights=None,
        noise=torch.from_numpy(drawn_noise()),
        augmentation=None,
        num_penalised=0,
        penalty_share=0.0,
        nudges=None,
        mix=None,
    )
    assert config.update == "simultaneous"
    figures = simultaneous_step(
        game,
        GameOptimisers(
            generator=torch.optim.SGD(twins.generator.parameters(), lr=0.0),
            discriminator=torch.optim.SGD(twins.discriminator.parameters(), lr=0.0),
        ),
        [round_],
    )
    return Gradients(
        generator_loss=figures["generator"].item(),
        discriminator_loss=figures["discriminator"].item(),
        generator=gradients_of(twins.generator),
        discriminator=gradients_of(twins.discriminator),
    )


def gradients_of(network: nn.Module) -> dict[str, Tensor]:
    found: dict[str, Tensor] = {}
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None
        found[name] = parameter.grad
    return found


def test_both_losses_have_the_same_gradients(twins: Twins):
    expected, ours = keras_gradients(twins), our_gradients(twins)
    assert ours.generator_loss == pytest.approx(expected.generator_loss, abs=OUTPUT_TOLERANCE)
    assert ours.discriminator_loss == pytest.approx(
        expected.discriminator_loss, abs=OUTPUT_TOLERANCE
    )
    for of_ours, of_keras in (
        (ours.generator, expected.generator),
        (ours.discriminator, expected.discriminator),
    ):
        assert of_ours.keys() == of_keras.keys()
        for name, gradient in of_keras.items():
            difference = of_ours[name] - gradient
            assert difference.abs().max() < GRADIENT_TOLERANCE, name
            # Some gradients are themselves small: the same tolerance, beside their size.
            assert difference.norm() < GRADIENT_TOLERANCE * gradient.norm(), name
