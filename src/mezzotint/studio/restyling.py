"""Restyle, from a file and a manner to files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.engines.lacking import lacking_graph
from mezzotint.prompt.render import render
from mezzotint.prompt.structure import Prompt
from mezzotint.prompt.table import BY_FIELD
from mezzotint.studio.editing import find_parents, finish_all
from mezzotint.studio.output import Made, Output, finish, one_prompt
from mezzotint.studio.parents import engine_of, incomplete_recipe, origin_of, read_material
from mezzotint.studio.reference_files import NO_REFERENCES
from mezzotint.studio.starts import (
    FileStart,
    RecipeStart,
    drawn_seed,
    is_by_recipe,
    pixel_record,
    read_start,
    recipe_record,
    recorded_wish,
    with_change,
)
from mezzotint.studio.varying import with_sheet
from mezzotint.verbs.changes import Restyling, change_parameters, read_changes
from mezzotint.verbs.embeddings import embed_pictures, mix
from mezzotint.verbs.reference_pictures import reference_addresses
from mezzotint.verbs.repaint import PixelRequest
from mezzotint.verbs.restyle import PixelManner, restyle, restyle_pixels
from mezzotint.verbs.text_condition import read_text_condition

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.engines.protocol import Engine
    from mezzotint.provenance.record import PictureRecord
    from mezzotint.studio.images import StudioImage
    from mezzotint.studio.output import Workshop
    from mezzotint.studio.parents import Material


@dataclass(frozen=True, kw_only=True)
class RestyleWish:
    """Say in which manner a picture is painted.

    Attributes:
        prompt: Words of the manner; "" = none.
        like: A picture of that manner; None = none. With both, both count.
        strength: 0 (the picture itself) to 1 (the whole manner).
        num_images: How many.
        seed: None draws one.
        model: Name; None = the one that made the picture, or the default one.
    """

    prompt: str
    like: Path | bytes | None
    strength: float
    num_images: int = 1
    seed: int | None = None
    model: str | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class _Manner:
    """Hold a manner as a model reads it, and the picture that shows it, if there is one."""

    change: Restyling
    like: Material | None
    warnings: tuple[Message, ...]

    @property
    def examples(self) -> tuple[NDArray[np.uint8], ...]:
        return () if self.like is None else (self.like.picture.pixels,)


def restyle_picture(
    workshop: Workshop, source: Path | bytes, output: Output, asked: RestyleWish
) -> Made:
    """Paint a picture of any origin in another manner.

    Raises:
        InputError: "restyle.manner", "restyle.strength" or "restyle.references", or a file is no
            picture.
        UnsupportedError: The model has no styles, or cannot read what the manner is given by.
    """
    if not 0 <= asked.strength <= 1:
        raise InputError(
            "restyle.strength",
            Message("The strength {strength} is not between 0 and 1.", strength=asked.strength),
            Message("0 gives the picture itself, 1 the whole manner."),
        )
    start = read_start(workshop, source, model=asked.model)
    start.engine.layout()  # refuses a model without styles
    manner = _read_manner(workshop, start.engine, asked)
    if isinstance(start, FileStart):
        made = _restyle_file(start, output, manner, asked.num_images)
    else:
        made = _restyle_recipe(start, output, manner, asked.num_images)
    return with_sheet(made, output)


def restyle_again(
    workshop: Workshop, record: PictureRecord, parents: Sequence[Path | bytes]
) -> NDArray[np.uint8]:
    """Restyle a picture again from the recipe, and from its parents if it was made of pixels."""
    engine = engine_of(workshop, record)
    if not is_by_recipe(record):
        return _restyle_file_again(workshop, engine, record, parents)
    origin = origin_of(workshop, record)
    last = origin.changes[-1] if origin.changes else None
    if not isinstance(last, Restyling):
        raise incomplete_recipe()
    return restyle(engine, replace(origin, changes=origin.changes[:-1]), [last]).pictures[0]


def _restyle_recipe(start: RecipeStart, output: Output, manner: _Manner, num_images: int) -> Made:
    changes = [replace(manner.change, picture_index=index) for index in range(num_images)]
    result = restyle(start.engine, start.origin, changes)
    common = _with_like(recipe_record(start, "restyle", result), manner.like)
    common = replace(common, seed=manner.change.seed)
    images: list[StudioImage] = []
    warnings = dict.fromkeys((*start.warnings, *manner.warnings, *result.warnings))
    for change, pixels in zip(changes, result.pictures, strict=True):
        record = with_change(common, start.origin, change)
        record = replace(record, picture_index=change.picture_index)
        image, said = finish(pixels, record, output, last=change.picture_index)
        images.append(image)
        warnings.update(dict.fromkeys(said))
    return Made(images=tuple(images), warnings=tuple(warnings))


def _restyle_file(start: FileStart, output: Output, manner: _Manner, num_images: int) -> Made:
    request = PixelRequest(
        pixels=start.material.picture.pixels,
        prompt=Prompt(),
        seed=manner.change.seed,
        picture_indices=range(num_images),
    )
    shown = PixelManner(change=manner.change, examples=manner.examples)
    result = restyle_pixels(start.engine, request, shown)
    record = pixel_record(
        start,
        "restyle",
        result,
        prompt=request.prompt,
        references=NO_REFERENCES,
        seed=request.seed,
        parameters=change_parameters([manner.change]),
    )
    record = _with_like(replace(record, text=manner.change.words), manner.like)
    warnings = (*start.warnings, *manner.warnings, *result.warnings)
    return finish_all(result.pictures, record, output, warnings)


def _restyle_file_again(
    workshop: Workshop, engine: Engine, record: PictureRecord, parents: Sequence[Path | bytes]
) -> NDArray[np.uint8]:
    prompt, seed, _ = recorded_wish(workshop, record)
    changes = read_changes(record.parameters)
    if len(changes) != 1 or not isinstance(changes[0], Restyling):
        raise incomplete_recipe()
    num_parents = len(record.parent_pixel_sha256)
    picture, *like = find_parents(record, parents, num_parents=num_parents)
    request = PixelRequest(
        pixels=picture.picture.pixels,
        prompt=prompt,
        seed=seed,
        picture_indices=(record.picture_index,),
    )
    examples = tuple(one.picture.pixels for one in like)
    manner = PixelManner(change=changes[0], examples=examples)
    return restyle_pixels(engine, request, manner).pictures[0]


def _read_manner(workshop: Workshop, engine: Engine, asked: RestyleWish) -> _Manner:
    """Read the manner in the space of words and pictures."""
    if not asked.prompt.strip() and asked.like is None:
        raise InputError(
            "restyle.manner",
            Message("The manner is missing."),
            Message('Name it: mezzotint restyle boat.png "stormy night", or --like FILE'),
        )
    parts: list[tuple[NDArray[np.float32], float]] = []
    warnings: tuple[Message, ...] = ()
    words, seed = "", asked.seed
    if asked.prompt.strip():
        prompt = _read_words(workshop, asked.prompt)
        if engine.card.graph("text") is None:
            raise lacking_graph(engine.card, "text")
        seed = prompt.parameters.seed if seed is None else seed
        condition = read_text_condition(engine, prompt)
        parts.append((condition.embedding, 1.0))
        words = render(prompt)
        warnings = (*_without_effect(prompt), *condition.warnings)
    like = None
    if asked.like is not None:
        like = read_material(asked.like)
        parts.append((embed_pictures(engine, [like.picture.pixels])[0], 1.0))
        warnings = (*warnings, *like.picture.warnings)
    change = Restyling(
        embedding=mix(parts, engine.layout().embedding_dim),
        strength=asked.strength,
        seed=drawn_seed(seed),
        words=words,
    )
    return _Manner(change=change, like=like, warnings=warnings)


def _read_words(workshop: Workshop, text: str) -> Prompt:
    prompt = one_prompt(workshop, text)
    if reference_addresses(prompt):
        raise InputError(
            "restyle.references",
            Message("The words of a manner cannot refer to pictures."),
            Message("Give the picture by --like FILE."),
        )
    return prompt


def _with_like(record: PictureRecord, like: Material | None) -> PictureRecord:
    """Let the picture of the manner be a parent, too, with its labels."""
    if like is None:
        return record
    labels = (*record.parent_labels, *like.picture.labels.ai_texts)
    return replace(
        record,
        parent_pixel_sha256=(*record.parent_pixel_sha256, like.sha256),
        parent_labels=tuple(dict.fromkeys(labels)),
    )


def _without_effect(prompt: Prompt) -> tuple[Message, ...]:
    """Return a warning for each parameter that says nothing about a manner."""
    given = [
        each.name
        for each in fields(prompt.parameters)
        if getattr(prompt.parameters, each.name) is not None and each.name != "seed"
    ]
    return tuple(
        Message("--{name} has no effect on a manner.", name=BY_FIELD[name].name) for name in given
    )
