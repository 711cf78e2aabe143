"""Morph and loop, from prompts and files to a film, and again from the film's recipe."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from mezzotint.domain.card import Scalar
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.imaging.formats import AnimationFormat
from mezzotint.imaging.resize import enlarge_whole
from mezzotint.prompt.render import render
from mezzotint.prompt.structure import Prompt
from mezzotint.studio.editing import find_parents, source_type_with_model
from mezzotint.studio.output import Filmed, Output, finish_film, model_record, one_prompt
from mezzotint.studio.parents import engine_of, incomplete_recipe, read_material
from mezzotint.studio.reference_files import kept_references, reference_parameters
from mezzotint.studio.starts import (
    FileStart,
    RecipeStart,
    Start,
    drawn_seed,
    maker_of,
    prompt_start,
    read_start,
)
from mezzotint.verbs.changes import Origin, change_parameters, read_changes
from mezzotint.verbs.loop import loop
from mezzotint.verbs.morph import Key, MorphRequest, MorphResult, morph
from mezzotint.verbs.pixel_keys import PixelKey

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
        model: Name of the model; None = the one that made the pictures among the stations, or
            the default one.
        num_keys: How many pictures of each prompt are passed through.
        num_steps: Frames from one picture to the next.
        frames_per_s: Speed.
        scale: Whole factor that frames are enlarged by; None = until they can be looked at.
        seed: For prompts without one; None draws one.
        file_format: "gif", "webp" or "mp4".
        is_closed: Whether it ends where it began.
    """

    model: str | None = None
    num_keys: int = 1
    num_steps: int = 24
    frames_per_s: float = 20.0
    scale: int | None = None
    seed: int | None = None
    file_format: AnimationFormat = "gif"
    is_closed: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class _Way:
    """Hold the pictures to pass through, and what they come from."""

    engine: Engine
    keys: tuple[Key, ...]
    files: tuple[Start, ...]  # in the order of their hashes in the recipe
    starts: tuple[Start, ...]

    @property
    def pixel_sha256(self) -> tuple[str, ...]:
        return tuple(sha256 for start in self.files for sha256 in start.pixel_sha256)

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(label for start in self.starts for label in start.labels))


def film_pictures(
    workshop: Workshop,
    stations: Sequence[str | Path],
    output: Output,
    options: FilmOptions,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Filmed:
    """Make a film through prompts (text) and pictures of any origin (paths)."""
    way = _find_way(workshop, stations, options)
    request = MorphRequest(keys=way.keys, num_steps=options.num_steps, is_closed=options.is_closed)
    result = _paint(way.engine, request, progress)
    scale = options.scale or ceil(MIN_SHOWN_PX / max(result.frames[0].shape[:2]))
    record = _record(way, result, options, scale)
    filmed = finish_film(
        shown(result.frames, scale),
        record,
        output,
        file_format=options.file_format,
        frames_per_s=options.frames_per_s,
    )
    said = [warning for start in way.starts for warning in start.warnings]
    warnings = dict.fromkeys((*said, *result.warnings, *filmed.warnings))
    return replace(filmed, warnings=tuple(warnings))


def film_again(
    workshop: Workshop,
    record: PictureRecord,
    output: Output,
    *,
    parents: Sequence[Path | bytes] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Filmed:
    """Make a film again from its own recipe, and from the pictures that it was made of."""
    parameters = record.parameters
    steps, speed, scale = (parameters.get(name) for name in ("num_steps", "frames_per_s", "scale"))
    file_format = record.file.format if record.file else "gif"
    if not isinstance(steps, int) or not isinstance(speed, int | float):
        raise incomplete_recipe()
    if not isinstance(scale, int) or file_format in ("png", "jpeg"):
        raise incomplete_recipe()
    keys = _recorded_keys(workshop, record, parents)
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


def _find_way(workshop: Workshop, stations: Sequence[str | Path], options: FilmOptions) -> _Way:
    seed = drawn_seed(options.seed)
    paths = [station for station in stations if isinstance(station, Path)]
    model = options.model or _common_maker(workshop, paths)
    files = {path: read_start(workshop, path, model=model) for path in paths}
    first = next(iter(files.values()), None)
    engine = first.engine if first else workshop.open_engine(model or _default(workshop))
    keys: list[Key] = []
    starts: list[Start] = []
    for station in stations:
        if isinstance(station, Path):
            start = files[station]
            keys.append(_file_key(start, seed))
        else:
            start = prompt_start(workshop, engine, station, _seed_of(workshop, station, seed))
            keys += [
                replace(start.origin, picture_index=index) for index in range(options.num_keys)
            ]
        starts.append(start)
    # Those that are followed by their pixels first: they are what the film needs to be made again.
    parents = sorted(starts, key=lambda start: not isinstance(start, FileStart))
    return _Way(engine=engine, keys=tuple(keys), files=tuple(parents), starts=tuple(starts))


def _common_maker(workshop: Workshop, paths: Sequence[Path]) -> str | None:
    """Return the model that made the pictures whose recipe can be followed; None without any."""
    makers = [maker_of(workshop, read_material(path)) for path in paths]
    names = list(dict.fromkeys(name for name in makers if name is not None))
    if len(names) > 1:
        raise InputError(
            "morph.models",
            Message("The pictures were made by different models, which share no way between them."),
            Message(
                "Choose pictures of one model; or one model for all, which then works on the "
                "pixels of the others: --model {name}",
                name=names[-1],
            ),
        )
    return names[0] if names else None


def _default(workshop: Workshop) -> str:
    return workshop.settings.default_model


def _seed_of(workshop: Workshop, text: str, drawn: int) -> int:
    own = one_prompt(workshop, text).parameters.seed
    return drawn if own is None else own


def _file_key(start: Start, seed: int) -> Key:
    if isinstance(start, RecipeStart):
        return start.origin
    return PixelKey(pixels=start.material.picture.pixels, seed=seed)


def _record(way: _Way, result: MorphResult, options: FilmOptions, scale: int) -> PictureRecord:
    origins = [key for key in way.keys if isinstance(key, Origin)]
    prompts = [origin.prompt for origin in origins]
    materials = [start.material for start in way.starts if isinstance(start, FileStart)]
    verb = "loop" if options.is_closed else "morph"
    record = replace(
        model_record(way.engine, verb, prompt=prompts[0] if prompts else Prompt()),
        prompt=" => ".join(map(render, prompts)),
        text=" to ".join(dict.fromkeys(prompt.text for prompt in prompts if prompt.text)),
        parameters={
            "num_steps": options.num_steps,
            "frames_per_s": options.frames_per_s,
            "scale": scale,
            **_key_parameters(way),
        },
        seed=way.keys[0].seed,
        num_pictures=len(result.frames),
        parent_pixel_sha256=way.pixel_sha256,
        parent_labels=way.labels,
        warnings=tuple(map(str, result.warnings)),
    )
    if not materials:
        return record
    return replace(record, digital_source_type=source_type_with_model(materials))


def _key_parameters(way: _Way) -> dict[str, Scalar]:
    parameters: dict[str, Scalar] = {}
    for number, key in enumerate(way.keys, start=1):
        prefix = f"key.{number}"
        parameters[f"{prefix}.seed"] = key.seed
        if isinstance(key, PixelKey):
            parameters[f"{prefix}.pixels"] = True
            continue
        parameters[f"{prefix}.prompt"] = render(key.prompt)
        parameters[f"{prefix}.index"] = key.picture_index
        more = {**change_parameters(key.changes), **reference_parameters(key.references)}
        parameters |= {f"{prefix}.{name}": value for name, value in more.items()}
    return parameters


def _recorded_keys(
    workshop: Workshop, record: PictureRecord, parents: Sequence[Path | bytes]
) -> tuple[Key, ...]:
    num_files = sum(name.endswith(".pixels") for name in record.parameters)
    materials = iter(find_parents(record, parents, num_parents=num_files) if num_files else ())
    keys: list[Key] = []
    while True:
        own = _of_key(record.parameters, len(keys) + 1)
        seed = own.get("seed")
        if not isinstance(seed, int):
            return tuple(keys)
        if own.get("pixels"):
            keys.append(PixelKey(pixels=next(materials).picture.pixels, seed=seed))
        else:
            keys.append(_recorded_origin(workshop, own, seed))


def _recorded_origin(workshop: Workshop, own: Mapping[str, Scalar], seed: int) -> Origin:
    text, index = own.get("prompt"), own.get("index")
    if not isinstance(text, str) or not isinstance(index, int):
        raise incomplete_recipe()
    return Origin(
        prompt=workshop.read_prompt(text).prompts[0],
        seed=seed,
        picture_index=index,
        references=kept_references(own),
        changes=read_changes(own),
    )


def _of_key(parameters: Mapping[str, Scalar], number: int) -> dict[str, Scalar]:
    prefix = f"key.{number}."
    return {
        name.removeprefix(prefix): value
        for name, value in parameters.items()
        if name.startswith(prefix)
    }
