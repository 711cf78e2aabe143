"""What `mezzotint morph` and `mezzotint loop` have in common."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mezzotint.cli.command import N_
from mezzotint.cli.counting import counting
from mezzotint.cli.face import Face, texts
from mezzotint.cli.made import (
    describe,
    from_option,
    make_again,
    missing,
    model_option,
    out_option,
    private_option,
    save,
    seed_option,
)
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from mezzotint.imaging.formats import AnimationFormat
    from mezzotint.studio.studio import Studio

_PICTURE_ENDINGS = (".png", ".webp", ".jpg", ".jpeg", ".avif", ".gif", ".bmp", ".tif", ".tiff")


def film_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a film."""
    options = (
        click.argument("stations", nargs=-1),
        click.option(
            "--keys",
            "num_keys",
            type=click.IntRange(1, 1000),
            default=None,
            help=N_("Pictures of each prompt; 4 if there is only one prompt."),
        ),
        click.option(
            "--steps",
            "num_steps",
            type=click.IntRange(1, 10_000),
            default=24,
            help=N_("Frames from one picture to the next."),
        ),
        click.option(
            "--fps",
            "frames_per_s",
            type=click.FloatRange(1, 50),
            default=20.0,
            help=N_("Frames a second."),
        ),
        click.option(
            "--scale",
            type=click.IntRange(1, 64),
            default=None,
            help=N_("Enlarge by this whole number; small pictures are enlarged anyway."),
        ),
        click.option(
            "--format",
            "film_format",
            type=click.Choice(["gif", "webp", "mp4"]),
            default="gif",
            help=N_("File format; MP4 needs the part 'video'."),
        ),
        seed_option,
        model_option,
        out_option,
        from_option,
        private_option,
    )
    for option in reversed(options):
        function = option(function)
    return function


def make_film(
    face: Face,
    *,
    is_closed: bool,
    stations: tuple[str, ...],
    num_keys: int | None,
    num_steps: int,
    frames_per_s: float,
    scale: int | None,
    film_format: AnimationFormat,
    seed: int | None,
    model: str | None,
    out: Path | None,
    source: Path | None,
    private: bool,
) -> None:
    """Read prompts and files, paint, write; print the path."""
    from mezzotint.studio.studio import Studio

    studio = Studio()
    folder = out or studio.settings.output_folder
    if source is not None:
        # Pictures that the film needs; a prompt has no say in what is recorded.
        parents = [Path(word) for word in stations if is_picture_file(word)]
        words = [word for word in stations if not is_picture_file(word)]
        make_again(face, studio, source, folder, given=words, parents=parents)
        return
    if not stations:
        raise missing(
            Message("What to pass through is missing."),
            Message('Name prompts or pictures: mezzotint morph "bag" "ankle boot"'),
        )
    verb = _verb(studio, is_closed=is_closed)
    with counting(face, Message("Painting")) as progress:
        filmed = verb(
            [_station(word) for word in stations],
            model=model,
            num_keys=num_keys or (4 if len(stations) == 1 else 1),
            num_steps=num_steps,
            frames_per_s=frames_per_s,
            scale=scale,
            seed=seed,
            format=film_format,
            private=private,
            progress=progress,
        )
    face.warn(filmed.warnings)
    path = save(face, filmed.film, folder)
    face.emit(
        {
            "film": describe(filmed.film, path),
            "num_frames": len(filmed.film.frames),
            "warnings": texts(filmed.warnings, face.translate),
        }
    )


def _verb(studio: Studio, *, is_closed: bool) -> Callable[..., Any]:
    return studio.loop if is_closed else studio.morph


def _station(word: str) -> str | Path:
    return Path(word) if is_picture_file(word) else word


def is_picture_file(word: str) -> bool:
    """Tell whether a word names a file, or ends like a picture; else it is a prompt."""
    return word.lower().endswith(_PICTURE_ENDINGS) or Path(word).is_file()
