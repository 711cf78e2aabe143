"""Batch, from a table to a folder: rows checked first, finished ones kept, all cores at work."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.domain.streams import MAX_SEED
from mezzotint.engines.settings import count_usable_cores
from mezzotint.imaging.naming import picture_name
from mezzotint.imaging.new_file import write_over
from mezzotint.studio.batch_journal import open_journal
from mezzotint.studio.imagining import ImagineOptions, Job, plan_jobs, request_of, stamp_job
from mezzotint.verbs.batch import BatchRow, TableFormat, batch, parse_table

if TYPE_CHECKING:
    from mezzotint.engines.protocol import Engine
    from mezzotint.prompt.structure import Submission
    from mezzotint.studio.output import Workshop
    from mezzotint.verbs.imagine import ImagineResult

# Pictures painted, written and noted together: what an interruption can cost.
CHUNK_NIMG = 256
_TABLE_FORMATS: dict[str, TableFormat] = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}


@dataclass(frozen=True, kw_only=True)
class BatchOptions:
    """Say what a batch does where its rows are silent.

    Attributes:
        model: Name of the model.
        seed: For rows without one: row n gets this plus n; None draws it, once for a folder.
        imagine: How many pictures, and how they are written.
    """

    model: str
    seed: int | None
    imagine: ImagineOptions


@dataclass(frozen=True, kw_only=True)
class BatchDone:
    """Hold what a batch did.

    Attributes:
        folder: Where the pictures are.
        num_images: Pictures made now.
        num_kept: Rows that were finished before.
        seconds: Time from the first picture to the last, start-up not counted.
        warnings: What was not understood or not possible, each once.
    """

    folder: Path
    num_images: int
    num_kept: int
    seconds: float
    warnings: tuple[Message, ...]

    @property
    def images_per_s(self) -> float:
        """Return the pictures a second, files written."""
        return self.num_images / self.seconds if self.seconds > 0 else 0.0


@dataclass(frozen=True, kw_only=True, eq=False)
class _Task:
    """Hold one row, read and checked."""

    row: BatchRow
    model: str
    jobs: tuple[Job, ...]

    @property
    def num_images(self) -> int:
        return sum(job.num_images for job in self.jobs)


def run_batch(
    workshop: Workshop,
    table: Path,
    folder: Path,
    options: BatchOptions,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> BatchDone:
    """Make the pictures of a table; run again, go on where it stopped.

    Raises:
        InputError: A row is wrong; nothing was made then.
    """
    rows = parse_table(_read(table), _format_of(table))
    drawn = secrets.randbelow(MAX_SEED + 1) if options.seed is None else options.seed
    submissions = [_submission(workshop, row) for row in rows]
    journal = open_journal(folder, drawn)
    base_seed = journal.seed if options.seed is None else options.seed
    tasks = [
        _task(workshop, row, submission, options, base_seed)
        for row, submission in zip(rows, submissions, strict=True)
        if not journal.is_done(_key(row, options, base_seed))
    ]
    total = sum(task.num_images for task in tasks)
    warnings: dict[Message, None] = {}
    num_made = 0
    start = time.perf_counter()
    with ThreadPoolExecutor(count_usable_cores(), thread_name_prefix="mezzotint") as pool:
        for chunk in _chunks(tasks):
            engine = workshop.open_engine(chunk[0].model)
            results = batch(engine, [request_of(job) for task in chunk for job in task.jobs])
            finished = _write(pool, engine, chunk, results, folder, options)
            journal.note(
                (_key(task.row, options, base_seed), names)
                for task, (names, _) in zip(chunk, finished, strict=True)
            )
            for _, said in finished:
                warnings.update(dict.fromkeys(said))
            num_made += sum(task.num_images for task in chunk)
            if progress is not None:
                progress(num_made, total)
    return BatchDone(
        folder=folder,
        num_images=num_made,
        num_kept=len(rows) - len(tasks),
        seconds=time.perf_counter() - start,
        warnings=tuple(warnings),
    )


def _read(table: Path) -> str:
    try:
        return table.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            "batch.encoding",
            Message("{path} is no UTF-8 text.", path=str(table)),
            Message("Save the table as CSV in UTF-8."),
        ) from error
    except IsADirectoryError as error:
        raise InputError(
            "batch.table",
            Message("{path} is a folder, not a table.", path=str(table)),
            Message("Name a CSV or JSONL file."),
        ) from error


def _format_of(table: Path) -> TableFormat:
    found = _TABLE_FORMATS.get(table.suffix.lower())
    if found is None:
        raise InputError(
            "batch.table",
            Message("{path} is neither CSV nor JSONL.", path=str(table)),
            Message("Give the table an ending that says what it is: .csv or .jsonl"),
        )
    return found


def _submission(workshop: Workshop, row: BatchRow) -> Submission:
    submission = workshop.read_prompt(row.prompt)
    try:
        submission.raise_if_refused()
    except InputError as error:
        raise _in_row(row, error) from error
    if submission.needs_confirmation:
        raise InputError(
            "batch.row",
            Message(
                "Row {number} stands for {num} prompts; a row may stand for {cap}.",
                number=row.number,
                num=submission.num_prompts,
                cap=len(submission.prompts),
            ),
            Message("Name fewer alternatives in the braces, or raise permutation_cap."),
        )
    return submission


def _in_row(row: BatchRow, error: InputError) -> InputError:
    message = Message("Row {number}: {reason}", number=row.number, reason=error.message)
    return InputError(error.code, message, error.hint)


def _task(
    workshop: Workshop,
    row: BatchRow,
    submission: Submission,
    options: BatchOptions,
    base_seed: int,
) -> _Task:
    model = row.model or options.model
    try:
        engine = workshop.open_engine(model)
        seed = (base_seed + row.number) % (MAX_SEED + 1)
        prompts = tuple(
            prompt
            if prompt.parameters.seed is not None
            else replace(prompt, parameters=replace(prompt.parameters, seed=seed))
            for prompt in submission.prompts
        )
        own = options.imagine if row.num_images is None else _with_number(options, row.num_images)
        jobs = tuple(plan_jobs(engine.card, replace(submission, prompts=prompts), own))
    except InputError as error:
        raise _in_row(row, error) from error
    return _Task(row=row, model=model, jobs=jobs)


def _with_number(options: BatchOptions, num_images: int) -> ImagineOptions:
    return replace(options.imagine, num_images=num_images)


def _key(row: BatchRow, options: BatchOptions, base_seed: int) -> str:
    # What decides the files of a row, besides the row itself.
    import hashlib

    wanted = (
        row.sha256,
        row.model or options.model,
        row.num_images or options.imagine.num_images,
        base_seed,
        options.imagine.picture_format,
        options.imagine.private,
    )
    return hashlib.sha256(repr(wanted).encode()).hexdigest()


def _chunks(tasks: Sequence[_Task]) -> Iterator[list[_Task]]:
    chunk: list[_Task] = []
    num_images = 0
    for task in tasks:
        is_full = num_images + task.num_images > CHUNK_NIMG
        if chunk and (is_full or task.model != chunk[0].model):
            yield chunk
            chunk, num_images = [], 0
        chunk.append(task)
        num_images += task.num_images
    if chunk:
        yield chunk


def _write(
    pool: ThreadPoolExecutor,
    engine: Engine,
    chunk: Sequence[_Task],
    results: Sequence[ImagineResult],
    folder: Path,
    options: BatchOptions,
) -> list[tuple[tuple[str, ...], tuple[Message, ...]]]:
    shares: list[tuple[_Task, Sequence[ImagineResult]]] = []
    at = 0
    for task in chunk:
        shares.append((task, results[at : at + len(task.jobs)]))
        at += len(task.jobs)

    def write(
        share: tuple[_Task, Sequence[ImagineResult]],
    ) -> tuple[tuple[str, ...], tuple[Message, ...]]:
        return _write_row(engine, *share, folder, options)

    return list(pool.map(write, shares))


def _write_row(
    engine: Engine,
    task: _Task,
    results: Sequence[ImagineResult],
    folder: Path,
    options: BatchOptions,
) -> tuple[tuple[str, ...], tuple[Message, ...]]:
    names: list[str] = []
    warnings: dict[Message, None] = {}
    for job, result in zip(task.jobs, results, strict=True):
        images, said = stamp_job(engine, job, result, options.imagine)
        warnings.update(dict.fromkeys(said))
        for image in images:
            # The row's number makes names unique, so that a row made again replaces its files.
            name = picture_name(
                f"{task.row.number:05} {task.row.name or image.record.text or engine.card.name}",
                *(() if image.record.seed is None else (image.record.seed,)),
                len(names),
                picture_format=options.imagine.picture_format,
            )
            write_over(folder / name, image.data)
            names.append(name)
    return tuple(names), tuple(warnings)
