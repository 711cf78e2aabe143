"""What the verbs besides imagine hand out: finished files, and how they are written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.domain.version import VERSION
from mezzotint.imaging.formats import AnimationFormat, OutputFormat
from mezzotint.imaging.naming import picture_name
from mezzotint.imaging.new_file import write_new
from mezzotint.provenance.record import PictureRecord
from mezzotint.provenance.stamp import stamp
from mezzotint.provenance.stamp_animation import stamp_animation
from mezzotint.studio.images import StudioImage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.bundles.library import Library
    from mezzotint.engines.protocol import Engine
    from mezzotint.prompt.structure import Prompt, Submission
    from mezzotint.studio.settings import Settings

    Progress = Callable[[int, int], None]


class Workshop(Protocol):
    """What a verb needs of the studio."""

    @property
    def settings(self) -> Settings:
        """Return the settings."""
        ...

    @property
    def models(self) -> Library:
        """Return the models at hand."""
        ...

    def read_prompt(self, text: str) -> Submission:
        """Read a prompt."""
        ...

    def open_engine(self, model: str) -> Engine:
        """Return the engine of a model."""
        ...

    def imagine_again(self, source: Path | bytes) -> StudioImage:
        """Make a picture of imagine again."""
        ...


@dataclass(frozen=True, kw_only=True)
class Output:
    """Say how pictures are written."""

    picture_format: OutputFormat
    producer: str
    private: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class StudioAnimation:
    """Hold one film, labelled and ready to store.

    Attributes:
        frames: uint8 [H, W, C] each, as they were encoded.
        data: The whole file; store and serve it unchanged.
        record: The recipe in the file.
        name: A file name.
    """

    frames: tuple[NDArray[np.uint8], ...]
    data: bytes
    record: PictureRecord
    name: str

    def save(self, path: Path | str) -> Path:
        """Write the file and return where; a taken name gets -2, -3, ... behind it.

        Args:
            path: A file, or an existing folder, in which the film keeps its own name.
        """
        path = Path(path)
        return write_new(path / self.name if path.is_dir() else path, self.data)


@dataclass(frozen=True, kw_only=True, eq=False)
class Made:
    """Hold what a verb made.

    Attributes:
        images: The pictures, in order.
        sheet: All of them on one contact sheet; None if there is none.
        warnings: What was not understood or not possible, each once.
    """

    images: tuple[StudioImage, ...]
    sheet: StudioImage | None = None
    warnings: tuple[Message, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Filmed:
    """Hold a film that a verb made, and what was not understood or not possible."""

    film: StudioAnimation
    warnings: tuple[Message, ...] = ()


def output_of(
    settings: Settings, picture_format: OutputFormat | None, *, private: bool = False
) -> Output:
    """Fill what was not asked for from the settings."""
    return Output(
        picture_format=picture_format or settings.format,
        producer=settings.producer,
        private=private,
    )


def one_prompt(workshop: Workshop, text: str) -> Prompt:
    """Read a text that must stand for exactly one prompt.

    Raises:
        InputError: The prompt is refused, or "prompt.several".
    """
    submission = workshop.read_prompt(text)
    submission.raise_if_refused()
    if submission.num_prompts != 1:
        raise InputError(
            "prompt.several",
            Message("'{text}' stands for {num} prompts.", text=text, num=submission.num_prompts),
            Message("Write one prompt, without braces."),
        )
    return submission.prompts[0]


def model_record(engine: Engine, verb: str, *, prompt: Prompt) -> PictureRecord:
    """Return what every record of one engine and prompt has in common."""
    card = engine.card
    return PictureRecord(
        mezzotint_version=VERSION,
        verb=verb,
        text=prompt.text,
        negative_text=", ".join(prompt.no),
        model=card.name,
        family=card.family,
        bundle_sha256=engine.bundle_sha256,
        engine=engine.description,
        data_manifest_sha256=tuple(data.manifest_sha256 for data in card.data),
    )


def finish(
    pixels: NDArray[np.uint8], record: PictureRecord, output: Output, *, last: int | str
) -> tuple[StudioImage, tuple[Message, ...]]:
    """Stamp a picture and name its file.

    Args:
        pixels: uint8 [H, W, C].
        record: The recipe.
        output: How it is written.
        last: What ends the name: the index of the picture, or "sheet".
    """
    stamped = stamp(
        pixels,
        record,
        picture_format=output.picture_format,
        producer=output.producer,
        private=output.private,
    )
    name = file_name(stamped.record, last, file_format=output.picture_format)
    image = StudioImage(pixels=pixels, data=stamped.data, record=stamped.record, name=name)
    return image, stamped.warnings


def finish_film(
    frames: Sequence[NDArray[np.uint8]],
    record: PictureRecord,
    output: Output,
    *,
    file_format: AnimationFormat,
    frames_per_s: float,
) -> Filmed:
    """Stamp a film and name its file."""
    stamped = stamp_animation(
        frames,
        record,
        file_format=file_format,
        frames_per_s=frames_per_s,
        producer=output.producer,
        private=output.private,
    )
    name = file_name(stamped.record, "", file_format=file_format)
    film = StudioAnimation(
        frames=tuple(frames), data=stamped.data, record=stamped.record, name=name
    )
    return Filmed(film=film, warnings=stamped.warnings)


def file_name(
    record: PictureRecord, last: int | str, *, file_format: OutputFormat | AnimationFormat
) -> str:
    """Return words, verb, seed and index as a file name.

    Example:
        >>> record = PictureRecord(mezzotint_version="0.1.0", verb="vary", text="koi", seed=7,
        ...                        model="pond", family="cgan", bundle_sha256="45", engine="native")
        >>> file_name(record, 0, file_format="png")
        'koi-vary-7-0.png'
    """
    seed = "" if record.seed is None else record.seed
    words = record.text or record.model
    name = picture_name(words, record.verb, seed, last, picture_format="png")
    return name.removesuffix(".png") + (".jpg" if file_format == "jpeg" else f".{file_format}")
