"""`mezzotint train`: from a folder of pictures to a model; called again, it goes on."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mezzotint.cli.command import N_, command
from mezzotint.cli.face import Face, Json, texts
from mezzotint.cli.progress import training_progress
from mezzotint.cli.size import parse_size
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from mezzotint.studio.modelling import Trained, TrainingPlan
    from mezzotint.training.estimate import Estimate


@command(
    "train",
    N_(
        "Train a model on pictures and put it into the models folder. The same command again goes "
        "on where it stopped; Ctrl-C saves first."
    ),
)
@click.argument("pictures")
@click.option("--name", default=None, help=N_("Name of the model; else that of the folder."))
@click.option(
    "--recipe",
    default=None,
    help=N_(
        "latent-cpu, latent-gpu, dcgan, cgan, acgan, vae, vaegan, tutorial-28, vae-classic; else "
        "what fits."
    ),
)
@click.option(
    "--start-from",
    default="auto",
    help=N_(
        "Model to begin from (latent recipes): a name, a folder, none, or auto: a shipped one "
        "where there are few pictures."
    ),
)
@click.option(
    "--minutes", type=float, default=None, help=N_("Train so long, all sessions together.")
)
@click.option("--images", type=int, default=None, help=N_("Train on so many pictures."))
@click.option(
    "--size", default=None, help=N_("WIDTHxHEIGHT in pixels, such as 64x48, or one side.")
)
@click.option("--seed", type=click.IntRange(min=0), default=1, help=N_("Seed of the training."))
@click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="NAME=VALUE",
    help=N_("Change a setting of the recipe; may be repeated."),
)
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    default=None,
    help=N_("TOML file with settings of the recipe."),
)
@click.option(
    "--classes",
    type=click.Path(path_type=Path),
    default=None,
    help=N_("TOML file that names the classes in every language."),
)
@click.option("--licence", default=None, help=N_("Licence of the pictures, for the card."))
@click.option(
    "--opt-out",
    type=click.Path(path_type=Path),
    default=None,
    help=N_("File with hashes and patterns of pictures that must not be trained on."),
)
@click.option("--device", default="auto", help=N_("auto, cpu, cuda or mps."))
@click.option("--threads", type=click.IntRange(min=1), default=None, help=N_("CPU threads."))
@click.option(
    "--stage",
    default=None,
    help=N_("Run one stage alone: codec, words, gan, upscaler, knowledge (latent recipes)."),
)
@click.option("--replace", is_flag=True, help=N_("Replace a model of that name."))
@click.option(
    "--dry-run",
    is_flag=True,
    help=N_("Show the settings, the size of the nets and the expected time; train nothing."),
)
@click.pass_obj
def train(
    face: Face,
    pictures: str,
    name: str | None,
    recipe: str | None,
    start_from: str,
    minutes: float | None,
    images: int | None,
    size: str | None,
    seed: int,
    overrides: tuple[str, ...],
    config: Path | None,
    classes: Path | None,
    licence: str | None,
    opt_out: Path | None,
    device: str,
    threads: int | None,
    stage: str | None,
    replace: bool,
    dry_run: bool,
) -> int:
    """Plan, say the plan, train, export."""
    from mezzotint.studio.modelling import DEFAULT_MINUTES, TrainingRequest
    from mezzotint.studio.studio import Studio

    if minutes is None and images is None:
        minutes = DEFAULT_MINUTES
    request = TrainingRequest(
        address=pictures,
        name=name,
        recipe=recipe,
        start_from=start_from,
        minutes=minutes,
        images=images,
        size_px=parse_size(size) if size else None,
        seed=seed,
        overrides=_parse_overrides(overrides),
        settings_file=config,
        classes_file=classes,
        licence=licence,
        opt_outs_file=opt_out,
        device=device,
        num_threads=threads,
        stage=stage,
        replace=replace,
        command=_command_line(),
        language=face.language,
    )
    # On a busy machine OpenMP threads that spin while they wait make two threads ten times slower.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    studio = Studio()
    plan = studio.plan_training(request)
    _tell_plan(face, plan)
    if dry_run:
        return _tell_costs(face, plan, studio.estimate_training(plan))
    with training_progress(face) as progress:
        trained = studio.run_training(plan, progress)
    return _finish(face, trained)


def _tell_plan(face: Face, plan: TrainingPlan) -> None:
    for note in plan.notes:
        face.say(note)
    for line in _plan_lines(plan, face):
        face.line(line)


def _tell_costs(face: Face, plan: TrainingPlan, estimate: Estimate | None) -> int:
    for line in _estimate_lines(estimate, face):
        face.line(line)
    costs = None if estimate is None else _estimate_json(estimate)
    face.emit(_plan_json(plan) | {"estimate": costs})
    return 0


def _finish(face: Face, trained: Trained) -> int:
    face.warn(trained.warnings)
    if trained.report is not None:
        face.say(Message("How the run went: {path}", path=trained.report))
    if trained.ending == "interrupted":
        face.say(
            Message(
                "Stopped and saved after {images} pictures. Type the same command to go on.",
                images=trained.num_images_seen,
            )
        )
    elif trained.ending == "stage_done":
        face.say(Message("The stage is done. Type the command without --stage for the others."))
    elif trained.ending == "finished":
        face.say(
            Message("The model {name} is ready: {path}", name=trained.name, path=str(trained.path))
        )
        face.say(Message("Try it: mezzotint imagine --model {name} ...", name=trained.name))
    face.emit(
        {
            "name": trained.name,
            "ending": trained.ending,
            "path": trained.path,
            "run_folder": trained.run_folder,
            "report": trained.report,
            "num_images_seen": trained.num_images_seen,
            "minutes": round(trained.minutes, 2),
            "metrics": {metric.name: metric.value for metric in trained.metrics},
            "warnings": texts(trained.warnings, face.translate),
        }
    )
    return 0 if trained.ending in ("finished", "stage_done") else 1


def _plan_lines(plan: TrainingPlan, face: Face) -> list[str]:
    lines = [
        face.translate(
            Message(
                "{num} pictures, {width} x {height} px, {channels} channels, {classes} classes.",
                num=plan.num_images,
                width=plan.width_px,
                height=plan.height_px,
                channels=plan.channels,
                classes=plan.num_classes,
            )
        ),
        face.translate(
            Message(
                "Recipe {recipe}; the run is kept in {folder}.",
                recipe=plan.config.recipe,
                folder=str(plan.run_folder),
            )
        ),
    ]
    lines.extend(f"  {name} = {value}" for name, value in plan.settings.items())
    return lines


def _plan_json(plan: TrainingPlan) -> dict[str, Json]:
    return {
        "name": plan.name,
        "run_folder": str(plan.run_folder),
        "num_images": plan.num_images,
        "width_px": plan.width_px,
        "height_px": plan.height_px,
        "channels": plan.channels,
        "num_classes": plan.num_classes,
        "settings": dict(plan.settings),
    }


def _estimate_lines(estimate: Estimate | None, face: Face) -> list[str]:
    if estimate is None:
        stages = Message("Each stage of this recipe is measured when it begins, not beforehand.")
        return [face.translate(stages)]
    said = [
        Message("{name}: {count:,} parameters.", name=name, count=count)
        for name, count in estimate.num_parameters.items()
    ]
    said.append(
        Message(
            "{mflop} MFLOP per image; {speed} images a second here.",
            mflop=f"{estimate.flops_per_image / 1e6:,.1f}",
            speed=f"{estimate.images_per_s:.0f}",
        )
    )
    said.append(
        Message(
            "Expected: {images:,} images in {minutes} minutes.",
            images=estimate.num_images,
            minutes=f"{estimate.minutes:.1f}",
        )
    )
    return [face.translate(message) for message in said]


def _estimate_json(estimate: Estimate) -> dict[str, Json]:
    return {
        "num_parameters": dict(estimate.num_parameters),
        "flops_per_image": estimate.flops_per_image,
        "images_per_s": round(estimate.images_per_s, 2),
        "num_images": estimate.num_images,
        "minutes": round(estimate.minutes, 3),
    }


def _parse_overrides(pairs: tuple[str, ...]) -> dict[str, str]:
    for pair in pairs:
        if "=" not in pair:
            raise InputError(
                "usage.set",
                Message("'{pair}' is no setting.", pair=pair),
                Message("Write --set NAME=VALUE, such as --set lr=2e-4"),
            )
    return {name.strip(): value.strip() for name, _, value in (p.partition("=") for p in pairs)}


def _command_line() -> str:
    return shlex.join(["mezzotint", *sys.argv[1:]])


COMMAND = train
