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
    from mezzotint.studio.output import Output, StudioAnimation, Workshop


def make_again(
    workshop: Workshop,
    source: Path | bytes,
    *,
    parents: Sequence[Path | bytes] = (),
    progress: Callable[[int, int], None] | None = None,
) -> StudioImage | StudioAnimation:
    """Make a file again; the same software gives the same bytes.

    Edited pictures need those that they were made from: `parents`.
    """
    record = _record(source)
    if record.file is None or record.is_private:
        raise incomplete_recipe()
    if record.verb in ("morph", "loop"):
        from mezzotint.studio.animating import film_again

        output = output_of(workshop.settings, None)
        return film_again(workshop, record, output, progress=progress).film
    output = output_of(workshop.settings, still_format(record.file.format))
    if record.verb == "grid":
        from mezzotint.studio.gridding import grid_again

        return grid_again(workshop, record, output, progress=progress).images[0]
    if record.verb == "vary":
        from mezzotint.studio.varying import vary_again

        pixels = vary_again(workshop, record).pictures[0]
        return _finished(workshop, pixels, record, output)
    if record.verb in EDIT_VERBS:
        pixels = edit_again(workshop, record, parents)
        return _finished(workshop, pixels, record, output)
    if record.verb == "blend":
        from mezzotint.studio.blending import blend_again

        return _finished(workshop, blend_again(workshop, record), record, output)
    if record.verb == "reconstruct":
        from mezzotint.studio.reconstructing import reconstruct_again

        return _finished(workshop, reconstruct_again(workshop, record, parents), record, output)
    if record.verb == "imagine":
        return workshop.imagine_again(source)
    raise incomplete_recipe()


def _finished(
    workshop: Workshop, pixels: NDArray[np.uint8], record: PictureRecord, output: Output
) -> StudioImage:
    description = engine_of(workshop, record).description
    fresh = replace(record, file=None, engine=description)
    return finish(pixels, fresh, output, last=record.picture_index)[0]


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
