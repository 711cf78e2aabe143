from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.domain.errors import InputError
from mezzotint.metrics.likelihood import importance_sampled_likelihood
from mezzotint.training.batches import to_tensor
from mezzotint.training.config import TrainingConfig
from mezzotint.training.learner import Moment
from mezzotint.training.making import Hardware, batch_source, make_learner
from mezzotint.training.schedules import stages
from mezzotint.training.vae import VaeLearner, VaeRound, binarised, bound_on_log_likelihood

Pictures = Callable[..., TrainingPictures]
Tiny = Callable[..., TrainingConfig]
CPU = torch.device("cpu")


def learner_of(
    config: TrainingConfig, pictures: TrainingPictures, *, steps: int = 0, rounds: int = 1
) -> tuple[VaeLearner, list[dict[str, torch.Tensor]]]:
    hardware = Hardware(device=CPU, num_rounds=rounds)
    learner = make_learner(config, pictures, hardware, seed=4)
    assert isinstance(learner, VaeLearner)
    source = batch_source(config, pictures, hardware, seed=4)
    figures = [
        dict(learner.step(source(step), Moment(seed=4, step=step, progress=step / max(steps, 1))))
        for step in range(steps)
    ]
    return learner, figures


VARIANTS = [
    {"recipe": "vae"},
    {"recipe": "vae", "class_conditional": "true", "likelihood": "bernoulli"},
    {"recipe": "vae", "layout": "mlp", "pixel_scale": 0.5, "beta": 4.0},
    {"recipe": "vae-classic", "bound": "iwae", "num_draws": 5},
]


def tiny_vae(tiny: Tiny, values: dict[str, str | float]) -> TrainingConfig:
    rest = {k: v for k, v in values.items() if k != "recipe"}
    sizes = {"latent_dim": 4, "hidden_dim": 16, "feature_dim": 16, "width": 4, "batch_size": 8}
    return tiny(str(values["recipe"]), lr=3e-3, **sizes, **rest)


@pytest.mark.parametrize("values", VARIANTS, ids=str)
def test_training_raises_the_bound(pictures: Pictures, tiny: Tiny, values: dict[str, str | float]):
    _, figures = learner_of(tiny_vae(tiny, values), pictures(), steps=60)
    first = torch.stack([f["loss"] for f in figures[:5]]).mean()
    last = torch.stack([f["loss"] for f in figures[-5:]]).mean()
    assert last < first
    assert all(torch.isfinite(value) for value in figures[-1].values())


@pytest.mark.parametrize("values", VARIANTS, ids=str)
def test_rounds_add_up_to_the_batch(pictures: Pictures, tiny: Tiny, values: dict[str, str | float]):
    config = tiny_vae(tiny, values)
    whole, _ = learner_of(config, pictures(), steps=1)
    split, _ = learner_of(config, pictures(), steps=1, rounds=4)
    for one, other in zip(whole.network.parameters(), split.network.parameters(), strict=True):
        if one.grad is not None:
            torch.testing.assert_close(other.grad, one.grad, rtol=1e-3, atol=1e-4)


def test_one_weighted_draw_estimates_the_elbo(pictures: Pictures, tiny: Tiny):
    learner, _ = learner_of(tiny_vae(tiny, {"recipe": "vae"}), pictures(), steps=5)
    pixels = to_tensor(pictures().pixels[:2])
    noise = torch.randn(800, 2, 4, generator=torch.Generator().manual_seed(0))
    round_ = VaeRound(pixels=pixels, class_weights=None, noise=noise)
    with torch.no_grad():
        elbo, _ = bound_on_log_likelihood(learner.network, round_, beta=1.0, weighted=False)
    # log_weights uses the average; give it the network's own weights to compare.
    learner.average.load_state_dict(learner.network.state_dict())
    weights = learner.log_weights(pixels, 800, torch.Generator().manual_seed(1))
    error = weights.std(0) / 800**0.5
    assert ((weights.mean(0) - elbo).abs() < 5 * error + 0.05).all()


def test_more_draws_give_a_higher_bound(pictures: Pictures, tiny: Tiny):
    learner, _ = learner_of(tiny_vae(tiny, {"recipe": "vae"}), pictures(), steps=5)
    pixels = to_tensor(pictures().pixels[:4])
    noise = torch.randn(64, 4, 4, generator=torch.Generator().manual_seed(0))
    round_ = VaeRound(pixels=pixels, class_weights=None, noise=noise)
    with torch.no_grad():
        elbo, _ = bound_on_log_likelihood(learner.network, round_, beta=1.0, weighted=False)
        iwae, _ = bound_on_log_likelihood(learner.network, round_, beta=1.0, weighted=True)
    assert (iwae > elbo).all()


def test_the_likelihood_estimate_runs_on_a_learner(pictures: Pictures, tiny: Tiny):
    learner, _ = learner_of(tiny_vae(tiny, {"recipe": "vae-classic"}), pictures(), steps=3)
    random = torch.Generator().manual_seed(0)
    pixels = to_tensor(pictures().pixels)
    batch = binarised(pixels, torch.rand(pixels.shape, generator=random))
    estimate = importance_sampled_likelihood(
        [batch], lambda x, draws: learner.log_weights(x, draws, random), num_importance=50
    )
    assert estimate.log_likelihood_nats > estimate.elbo_nats
    assert estimate.num_pictures == len(pixels)


def test_kl_warm_up_begins_without_the_divergence(pictures: Pictures, tiny: Tiny):
    config = tiny_vae(tiny, {"recipe": "vae", "beta_warm_up": 0.5})
    _, (first, second) = learner_of(config, pictures(), steps=2)
    torch.testing.assert_close(first["loss"], -first["log_likelihood"])
    assert second["loss"] > -second["log_likelihood"]  # progress 0.5: the whole divergence


def test_binarised_pixels_keep_their_mean():
    grey = torch.full((1, 1, 200, 200), 0.4)  # 0.7 of the way from black to white
    drawn = binarised(grey, torch.rand(grey.shape, generator=torch.Generator().manual_seed(2)))
    assert set(drawn.unique().tolist()) == {-1.0, 1.0}
    assert (drawn > 0).float().mean().item() == pytest.approx(0.7, abs=0.01)


def test_the_eight_stages_take_three_to_the_i_passes():
    passes = [progress / 3280 * 1.0000001 for progress in (0, 1, 4, 13, 40, 121, 364, 1093)]
    rates = [stages(1.0, progress) for progress in passes]
    assert rates == pytest.approx([10 ** (-i / 7) for i in range(8)])


def test_samples_and_reconstructions_are_pictures(pictures: Pictures, tiny: Tiny):
    for values in VARIANTS:
        learner, _ = learner_of(tiny_vae(tiny, values), pictures(), steps=1)
        assert learner.sample(0, 3).shape == (3, 1, 28, 28)
        assert learner.sample(0, 3).abs().max() <= 1
        assert torch.equal(learner.sample(0, 3), learner.sample(0, 3))


def test_classes_are_asked_for_in_words(pictures: Pictures, tiny: Tiny):
    with pytest.raises(InputError, match="class_conditional"):
        learner_of(tiny("vae", class_conditional="yes"), pictures(num_classes=0))
