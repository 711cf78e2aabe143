"""All stages of one `mezzotint train`, each begun, gone on with or skipped as its folder says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import torch
from torch import nn

from mezzotint.bundles.names import CAPTIONS_FILE
from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.domain.card import MetricSpec
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.training.budget import Budget
from mezzotint.training.checkpoint import newest_settings
from mezzotint.training.device import choose_device
from mezzotint.training.interrupt import StopRequest
from mezzotint.training.latent.auto_encoder import CodecLearner
from mezzotint.training.latent.caption_table import captions_of
from mezzotint.training.latent.captions_file import write_captions
from mezzotint.training.latent.codec import Codec, identity_codec
from mezzotint.training.latent.codec_files import averaged_codec
from mezzotint.training.latent.codec_stage import adopt_codec, codec_of_stage, measure_codec
from mezzotint.training.latent.config import (
    LatentConfig,
    StageName,
    config_of_stage,
    resolve_codec,
)
from mezzotint.training.latent.figures import recall_metric, reconstruction_metric
from mezzotint.training.latent.gan import LatentGanLearner, Studied
from mezzotint.training.latent.knowledge import REFERENCE_FILE, find_knowledge
from mezzotint.training.latent.material import Material, prepare_material
from mezzotint.training.latent.model import LatentModel
from mezzotint.training.latent.networks import factor_of
from mezzotint.training.latent.parent import Parent, begin_from
from mezzotint.training.latent.stage_end import Done, StageCut
from mezzotint.training.latent.stage_folder import Mark, StageFolder
from mezzotint.training.latent.stage_run import Circumstances, MakeLearner, run_stage
from mezzotint.training.latent.stages import FOUNDATIONS, budget_of_stage, stages_of
from mezzotint.training.latent.tokens import TOKENIZER_FILE, to_json
from mezzotint.training.latent.upscaling import UpscalerLearner
from mezzotint.training.latent.words import Retrieval, WordsLearner, WordsNetwork
from mezzotint.training.latent.words_stage import (
    Words,
    caption_tokens,
    tokenizer_of_stage,
    understand,
    vocabulary_of,
)
from mezzotint.training.learner import Learner
from mezzotint.training.loop import Pace
from mezzotint.training.progress import Progress, Silence
from mezzotint.training.report.page import write_report
from mezzotint.training.report.words import ENGLISH, ReportLanguage
from mezzotint.training.run import Ended, TrainingResult, own_settings
from mezzotint.training.state import RunState

if TYPE_CHECKING:
    from tokenizers import Tokenizer

LearnerT = TypeVar("LearnerT", bound=Learner)
Measure = Callable[[Learner], dict[str, float]]


def train_latent(
    pictures: TrainingPictures,
    config: LatentConfig,
    run_folder: Path,
    *,
    budget: Budget,
    held_out: TrainingPictures | None = None,
    seed: int = 0,
    device: str = "auto",
    threads: int | None = None,
    pace: Pace | None = None,
    progress: Progress | None = None,
    only: StageName | None = None,
    parent: Parent | None = None,
    report_language: ReportLanguage = ENGLISH,
) -> TrainingResult:
    """Train a model stage by stage; called again with the same run folder, go on.

    Args:
        pictures: What to learn from; captions, class words or nothing says what they show.
        config: A recipe, possibly overridden. A stage that has begun keeps its own.
        run_folder: Each stage has a folder in it; made if missing.
        budget: Of all stages, over all sessions.
        held_out: Pictures kept apart, which snapshots and words are measured on.
        seed: Of the run.
        device: "auto", "cpu", "cuda", "mps".
        threads: CPU threads; None = as torch has it.
        pace: How often to tell and save.
        progress: Whom to tell; None = nobody.
        only: End after this stage, for which the whole budget is; those before it must be done.
        parent: A model to begin from; `parent.config_from` makes the configuration fit.
        report_language: Of the report that each stage leaves in its folder.

    Returns:
        After the last stage a `LatentModel` as learner; else the learner of the stage it is in.

    Raises:
        InputError: Pictures and recipe do not fit, or the folder holds another run.
        FailedError: The disk is full.
    """
    torch.set_num_threads(threads or torch.get_num_threads())
    run_folder.mkdir(parents=True, exist_ok=True)
    chosen = choose_device(device)
    with StopRequest() as stop:
        around = Circumstances(
            pictures=pictures,
            held_out=held_out,
            folder=run_folder,
            seed=seed,
            device=chosen,
            pace=pace or Pace(),
            progress=progress or Silence(),
            stop=stop,
            report_language=report_language,
        )
        material = prepare_material(pictures, chosen, on_device=config.on_device)
        try:
            return Stages(config, material, budget, around, only, parent).run_all()
        except StageCut as cut:
            return cut.result


class Stages:
    """Go through the stages of one run.

    Args:
        config: As asked for.
        material: The set, on the device.
        budget: Of all stages.
        around: Folder, pictures and whom to tell.
        only: The stage to end after; None = all.
        parent: What it begins from; None = nothing.
    """

    def __init__(
        self,
        config: LatentConfig,
        material: Material,
        budget: Budget,
        around: Circumstances,
        only: StageName | None,
        parent: Parent | None,
    ) -> None:
        self.config = config = resolve_codec(config, material.shape)
        self.parent = parent
        self.told: set[StageName] = set()
        self.material = material
        self.budget = budget
        self.around = around
        self.only = only
        self.stages = stages_of(config, is_captioned=material.is_captioned)
        if only is not None and only not in self.stages:
            raise InputError(
                "training.stage",
                Message("This run has no stage '{stage}'.", stage=only),
                Message("Its stages: {stages}.", stages=", ".join(self.stages)),
            )
        self.marks: list[Mark] = []
        self.metrics: tuple[MetricSpec, ...] = ()

    def run_all(self) -> TrainingResult:
        """Run what is not done yet, and join what all stages left."""
        codec = self._codec()
        words, recall = self._words(codec)
        gan = self._gan(codec, words)
        learner = gan.learner
        assert isinstance(learner, LatentGanLearner)
        self.around.progress.say(Message("Finding directions and writing the reference."))
        reference = find_knowledge(learner, words, self.around.pictures)
        files = {REFERENCE_FILE: reference}
        if words is not None:
            files[TOKENIZER_FILE] = to_json(words.tokenizer)
            files[CAPTIONS_FILE] = write_captions(captions_of(self.around.pictures))
        model = LatentModel(
            config=learner.config,
            shape=self.material.shape,
            codec=codec,
            words=None if words is None else words.network,
            gan=learner,
            upscaler=self._upscaler(),
            extra_files=files,
            vocabulary=()
            if words is None
            else vocabulary_of(self.around.pictures, words.tokenizer),
            metrics=(*self.metrics, *recall),
        )
        return self._result(model, gan.mark)

    # --- Stages ---

    def _codec(self) -> Codec:
        if "codec" not in self.stages:
            return identity_codec(factor_of(self.config))
        folder = self.around.folder / "codec"

        def make(config: LatentConfig) -> CodecLearner:
            learner = CodecLearner(config, self.material, seed=self.around.seed)
            return self._begun("codec", learner)

        if self.parent is not None and not folder.exists():
            learner = make(config_of_stage(self.config, "codec"))
            adopt_codec(self.parent, learner, self.material, self.around)
        done = self._stage(
            "codec",
            make,
            lambda learner: measure_codec(learner, self.material, self.around, folder),
        )
        self.metrics += reconstruction_metric(done.mark)
        return codec_of_stage(averaged_codec(done.learner), folder, self.material)

    def _upscaler(self) -> nn.Module | None:
        if "upscaler" not in self.stages:
            return None
        done = self._stage(
            "upscaler",
            lambda config: self._begun(
                "upscaler", UpscalerLearner(config, self.material, seed=self.around.seed)
            ),
            lambda learner: {},
        )
        return done.learner.averages["upscaler"]

    def _words(self, codec: Codec) -> tuple[Words | None, tuple[MetricSpec, ...]]:
        if "words" not in self.stages:
            return None, ()
        folder = self.around.folder / "words"
        given = None if self.parent is None else self.parent.tokenizer
        tokenizer = tokenizer_of_stage(folder, self.config, self.material, given=given)
        tokens = caption_tokens(tokenizer, self.material)
        size = tokenizer.get_vocab_size()

        def make(config: LatentConfig) -> WordsLearner:
            seed = self.around.seed
            learner = WordsLearner(config, self.material, codec, tokens, size, seed=seed)
            return self._begun("words", learner)

        def measure(learner: Learner) -> dict[str, float]:
            held_out = self._held_out_words(tokenizer)
            if held_out is None or not isinstance(learner, WordsLearner):
                return {}
            recall = learner.recall(held_out, self.around.seed)
            self.around.progress.say(
                Message(
                    "{share} % of held-out captions find their picture among 100.",
                    share=round(100 * recall, 1),
                )
            )
            return {"recall_at_1": recall, "num_samples": held_out.material.num_images}

        done = self._stage("words", make, measure)
        assert isinstance(done.learner, WordsLearner)
        network = done.learner.average
        assert isinstance(network, WordsNetwork)
        return understand(network, tokenizer, codec, self.material), recall_metric(done.mark)

    def _gan(self, codec: Codec, words: Words | None) -> Done:
        studied = Studied(
            material=self.material,
            codec=codec,
            embeddings=None if words is None else words.embeddings,
            image_encoder=None if words is None else words.network.image,
        )
        return self._stage(
            "gan",
            lambda config: self._begun(
                "gan", LatentGanLearner(config, studied, seed=self.around.seed)
            ),
            lambda learner: {},
        )

    def _begun(self, stage: StageName, learner: LearnerT) -> LearnerT:
        """Return the learner with the parent's weights, where there is a parent."""
        if self.parent is None:
            return learner
        share = begin_from(self.parent, stage, learner)
        if stage not in self.told and not self._has_begun(stage):
            self.told.add(stage)
            self.around.progress.say(
                Message(
                    "Stage {stage} begins with {share} % of its weights from {name}.",
                    stage=stage,
                    share=round(100 * share),
                    name=self.parent.name,
                )
            )
        return learner

    def _has_begun(self, stage: StageName) -> bool:
        return (self.around.folder / stage / "checkpoints").exists()

    def _held_out_words(self, tokenizer: Tokenizer) -> Retrieval | None:
        held_out = self.around.held_out
        if held_out is None:
            return None
        material = prepare_material(held_out, self.around.device)
        if not material.is_captioned:
            return None
        return Retrieval(material=material, tokens=caption_tokens(tokenizer, material))

    # --- One stage ---

    def _stage(self, name: StageName, make_learner: MakeLearner, measure: Measure) -> Done:
        """Run a stage, or read what it left if it is done; end here if that was asked for."""
        folder = StageFolder(self.around.folder / name)
        config = config_of_stage(self.config, name)
        budget = self._budget(name)
        mark = folder.mark
        if mark is not None and (self._is_fixed(name) or mark.covers(budget)):
            settings = newest_settings(folder.path / "checkpoints")
            if settings is not None:
                config, _ = own_settings(config, settings)
            learner = make_learner(config)
            folder.load_into(learner.modules)
        else:
            self._check_turn(name)
            self.around.progress.say(Message("Stage {stage}.", stage=name))
            end = run_stage(config, make_learner, budget, self.around)
            reached = self._cut(end.learner, end.state, end.ending)
            report = write_report(reached, folder.path, self.around.report_language)
            self.around.progress.wrote(report)
            if end.ending != "finished":
                raise StageCut(reached)
            learner = end.learner
            mark = Mark(
                minutes=budget.minutes,
                images=budget.images,
                elapsed_s=end.state.elapsed_s,
                images_seen=end.state.images_seen,
                figures=measure(learner),
            )
            folder.finish(learner.modules, mark)
        self.marks.append(mark)
        if name == self.only:
            raise StageCut(self._cut(learner, self._state(mark), "stage_done"))
        return Done(learner=learner, mark=mark)

    def _budget(self, name: StageName) -> Budget:
        """Return the stage's budget: the whole, if it was asked for alone."""
        if name == self.only:
            return self.budget
        marks = {stage: StageFolder(self.around.folder / stage).mark for stage in self.stages}
        paid = tuple(stage for stage, mark in marks.items() if mark is None or not mark.is_gift)
        return budget_of_stage(self.config, self.budget, name, paid)

    def _is_fixed(self, name: StageName) -> bool:
        """Return whether the stage is left as it is, others being asked for or built on it."""
        if self.only is not None and self.only != name:
            return True
        later = self.stages[self.stages.index(name) + 1 :]
        folders = [self.around.folder / stage for stage in later]
        return name in FOUNDATIONS and any(folder.exists() for folder in folders)

    def _check_turn(self, name: StageName) -> None:
        if self.only is None or self.only == name:
            return
        raise InputError(
            "training.stage_order",
            Message("The stage '{stage}' comes after '{first}'.", stage=self.only, first=name),
            Message("Run that one first: --stage {first}", first=name),
        )

    def _state(self, mark: Mark) -> RunState:
        return RunState(
            seed=self.around.seed,
            images_seen=mark.images_seen,
            schedule_images=mark.images_seen,
            elapsed_s=sum(each.elapsed_s for each in self.marks),
        )

    def _cut(self, learner: Learner, state: RunState, ending: Ended) -> TrainingResult:
        return TrainingResult(
            learner=learner,
            state=state,
            ending=ending,
            config=learner.config,
            device=self.around.device,
        )

    def _result(self, model: LatentModel, mark: Mark) -> TrainingResult:
        return self._cut(model, self._state(mark), "finished")
