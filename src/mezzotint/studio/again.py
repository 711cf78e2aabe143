"""Make what is in a file again, from the recipe in it, whatever verb made it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mezzotint.imaging.formats import still_format
from mezzotint.provenance.verify import verify
from mezzotint.studio.editing import EDIT_VERBS, edit_again
from mezzotint.studio.output import finish, output_of
from mezzotint.studio.parents import engine_of, incomplete_recipe, missing_recipe

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.provenance.record import PictureRecord
    from mezzotint.studio.images import StudioImage
    from mezzotint.studio.output import StudioAnimation, Workshop


def make_again(
    workshop: Workshop,
    source: Path | bytes,
    *,
    parents: Sequence[Path | bytes] = (),
    progress: Callable[[int, int], None] | None = None,
) -> StudioImage | StudioAnimation:
    """Make a file again; the same software gives the same bytes.

    Pictures that were made from pixels need those: `parents`.
    """
    record = _record(source)
    if record.file is None or record.is_private:
        raise incomplete_recipe()
    if record.verb in ("morph", "loop"):
        from mezzotint.studio.animating import film_again

        output = output_of(workshop.settings, None)
        return film_again(workshop, record, output, parents=parents, progress=progress).film
    output = output_of(workshop.settings, still_format(record.file.format))
    if record.verb == "grid":
        from mezzotint.studio.gridding import grid_again

        return grid_again(workshop, record, output, progress=progress).images[0]
    if record.verb == "imagine":
        return workshop.imagine_again(source)
    pixels = _paint_again(workshop, record, parents)
    fresh = replace(record, file=None, engine=engine_of(workshop, record).description)
    return finish(pixels, fresh, output, last=record.picture_index)[0]


def _paint_again(
    workshop: Workshop, record: PictureRecord, parents: Sequence[Path | bytes]
) -> NDArray[np.uint8]:
    """Return the pixels of one picture; each verb is imported when it is needed."""
    if record.verb in EDIT_VERBS:
        return edit_again(workshop, record, parents)
    if record.verb == "vary":
        from mezzotint.studio.varying import vary_again

        return vary_again(workshop, record, parents)
    if record.verb == "restyle":
        from mezzotint.studio.restyling import restyle_again

        return restyle_again(workshop, record, parents)
    if record.verb in ("sliders", "strip"):
        from mezzotint.studio.sliding import slide_again

        return slide_again(workshop, record, parents)
    if record.verb == "blend":
        from mezzotint.studio.blending import blend_again

        return blend_again(workshop, record)
    if record.verb == "reconstruct":
        from mezzotint.studio.reconstructing import reconstruct_again

        return reconstruct_again(workshop, record, parents)
    raise incomplete_recipe()


def _record(source: Path | bytes) -> PictureRecord:
    if isinstance(source, Path) and source.suffix.lower() == ".mp4":
        return _film_record(source)
    record = verify(source).record
    if record is None:
        raise missing_recipe()
    return record


def _film_record(source: Path) -> PictureRecord:
    from mezzotint.imaging.containers.mp4 import read_xmp
    from mezzotint.provenance.record import read_record
    from mezzotint.provenance.xmp import record_json_in

    packet = read_xmp(source.read_bytes())
    text = None if packet is None else record_json_in(packet.decode("utf-8", errors="replace"))
    if text is None:
        raise missing_recipe()
    return read_record(text)
