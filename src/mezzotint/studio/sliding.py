"""Sliders, from a file or a prompt to pictures or to a strip of values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.imaging.axis_sheet import axis_sheet
from mezzotint.prompt.structure import Prompt
from mezzotint.studio.editing import find_parents
from mezzotint.studio.output import Made, Output, finish
from mezzotint.studio.parents import engine_of, incomplete_recipe, origin_of
from mezzotint.studio.reference_files import NO_REFERENCES
from mezzotint.studio.starts import (
    RecipeStart,
    drawn_seed,
    is_by_recipe,
    pixel_record,
    prompt_start,
    read_start,
    recipe_record,
    recorded_wish,
)
from mezzotint.verbs.changes import (
    Origin,
    Sliding,
    change_parameters,
    read_changes,
    read_values,
    value_parameters,
)
from mezzotint.verbs.directions import REFERENCE_FILE, read_directions, slide_offset
from mezzotint.verbs.repaint import PixelRequest
from mezzotint.verbs.slide import slide, slide_pixels

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.domain.card import Scalar
    from mezzotint.engines.protocol import Engine
    from mezzotint.imaging.contact_sheet import ContactSheet
    from mezzotint.provenance.record import PictureRecord
    from mezzotint.studio.output import Workshop
    from mezzotint.studio.starts import Start
    from mezzotint.verbs.changes import Change
    from mezzotint.verbs.directions import Direction
    from mezzotint.verbs.imagine import ImagineResult

MAX_STEPS = 25  # pictures of a strip

Values = tuple[tuple[str, float], ...]
Subject = Origin | PixelRequest  # a picture by its recipe, or by its pixels


@dataclass(frozen=True, kw_only=True)
class Strip:
    """Say which values of one slider are shown side by side.

    Attributes:
        name: Of the slider.
        num_steps: How many pictures, 2 or more.
        low: The first value.
        high: The last one.
    """

    name: str
    num_steps: int = 5
    low: float = -2.0
    high: float = 2.0

    @property
    def values(self) -> tuple[float, ...]:
        """Return the values, evenly apart.

        Example:
            >>> Strip(name="red").values
            (-2.0, -1.0, 0.0, 1.0, 2.0)
        """
        step = (self.high - self.low) / (self.num_steps - 1)
        return tuple(round(self.low + number * step, 6) for number in range(self.num_steps))


@dataclass(frozen=True, kw_only=True)
class SliderWish:
    """Say how a picture is moved.

    Attributes:
        values: (name, value) of each slider.
        strip: None = one picture instead of a sheet.
        model: Name; None = the one that made the picture, or the default one.
        seed: For a prompt without one, or a picture from elsewhere; None draws one.
    """

    values: Values = ()
    strip: Strip | None = None
    model: str | None = None
    seed: int | None = None


def directions_of(workshop: Workshop, engine: Engine) -> tuple[Direction, ...]:
    """Return the directions of a model.

    Raises:
        UnsupportedError: "sliders.none".
    """
    bundle = workshop.models.find_hash(engine.bundle_sha256)
    content = None
    if bundle is not None and REFERENCE_FILE in bundle.card.files:
        content = bundle.read_file(REFERENCE_FILE)
    return read_directions(engine.card, content)


def slide_picture(
    workshop: Workshop, source: Path | bytes | str, output: Output, asked: SliderWish
) -> Made:
    """Move a picture of any origin, or the first one of a prompt, along directions of a model.

    Args:
        workshop: The studio.
        source: A file, or a prompt as text.
        output: How pictures are written.
        asked: Which sliders, and how far.

    Raises:
        InputError: "sliders.missing", "sliders.name", "sliders.value" or "sliders.strip".
        UnsupportedError: "sliders.none".
    """
    _check(asked)
    if isinstance(source, str):
        engine = workshop.open_engine(asked.model or workshop.settings.default_model)
        start: Start = prompt_start(workshop, engine, source, asked.seed)
    else:
        start = read_start(workshop, source, model=asked.model)
    slidings = _slidings(directions_of(workshop, start.engine), asked)
    subject = _subject(start, asked.seed)
    result = _paint(start.engine, subject, slidings)
    record = _record(start, subject, result)
    if asked.strip is None:
        changes = (*_earlier_changes(start), slidings[0])
        record = replace(record, parameters={**record.parameters, **change_parameters(changes)})
        image, said = finish(result.pictures[0], record, output, last="")
    else:
        sheet = _sheet(result, asked.strip)
        written = {**record.parameters, **_written(asked.values, asked.strip)}
        record = replace(
            record, verb="strip", parameters=written, num_pictures=len(result.pictures)
        )
        image, said = finish(sheet.pixels, record, output, last=asked.strip.name)
        said = (*sheet.warnings, *said)
    warnings = dict.fromkeys((*start.warnings, *result.warnings, *said))
    return Made(images=(image,), warnings=tuple(warnings))


def slide_again(
    workshop: Workshop, record: PictureRecord, parents: Sequence[Path | bytes]
) -> NDArray[np.uint8]:
    """Make a moved picture or a strip again, from its parent if it was made of pixels."""
    engine = engine_of(workshop, record)
    asked = _recorded_strip(record)
    if is_by_recipe(record):
        subject: Subject = origin_of(workshop, replace(record, verb="sliders"))
        changes = subject.changes
    else:
        prompt, seed, _ = recorded_wish(workshop, record)
        (material,) = find_parents(record, parents, num_parents=1)
        subject = PixelRequest(
            pixels=material.picture.pixels, prompt=prompt, seed=seed, picture_indices=(0,)
        )
        changes = read_changes(record.parameters)
    if asked is not None and asked.strip is not None:
        slidings = _slidings(directions_of(workshop, engine), asked)
        return _sheet(_paint(engine, subject, slidings), asked.strip).pixels
    if not changes or not isinstance(changes[-1], Sliding):
        raise incomplete_recipe()
    if isinstance(subject, Origin):
        subject = replace(subject, changes=changes[:-1])
    return _paint(engine, subject, [changes[-1]]).pictures[0]


def _subject(start: Start, seed: int | None) -> Subject:
    if isinstance(start, RecipeStart):
        return start.origin
    return PixelRequest(
        pixels=start.material.picture.pixels,
        prompt=Prompt(),
        seed=drawn_seed(seed),
        picture_indices=(0,),
    )


def _paint(engine: Engine, subject: Subject, slidings: Sequence[Sliding]) -> ImagineResult:
    if isinstance(subject, Origin):
        return slide(engine, subject, slidings)
    return slide_pixels(engine, subject, slidings)


def _record(start: Start, subject: Subject, result: ImagineResult) -> PictureRecord:
    if isinstance(start, RecipeStart):
        return recipe_record(start, "sliders", result)
    assert isinstance(subject, PixelRequest), "a file without a recipe is followed by its pixels"
    return pixel_record(
        start,
        "sliders",
        result,
        prompt=subject.prompt,
        references=NO_REFERENCES,
        seed=subject.seed,
        parameters={},
    )


def _earlier_changes(start: Start) -> tuple[Change, ...]:
    return start.origin.changes if isinstance(start, RecipeStart) else ()


def _check(asked: SliderWish) -> None:
    if not asked.values and asked.strip is None:
        raise InputError(
            "sliders.missing",
            Message("Which slider is missing."),
            Message("Name one: --set NAME=1.5 or --strip NAME; see them: mezzotint sliders --list"),
        )
    strip = asked.strip
    if strip is None:
        return
    if not 2 <= strip.num_steps <= MAX_STEPS:
        raise InputError(
            "sliders.strip",
            Message("A strip cannot have {num} pictures.", num=strip.num_steps),
            Message("Ask for 2 to {most}.", most=MAX_STEPS),
        )


def _slidings(directions: Sequence[Direction], asked: SliderWish) -> list[Sliding]:
    """Return what is added for the one picture, or for each one of a strip."""
    if asked.strip is None:
        settings = [asked.values]
    else:
        name = asked.strip.name
        settings = [(*asked.values, (name, value)) for value in asked.strip.values]
    return [Sliding(offset=slide_offset(directions, values), values=values) for values in settings]


def _sheet(result: ImagineResult, strip: Strip) -> ContactSheet:
    labels = [f"{strip.name} {value:g}" for value in strip.values]
    return axis_sheet(result.pictures, column_labels=labels, row_labels=[""])


def _written(values: Values, strip: Strip) -> dict[str, Scalar]:
    return {
        "strip.name": strip.name,
        "strip.steps": strip.num_steps,
        "strip.low": strip.low,
        "strip.high": strip.high,
        **value_parameters("set", values),
    }


def _recorded_strip(record: PictureRecord) -> SliderWish | None:
    """Read which strip a sheet is; None for a picture."""
    kept = record.parameters
    name, steps, low, high = (kept.get(f"strip.{one}") for one in ("name", "steps", "low", "high"))
    if not (isinstance(name, str) and isinstance(steps, int)):
        return None
    if not (isinstance(low, int | float) and isinstance(high, int | float)):
        return None
    strip = Strip(name=name, num_steps=steps, low=float(low), high=float(high))
    return SliderWish(values=read_values(kept, "set"), strip=strip)
