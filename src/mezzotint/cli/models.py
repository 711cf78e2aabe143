"""`mezzotint models`: list, show, import, export and remove models."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mezzotint.cli.command import N_, TranslatedGroup, command
from mezzotint.cli.evaluate import metric_line
from mezzotint.cli.face import Face
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from mezzotint.bundles.library import Library, Model
    from mezzotint.domain.card import Card, DataSpec


def _library() -> Library:
    from mezzotint.studio import Studio

    return Studio().models


@command("list", N_("List the models: those shipped and your own."))
@click.pass_obj
def list_models(face: Face) -> None:
    """Print one line a model, damaged ones with what is wrong."""
    models = _library().list()
    for model in models:
        face.line(_list_line(model, face))
    face.emit(
        {
            "models": [
                {
                    "name": model.name,
                    "origin": model.origin,
                    "path": str(model.path),
                    "family": model.card.family if model.card else None,
                    "width_px": model.card.width_px if model.card else None,
                    "height_px": model.card.height_px if model.card else None,
                    "problem": face.translate(model.problem.message) if model.problem else None,
                }
                for model in models
            ]
        }
    )


def _list_line(model: Model, face: Face) -> str:
    if model.card is None:
        problem = model.problem.message if model.problem else Message("its card cannot be read")
        damaged = face.translate(Message("damaged: {problem}", problem=problem))
        return f"{model.name:16} {damaged}"
    card = model.card
    title = card.title.get(face.language) or card.title.get("en", "")
    size = f"{card.width_px}x{card.height_px}"
    return f"{model.name:16} {card.family:8} {size:>9}  {title}"


@command("show", N_("Show a model's card: data, training, figures, limits."))
@click.argument("name")
@click.pass_obj
def show_model(face: Face, name: str) -> None:
    """Print the card, checked against the files."""
    from mezzotint.bundles.card_json import encode_card

    bundle = _library().find(name)
    if face.json_output:
        face.line_raw(encode_card(bundle.card).decode())
        return
    for line in _card_lines(bundle.card, face):
        face.line(line)
    face.say(Message("Card hash: {sha256}", sha256=bundle.sha256))


def _card_lines(card: Card, face: Face) -> list[str]:
    translate = face.translate
    title = card.title.get(face.language) or card.title.get("en", card.name)
    description = card.description.get(face.language) or card.description.get("en", "")
    training = card.training
    shape = Message(
        "Family: {family}, {width} x {height} px, channels: {channels}",
        family=card.family,
        width=card.width_px,
        height=card.height_px,
        channels=card.channels,
    )
    graphs = Message("Graphs: {graphs}", graphs=", ".join(graph.name for graph in card.graphs))
    lines = [f"{card.name} - {title}", description, "", translate(shape), translate(graphs)]
    if card.classes:
        lines.append(translate(Message("Classes:")))
        lines.extend(f"  {spec.name}: {', '.join(spec.words)}" for spec in card.classes)
    lines.extend(translate(_data_line(data)) for data in card.data)
    lines.append(
        translate(
            Message(
                "Training: {command} (seed {seed}, {minutes} minutes, {images} pictures seen, "
                "{machine}, {software})",
                command=training.command,
                seed=training.seed,
                minutes=round(training.minutes, 1),
                images=training.num_images_seen,
                machine=training.machine,
                software=training.software,
            )
        )
    )
    lines.extend(metric_line(metric, face) for metric in card.metrics)
    lines.extend(translate(Message("Limit: {limit}", limit=limit)) for limit in card.limits)
    lines.append(translate(Message("Licence of the weights: {licence}", licence=card.licence)))
    return lines


def _data_line(data: DataSpec) -> Message:
    return Message(
        "Data: {name}, {num} pictures, {licence}, {source}",
        name=data.name,
        num=data.num_images,
        licence=data.licence,
        source=data.source,
    )


@command("import", N_("Copy a model from a zip file or a folder into the models folder."))
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--name", default=None, help=N_("What to call it here."))
@click.option("--replace", is_flag=True, help=N_("Replace a model of that name."))
@click.pass_obj
def import_model(face: Face, source: Path, name: str | None, replace: bool) -> None:
    """Check the bundle completely before anything is in place."""
    bundle = _library().import_(source, name=name, replace=replace)
    model = bundle.path.name
    face.say(Message("Imported {name}. Use it: mezzotint imagine --model {name} ...", name=model))
    face.emit({"name": model, "path": str(bundle.path), "sha256": bundle.sha256})


@command("export", N_("Write a model as a zip file."))
@click.argument("name")
@click.argument("destination", type=click.Path(path_type=Path), default=Path())
@click.option("--replace", is_flag=True, help=N_("Replace a file that is already there."))
@click.pass_obj
def export_model(face: Face, name: str, destination: Path, replace: bool) -> None:
    """The same bundle always gives the same bytes."""
    path = _library().export(name, destination, replace=replace)
    face.say(Message("Wrote {path}.", path=str(path)))
    face.emit({"path": str(path)})


@command("remove", N_("Delete one of your own models."))
@click.argument("name")
@click.option("--yes", is_flag=True, help=N_("Do not ask."))
@click.pass_obj
def remove_model(face: Face, name: str, yes: bool) -> None:
    """Ask first, unless told not to or nobody is there to answer."""
    library = _library()
    if not yes and not face.json_output and face.is_interactive:
        question = face.translate(Message("Delete the model {name} for good?", name=name))
        click.confirm(question, abort=True)
    library.remove(name)
    face.say(Message("Removed {name}.", name=name))
    face.emit({"removed": name})


COMMAND = TranslatedGroup(
    "models",
    N_("List, show, import, export and remove models."),
    [list_models, show_model, import_model, export_model, remove_model],
)
