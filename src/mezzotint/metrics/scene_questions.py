"""What the general feature net is asked about painted scenes: every attribute that can be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mezzotint.metrics.feature_net import Question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mezzotint.data.scenes import SceneAttributes


def scene_questions() -> tuple[Question, ...]:
    """Return one question an attribute; "none" is an answer to each, for what cannot be seen.

    Example:
        >>> [question.name for question in scene_questions()][:3]
        ['time', 'season', 'terrain']
        >>> scene_questions()[1].answers
        ('none', 'spring', 'summer', 'autumn', 'winter')
    """
    from mezzotint.data.scenes.attributes import CHOICES
    from mezzotint.data.scenes.visibility import HIDDEN

    return tuple(
        Question(name=name, answers=tuple(dict.fromkeys((HIDDEN, *map(str, values)))))
        for name, values in CHOICES.items()
    )


def scene_answers(scenes: Sequence[SceneAttributes]) -> NDArray[np.int64]:
    """Return the right answers, by what each picture shows: int64 [N, number of questions]."""
    from mezzotint.data.scenes import labels

    questions = scene_questions()
    return np.array(
        [
            [question.answers.index(shown[question.name]) for question in questions]
            for shown in map(labels, scenes)
        ],
        dtype=np.int64,
    ).reshape(len(scenes), len(questions))


def mirrored_answers(answers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the answers about the mirrored pictures: left and right change places.

    Example:
        >>> questions = scene_questions()
        >>> place = [question.name for question in questions].index("place")
        >>> row = np.zeros((1, len(questions)), np.int64)
        >>> row[0, place] = questions[place].answers.index("left")
        >>> questions[place].answers[mirrored_answers(row)[0, place]]
        'right'
    """
    from mezzotint.data.scenes import Place

    questions = scene_questions()
    column = [question.name for question in questions].index("place")
    left, right = map(questions[column].answers.index, (Place.LEFT, Place.RIGHT))
    mirrored = answers.copy()
    mirrored[answers[:, column] == left, column] = right
    mirrored[answers[:, column] == right, column] = left
    return mirrored
