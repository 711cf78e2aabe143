"""Each guard is provoked: as a rule on numbers, and in a run that really goes wrong."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.training import guards
from mezzotint.training.batches import to_tensor
from mezzotint.training.budget import Budget
from mezzotint.training.checkup import Checkup, Examiner
from mezzotint.training.config import TrainingConfig
from mezzotint.training.gan import GanLearner
from mezzotint.training.guards import MAX_TRIES, next_try, trouble_in
from mezzotint.training.learner import Moment
from mezzotint.training.loop import Pace
from mezzotint.training.making import Hardware, make_learner
from mezzotint.training.progress import Silence
from mezzotint.training.run import TrainingResult, train
from mezzotint.training.state import RunState
from mezzotint.training.watch import read_events

Pictures = Callable[..., TrainingPictures]
Tiny = Callable[..., TrainingConfig]
SOUND = Checkup(score=5.0, diversity=0.9, nearest_ratio=1.0)
HALFWAY = RunState(seed=0, schedule_images=100, images_seen=50, step=5)
NAN = float("nan")


@pytest.mark.parametrize(
    ("checkup", "figures", "state", "kind"),
    [
        (SOUND, {"generator": 0.7, "real_above_fake": 0.8}, HALFWAY, None),
        (None, {"generator": NAN}, HALFWAY, "not_a_number"),
        (None, {"generator": float("inf")}, HALFWAY, "not_a_number"),
        (dataclasses.replace(SOUND, score=NAN), {}, HALFWAY, "not_a_number"),
        (dataclasses.replace(SOUND, diversity=0.1), {}, HALFWAY, "collapse"),
        (SOUND, {"real_above_fake": 0.999}, HALFWAY, None),
        (
            SOUND,
            {"real_above_fake": 0.999},
            dataclasses.replace(HALFWAY, checkups_lost=3),
            "discriminator_won",
        ),
        (dataclasses.replace(SOUND, nearest_ratio=0.1), {}, HALFWAY, "memorising"),
        (dataclasses.replace(SOUND, nearest_ratio=None), {}, HALFWAY, None),
        (SOUND, {}, dataclasses.replace(HALFWAY, checkups_without_gain=10), "stalled"),
        # At the very beginning nets may look like this.
        (
            dataclasses.replace(SOUND, diversity=0.1),
            {"real_above_fake": 1.0},
            dataclasses.replace(HALFWAY, images_seen=1, checkups_lost=3),
            None,
        ),
    ],
    ids=str,
)
def test_what_each_guard_sees(
    checkup: Checkup | None, figures: dict[str, float], state: RunState, kind: str | None
):
    trouble = trouble_in(checkup, figures, state)
    assert (trouble.kind if trouble else None) == kind
    if trouble is not None:
        assert str(trouble.seen)
        assert str(trouble.change)
        assert str(trouble.advice)
        changed = next_try(HALFWAY, trouble, HALFWAY)
        assert changed != dataclasses.replace(HALFWAY, tries=1)  # something is changed
        assert changed.tries == 1


def test_changes_add_up_over_tries():
    trouble = guards.collapse(dataclasses.replace(SOUND, diversity=0.0), 0.5)
    assert trouble is not None
    second = next_try(HALFWAY, trouble, next_try(HALFWAY, trouble, HALFWAY))
    assert (second.tries, second.lr_factor, second.gamma_factor) == (2, 0.25, 4.0)


# --- Real runs ---------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mezzotint.training.watch.MIN_STEPS_BETWEEN", 2)
    monkeypatch.setattr("mezzotint.training.watch.CHECKS", 1000)
    monkeypatch.setattr("mezzotint.training.checkup.NUM_SAMPLES", 40)
    monkeypatch.setattr("mezzotint.training.checkup.BLOCK", 20)
    # In a window of a few pairs D is soon right in all of them.
    monkeypatch.setattr("mezzotint.training.guards.MAX_REAL_ABOVE_FAKE", 2.0)


def guarded(
    folder: Path, pictures: Pictures, config: TrainingConfig, *, images: int = 240
) -> tuple[TrainingResult, list[str], list[str]]:
    """Train, and return the result, the events' kinds and what was said."""
    told = Silence()
    result = train(
        pictures(num_pictures=40),
        config,
        folder,
        budget=Budget(images=images),
        held_out=pictures(num_pictures=30),
        pace=Pace(log_steps=2),
        progress=told,
    )
    kinds = [event.kind for event in read_events(folder)]
    return result, kinds, [str(message) for message in told.messages]


def test_numbers_that_overflow_send_the_run_back_and_end_it(
    tmp_path: Path, pictures: Pictures, tiny: Tiny
):
    result, kinds, said = guarded(tmp_path, pictures, tiny(lr=1e12, lr_final=1e12))
    assert result.ending == "gave_up"
    assert kinds == ["not_a_number"] * (MAX_TRIES + 1)
    assert "no longer a number" in said[0]
    assert said[1] == "The learning rate is halved."
    assert said[2].startswith("Going back to ")
    assert "tenth of the learning rate" in said[-1]
    weights = [p for module in result.learner.modules.values() for p in module.parameters()]
    assert all(torch.isfinite(weight).all() for weight in weights)


def sabotage_until_helped(
    monkeypatch: pytest.MonkeyPatch, harm: Callable[[GanLearner], None]
) -> None:
    """Harm G in every step until a guard has changed something."""
    step = GanLearner.step

    def harmed(learner: GanLearner, batches: object, moment: Moment) -> object:
        figures = step(learner, batches, moment)  # type: ignore[arg-type]
        if (moment.lr_factor, moment.gamma_factor) == (1.0, 1.0) and moment.progress > 0.3:
            harm(learner)
        return figures

    monkeypatch.setattr(GanLearner, "step", harmed)


def test_a_collapse_sends_the_run_back_and_it_finishes(
    tmp_path: Path, pictures: Pictures, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
):
    def one_picture_for_all(learner: GanLearner) -> None:
        with torch.no_grad():
            for network in (learner.generator, learner.average):
                network.get_parameter("stem.weight").zero_()

    sabotage_until_helped(monkeypatch, one_picture_for_all)
    # Untrained nets vary little too: what counts here is the sabotage.
    monkeypatch.setattr("mezzotint.training.guards.MIN_DIVERSITY", 1e-3)
    monkeypatch.setattr("mezzotint.training.guards.MAX_CHECKUPS_WITHOUT_GAIN", 1000)
    result, kinds, said = guarded(tmp_path, pictures, tiny())
    assert kinds == ["collapse"]
    assert "all look alike" in said[0]
    assert (result.ending, result.state.tries) == ("finished", 1)
    assert (result.state.lr_factor, result.state.gamma_factor) == (0.5, 2.0)


@pytest.mark.parametrize("name", ["vae", "vaegan"])
def test_an_auto_encoder_whose_samples_are_still_alike_is_left_to_learn(
    tmp_path: Path, pictures: Pictures, tiny: Tiny, name: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("mezzotint.training.guards.MAX_CHECKUPS_WITHOUT_GAIN", 1000)
    alike = dataclasses.replace(SOUND, diversity=0.05)
    monkeypatch.setattr(Examiner, "look", lambda self, learner: alike)
    result, kinds, _ = guarded(tmp_path, pictures, tiny(name), images=48)
    assert kinds == []
    assert result.ending == "finished"


def test_a_discriminator_that_wins_is_held_back(
    tmp_path: Path, pictures: Pictures, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
):
    # The minimax loss gives G nothing while D wins, and D is not penalised.
    monkeypatch.setattr("mezzotint.training.guards.MAX_REAL_ABOVE_FAKE", 0.995)
    monkeypatch.setattr("mezzotint.training.guards.MIN_DIVERSITY", -1.0)
    config = tiny(loss="minimax", penalty="none", lr=2e-2, lr_final=2e-2, centring=0.0)
    _, kinds, said = guarded(tmp_path, pictures, config, images=800)
    assert "discriminator_won" in kinds
    assert any("tells real from generated in 100.0 %" in line for line in said)


def test_copies_are_seen_by_the_distance_to_training_pictures(
    tmp_path: Path, pictures: Pictures, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
):
    copies = to_tensor(pictures(num_pictures=40).pixels)
    monkeypatch.setattr(GanLearner, "sample", lambda self, seed, count: copies[:count])
    result, kinds, said = guarded(tmp_path, pictures, tiny())
    assert set(kinds) == {"memorising"}
    assert result.ending == "gave_up"
    assert "copies" in said[0]
    assert result.state.augment_extra > 0
    assert "Add pictures" in said[-1]


def test_a_run_that_does_not_improve_is_told_so(
    tmp_path: Path, pictures: Pictures, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("mezzotint.training.guards.MIN_DIVERSITY", -1.0)
    _, kinds, said = guarded(tmp_path, pictures, tiny(lr=0.0, lr_final=0.0))
    assert kinds[0] == "stalled"
    assert "has not become better for 10 checks" in said[0]


# --- Best snapshot -----------------------------------------------------------------------------


def test_the_best_snapshot_is_what_is_handed_over(
    tmp_path: Path, pictures: Pictures, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
):
    # Scores fall until step 6 and rise afterwards; the nets of step 6 must come out.
    monkeypatch.setattr("mezzotint.training.guards.MIN_DIVERSITY", -1.0)
    kept: dict[float, torch.Tensor] = {}

    def look(self: Examiner, learner: GanLearner) -> Checkup:
        number = len(kept) + 1
        score = 10 + abs(number - 3)  # checks at steps 2, 4, 6, ...
        kept[number] = learner.average.get_parameter("paint.weight").clone()
        return Checkup(score=score, diversity=1.0, nearest_ratio=1.0)

    monkeypatch.setattr(Examiner, "look", look)
    result, _, _ = guarded(tmp_path, pictures, tiny(), images=80)
    assert (result.state.best_step, result.state.best_score) == (6, 10.0)
    handed_over = result.learner.averages["generator"].get_parameter("paint.weight")
    assert torch.equal(handed_over, kept[3])
    assert not torch.equal(handed_over, kept[5])


def test_going_on_after_the_end_trains_the_last_state_not_the_best(
    tmp_path: Path, pictures: Pictures, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("mezzotint.training.guards.MIN_DIVERSITY", -1.0)
    config = tiny(schedule_images=160)
    guarded(tmp_path / "parts", pictures, config, images=80)
    parts, _, _ = guarded(tmp_path / "parts", pictures, config, images=160)
    whole, _, _ = guarded(tmp_path / "whole", pictures, config, images=160)
    for name in ("generator", "discriminator", "average"):
        first, second = (r.learner.modules[name].state_dict() for r in (parts, whole))
        assert [key for key in first if not torch.equal(first[key], second[key])] == []


def test_the_examiner_tells_good_from_bad(pictures: Pictures, tiny: Tiny):
    data, held_out = pictures(num_pictures=60), pictures(num_pictures=30)
    learner = make_learner(tiny(), data, Hardware(device=torch.device("cpu")), seed=0)
    assert isinstance(learner, GanLearner)
    examiner = Examiner(data, held_out)
    real = to_tensor(data.pixels)
    untrained = examiner.look(learner)
    learner.sample = lambda seed, count: real[torch.arange(count) % 60]  # type: ignore[method-assign]
    copying = examiner.look(learner)
    learner.sample = lambda seed, count: real[:1].expand(count, -1, -1, -1)  # type: ignore[method-assign]
    collapsed = examiner.look(learner)
    assert copying.score < untrained.score
    assert copying.nearest_ratio == pytest.approx(0.0, abs=1e-6)
    assert collapsed.diversity == pytest.approx(0.0, abs=1e-6)
    assert copying.diversity == pytest.approx(1.0, abs=0.3)
