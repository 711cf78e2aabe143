"""Make a whole set of a finished journal, in an order that survives a kill at any point."""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import asdict
from typing import TYPE_CHECKING

from mezzotint.data.packed.journal import JOURNAL_NAME
from mezzotint.data.packed.packed_set import ENTRIES_NAME, HEADER_NAME, SKIPPED_NAME, open_packed
from mezzotint.data.packed.pixel_file import write_header
from mezzotint.data.packed.plan import FORMAT_VERSION
from mezzotint.data.packed.records import entry_to_dict, skipped_to_dict, to_json_line
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from mezzotint.data.packed.journal import Journal
    from mezzotint.data.packed.options import PackOptions
    from mezzotint.data.packed.plan import Plan

RECORD_NAMES = (HEADER_NAME, ENTRIES_NAME, SKIPPED_NAME)


def finish(journal: Journal, plan: Plan, options: PackOptions) -> None:
    """Write the records and, last of all, remove the journal: then the set is whole.

    Raises:
        InputError: Not one picture could be packed.
    """
    if not journal.entries:
        shutil.rmtree(journal.folder, ignore_errors=True)
        raise _nothing_packed(journal)
    height_px, width_px, channels = journal.shape
    write_header(journal.pixels_file, (len(journal.entries), height_px, width_px, channels))
    journal.pixels_file.flush()
    os.fsync(journal.pixels_file.fileno())
    entry_lines = (to_json_line(entry_to_dict(entry)) for entry in journal.entries)
    skipped_lines = (to_json_line(skipped_to_dict(skipped)) for skipped in journal.skipped)
    hashes = {
        ENTRIES_NAME: _write(journal.folder / ENTRIES_NAME, entry_lines),
        SKIPPED_NAME: _write(journal.folder / SKIPPED_NAME, skipped_lines),
    }
    header = {
        "version": FORMAT_VERSION,
        "plan": plan.digest,
        "num_images": len(journal.entries),
        "num_skipped": len(journal.skipped),
        "channels": channels,
        "options": asdict(options),
        "files": hashes,
        "blocks": [asdict(block) for block in journal.blocks],
    }
    _write(journal.folder / HEADER_NAME, [to_json_line(header)])
    (journal.folder / JOURNAL_NAME).unlink()


def is_finished(folder: Path, plan: Plan) -> bool:
    """Say whether a set lacks nothing but its name: it was killed just before the last step."""
    if (folder / JOURNAL_NAME).exists() or not (folder / HEADER_NAME).exists():
        return False
    try:
        return open_packed(folder).plan == plan.digest
    except InputError:
        return False


def _write(path: Path, lines: Iterable[str]) -> str:
    """Write lines to disk; return the SHA-256 of them."""
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for line in lines:
            data = line.encode()
            digest.update(data)
            file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _nothing_packed(journal: Journal) -> InputError:
    if not journal.skipped:
        return InputError("data.empty", Message("There are no pictures to pack."))
    first = journal.skipped[0]
    return InputError(
        "data.packed.nothing",
        Message(
            "None of {count} pictures can be used. The first: {reason}",
            count=len(journal.skipped),
            reason=str(first.reason),
        ),
        Message("Run the data check for the whole list."),
    )
