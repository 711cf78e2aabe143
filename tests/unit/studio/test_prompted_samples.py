"""Models that read words are measured by the captions of held-out pictures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mezzotint.bundles.read import open_bundle
from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.domain.card import DataSpec
from mezzotint.engines.opening import open_engine
from mezzotint.engines.protocol import Engine
from mezzotint.studio.measuring import measure
from mezzotint.studio.prompted_samples import prompted
from mezzotint.studio.retrieving import recall_at_1, retrieval
from toys.latent_bundles import IDENTITY, LOSSY, WORDS, write_latent_bundle

ENGLISH = tuple(word for word in WORDS if word.isascii())


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    folder = tmp_path_factory.mktemp("models") / "toy"
    write_latent_bundle(folder, IDENTITY)
    return open_engine(open_bundle(folder))


def pictures(count: int, captions: tuple[str, ...] | None) -> TrainingPictures:
    source = DataSpec(
        name="noise", num_images=count, manifest_sha256="0" * 64, licence="CC0-1.0", source="test"
    )
    pixels = np.random.default_rng(1).integers(0, 256, (count, 16, 16, 4), np.uint8)
    return TrainingPictures(
        pixels=pixels, labels=None, classes=(), captions=captions, source=source
    )


def numbered(count: int) -> tuple[str, ...]:
    return tuple(f"{ENGLISH[i % len(ENGLISH)]} {i}" for i in range(count))


def test_each_seed_is_asked_for_its_own_caption(engine: Engine) -> None:
    generate = prompted(engine, pictures(3, ("red fox", "snow", "red fox")))
    together = generate(range(4), None)
    assert together.shape == (4, 16, 16, 4)
    np.testing.assert_array_equal(together[1:], generate(range(1, 4), None))
    other_words = prompted(engine, pictures(3, ("lake", "snow", "red fox")))(range(4), None)
    changed = [bool((one != other).any()) for one, other in zip(together, other_words, strict=True)]
    assert sum(changed[:3]) == 1, "one caption of three changed"
    assert changed[0] == changed[3], "captions take turns"


def test_the_first_seeds_stand_for_the_whole_set(engine: Engine) -> None:
    halves = ("fox",) * 50 + ("lake",) * 50
    few = prompted(engine, pictures(100, halves))(range(20), None)
    foxes = prompted(engine, pictures(100, ("fox",) * 100))(range(20), None)
    num_foxes = sum(bool((one == fox).all()) for one, fox in zip(few, foxes, strict=True))
    assert 4 <= num_foxes <= 16


def test_pictures_without_captions_are_painted_without_words(engine: Engine) -> None:
    bare = prompted(engine, pictures(3, None))(range(2), None)
    assert bare.shape == (2, 16, 16, 4)


def test_report_says_how_often_captions_find_their_pictures(engine: Engine) -> None:
    held_out = pictures(130, numbered(130))
    report = measure(engine, pictures(150, numbered(150)), held_out, num_samples=130)
    (figure,) = [metric for metric in report.metrics if metric.name.startswith("retrieval")]
    assert figure.num_samples == 100
    assert 0 <= figure.value <= 1
    assert figure.real_floor is not None
    assert figure.name == "retrieval among 100 captions (R@1), English"
    few = measure(engine, pictures(60, numbered(60)), pictures(60, numbered(60)), num_samples=60)
    assert not any(metric.name.startswith("retrieval") for metric in few.metrics)


def test_recall_counts_groups_of_a_hundred_alone() -> None:
    texts = np.tile(np.eye(100, dtype=np.float32), (2, 1))
    assert recall_at_1(texts, texts) == 1.0
    swapped = texts.copy()
    swapped[[0, 1]] = swapped[[1, 0]]
    assert recall_at_1(texts, swapped) == pytest.approx(0.99)


def test_languages_are_measured_apart_and_another_model_may_judge(
    engine: Engine, tmp_path: Path
) -> None:
    write_latent_bundle(tmp_path / "judge", LOSSY)  # another size, no transparency
    judge = open_engine(open_bundle(tmp_path / "judge"))
    english = numbered(230)
    chinese = (*(f"狐狸{i}" for i in range(115)), *(f"雪{i % 5}" for i in range(115)))
    texts = tuple(zip(chinese, english, strict=True))
    held_out = replace(pictures(230, None), captions=chinese, texts=texts)
    own, judged = retrieval(engine, held_out), retrieval(engine, held_out, judge)
    assert [figure.name for figure in own] == [
        "retrieval among 100 captions (R@1), English",
        "retrieval among 100 captions (R@1), Chinese",
    ]
    assert [figure.num_samples for figure in own] == [200, 100]
    assert [figure.name for figure in judged] == [f"{one.name}, judged by judge" for one in own]
    assert all(judge.bundle_sha256[:8] in figure.note for figure in judged)
    assert all(figure.real_floor is not None for figure in judged)
