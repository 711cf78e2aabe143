"""Tiny captioned sprites and nets that train in milliseconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import torch

from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.training.latent.config import LatentConfig
from toys.latent_training import make_sprites, tiny_config


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def sprites() -> Callable[..., TrainingPictures]:
    """Return the maker of tiny sets."""
    return make_sprites


@pytest.fixture
def tiny_latent() -> Callable[..., LatentConfig]:
    """Return the maker of tiny configurations."""

    return tiny_config
