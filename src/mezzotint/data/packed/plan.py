"""What is to be packed: a fingerprint of source and options, so that work is never done twice."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from mezzotint.data.packed.records import to_json_line

if TYPE_CHECKING:
    from mezzotint.data.packed.options import OptOuts, PackOptions
    from mezzotint.data.sources.entry import Source

FORMAT_VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Fix what a packed set is made of.

    Attributes:
        digest: The same if, and only if, the same set would come out.
        num_entries: Of the source, broken ones included.
    """

    digest: str
    num_entries: int


def make_plan(source: Source, options: PackOptions, opt_outs: OptOuts | None = None) -> Plan:
    """Go through the entries of a source, without opening any, and fingerprint the whole."""
    options_line = {
        "version": FORMAT_VERSION,
        "opt_outs": opt_outs.digest if opt_outs else None,
        **asdict(options),
    }
    digest = hashlib.sha256(to_json_line(options_line).encode())
    num_entries = 0
    for entry in source.entries():
        line = {
            "key": entry.key,
            "fingerprint": entry.fingerprint,
            "caption": entry.caption,
            "class": entry.class_name,
            "split": entry.split,
            "metadata": dict(entry.metadata),
        }
        digest.update(to_json_line(line).encode())
        num_entries += 1
    return Plan(digest=digest.hexdigest(), num_entries=num_entries)
