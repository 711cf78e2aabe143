"""Scenes: attributes asked for, and found by a separate classifier, in English and in Chinese.

The classifier (`scenes96`) was trained on real scenes of another seed and had no part in training
any model; beside each figure stands how often it finds the same attributes in the real pictures.
Goals: 0.90 of that; held-out combinations within 0.05 of the rest; Chinese within 0.03 of English.

Usage: python -m benchmarks.scene_attributes --pictures FOLDER [--pictures FOLDER] [--model scenes]
FOLDER is made by `mezzotint data scenes FOLDER --seed 2026 [--split held_out]`.
`python -m benchmarks scene_attributes` takes the folders from $MEZZOTINT_TEST_SCENES.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.evaluate_bundle import open_bundle

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from mezzotint.data.scenes import Language
    from mezzotint.engines.protocol import Engine
    from mezzotint.metrics.painted_folder import PaintedFolder

MODEL = "scenes"
FOLDERS_VARIABLE = "MEZZOTINT_TEST_SCENES"  # separated as in PATH
JUDGE = "scenes96"
MAX_PICTURES = 1000  # of a folder


@dataclass(frozen=True, kw_only=True)
class GroupFigures:
    """Hold the figures of one group of scenes; shares of right answers.

    Attributes:
        num_scenes: How many scenes were asked for.
        num_asked: How many attributes, all together.
        english: Found in the pictures painted from English prompts.
        chinese: Found in those of the same prompts in Chinese.
        real: Found in the real pictures: the ceiling.
        by_attribute: Attribute -> (English, Chinese, real).
    """

    num_scenes: int
    num_asked: int
    english: float
    chinese: float
    real: float
    english_of_real: float
    by_attribute: Mapping[str, tuple[float, float, float]]


@dataclass(frozen=True, kw_only=True)
class AttributeFigures:
    """Hold the figures of one model: combinations seen in training, and held-out ones."""

    model: str
    bundle_sha256: str
    judge: str
    groups: Mapping[str, GroupFigures]


def run(
    folders: Sequence[Path] | None = None, model: str = MODEL, *, limit: int = MAX_PICTURES
) -> AttributeFigures:
    """Measure a model of scenes.

    Args:
        folders: Painted scenes; None takes $MEZZOTINT_TEST_SCENES.
        model: Name or folder of the model.
        limit: Pictures of each folder.
    """
    from mezzotint.engines.opening import open_engine
    from mezzotint.metrics.feature_net_file import shipped_net
    from mezzotint.metrics.painted_folder import read_painted_folder

    folders = folders or [Path(part) for part in _default_folders()]
    engine = open_engine(open_bundle(model))
    answers = [answer(engine, read_painted_folder(folder, limit=limit)) for folder in folders]
    right, asked, is_held_out = (np.concatenate(parts) for parts in zip(*answers, strict=True))
    groups = {
        "combinations of training": ~is_held_out,
        "held-out combinations": is_held_out,
    }
    return AttributeFigures(
        model=engine.card.name,
        bundle_sha256=engine.bundle_sha256,
        judge=shipped_net(JUDGE).title,
        groups={
            name: summarise(right[rows], asked[rows]) for name, rows in groups.items() if rows.any()
        },
    )


def _default_folders() -> list[str]:
    from mezzotint.domain.errors import InputError
    from mezzotint.domain.message import Message

    if FOLDERS_VARIABLE not in os.environ:
        raise InputError(
            "benchmark.data",
            Message("Name a folder of painted scenes, or set {name}.", name=FOLDERS_VARIABLE),
        )
    return os.environ[FOLDERS_VARIABLE].split(os.pathsep)


def answer(
    engine: Engine, painted: PaintedFolder
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Ask for the scenes of a folder and judge what comes.

    Returns:
        right: bool [N, questions, 3]: in English, in Chinese, in the real picture.
        asked: bool [N, questions].
        is_held_out: bool [N], whether the scene shows a held-out combination.
    """
    from mezzotint.data.scenes import held_out_pairs, labels
    from mezzotint.domain.streams import Purpose, picture_stream
    from mezzotint.metrics.feature_extraction import net_ruler
    from mezzotint.metrics.feature_net_file import shipped_net
    from mezzotint.metrics.scene_prompts import asked_fields, prompt_for
    from mezzotint.metrics.scene_questions import scene_answers, scene_questions

    shown = [labels(scene) for scene in painted.scenes]
    chosen = [
        asked_fields(one, picture_stream(0, index, Purpose.SCENE))
        for index, one in enumerate(shown)
    ]
    truth = scene_answers(painted.scenes)
    judge = net_ruler(shipped_net(JUDGE))
    languages: tuple[Language, ...] = ("en", "zh")
    pictures = [
        paint(
            engine,
            [prompt_for(one, fields, language) for one, fields in zip(shown, chosen, strict=True)],
        )
        for language in languages
    ]
    found = [judge.observe(pixels).answers == truth for pixels in (*pictures, painted.pixels)]
    names = [question.name for question in scene_questions()]
    asked = np.array([[name in fields for name in names] for fields in chosen])
    pairs = held_out_pairs()
    is_held_out = np.array([any(pair.shows(one) for pair in pairs) for one in shown])
    return np.stack(found, axis=2), asked, is_held_out


def paint(engine: Engine, prompts: Sequence[str]) -> NDArray[np.uint8]:
    """Paint each prompt as `mezzotint imagine` does, prompt i with seed i."""
    from mezzotint.prompt import parse
    from mezzotint.verbs.imagine import ImagineRequest, imagine

    return np.stack(
        [
            imagine(
                engine,
                ImagineRequest(prompt=parse(text).prompts[0], seed=seed, picture_indices=(0,)),
            ).pictures[0]
            for seed, text in enumerate(prompts)
        ]
    )


def summarise(right: NDArray[np.bool_], asked: NDArray[np.bool_]) -> GroupFigures:
    """Return the shares of right answers among what was asked for.

    Args:
        right: bool [N, questions, 3].
        asked: bool [N, questions].
    """
    from mezzotint.metrics.scene_questions import scene_questions

    english, chinese, real = right[asked].mean(axis=0).round(4).tolist()
    by_attribute: dict[str, tuple[float, float, float]] = {}
    for index, question in enumerate(scene_questions()):
        rows = asked[:, index]
        if rows.any():
            one, two, three = right[rows, index].mean(axis=0).round(4).tolist()
            by_attribute[question.name] = (one, two, three)
    return GroupFigures(
        num_scenes=len(asked),
        num_asked=int(asked.sum()),
        english=english,
        chinese=chinese,
        real=real,
        english_of_real=round(english / real, 4),
        by_attribute=by_attribute,
    )


def main(arguments: list[str]) -> int:
    """Parse the command line, measure and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=MODEL)
    parser.add_argument("--pictures", type=Path, action="append")
    parser.add_argument("-n", "--limit", type=int, default=MAX_PICTURES)
    chosen = parser.parse_args(arguments)
    figures = run(chosen.pictures, chosen.model, limit=chosen.limit)
    print(json.dumps(asdict(figures), indent=2, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
