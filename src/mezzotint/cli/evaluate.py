"""`mezzotint evaluate`: measure a model on pictures it was not trained on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mezzotint.cli.command import N_, command
from mezzotint.cli.counting import counting
from mezzotint.cli.face import Face, Json, texts
from mezzotint.cli.made import save
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from mezzotint.domain.card import MetricSpec


@command(
    "evaluate",
    N_(
        "Measure how good a model is: distances, coverage, classes, memorisation, each with the "
        "number of pictures and what real pictures reach."
    ),
)
@click.argument("model")
@click.option("--data", required=True, help=N_("The pictures: address as for `mezzotint train`."))
@click.option(
    "-n",
    "--num-samples",
    type=click.IntRange(min=10),
    default=10_000,
    help=N_("Generated pictures; at most as many as are held out."),
)
@click.option(
    "--classes",
    type=click.Path(path_type=Path),
    default=None,
    help=N_("TOML file that names the classes in every language."),
)
@click.option(
    "--gan-train",
    is_flag=True,
    help=N_(
        "Also train a classifier on generated pictures and test it on real ones; takes minutes."
    ),
)
@click.option(
    "--fid",
    is_flag=True,
    help=N_("Also compute FID, on the features of Inception; needs the optional part 'fid'."),
)
@click.option(
    "--likelihood-pictures",
    type=click.IntRange(min=0),
    default=100,
    help=N_("Held-out pictures for the log-likelihood of a VAE, 5000 draws each; 0 leaves it out."),
)
@click.option(
    "--judge",
    default=None,
    help=N_(
        "Another model, by name or folder, whose encoders also say whether captions find their "
        "pictures; train it on the same pictures with another seed."
    ),
)
@click.option(
    "--pairs",
    type=click.Path(path_type=Path),
    default=None,
    help=N_("Folder for a sheet of the pictures nearest to a training picture, each above it."),
)
@click.pass_obj
def evaluate(
    face: Face,
    model: str,
    data: str,
    num_samples: int,
    classes: Path | None,
    gan_train: bool,
    fid: bool,
    likelihood_pictures: int,
    judge: str | None,
    pairs: Path | None,
) -> None:
    """Print one line a figure."""
    from mezzotint.studio.studio import Studio

    studio = Studio()
    with counting(face, Message("Painting")) as progress:
        report = studio.evaluate(
            model,
            data,
            num_samples=num_samples,
            classes_file=classes,
            gan_train=gan_train,
            fid=fid,
            num_likelihood=likelihood_pictures,
            judge=judge,
            progress=progress,
        )
    for metric in report.metrics:
        face.line(metric_line(metric, face))
    for note in report.notes:
        face.say(note)
    sheet = None
    if pairs is not None:
        sheet = save(face, studio.closest_pairs(model, report).images[0], pairs)
    face.emit(
        {
            "model": model,
            "ruler": report.ruler,
            "num_samples": report.num_samples,
            "num_held_out": report.num_held_out,
            "metrics": [metric_json(metric) for metric in report.metrics],
            "closest_pairs": None if sheet is None else str(sheet),
            "notes": texts(report.notes, face.translate),
        }
    )


def metric_line(metric: MetricSpec, face: Face) -> str:
    """Return a figure with its number of pictures and what real pictures reach."""
    line = f"{metric.name}: {metric.value:.4g} (N = {metric.num_samples}"
    if metric.real_floor is not None:
        floor = Message("real against real: {floor}", floor=f"{metric.real_floor:.4g}")
        line += f", {face.translate(floor)}"
    line += ")"
    if metric.per_class:
        shares = (f"{name} {value:.3f}" for name, value in metric.per_class.items())
        line += f" - {', '.join(shares)}"
    return f"{line} {metric.note}".rstrip()


def metric_json(metric: MetricSpec) -> Json:
    """Return a figure for machines."""
    return {
        "name": metric.name,
        "value": metric.value,
        "num_samples": metric.num_samples,
        "real_floor": metric.real_floor,
        "per_class": dict(metric.per_class),
        "note": metric.note,
    }


COMMAND = evaluate
