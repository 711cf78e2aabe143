"""What the studio hands out: finished picture files with their pixels and recipes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mezzotint.domain.message import Message
from mezzotint.imaging.formats import OutputFormat
from mezzotint.imaging.naming import picture_name
from mezzotint.imaging.new_file import write_new
from mezzotint.provenance.record import PictureRecord

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.prompt.structure import Submission


@dataclass(frozen=True, kw_only=True, eq=False)
class StudioImage:
    """Hold one picture, labelled and ready to store.

    Attributes:
        pixels: uint8 [H, W, C] as the model painted them.
        data: The whole file; store and serve it unchanged.
        record: The recipe in the file.
        name: A file name made from the prompt, the seed and the index.
    """

    pixels: NDArray[np.uint8]
    data: bytes
    record: PictureRecord
    name: str

    def save(self, path: Path | str) -> Path:
        """Write the file and return where; a taken name gets -2, -3, ... behind it.

        Args:
            path: A file, or an existing folder, in which the picture keeps its own name.

        Raises:
            FailedError: The disk is full.
            InputError: The folder cannot be written.
        """
        path = Path(path)
        return write_new(path / self.name if path.is_dir() else path, self.data)


@dataclass(frozen=True, kw_only=True, eq=False)
class Imagined:
    """Hold everything one submitted text became.

    Attributes:
        submission: The prompt as read, with diagnostics.
        model: Name of the model.
        images: The pictures, job after job.
        sheet: All of them on one contact sheet; None if there was only one, or none was wanted.
        warnings: What was not understood or not possible, each once.
    """

    submission: Submission
    model: str
    images: tuple[StudioImage, ...]
    sheet: StudioImage | None
    warnings: tuple[Message, ...]


def image_name(
    record: PictureRecord, picture_format: OutputFormat, *, is_sheet: bool = False
) -> str:
    """Return the file name of a picture: words, seed, index."""
    seed = "" if record.seed is None else record.seed
    last = "sheet" if is_sheet else record.picture_index
    return picture_name(record.text or record.model, seed, last, picture_format=picture_format)
