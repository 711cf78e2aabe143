"""The tutorial network in Keras, in the words of the tutorial, and its weights in our network.

For the speed benchmarks and the parity test; needs the extra `parity`.
"""

from __future__ import annotations

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf
import torch
from keras import layers
from torch import Tensor, nn

from mezzotint.models.dcgan import TutorialDiscriminator, TutorialGenerator

NOISE_DIM = 100
SLOPE = 0.3  # LeakyReLU


def make_generator_model() -> keras.Sequential:
    return keras.Sequential(
        [
            layers.Input((NOISE_DIM,)),
            layers.Dense(7 * 7 * 256, use_bias=False, activation="relu"),
            layers.BatchNormalization(),
            layers.Reshape((7, 7, 256)),
            layers.Conv2DTranspose(128, 5, strides=1, padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.LeakyReLU(SLOPE),
            layers.Conv2DTranspose(64, 5, strides=2, padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.LeakyReLU(SLOPE),
            layers.Conv2DTranspose(
                1, 5, strides=2, padding="same", use_bias=False, activation="tanh"
            ),
        ]
    )


def make_discriminator_model() -> keras.Sequential:
    return keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(64, 5, strides=2, padding="same"),
            layers.LeakyReLU(SLOPE),
            layers.Dropout(0.3),
            layers.Conv2D(128, 5, strides=2, padding="same"),
            layers.LeakyReLU(SLOPE),
            layers.Dropout(0.3),
            layers.Flatten(),
            layers.Dense(1),
        ]
    )


# L_D = -E log D(x) - E log(1 - D(G(z)))
def discriminator_loss(real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    real = cross_entropy(tf.ones_like(real_logits), real_logits)
    return real + cross_entropy(tf.zeros_like(fake_logits), fake_logits)


# L_G = -E log D(G(z))
def generator_loss(fake_logits: tf.Tensor) -> tf.Tensor:
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    return cross_entropy(tf.ones_like(fake_logits), fake_logits)


# --- Weights -----------------------------------------------------------------------------------

# Our parameter for each variable of Keras, in the order of `model.trainable_variables`.
GENERATOR_NAMES = (
    "dense.weight",
    "norm1.weight",
    "norm1.bias",
    "conv1.weight",
    "norm2.weight",
    "norm2.bias",
    "conv2.weight",
    "norm3.weight",
    "norm3.bias",
    "conv3.weight",
)
GENERATOR_STATISTICS = (
    "norm1.running_mean",
    "norm1.running_var",
    "norm2.running_mean",
    "norm2.running_var",
    "norm3.running_mean",
    "norm3.running_var",
)
DISCRIMINATOR_NAMES = (
    "conv1.weight",
    "conv1.bias",
    "conv2.weight",
    "conv2.bias",
    "dense.weight",
    "dense.bias",
)


def as_torch(values: np.ndarray) -> Tensor:
    """Turn a kernel of Keras, or its gradient, into torch's order of dimensions.

    Convolution [h, w, in, out] => [out, in, h, w]; transposed convolution [h, w, out, in] =>
    [in, out, h, w]; dense [in, out] => [out, in].
    """
    order = {1: (0,), 2: (1, 0), 4: (3, 2, 0, 1)}[values.ndim]
    return torch.from_numpy(np.ascontiguousarray(values.transpose(order)))


def carry_over(model: keras.Model, network: nn.Module) -> None:
    """Copy every weight and statistic of a Keras model into our network."""
    is_generator = isinstance(network, TutorialGenerator)
    assert is_generator or isinstance(network, TutorialDiscriminator)
    names = GENERATOR_NAMES if is_generator else DISCRIMINATOR_NAMES
    state = dict(zip(names, model.trainable_variables, strict=True))
    if is_generator:
        statistics = [v for v in model.non_trainable_variables if "moving" in v.name]
        state |= dict(zip(GENERATOR_STATISTICS, statistics, strict=True))
    tensors = {name: as_torch(variable.numpy()) for name, variable in state.items()}
    missing, unexpected = network.load_state_dict(tensors, strict=False)
    assert not unexpected
    assert all(name.endswith("num_batches_tracked") for name in missing)
