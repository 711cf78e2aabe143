from __future__ import annotations

from pathlib import Path

import pytest

from mezzotint.domain.errors import InputError
from mezzotint.training.recipes import (
    RECIPES,
    as_scalars,
    from_scalars,
    override,
    read_overrides,
    recipe,
)


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_a_recipe_goes_by_its_name_and_survives_a_round_trip(name: str):
    config = recipe(name)
    assert config.recipe == name
    assert from_scalars(as_scalars(config)) == config


def test_text_and_typed_values_mean_the_same():
    texts = {"lr": "2e-4", "batch_size": "16", "loss": "hinge", "schedule_images": "none"}
    typed = {"lr": 2e-4, "batch_size": 16, "loss": "hinge", "schedule_images": None}
    assert override(recipe("cgan"), texts) == override(recipe("cgan"), typed)


def test_whole_numbers_may_be_written_with_an_exponent():
    assert override(recipe("cgan"), {"schedule_images": "1e6"}).schedule_images == 1_000_000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lr", "fast"),
        ("batch_size", "1.5"),
        ("batch_size", "none"),
        ("loss", "hing"),
        ("batch_size", "inf"),
        ("batch_size", "nan"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(name: str, value: str):
    with pytest.raises(InputError, match=name) as caught:
        override(recipe("cgan"), {name: value})
    assert caught.value.code == "training.setting_value"


def test_an_unknown_setting_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="batch_size"):
        override(recipe("cgan"), {"batchsize": "3"})


@pytest.mark.parametrize("name", ["recipe", "family"])
def test_a_runs_identity_cannot_be_set(name: str):
    with pytest.raises(InputError):
        override(recipe("cgan"), {name: "dcgan"})


def test_an_unknown_recipe_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="tutorial-28"):
        recipe("tutorial_28")
    with pytest.raises(InputError, match=r"Known: .*cgan"):
        recipe("zzzzzzzz")


def test_overrides_come_from_toml(tmp_path: Path):
    path = tmp_path / "my.toml"
    path.write_text('lr = 3e-4\nloss = "hinge"\n', encoding="utf-8")
    config = override(recipe("cgan"), read_overrides(path))
    assert (config.lr, config.loss) == (3e-4, "hinge")


@pytest.mark.parametrize("text", ["lr = ", "[table]\nlr = 1", "lr = [1]", "\x00"])
def test_other_toml_is_refused(tmp_path: Path, text: str):
    path = tmp_path / "my.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        read_overrides(path)


def test_a_missing_settings_file_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match=r"nowhere\.toml"):
        read_overrides(tmp_path / "nowhere.toml")
