"""The likelihood of a VAE, from its learner and from the weights in a bundle."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch

from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.domain.errors import BundleError
from mezzotint.training.batches import shape_of
from mezzotint.training.config import TrainingConfig, VaeConfig
from mezzotint.training.export import averaged_weights
from mezzotint.training.exported_weights import load_exported_weights
from mezzotint.training.recipes import override, recipe
from mezzotint.training.vae import VaeLearner
from mezzotint.training.vae_likelihood import LikelihoodRequest, vae_likelihood

Pictures = Callable[..., TrainingPictures]
REQUEST = LikelihoodRequest(num_pictures=6, num_importance=30)
SMALL = {"latent_dim": 3, "hidden_dim": 8, "feature_dim": 8, "width": 4, "max_width": 8}


def new_learner(config: TrainingConfig, pictures: TrainingPictures, seed: int) -> VaeLearner:
    assert isinstance(config, VaeConfig)
    return VaeLearner(config, shape_of(pictures), seed=seed, device=torch.device("cpu"))


@pytest.mark.parametrize(
    ("name", "values"),
    [("vae-classic", {}), ("vae", {}), ("vae", {"class_conditional": "yes"})],
)
def test_a_bundle_is_as_likely_as_the_learner_it_came_from(
    pictures: Pictures, name: str, values: dict[str, str]
):
    config, test = override(recipe(name), {**SMALL, **values}), pictures()
    trained = new_learner(config, test, seed=1)
    with torch.no_grad():
        trained.average.scale.log_scale.fill_(-1.5)  # as if learned
    other = new_learner(config, test, seed=2)
    expected = vae_likelihood(trained, test, REQUEST)
    assert math.isfinite(expected.log_likelihood_nats)
    assert expected.log_likelihood_nats > expected.elbo_nats
    assert vae_likelihood(other, test, REQUEST) != expected
    load_exported_weights(other, averaged_weights(trained))
    assert vae_likelihood(other, test, REQUEST) == expected
    assert expected.num_pictures == 6


def test_an_untrained_decoder_of_black_and_white_pictures_is_near_one_bit_a_pixel(
    pictures: Pictures,
):
    learner = new_learner(override(recipe("vae-classic"), SMALL), pictures(), seed=1)
    estimate = vae_likelihood(learner, pictures(), REQUEST)
    assert estimate.log_likelihood_nats == pytest.approx(-784 * math.log(2), rel=0.1)


def test_weights_of_another_recipe_are_refused(pictures: Pictures):
    small = new_learner(override(recipe("vae-classic"), SMALL), pictures(), seed=1)
    large = new_learner(recipe("vae-classic"), pictures(), seed=1)
    for content in (averaged_weights(small), b"no weights"):
        with pytest.raises(BundleError, match="do not fit"):
            load_exported_weights(large, content)
