"""Train, from an address to a model in the models folder: prepare, run, measure, export."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from mezzotint.domain.card import Card, MetricSpec, Scalar
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from mezzotint.bundles.read import Bundle
    from mezzotint.data.training_pictures import TrainingPictures
    from mezzotint.studio.settings import Settings
    from mezzotint.studio.translation import Language
    from mezzotint.training.config import TrainingConfig
    from mezzotint.training.estimate import Estimate
    from mezzotint.training.export import About
    from mezzotint.training.latent.parent import Parent
    from mezzotint.training.progress import Progress
    from mezzotint.training.run import TrainingResult

DEFAULT_MINUTES = 30.0


@dataclass(frozen=True, kw_only=True)
class TrainingRequest:
    """Hold what the user asked for; None means: decide.

    Attributes:
        address: Folder, archive or remote address of pictures.
        name: Of the model.
        recipe: Name of a recipe.
        minutes: Budget over all sessions.
        images: Budget in pictures seen.
        size_px: (height, width) to train at.
        seed: Of the run.
        overrides: Settings of the recipe, name to value as text.
        settings_file: TOML file with settings of the recipe.
        classes_file: TOML file that names the classes.
        licence: Of the pictures; None = what the catalogue says, or "unknown".
        start_from: What to begin from: "auto", "none", a model's name or a bundle's folder.
        opt_outs_file: Hashes and globs of pictures that must not be trained on.
        device: "auto", "cpu", "cuda", "mps".
        num_threads: CPU threads.
        stage: The one stage to run, of a family that has stages; None = all.
        replace: Whether a model of that name gives way.
        command: The command line, for the card.
        language: Of the report that the run leaves.
    """

    address: str
    name: str | None = None
    recipe: str | None = None
    start_from: str = "auto"
    minutes: float | None = None
    images: int | None = None
    size_px: tuple[int, int] | None = None
    seed: int = 1
    overrides: Mapping[str, str]
    settings_file: Path | None = None
    classes_file: Path | None = None
    licence: str | None = None
    opt_outs_file: Path | None = None
    device: str = "auto"
    num_threads: int | None = None
    stage: str | None = None
    replace: bool = False
    command: str = ""
    language: Language = "en"


@dataclass(frozen=True, kw_only=True, eq=False)
class TrainingPlan:
    """Hold everything as resolved, before anything is trained."""

    request: TrainingRequest
    name: str
    run_folder: Path
    destination: Path
    pictures: TrainingPictures
    held_out: TrainingPictures | None
    config: TrainingConfig
    parent: Parent | None
    notes: tuple[Message, ...]

    @property
    def num_images(self) -> int:
        """Return how many pictures are trained on."""
        return self.pictures.pixels.shape[0]

    @property
    def height_px(self) -> int:
        """Return the height pictures are trained at."""
        return self.pictures.pixels.shape[1]

    @property
    def width_px(self) -> int:
        """Return the width pictures are trained at."""
        return self.pictures.pixels.shape[2]

    @property
    def channels(self) -> int:
        """Return 1 (grey), 3 (RGB) or 4 (RGBA)."""
        return self.pictures.pixels.shape[3]

    @property
    def num_classes(self) -> int:
        """Return how many classes there are; 0 for unlabelled pictures."""
        return len(self.pictures.classes)

    @property
    def settings(self) -> Mapping[str, Scalar]:
        """Return the resolved recipe, flat."""
        from mezzotint.training.recipes import as_scalars

        return as_scalars(self.config)


@dataclass(frozen=True, kw_only=True)
class Trained:
    """Hold what a session of training left.

    Attributes:
        ending: "finished": the model is in place; "interrupted": the run goes on when asked again;
            "gave_up": the run failed and has said why; "stage_done": the one stage that was asked
            for is done.
        path: The model's folder; None unless finished.
        report: The page that tells the run; None if it has none.
    """

    name: str
    ending: Literal["finished", "interrupted", "gave_up", "stage_done"]
    path: str | None
    report: str | None
    run_folder: str
    num_images_seen: int
    minutes: float
    metrics: tuple[MetricSpec, ...]
    warnings: tuple[Message, ...]


def plan_training(request: TrainingRequest, settings: Settings) -> TrainingPlan:
    """Prepare the pictures and resolve every setting; nothing is trained yet.

    Raises:
        InputError: Address, name, recipe or a setting is wrong.
    """
    from mezzotint.bundles.library import Library
    from mezzotint.data.optout import read_opt_outs
    from mezzotint.studio.heritage import begin_from
    from mezzotint.studio.recipe_choice import choose_recipe
    from mezzotint.studio.training_data import DataRequest, load_training_data
    from mezzotint.training.recipes import override, read_overrides, recipe

    name = request.name or default_name(request.address)
    destination = settings.models_folder / name
    _check_destination(destination, replace=request.replace)
    # A wrong recipe or setting must not wait for the packing.
    wanted = recipe(request.recipe) if request.recipe else None
    data = load_training_data(
        DataRequest(
            address=request.address,
            size_px=request.size_px,
            classes_file=request.classes_file,
            licence=request.licence,
            opt_outs=read_opt_outs(request.opt_outs_file) if request.opt_outs_file else None,
            cache_folder=settings.cache_folder,
        )
    )
    said: tuple[Message, ...] = ()
    config = wanted
    if config is None:
        config, why = choose_recipe(data.train, deserved_px=data.deserved_px, device=request.device)
        said = (why,)
    run_folder = settings.runs_folder / name
    config, parent, heritage = begin_from(
        request.start_from, config, data.train, Library(settings.models_folder), run_folder
    )
    if request.settings_file is not None:
        config = override(config, read_overrides(request.settings_file))
    return TrainingPlan(
        request=request,
        name=name,
        run_folder=run_folder,
        destination=destination,
        pictures=data.train,
        held_out=data.held_out,
        config=override(config, request.overrides),
        parent=parent,
        notes=(*data.notes, *said, *heritage),
    )


def estimate_training(plan: TrainingPlan) -> Estimate | None:
    """Say what the planned run would cost: parameters, arithmetic and time, measured in seconds.

    Returns:
        The cost; None for a recipe of several stages, whose later nets depend on the earlier ones.

    Raises:
        InputError: Pictures and recipe do not fit, or the device is not there.
    """
    import torch

    from mezzotint.training.budget import Budget
    from mezzotint.training.device import choose_device
    from mezzotint.training.estimate import estimate
    from mezzotint.training.latent.config import LatentConfig
    from mezzotint.training.making import Hardware

    request = plan.request
    if isinstance(plan.config, LatentConfig):
        return None
    if request.num_threads is not None:
        torch.set_num_threads(request.num_threads)
    return estimate(
        plan.config,
        plan.pictures,
        Budget(minutes=request.minutes, images=request.images),
        Hardware(device=choose_device(request.device)),
        seed=request.seed,
    )


def run_training(plan: TrainingPlan, progress: Progress) -> Trained:
    """Train as planned, or go on; measure and export when the budget is spent.

    Raises:
        InputError: The run folder holds another run.
        FailedError: The disk is full, or an exported graph differs from its network.
    """
    result = _train(plan, progress)
    if result.ending != "finished":
        return _trained(plan, result, metrics=(), warnings=())
    card, warnings = _export(plan, result, progress)
    return _trained(plan, result, metrics=card.metrics, warnings=warnings)


def _train(plan: TrainingPlan, progress: Progress) -> TrainingResult:
    from mezzotint.studio.translation import translator
    from mezzotint.training.budget import Budget
    from mezzotint.training.latent.config import LatentConfig, stage_named
    from mezzotint.training.latent.run import train_latent
    from mezzotint.training.report.words import ReportLanguage
    from mezzotint.training.run import train

    request = plan.request
    budget = Budget(minutes=request.minutes, images=request.images)
    tag: Literal["en", "zh-Hans"] = "zh-Hans" if request.language == "zh" else "en"
    report_language = ReportLanguage(tag=tag, translate=translator(request.language))
    if isinstance(plan.config, LatentConfig):
        return train_latent(
            plan.pictures,
            plan.config,
            plan.run_folder,
            budget=budget,
            held_out=plan.held_out,
            seed=request.seed,
            device=request.device,
            threads=request.num_threads,
            progress=progress,
            only=stage_named(request.stage),
            parent=plan.parent,
            report_language=report_language,
        )
    return train(
        plan.pictures,
        plan.config,
        plan.run_folder,
        budget=budget,
        held_out=plan.held_out,
        seed=request.seed,
        device=request.device,
        threads=request.num_threads,
        progress=progress,
        report_language=report_language,
    )


def default_name(address: str) -> str:
    """Return a model name made from the last part of an address.

    Example:
        >>> default_name("./My Pictures/")
        'my-pictures'
    """
    last = re.split(r"[/\\]", address.rstrip("/\\"))[-1]
    stem = re.sub(r"\.(zip|tar|tar\.gz|tgz|parquet)$", "", last, flags=re.IGNORECASE)
    words = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")
    return words or "model"


def _check_destination(destination: Path, *, replace: bool) -> None:
    from mezzotint.bundles.names import check_model_name

    check_model_name(destination.name)
    if destination.exists() and not replace:
        raise InputError(
            "bundle.exists",
            Message("There is a model called {name} already.", name=destination.name),
            Message("Give this one another --name, or --replace that one."),
        )


def _export(
    plan: TrainingPlan, result: TrainingResult, progress: Progress
) -> tuple[Card, tuple[Message, ...]]:
    """Export, measure what was exported, and put it in place with the figures on its card."""
    from mezzotint.bundles.read import open_bundle
    from mezzotint.bundles.write import write_bundle
    from mezzotint.training.export import export_bundle
    from mezzotint.training.latent.model import LatentModel

    staged = plan.run_folder / "export" / plan.name
    about, model = _about(plan), result.learner
    if isinstance(model, LatentModel):
        card = export_bundle(
            result,
            plan.pictures,
            plan.destination,
            about,
            metrics=model.metrics,
            words=model.vocabulary,
            extra_files=model.extra_files,
            replace=plan.request.replace,
        )
        return card, ()
    export_bundle(result, plan.pictures, staged, about, replace=True)
    bundle = open_bundle(staged)
    metrics, warnings = _measure(plan, bundle, progress)
    files = {name: bundle.read_file(name) for name in bundle.card.files}
    card = replace(bundle.card, metrics=metrics)
    return write_bundle(plan.destination, card, files, replace=plan.request.replace), warnings


def _measure(
    plan: TrainingPlan, bundle: Bundle, progress: Progress
) -> tuple[tuple[MetricSpec, ...], tuple[Message, ...]]:
    """Measure the bundle against held-out pictures; without them there are no figures."""
    from mezzotint.engines.opening import open_engine
    from mezzotint.studio.measuring import measure

    if plan.held_out is None:
        return (), (
            Message("Too few pictures to hold some out: the card holds no measured figures."),
        )
    progress.say(Message("Measuring the model on pictures held out of the training."))
    report = measure(open_engine(bundle), plan.pictures, plan.held_out)
    return report.metrics, report.notes


def _about(plan: TrainingPlan) -> About:
    from mezzotint.training.export import About

    data = plan.pictures.source
    return About(
        name=plan.name,
        title={"en": plan.name, "zh": plan.name},
        description={
            "en": f"Trained on {data.num_images} pictures of {data.name}.",
            "zh": f"以 {data.name} 的 {data.num_images} 张图片训练。",
        },
        licence=data.licence,
        command=plan.request.command,
        further_data=() if plan.parent is None else plan.parent.data,
        limits=("It knows only what its training pictures show.",),
    )


def _trained(
    plan: TrainingPlan,
    result: TrainingResult,
    *,
    metrics: tuple[MetricSpec, ...],
    warnings: tuple[Message, ...],
) -> Trained:
    from mezzotint.training.report.page import REPORT_FILE

    # A run in stages has a report for each; the generator's says the most.
    folders = (plan.run_folder, *(plan.run_folder / stage for stage in ("gan", "words", "codec")))
    report = next((f / REPORT_FILE for f in folders if (f / REPORT_FILE).exists()), None)
    return Trained(
        name=plan.name,
        ending=result.ending,
        path=str(plan.destination) if result.ending == "finished" else None,
        report=None if report is None else str(report),
        run_folder=str(plan.run_folder),
        num_images_seen=result.state.images_seen,
        minutes=result.state.elapsed_s / 60,
        metrics=metrics,
        warnings=warnings,
    )
