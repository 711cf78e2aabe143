"""Morph and loop, from prompts and files to a film, and again from the film's recipe."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from mezzotint.domain.card import Scalar
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.domain.streams import MAX_SEED
from mezzotint.imaging.formats import AnimationFormat
from mezzotint.imaging.resize import enlarge_whole
from mezzotint.prompt.render import render
from mezzotint.studio.output import Filmed, Output, finish_film, model_record, one_prompt
from mezzotint.studio.parents import Parent, engine_of, incomplete_recipe, read_parent
from mezzotint.verbs.loop import loop
from mezzotint.verbs.morph import KeyPicture, MorphRequest, MorphResult, morph
from mezzotint.verbs.vary import read_variations, variation_parameters

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.engines.protocol import Engine
    from mezzotint.provenance.record import PictureRecord
    from mezzotint.studio.output import Workshop

MIN_SHOWN_PX = 224  # smaller frames are enlarged by a whole factor until they can be looked at


@dataclass(frozen=True, kw_only=True)
class FilmOptions:
    """Say what a film passes through and how it is shown.

    Attributes:
        model: Name of the model for prompts; files bring their own.
        num_keys: How many pictures of each prompt are passed through.
        num_steps: Frames from one picture to the next.
        frames_per_s: Speed.
        scale: Whole factor that frames are enlarged by; None = until they can be looked at.
        seed: For prompts without one; None draws one.
        file_format: "gif", "webp" or "mp4".
        is_closed: Whether it ends where it began.
    """

    model: str
    num_keys: int = 1
    num_steps: int = 24
    frames_per_s: float = 20.0
    scale: int | None = None
    seed: int | None = None
    file_format: AnimationFormat = "gif"
    is_closed: bool = False


@dataclass(frozen=True, kw_only=True)
class _Keys:
    """Hold the pictures to pass through, and the files among them."""

    keys: tuple[KeyPicture, ...]
    parents: tuple[Parent, ...]


def film_pictures(
    workshop: Workshop,
    stations: Sequence[str | Path],
    output: Output,
    options: FilmOptions,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Filmed:
    """Make a film through prompts (text) and pictures of ours (paths)."""
    found = _read_keys(workshop, stations, options)
    engine = _engine(workshop, found.parents, options.model)
    request = MorphRequest(
        keys=found.keys, num_steps=options.num_steps, is_closed=options.is_closed
    )
    result = _paint(engine, request, progress)
    scale = options.scale or ceil(MIN_SHOWN_PX / max(result.frames[0].shape[:2]))
    record = replace(
        model_record(engine, "loop" if options.is_closed else "morph", prompt=found.keys[0].prompt),
        prompt=" => ".join(render(key.prompt) for key in found.keys),
        text=" to ".join(dict.fromkeys(key.prompt.text for key in found.keys if key.prompt.text)),
        parameters={
            "num_steps": options.num_steps,
            "frames_per_s": options.frames_per_s,
            "scale": scale,
            **_key_parameters(found.keys),
        },
        seed=found.keys[0].seed,
        num_pictures=len(result.frames),
        parent_pixel_sha256=tuple(parent.pixel_sha256 for parent in found.parents),
        parent_labels=tuple(label for parent in found.parents for label in parent.labels),
        warnings=tuple(map(str, result.warnings)),
    )
    filmed = finish_film(
        shown(result.frames, scale),
        record,
        output,
        file_format=options.file_format,
        frames_per_s=options.frames_per_s,
    )
    said = [warning for parent in found.parents for warning in parent.warnings]
    warnings = dict.fromkeys((*said, *result.warnings, *filmed.warnings))
    return replace(filmed, warnings=tuple(warnings))


def film_again(
    workshop: Workshop,
    record: PictureRecord,
    output: Output,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Filmed:
    """Make a film again from its own recipe."""
    parameters = record.parameters
    steps, speed, scale = (parameters.get(name) for name in ("num_steps", "frames_per_s", "scale"))
    file_format = record.file.format if record.file else "gif"
    if not isinstance(steps, int) or not isinstance(speed, int | float):
        raise incomplete_recipe()
    if not isinstance(scale, int) or file_format in ("png", "jpeg"):
        raise incomplete_recipe()
    keys = _recorded_keys(workshop, parameters)
    engine = engine_of(workshop, record)
    request = MorphRequest(keys=keys, num_steps=steps, is_closed=record.verb == "loop")
    result = _paint(engine, request, progress)
    return finish_film(
        shown(result.frames, scale),
        replace(record, file=None, engine=engine.description),
        output,
        file_format=file_format,
        frames_per_s=float(speed),
    )


def shown(frames: Sequence[NDArray[np.uint8]], scale: int) -> list[NDArray[np.uint8]]:
    """Enlarge frames by a whole factor."""
    return [enlarge_whole(frame, scale) for frame in frames]


def _paint(
    engine: Engine, request: MorphRequest, progress: Callable[[int, int], None] | None
) -> MorphResult:
    verb = loop if request.is_closed else morph
    return verb(engine, request, progress=progress)


def _read_keys(workshop: Workshop, stations: Sequence[str | Path], options: FilmOptions) -> _Keys:
    drawn = secrets.randbelow(MAX_SEED + 1) if options.seed is None else options.seed
    keys: list[KeyPicture] = []
    parents: list[Parent] = []
    for station in stations:
        if isinstance(station, Path):
            parent = read_parent(workshop, station)
            origin = parent.origin
            parents.append(parent)
            keys.append(
                KeyPicture(
                    prompt=origin.prompt,
                    seed=origin.seed,
                    picture_index=origin.picture_index,
                    variations=origin.variations,
                )
            )
            continue
        prompt = one_prompt(workshop, station)
        seed = drawn if prompt.parameters.seed is None else prompt.parameters.seed
        keys += [
            KeyPicture(prompt=prompt, seed=seed, picture_index=index)
            for index in range(options.num_keys)
        ]
    return _Keys(keys=tuple(keys), parents=tuple(parents))


def _engine(workshop: Workshop, parents: Sequence[Parent], model: str) -> Engine:
    made_by = dict.fromkeys(parent.record.bundle_sha256 for parent in parents)
    if not made_by:
        return workshop.open_engine(model)
    engine = engine_of(workshop, parents[0].record)
    if len(made_by) > 1:
        raise InputError(
            "morph.models",
            Message("The pictures were made by different models, which share no way between them."),
            Message("Choose pictures of one model."),
        )
    return engine


def _key_parameters(keys: Sequence[KeyPicture]) -> dict[str, Scalar]:
    parameters: dict[str, Scalar] = {}
    for number, key in enumerate(keys, start=1):
        prefix = f"key.{number}"
        parameters[f"{prefix}.prompt"] = render(key.prompt)
        parameters[f"{prefix}.seed"] = key.seed
        parameters[f"{prefix}.index"] = key.picture_index
        chain = variation_parameters(key.variations)
        parameters |= {f"{prefix}.{name}": value for name, value in chain.items()}
    return parameters


def _recorded_keys(workshop: Workshop, parameters: Mapping[str, Scalar]) -> tuple[KeyPicture, ...]:
    keys: list[KeyPicture] = []
    while True:
        prefix = f"key.{len(keys) + 1}."
        own = {
            name.removeprefix(prefix): value
            for name, value in parameters.items()
            if name.startswith(prefix)
        }
        text, seed, index = (own.get(name) for name in ("prompt", "seed", "index"))
        if not (isinstance(text, str) and isinstance(seed, int) and isinstance(index, int)):
            return tuple(keys)
        keys.append(
            KeyPicture(
                prompt=workshop.read_prompt(text).prompts[0],
                seed=seed,
                picture_index=index,
                variations=read_variations(own),
            )
        )
