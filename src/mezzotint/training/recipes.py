"""Recipes: named functions that return a complete configuration, and `name=value` overrides."""

from __future__ import annotations

import dataclasses
import difflib
import tomllib
from collections.abc import Callable, Mapping
from types import MappingProxyType, UnionType
from typing import TYPE_CHECKING, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from mezzotint.domain.card import Scalar
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.training.config import (
    AcganConfig,
    CganConfig,
    DcganConfig,
    TrainingConfig,
    VaeConfig,
    VaeganConfig,
)
from mezzotint.training.latent.config import latent_cpu, latent_gpu

if TYPE_CHECKING:
    from pathlib import Path

ConfigT = TypeVar("ConfigT", bound=TrainingConfig)


# The 28x28 network of the field's best-known tutorial, layer for layer (its text names no rates;
# 1e-4 and Keras's own betas and epsilon are what the tutorial's code uses).
def tutorial_28() -> DcganConfig:
    """Return the tutorial network: non-saturating loss, both nets updated at once, batch 64."""
    return DcganConfig(
        recipe="tutorial-28",
        layout="tutorial",
        noise_dim=100,
        loss="non_saturating",
        update="simultaneous",
        penalty="none",
        gamma=0.0,
        gamma_final=0.0,
        centring=0.0,
        lr=1e-4,
        lr_final=1e-4,
        beta1=0.9,
        beta2=0.999,
        beta2_final=0.999,
        epsilon=1e-7,
        ema_half_life_images_final=0.0,
    )


# Radford, Metz & Chintala 2016, section 4: batch norm, N(0, 0.02), Adam 2e-4, beta1 0.5.
def dcgan() -> DcganConfig:
    """Return DCGAN as published, its weights averaged for sampling."""
    return DcganConfig(
        recipe="dcgan",
        noise_dim=100,
        loss="non_saturating",
        penalty="none",
        gamma=0.0,
        gamma_final=0.0,
        centring=0.0,
        batch_size=128,
        lr=2e-4,
        lr_final=2e-4,
        beta1=0.5,
        beta2=0.999,
        beta2_final=0.999,
        ema_half_life_images_final=20_000.0,
    )


def cgan() -> CganConfig:
    """Return the default for pictures with classes: RpGAN with R1 and R2, small nets."""
    return CganConfig(recipe="cgan")


def acgan() -> AcganConfig:
    """Return the GAN whose D also names the class: accurate early, less varied late."""
    return AcganConfig(recipe="acgan")


def vae() -> VaeConfig:
    """Return the convolutional variational auto-encoder, Gaussian with a learned scale."""
    return VaeConfig(recipe="vae")


# 784-200-200-50, tanh, Bernoulli, binarised anew at each step, batch 20, Adam with epsilon 1e-4,
# eight stages of 3^i passes at 1e-3 * 10^(-i/7)         (Burda et al. 2016, section 5, VAE k=1)
def vae_classic() -> VaeConfig:
    """Return the classic network: 196.8 million images to the published -86.8 nats on MNIST."""
    return VaeConfig(
        recipe="vae-classic",
        layout="mlp",
        likelihood="bernoulli",
        binarise=True,
        batch_size=20,
        lr_schedule="stages",
        epsilon=1e-4,
        beta_warm_up=0.0,
        ema_half_life_images_final=0.0,
    )


# Losses as in Rombach et al. 2022, without a pretrained net: MS-SSIM, Haar bands and the
# discriminator's own features stand in for LPIPS.
def vaegan() -> VaeganConfig:
    """Return the auto-encoder with a discriminator: sharp reconstructions, and a codec."""
    return VaeganConfig(recipe="vaegan")


RECIPES: Mapping[str, Callable[[], TrainingConfig]] = MappingProxyType(
    {
        "tutorial-28": tutorial_28,
        "dcgan": dcgan,
        "cgan": cgan,
        "acgan": acgan,
        "vae": vae,
        "vae-classic": vae_classic,
        "latent-cpu": latent_cpu,
        "latent-gpu": latent_gpu,
        "vaegan": vaegan,
    }
)


def recipe(name: str) -> TrainingConfig:
    """Return the configuration of a recipe.

    Raises:
        InputError: No recipe has this name; the nearest one is proposed.

    Example:
        >>> recipe("cgan").batch_size
        32
    """
    if name not in RECIPES:
        raise _unknown(
            Message("There is no recipe '{name}'.", name=name), name, tuple(sorted(RECIPES))
        )
    return RECIPES[name]()


def override(config: ConfigT, values: Mapping[str, str | Scalar]) -> ConfigT:
    """Return the configuration with some values replaced.

    Args:
        config: What to start from.
        values: Setting name to value, as text ("2e-4", "none") or already typed.

    Raises:
        InputError: A name is unknown (the nearest is proposed) or a value does not fit its type.

    Example:
        >>> override(recipe("cgan"), {"lr": "5e-4", "loss": "hinge"}).lr
        0.0005
    """
    types = get_type_hints(type(config))
    settable = tuple(name for name in types if name not in ("recipe", "family"))
    parsed: dict[str, Scalar] = {}
    for name, value in values.items():
        if name not in settable:
            raise _unknown(Message("There is no setting '{name}'.", name=name), name, settable)
        parsed[name] = _parse(name, value, types[name])
    return dataclasses.replace(config, **parsed)  # type: ignore[arg-type]


def read_overrides(path: Path) -> Mapping[str, Scalar]:
    """Read `name = value` lines from a TOML file, for `override`.

    Raises:
        InputError: The file is not TOML, or holds tables or lists.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(
            "training.settings_file",
            Message("{path} cannot be read as TOML: {reason}.", path=str(path), reason=str(error)),
            Message("Write one setting a line, such as: lr = 2e-4"),
        ) from error
    for name, value in values.items():
        if not isinstance(value, str | int | float | bool):
            raise _misfit(name, str(value), "number or word")
    return values


def as_scalars(config: TrainingConfig) -> dict[str, Scalar]:
    """Return the configuration as a flat table, for checkpoints and the model card."""
    return dict(dataclasses.asdict(config))


def from_scalars(values: Mapping[str, Scalar]) -> TrainingConfig:
    """Rebuild a configuration from `as_scalars`; the recipe's name says which class it has.

    Raises:
        InputError: The recipe or a setting is unknown to this version.
    """
    start = recipe(str(values.get("recipe")))
    return override(start, {k: v for k, v in values.items() if k not in ("recipe", "family")})


def _parse(name: str, value: str | Scalar, kind: object) -> Scalar:
    """Turn text or a TOML value into the field's type."""
    if get_origin(kind) in (Union, UnionType):  # `int | None`
        if value is None or (isinstance(value, str) and value.lower() == "none"):
            return None
        kind = next(part for part in get_args(kind) if part is not type(None))
    if get_origin(kind) is Literal:
        if value in get_args(kind):
            return value
        raise _misfit(name, str(value), ", ".join(map(str, get_args(kind))))
    if kind is bool:
        return _parse_bool(name, value)
    try:
        if kind is int:
            number = float(str(value))
            if number.is_integer():
                return int(number)
        elif kind is float:
            return float(str(value))
    except (ValueError, OverflowError):
        pass
    else:
        if kind is str:
            return str(value)
    raise _misfit(name, str(value), "whole number" if kind is int else "number")


def _parse_bool(name: str, value: str | Scalar) -> bool:
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if str(value).lower() not in words:
        raise _misfit(name, str(value), "true, false")
    return words[str(value).lower()]


def _misfit(name: str, value: str, expected: str) -> InputError:
    return InputError(
        "training.setting_value",
        Message("'{value}' does not fit the setting '{name}'.", value=value, name=name),
        Message("Expected: {expected}.", expected=expected),
    )


def _unknown(message: Message, name: str, known: tuple[str, ...]) -> InputError:
    nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
    if nearest:
        hint = Message("Did you mean '{nearest}'?", nearest=nearest[0])
    else:
        hint = Message("Known: {known}.", known=", ".join(known))
    return InputError("training.unknown_name", message, hint)
