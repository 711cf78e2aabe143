"""Compare a manifest with what is there now."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezzotint.domain.errors import InputError
from mezzotint.imaging.read import read_image

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mezzotint.data.manifest.row import ManifestRow
    from mezzotint.data.optout import OptOuts
    from mezzotint.data.sources.entry import Entry, Source


@dataclass(frozen=True, kw_only=True)
class ManifestDifference:
    """Hold what has happened since a manifest was made, paths in order.

    Attributes:
        added: In the source and not in the manifest; a new manifest would list them.
        changed: In both, with other bytes.
        missing: In the manifest and not, or no longer readable, in the source.
        moved: (old path, new path) of files that have another name and the same bytes; they are
            in neither `added` nor `missing`.
        num_unchanged: The rest.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    moved: tuple[tuple[str, str], ...]
    num_unchanged: int

    @property
    def is_empty(self) -> bool:
        """Tell whether the manifest still describes the source exactly."""
        return not (self.added or self.changed or self.missing or self.moved)


def compare_manifest(
    rows: Iterable[ManifestRow], source: Source, opt_outs: OptOuts | None = None
) -> ManifestDifference:
    """Hash every file of a source and compare; of pictures, only new ones are decoded.

    Args:
        rows: Of the manifest.
        source: What is there now.
        opt_outs: Pictures that a new manifest would leave out.
    """
    before = {row.path: row.sha256 for row in rows}
    now = {entry.key: _sha256(entry) for entry in source.entries()}
    now_readable = {key: sha256 for key, sha256 in now.items() if sha256 is not None}
    missing = sorted(before.keys() - now_readable.keys())
    new = {entry.key: entry for entry in source.entries() if entry.key not in before}
    added = sorted(key for key, entry in new.items() if _belongs(entry, now[key], opt_outs))
    moved = _moved(missing, added, before, now_readable)
    old_paths, new_paths = {old for old, _ in moved}, {new for _, new in moved}
    in_both = before.keys() & now_readable.keys()
    changed = sorted(path for path in in_both if before[path] != now_readable[path])
    return ManifestDifference(
        added=tuple(path for path in added if path not in new_paths),
        changed=tuple(changed),
        missing=tuple(path for path in missing if path not in old_paths),
        moved=moved,
        num_unchanged=len(in_both) - len(changed),
    )


def _moved(
    missing: list[str], added: list[str], before: dict[str, str], now: dict[str, str]
) -> tuple[tuple[str, str], ...]:
    waiting: dict[str, list[str]] = {}
    for path in reversed(added):
        if path in now:
            waiting.setdefault(now[path], []).append(path)
    return tuple(
        (path, waiting[before[path]].pop()) for path in missing if waiting.get(before[path])
    )


def _belongs(entry: Entry, sha256: str | None, opt_outs: OptOuts | None) -> bool:
    if sha256 is None or (opt_outs and opt_outs.reason_against(entry.key, sha256)):
        return False
    try:
        read_image(entry.open(), name=entry.key, min_size_px=1)
    except InputError:
        return False
    return True


def _sha256(entry: Entry) -> str | None:
    try:
        return hashlib.sha256(entry.open()).hexdigest()
    except InputError:
        return None
