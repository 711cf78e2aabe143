"""`mezzotint data`: what can be done with pictures before a model learns from them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mezzotint.cli.command import N_, TranslatedGroup, command
from mezzotint.cli.data_check import check
from mezzotint.cli.data_lists import export, manifest
from mezzotint.cli.data_scenes import scenes
from mezzotint.cli.face import Face
from mezzotint.cli.size import parse_size
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from mezzotint.data.packed.options import Channels


_CHANNELS: Mapping[str, Channels] = {"1": 1, "3": 3, "4": 4}


@command("catalogue", N_("List the openly licensed data sets that can be fetched by name."))
@click.pass_obj
def catalogue(face: Face) -> None:
    """Print one line a data set: name, size, licence, what it is."""
    from mezzotint.data.catalogue import catalogue as known_sets

    sets = known_sets()
    for name, data_set in sets.items():
        title = data_set.title.get(face.language) or data_set.title["en"]
        face.line(f"{name:16} {data_set.size_bytes / 1e6:7.1f} MB  {data_set.licence:12} {title}")
    face.emit(
        {
            "data_sets": [
                {
                    "name": name,
                    "title": data_set.title["en"],
                    "about": data_set.about,
                    "licence": data_set.licence,
                    "homepage": data_set.homepage,
                    "size_bytes": data_set.size_bytes,
                    "num_classes": len(data_set.classes),
                }
                for name, data_set in sets.items()
            ]
        }
    )


@command("fetch", N_("Download a data set of the catalogue, checked by hash; goes on if cut off."))
@click.argument("name")
@click.argument("destination", type=click.Path(path_type=Path), default=Path())
@click.pass_obj
def fetch(face: Face, name: str, destination: Path) -> None:
    """Download into DESTINATION/NAME."""
    from mezzotint.data.fetch import fetch as fetch_set

    fetched = fetch_set(name, destination)
    face.say(
        Message(
            "{title} is in {path}; licence: {licence}.",
            title=fetched.data_set.title["en"],
            path=str(fetched.path),
            licence=fetched.data_set.licence,
        )
    )
    face.emit(
        {
            "name": fetched.data_set.name,
            "path": str(fetched.path),
            "licence": fetched.data_set.licence,
            "num_downloaded": fetched.num_downloaded,
        }
    )


@command("pack", N_("Resize pictures once into a packed set that training reads at full speed."))
@click.argument("pictures")
@click.argument("destination", type=click.Path(path_type=Path))
@click.option("--size", required=True, help=N_("WIDTHxHEIGHT in pixels, or one side."))
@click.option(
    "--channels",
    type=click.Choice(list(_CHANNELS)),
    default=None,
    help=N_("1 grey, 3 RGB, 4 RGBA; else what the pictures have."),
)
@click.option(
    "--opt-out",
    type=click.Path(path_type=Path),
    default=None,
    help=N_("File with hashes and patterns of pictures to leave out."),
)
@click.pass_obj
def pack(
    face: Face,
    pictures: str,
    destination: Path,
    size: str,
    channels: str | None,
    opt_out: Path | None,
) -> None:
    """Pack; run again after an interruption, it goes on."""
    from mezzotint.data.optout import read_opt_outs
    from mezzotint.data.packed.options import PackOptions
    from mezzotint.data.packed.packing import pack as pack_source
    from mezzotint.data.sources.opening import open_source

    height_px, width_px = parse_size(size)
    options = PackOptions(
        height_px=height_px, width_px=width_px, channels=_CHANNELS[channels] if channels else None
    )
    with open_source(pictures) as source:
        face.say(source.taken_for)
        packed = pack_source(
            source,
            destination,
            options,
            opt_outs=read_opt_outs(opt_out) if opt_out else None,
        )
    face.warn([skipped.reason for skipped in packed.skipped])
    face.say(
        Message(
            "{num} pictures are packed in {path}; {skipped} are left out.",
            num=len(packed.entries),
            path=str(destination),
            skipped=len(packed.skipped),
        )
    )
    face.emit(
        {
            "path": str(destination),
            "num_images": len(packed.entries),
            "manifest_sha256": packed.manifest_sha256,
            "skipped": [
                {"key": each.key, "code": each.code, "reason": face.translate(each.reason)}
                for each in packed.skipped
            ],
        }
    )


COMMAND = TranslatedGroup(
    "data",
    N_("Check, pack, fetch, export and paint pictures."),
    [check, manifest, pack, export, fetch, catalogue, scenes],
)
