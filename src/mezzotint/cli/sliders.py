"""`mezzotint sliders`: move a picture along the directions of its model."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mezzotint.cli.command import N_, command
from mezzotint.cli.face import Face
from mezzotint.cli.film import is_picture_file
from mezzotint.cli.made import (
    format_option,
    from_option,
    make_again,
    missing,
    model_option,
    out_option,
    private_option,
    save_all,
    seed_option,
)
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from mezzotint.imaging.formats import OutputFormat
    from mezzotint.studio.studio import Studio

_KINDS = {
    "word": Message("Words:"),
    "axis": Message("Axes along which pictures differ most, without names:"),
    "layer": Message("Directions that the layers of the model answer to most, without names:"),
}


@command(
    "sliders",
    N_(
        "Move a picture, or the first picture of a prompt, along directions of its model: "
        "mezzotint sliders dragon.png --set golden=1.5; or show a strip of values."
    ),
)
@click.argument("subject", nargs=-1, type=click.UNPROCESSED)
@click.option("--list", "wants_list", is_flag=True, help=N_("List the sliders of the model."))
@click.option(
    "--set", "values", multiple=True, help=N_("NAME=VALUE, as often as you like; 0 is no change.")
)
@click.option("--strip", default=None, help=N_("Show values of this slider on one sheet."))
@click.option("--steps", type=click.IntRange(2, 25), default=5, help=N_("Pictures of the strip."))
@click.option("--range", "span", default="-2,2", help=N_("First and last value of the strip."))
@model_option
@seed_option
@format_option
@out_option
@from_option
@private_option
@click.pass_obj
def sliders(
    face: Face,
    subject: tuple[str, ...],
    wants_list: bool,
    values: tuple[str, ...],
    strip: str | None,
    steps: int,
    span: str,
    model: str | None,
    seed: int | None,
    picture_format: OutputFormat | None,
    out: Path | None,
    source: Path | None,
    private: bool,
) -> None:
    """Read, move, write; print the path, or the list."""
    from mezzotint.studio.sliding import Strip
    from mezzotint.studio.studio import Studio

    studio = Studio()
    folder = out or studio.settings.output_folder
    text = " ".join(subject)
    if wants_list:
        _list(face, studio, model, Path(text) if is_picture_file(text) else None)
        return
    if source is not None:
        parents = [Path(text)] if text else []
        make_again(face, studio, source, folder, given=[*values, strip], parents=parents)
        return
    if not text:
        raise missing(
            Message("The picture is missing."),
            Message("Name one, or a prompt: mezzotint sliders dragon.png --set golden=1.5"),
        )
    low, high = _read_span(span)
    made = studio.sliders(
        Path(text) if is_picture_file(text) else text,
        dict(map(_read_value, values)),
        strip=None if strip is None else Strip(name=strip, num_steps=steps, low=low, high=high),
        model=model,
        seed=seed,
        format=picture_format,
        private=private,
    )
    save_all(face, made, folder)


def _list(face: Face, studio: Studio, model: str | None, picture: Path | None) -> None:
    directions = studio.list_sliders(model, picture=picture)
    for kind, group in groupby(directions, key=lambda one: one.kind):
        face.say(_KINDS[kind])
        face.line("  " + ", ".join(one.name for one in group))
    face.emit({"sliders": [{"name": one.name, "kind": one.kind} for one in directions]})


def _read_value(text: str) -> tuple[str, float]:
    name, equals, value = text.replace("＝", "=").rpartition("=")
    try:
        if equals and name.strip():
            return name.strip(), float(value)
    except ValueError:
        pass
    raise InputError(
        "sliders.value",
        Message("'{text}' sets no slider.", text=text),
        Message("Write a name and a number: --set golden=1.5"),
    )


def _read_span(text: str) -> tuple[float, float]:
    low, _, high = text.replace("，", ",").partition(",")
    try:
        return float(low), float(high)
    except ValueError as error:
        raise InputError(
            "sliders.strip",
            Message("'{text}' is no range.", text=text),
            Message("Write the first and the last value: --range -2,2"),
        ) from error


sliders.context_settings = {"ignore_unknown_options": True}
COMMAND = sliders
