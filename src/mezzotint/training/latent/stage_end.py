"""How a stage ends: done, or cut off with what there is."""

from __future__ import annotations

from dataclasses import dataclass

from mezzotint.training.latent.stage_folder import Mark
from mezzotint.training.learner import Learner
from mezzotint.training.run import TrainingResult


@dataclass(frozen=True, kw_only=True, eq=False)
class Done:
    """Hold a stage that is done."""

    learner: Learner
    mark: Mark


class StageCut(Exception):
    """Leave the stages early, with what there is."""

    def __init__(self, result: TrainingResult) -> None:
        super().__init__(result.ending)
        self.result = result
