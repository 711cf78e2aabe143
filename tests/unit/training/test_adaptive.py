from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.domain.errors import InputError
from mezzotint.training.adaptive import MAX_P, adapt
from mezzotint.training.budget import Budget
from mezzotint.training.config import TrainingConfig
from mezzotint.training.loop import Pace
from mezzotint.training.metrics_log import read_log
from mezzotint.training.run import train
from mezzotint.training.state import RunState

Pictures = Callable[..., TrainingPictures]
Tiny = Callable[..., TrainingConfig]
START = RunState(seed=0, schedule_images=1)


@given(st.lists(st.floats(0, 1), max_size=40), st.integers(1, 50_000))
def test_p_stays_in_its_range(shares: list[float], num_images: int):
    state = START
    for share in shares:
        state = adapt(state, share=share, target=0.8, num_images=num_images)
        assert state.augment_p is not None
        assert 0 <= state.augment_p <= MAX_P


def test_p_rises_while_d_leads_and_falls_while_it_does_not():
    risen = adapt(START, share=0.9, target=0.8, num_images=20_000)
    assert risen.augment_p == pytest.approx(0.2)
    fallen = adapt(risen, share=0.7, target=0.8, num_images=5_000)
    assert fallen.augment_p == pytest.approx(0.15)
    assert adapt(risen, share=0.8, target=0.8, num_images=5_000) == risen


def test_p_adapts_in_a_run_and_is_kept_over_a_resume(
    tmp_path: Path, pictures: Pictures, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("mezzotint.training.adaptive.IMAGES_TO_FULL", 100)
    config = tiny(augment_target=0.5, schedule_images=48)
    pace = Pace(log_steps=1)
    train(pictures(), config, tmp_path / "a", budget=Budget(images=24), pace=pace)
    parts = train(pictures(), config, tmp_path / "a", budget=Budget(images=48), pace=pace)
    whole = train(pictures(), config, tmp_path / "b", budget=Budget(images=48), pace=pace)
    logs = [[line["augment_p"] for line in read_log(tmp_path / name)] for name in "ab"]
    assert logs[0] == logs[1]
    assert max(logs[0]) > 0
    assert parts.state.augment_p == whole.state.augment_p


@pytest.mark.parametrize(
    ("recipe", "values", "named"),
    [
        ("tutorial-28", {"penalty": "exact"}, "penalty"),
        ("tutorial-28", {"centring": 0.1}, "centring"),
        ("tutorial-28", {"augment_target": 0.8}, "augment_target"),
        (
            "tutorial-28",
            {"update": "alternating", "penalty": "finite_difference", "gamma": 1.0},
            "penalty=exact",
        ),
        ("acgan", {"update": "simultaneous", "penalty": "none", "centring": 0.0}, "update"),
    ],
    ids=str,
)
def test_settings_that_do_not_go_together_are_refused(
    tmp_path: Path,
    pictures: Pictures,
    tiny: Tiny,
    recipe: str,
    values: dict[str, str | float],
    named: str,
):
    with pytest.raises(InputError, match=named) as caught:
        train(pictures(), tiny(recipe, **values), tmp_path, budget=Budget(images=8))
    assert caught.value.code == "training.settings_clash"
