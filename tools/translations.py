"""Collect messages from the source, update and compile the Chinese catalogue; --check compares.

Messages are the literals in `Message("...")` and `N_("...")`. A sentence without translation, or a
translation whose {values} differ from the English ones, is an error.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "mezzotint"
PO_FILE = SOURCE / "locale" / "zh" / "LC_MESSAGES" / "mezzotint.po"
MO_FILE = PO_FILE.with_suffix(".mo")
KEYWORDS: dict[str, None] = {"Message": None, "N_": None}
VALUE = re.compile(r"\{(\w+)")


def collect() -> Catalog:
    """Return every message of the source, sorted, without line numbers (they churn)."""
    template = Catalog(project="mezzotint", charset="utf-8")
    found = extract_from_dir(str(SOURCE), method_map=[("**.py", "python")], keywords=KEYWORDS)
    for filename, _line, message, _comments, _context in sorted(found, key=lambda row: row[0]):
        template.add(message, locations=[(filename, None)])
    return template


def load() -> Catalog:
    """Read the Chinese catalogue, or start an empty one."""
    if not PO_FILE.exists():
        return Catalog(locale="zh_CN", project="mezzotint", charset="utf-8")
    with PO_FILE.open("rb") as file:
        return read_po(file, locale="zh_CN")


def update(template: Catalog) -> Catalog:
    """Bring the Chinese catalogue up to the template; translations of gone messages are dropped."""
    known = load()
    merged = Catalog(locale="zh_CN", project="mezzotint", charset="utf-8")
    merged.header_comment = "# Chinese (Simplified) messages of Mezzotint."
    merged.creation_date = merged.revision_date = known.creation_date
    for message in template:
        if message.id:
            before = known.get(message.id)
            merged.add(message.id, before.string if before else "", locations=message.locations)
    return merged


def complaints(template: Catalog, catalogue: Catalog) -> list[str]:
    """Return one line for each missing, stale or ill-formed translation."""
    ids = {message.id for message in template if message.id}
    lines = [
        f"no longer in the source: {message.id!r}"
        for message in catalogue
        if message.id and message.id not in ids
    ]
    for identifier in sorted(ids):
        message = catalogue.get(identifier)
        if message is None or not message.string:
            lines.append(f"not translated: {identifier!r}")
        elif sorted(VALUE.findall(identifier)) != sorted(VALUE.findall(str(message.string))):
            lines.append(f"other values than the English: {identifier!r}")
    return lines


def compiled(catalogue: Catalog) -> bytes:
    """Return the compiled catalogue."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def main() -> int:
    """Update and compile, or with --check compare and complain."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing")
    only_check = parser.parse_args().check
    template = collect()
    catalogue = load() if only_check else update(template)
    lines = complaints(template, catalogue)
    if only_check:
        if not MO_FILE.exists() or MO_FILE.read_bytes() != compiled(catalogue):
            lines.append("the compiled catalogue is not fresh: make translations")
    else:
        PO_FILE.parent.mkdir(parents=True, exist_ok=True)
        with PO_FILE.open("wb") as file:
            write_po(file, catalogue, width=0, omit_header=False)
        MO_FILE.write_bytes(compiled(catalogue))
    print("\n".join(lines) if lines else f"translations: {len(template)} messages, all in Chinese")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
