"""A run that begins from another model: what it takes over, what it keeps frozen, what it says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load
from torch import Tensor

from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.training.budget import Budget
from mezzotint.training.export import averaged_weights
from mezzotint.training.latent import codec_stage
from mezzotint.training.latent.config import LatentConfig
from mezzotint.training.latent.material import Rows
from mezzotint.training.latent.model import LatentModel
from mezzotint.training.latent.parent import Parent, begin_from, config_from, shares_latents
from mezzotint.training.latent.run import train_latent
from mezzotint.training.latent.trial import trial_learner
from mezzotint.training.learner import Moment
from mezzotint.training.progress import Silence
from mezzotint.training.run import TrainingResult
from toys.latent_training import make_sprites, tiny_config

BUDGET = Budget(images=40)
CPU = torch.device("cpu")


def as_parent(result: TrainingResult, data: TrainingPictures) -> Parent:
    model = result.learner
    assert isinstance(model, LatentModel)
    return Parent(
        name="elder",
        sha256="a" * 64,
        config=model.config,
        shape=model.shape,
        weights=load(averaged_weights(model)),
        tokenizer=model.extra_files.get("tokenizer.json"),
        data=(data.source,),
    )


@pytest.fixture(scope="module")
def elder(tmp_path_factory: pytest.TempPathFactory) -> Parent:
    torch.set_num_threads(1)
    data = make_sprites()
    folder = tmp_path_factory.mktemp("elder")
    return as_parent(train_latent(data, tiny_config(), folder, budget=BUDGET, seed=4), data)


def child_config(elder: Parent, data: TrainingPictures, **values: str | int) -> LatentConfig:
    shape = replace(elder.shape, height_px=data.pixels.shape[1], width_px=data.pixels.shape[2])
    return config_from(elder, tiny_config(**values), shape, is_small_set=True)


def weights_of(result: TrainingResult) -> dict[str, Tensor]:
    return {
        f"{name}/{key}": tensor
        for name, net in result.learner.modules.items()
        for key, tensor in net.state_dict().items()
    }


def test_a_child_looks_like_its_parent_and_learns_more_gently(elder: Parent):
    config = child_config(elder, make_sprites(), style_dim=64, generator_widths="16-16-16")
    assert (config.style_dim, config.generator_widths) == (8, "8-8-8")
    assert (config.start_from, config.start_from_sha256) == ("elder", "a" * 64)
    assert config.lr == tiny_config().lr / 2
    assert config.augment_target == 0.8
    assert config.frozen_share > 0


def test_every_weight_that_fits_is_taken_over_and_no_other(elder: Parent):
    data = make_sprites()
    learner = trial_learner(child_config(elder, data), data, CPU, seed=9)
    assert begin_from(elder, "gan", learner) == 1
    for name, tensor in learner.painter.state_dict().items():
        assert torch.equal(tensor, elder.weights[f"painter/{name}"])
    opaque = make_sprites(channels=3)
    shape = replace(elder.shape, channels=3)
    config = config_from(elder, tiny_config(), shape, is_small_set=False)
    assert not shares_latents(elder, config, shape)
    assert config.frozen_share == 0
    other = trial_learner(config, opaque, CPU, seed=9)
    before = {k: t.clone() for k, t in other.discriminator.state_dict().items()}
    assert 0.3 < begin_from(elder, "gan", other) < 1
    after = other.discriminator.state_dict()
    kept = [name for name in before if torch.equal(before[name], after[name])]
    assert "entry.look.weight" in kept  # it reads one channel fewer
    assert "judge.weight" not in kept


def test_the_first_layers_of_d_stay_for_a_while(elder: Parent):
    data = make_sprites()
    learner = trial_learner(child_config(elder, data, frozen_share=0.25), data, CPU, seed=9)
    rows = [Rows(indices=torch.arange(4))]

    def changed(progress: float) -> set[str]:
        before = {k: t.clone() for k, t in learner.discriminator.state_dict().items()}
        learner.step(rows, Moment(seed=1, step=3, progress=progress))
        after = learner.discriminator.state_dict()
        return {name for name in before if not torch.equal(before[name], after[name])}

    early, late = changed(0.1), changed(0.5)
    assert "judge.weight" in early
    assert not any(name.startswith(("entry.", "stages.0.")) for name in early)
    assert any(name.startswith("entry.") for name in late)


def test_variety_is_reported_where_it_is_asked_for():
    data, rows = make_sprites(), [Rows(indices=torch.arange(4))]
    for weight in (0.0, 0.05):
        learner = trial_learner(tiny_config(variety=weight), data, CPU, seed=9)
        figures = learner.step(rows, Moment(seed=1, step=0, progress=0.0))
        assert ("variety" in figures) == bool(weight)


def test_a_child_cut_off_is_the_child_in_one(elder: Parent, tmp_path: Path):
    data = make_sprites(num_pictures=12)
    config = child_config(elder, data, schedule_images=40)
    said = Silence()
    whole = train_latent(
        data, config, tmp_path / "one", budget=BUDGET, seed=3, parent=elder, progress=said
    )
    for images in (20, 40):
        budget = Budget(images=images)
        parts = train_latent(data, config, tmp_path / "two", budget=budget, seed=3, parent=elder)
    one, two = weights_of(whole), weights_of(parts)
    assert one.keys() == two.keys()
    assert [name for name in one if not torch.equal(one[name], two[name])] == []
    begun = [str(message) for message in said.messages if "elder" in str(message)]
    assert begun == [
        "Stage words begins with 100 % of its weights from elder.",
        "Stage gan begins with 100 % of its weights from elder.",
    ]
    assert isinstance(whole.learner, LatentModel)
    assert whole.learner.extra_files["tokenizer.json"] == elder.tokenizer


@pytest.mark.parametrize("least_db", [0.0, 99.0])
def test_a_codec_that_shows_the_pictures_is_used_as_it_is(
    least_db: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(codec_stage, "MIN_PSNR_DB", least_db)
    data = make_sprites(side_px=32, channels=3, described="nothing")
    config = tiny_config(codec="vaegan", latent_factor=None, upscaler_share=0.0)
    parent = as_parent(train_latent(data, config, tmp_path / "elder", budget=BUDGET), data)
    config = config_from(parent, config, parent.shape, is_small_set=True)
    said = Silence()
    result = train_latent(
        data, config, tmp_path / "child", budget=BUDGET, parent=parent, progress=said
    )
    sentences = [str(message) for message in said.messages]
    assert any("The codec of elder shows your pictures with" in line for line in sentences)
    is_adopted = least_db == 0
    assert ("Stage codec." not in sentences) == is_adopted
    # What the codec does not take of the budget is the generator's.
    assert result.state.images_seen == (40 if is_adopted else 32)
