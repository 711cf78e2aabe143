"""`mezzotint data manifest` and `export`: what pictures there are, for people and for programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from mezzotint.cli.command import N_, command
from mezzotint.cli.face import Face
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from mezzotint.data.manifest.difference import ManifestDifference


@command(
    "manifest",
    N_(
        "Write the list of pictures: path, hashes, size, caption, class, split, licence, source. "
        "With --compare, say what has changed since."
    ),
)
@click.argument("pictures")
@click.argument("manifest_file", type=click.Path(path_type=Path), default=Path("manifest.jsonl"))
@click.option("--licence", default="unknown", help=N_("Licence of the pictures."))
@click.option("--source", default="unknown", help=N_("Where they come from."))
@click.option("--consent", default="unknown", help=N_("Who agreed to training, and how."))
@click.option("--date", default=None, help=N_("When they were collected, such as 2026-05-31."))
@click.option(
    "--opt-out",
    type=click.Path(path_type=Path),
    default=None,
    help=N_("File with hashes and patterns of pictures to leave out."),
)
@click.option("--compare", is_flag=True, help=N_("Compare with the file instead of writing it."))
@click.pass_obj
def manifest(
    face: Face,
    pictures: str,
    manifest_file: Path,
    licence: str,
    source: str,
    consent: str,
    date: str | None,
    opt_out: Path | None,
    compare: bool,
) -> int:
    """Exit with 1 if --compare finds a difference."""
    from mezzotint.data.check.survey import SurveyOptions, survey
    from mezzotint.data.manifest.difference import compare_manifest
    from mezzotint.data.manifest.file import read_manifest, write_manifest
    from mezzotint.data.manifest.making import Terms, make_manifest, refuse_none
    from mezzotint.data.optout import read_opt_outs
    from mezzotint.data.sources.opening import open_source

    before = read_manifest(manifest_file) if compare or manifest_file.exists() else ()
    with open_source(pictures) as opened:
        opt_outs = read_opt_outs(opt_out) if opt_out else None
        if compare:
            return _show_difference(face, compare_manifest(before, opened, opt_outs))
        face.say(opened.taken_for)
        found = survey(opened, SurveyOptions(opt_outs=opt_outs, workers="processes"))
    terms = Terms(licence=licence, source=source, consent=consent, date=date)
    rows = make_manifest(found, terms=terms, previous=before)
    refuse_none(rows, found)
    sha256 = write_manifest(manifest_file, rows)
    face.warn([each.reason for each in found.broken])
    if num_opted_out := sum(1 for each in found.pictures if each.opted_out):
        face.say(Message("{count} pictures were left out as asked.", count=num_opted_out))
    face.say(
        Message(
            "{path} lists {num} pictures; {broken} files cannot be used. SHA-256: {sha256}",
            path=str(manifest_file),
            num=len(rows),
            broken=len(found.broken),
            sha256=sha256,
        )
    )
    face.emit(
        {
            "path": str(manifest_file),
            "num_images": len(rows),
            "num_broken": len(found.broken),
            "num_opted_out": num_opted_out,
            "sha256": sha256,
        }
    )
    return 0


def _show_difference(face: Face, difference: ManifestDifference) -> int:
    for key in difference.added:
        face.say(Message("added: {key}", key=key))
    for key in difference.changed:
        face.say(Message("changed: {key}", key=key))
    for key in difference.missing:
        face.say(Message("missing: {key}", key=key))
    for old, new in difference.moved:
        face.say(Message("moved: {old} -> {new}", old=old, new=new))
    face.say(Message("Unchanged: {num}.", num=difference.num_unchanged))
    face.emit(
        {
            "added": list(difference.added),
            "changed": list(difference.changed),
            "missing": list(difference.missing),
            "moved": [list(pair) for pair in difference.moved],
            "num_unchanged": difference.num_unchanged,
        }
    )
    return 0 if difference.is_empty else 1


@command("export", N_("Write pictures as WebDataset or Parquet, with Croissant metadata."))
@click.argument("pictures")
@click.argument("destination", type=click.Path(path_type=Path))
@click.option(
    "--as",
    "kind",
    type=click.Choice(["webdataset", "parquet"]),
    default="webdataset",
    help=N_("Form of the export."),
)
@click.option("--name", default=None, help=N_("Name of the data set."))
@click.option("--licence", default="unknown", help=N_("Licence of the pictures."))
@click.option("--source", default="unknown", help=N_("Where they come from."))
@click.option(
    "--opt-out",
    type=click.Path(path_type=Path),
    default=None,
    help=N_("File with hashes and patterns of pictures to leave out."),
)
@click.pass_obj
def export(
    face: Face,
    pictures: str,
    destination: Path,
    kind: Literal["webdataset", "parquet"],
    name: str | None,
    licence: str,
    source: str,
    opt_out: Path | None,
) -> None:
    """Write the files, bytes of the pictures untouched."""
    from mezzotint.data.export.croissant import write_croissant
    from mezzotint.data.export.parquet import export_parquet
    from mezzotint.data.export.webdataset import export_webdataset
    from mezzotint.data.optout import read_opt_outs
    from mezzotint.data.packed.for_training import Origin
    from mezzotint.data.sources.opening import open_source

    write = export_parquet if kind == "parquet" else export_webdataset
    with open_source(pictures) as opened:
        exported = write(opened, destination, opt_outs=read_opt_outs(opt_out) if opt_out else None)
    origin = Origin(name=name or destination.name, licence=licence, source=source)
    write_croissant(exported, kind, origin)
    face.warn([each.reason for each in exported.skipped])
    face.say(
        Message(
            "{num} pictures are in {path}; {skipped} are left out.",
            num=exported.num_images,
            path=str(exported.path),
            skipped=len(exported.skipped),
        )
    )
    face.emit(
        {
            "path": str(exported.path),
            "num_images": exported.num_images,
            "files": [each.name for each in exported.files],
            "num_skipped": len(exported.skipped),
        }
    )
