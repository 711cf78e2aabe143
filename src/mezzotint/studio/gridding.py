"""Grid, from a prompt and two axes to one labelled sheet."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.domain.streams import MAX_SEED
from mezzotint.imaging.axis_sheet import axis_sheet
from mezzotint.studio.output import Made, Output, finish, model_record, one_prompt
from mezzotint.studio.parents import engine_of, incomplete_recipe
from mezzotint.verbs.grid import INDEX, MAX_CELLS, Axis, GridRequest, cell_text, grid, parse_axis
from mezzotint.verbs.imagine import ImagineRequest

if TYPE_CHECKING:
    from mezzotint.engines.protocol import Engine
    from mezzotint.provenance.record import PictureRecord
    from mezzotint.studio.output import Workshop

_NO_AXIS = Axis(name=INDEX, values=("0",))


def grid_sheet(
    workshop: Workshop,
    engine: Engine,
    text: str,
    output: Output,
    *,
    columns: Axis,
    rows: Axis | None = None,
    seed: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Made:
    """Paint a grid and lay it on one sheet.

    All cells share one seed, unless an axis or the prompt sets it, so that they can be compared.
    """
    _check(columns, rows)
    seed = secrets.randbelow(MAX_SEED + 1) if seed is None else seed
    cells = [
        _cell(workshop, text, seed, columns, column, rows or _NO_AXIS, row)
        for row in (rows or _NO_AXIS).values
        for column in columns.values
    ]
    result = grid(engine, GridRequest(cells=cells), progress=progress)
    sheet = axis_sheet(
        result.pictures,
        column_labels=[columns.label(value) for value in columns.values],
        row_labels=[rows.label(value) for value in rows.values] if rows else [""],
    )
    warnings = (*result.warnings, *sheet.warnings)
    record = replace(
        model_record(engine, "grid", prompt=cells[0].prompt),
        prompt=text,
        text=" ".join(each.text for each in workshop.read_prompt(text).prompts),
        parameters={"columns": str(columns), "rows": str(rows) if rows else ""},
        seed=seed,
        num_pictures=len(cells),
        warnings=tuple(map(str, warnings)),
    )
    image, said = finish(sheet.pixels, record, output, last="")
    return Made(images=(image,), warnings=(*warnings, *said))


def grid_again(
    workshop: Workshop,
    record: PictureRecord,
    output: Output,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Made:
    """Make a grid again from its own recipe."""
    columns, rows = record.parameters.get("columns"), record.parameters.get("rows")
    if record.prompt is None or not isinstance(columns, str) or not isinstance(rows, str):
        raise incomplete_recipe()
    return grid_sheet(
        workshop,
        engine_of(workshop, record),
        record.prompt,
        output,
        columns=parse_axis(columns),
        rows=parse_axis(rows) if rows else None,
        seed=record.seed,
        progress=progress,
    )


def _cell(
    workshop: Workshop, text: str, seed: int, columns: Axis, column: str, rows: Axis, row: str
) -> ImagineRequest:
    choices = [(columns, column), (rows, row)]
    prompt = one_prompt(workshop, cell_text(text, choices))
    indices = [int(value) for axis, value in choices if axis.name == INDEX and value.isdecimal()]
    own_seed = prompt.parameters.seed
    return ImagineRequest(
        prompt=prompt,
        seed=seed if own_seed is None else own_seed,
        picture_indices=(sum(indices),),
    )


def _check(columns: Axis, rows: Axis | None) -> None:
    num_cells = len(columns.values) * (len(rows.values) if rows else 1)
    if num_cells > MAX_CELLS:
        raise InputError(
            "grid.cells",
            Message(
                "This grid has {num} pictures; at most {most} fit.", num=num_cells, most=MAX_CELLS
            ),
            Message("Name fewer values."),
        )
    for axis in (columns, rows):
        if axis is not None and axis.name == INDEX and not all(map(str.isdecimal, axis.values)):
            raise InputError(
                "grid.axis",
                Message("'{text}' names no values for a side of the grid.", text=str(axis)),
                Message("An index is a whole number from 0: index=0..3"),
            )
