"""Manifests as files: the same rows give the same bytes, and reading believes nothing."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from typing import TYPE_CHECKING, cast

from mezzotint.data.manifest.row import ManifestRow, row_to_line
from mezzotint.domain.errors import FailedError, InputError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pydantic import TypeAdapter

_SHA256 = re.compile(r"[0-9a-f]{64}")
_PERCEPTUAL_HASH = re.compile(r"[0-9a-f]{16}")


def manifest_bytes(rows: Iterable[ManifestRow]) -> bytes:
    """Write rows as JSON lines, ordered by path whatever order they come in."""
    return b"".join(row_to_line(row) for row in sorted(rows, key=lambda row: row.path))


def manifest_sha256(rows: Iterable[ManifestRow]) -> str:
    """Return the hash of the manifest file: which pictures on which terms, exactly."""
    return hashlib.sha256(manifest_bytes(rows)).hexdigest()


def write_manifest(path: Path, rows: Iterable[ManifestRow]) -> str:
    """Write a manifest, whole or not at all; one that is there is replaced.

    Returns:
        Its SHA-256.

    Raises:
        FailedError: It cannot be written.
    """
    data = manifest_bytes(rows)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise FailedError(
            "data.manifest.write",
            Message(
                "The manifest {path} cannot be written: {reason}.",
                path=str(path),
                reason=error.strerror or str(error),
            ),
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
    return hashlib.sha256(data).hexdigest()


def read_manifest(path: Path) -> tuple[ManifestRow, ...]:
    """Read a manifest and check every value.

    Raises:
        InputError: It cannot be read, or a line is not what a manifest holds.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(
            "data.manifest.unreadable",
            Message(
                "The manifest {path} cannot be read: {reason}.",
                path=str(path),
                reason=error.strerror or str(error),
            ),
            Message("Check the spelling, or make one: mezzotint data manifest FOLDER"),
        ) from error
    return parse_manifest(data)


def parse_manifest(data: bytes) -> tuple[ManifestRow, ...]:
    """Read the content of a manifest; see `read_manifest`."""
    from pydantic import TypeAdapter

    adapter = TypeAdapter(ManifestRow)
    rows: list[ManifestRow] = []
    paths: set[str] = set()
    # Split at the line feed alone: captions may hold other characters that end lines.
    for number, line in enumerate(data.split(b"\n"), start=1):
        if not line.strip():
            continue
        row = _parse_line(line, number, adapter)
        if row.path in paths:
            raise _wrong_line(number, f"{row.path!r} is there twice")
        paths.add(row.path)
        rows.append(row)
    return tuple(rows)


def _parse_line(line: bytes, number: int, adapter: TypeAdapter[ManifestRow]) -> ManifestRow:
    from pydantic import ValidationError

    try:
        document: object = json.loads(line)
        if not isinstance(document, dict):
            raise _wrong_line(number, "it is no JSON object")
        fields = cast("dict[str, object]", document)
        if "class_name" in fields:
            raise _wrong_line(number, "class_name is not a field; it is called class")
        fields["class_name"] = fields.pop("class")
        row = adapter.validate_json(json.dumps(fields), strict=True)
    except KeyError as error:
        raise _wrong_line(number, "the field class is missing") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise _wrong_line(number, f"{where}: {first['msg']}") from error
    except (ValueError, RecursionError) as error:
        if isinstance(error, InputError):
            raise
        raise _wrong_line(number, str(error)) from error
    _check_values(row, number)
    return row


def _check_values(row: ManifestRow, number: int) -> None:
    if not _SHA256.fullmatch(row.sha256):
        raise _wrong_line(number, "sha256 is not 64 hexadecimal digits in lower case")
    if not _PERCEPTUAL_HASH.fullmatch(row.perceptual_hash):
        raise _wrong_line(number, "perceptual_hash is not 16 hexadecimal digits in lower case")
    if min(row.width_px, row.height_px) < 1:
        raise _wrong_line(number, "width_px and height_px must be 1 or more")


def _wrong_line(number: int, reason: str) -> InputError:
    return InputError(
        "data.manifest.line",
        Message("Line {number} of the manifest is wrong: {reason}.", number=number, reason=reason),
        Message("Make the manifest anew, or correct the line."),
    )
