"""Write a bundle: a folder of data files and the card that pins each by size and hash."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING

from mezzotint.bundles.card_json import encode_card
from mezzotint.bundles.card_rules import check_card
from mezzotint.bundles.names import CARD_FILE, check_model_name
from mezzotint.bundles.placing import (
    check_free,
    put_in_place,
    staging_folder,
    tidy_folder,
    write_durably,
)
from mezzotint.domain.card import FileSpec
from mezzotint.domain.errors import FailedError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mezzotint.domain.card import Card


def write_bundle(
    destination: Path, card: Card, files: Mapping[str, bytes], *, replace: bool = False
) -> Card:
    """Write a bundle so that it is there whole or not at all.

    Everything goes into a hidden folder beside `destination`, which is then renamed. Needs
    nothing beyond the standard library.

    Args:
        destination: The bundle's own folder, for example `models/fashion`. Its last part is the
            name that people type; missing folders above it are made.
        card: The card; its `files` are filled in here.
        files: File name to content, every file but `card.json`; flat, plain ASCII names.
        replace: Whether a bundle that is already there gives way. It stays until the new one is
            complete. A folder that is not a bundle is never replaced.

    Returns:
        The card as written, with `files` filled in.

    Raises:
        InputError: `bundle.name` or `bundle.exists`.
        BundleError: `bundle.card`, `bundle.path`, `bundle.duplicate`, or `bundle.missing` for a
            graph of the card whose file is not given.
        FailedError: `bundle.write`: the disk is full or does not allow it; nothing is left behind.
    """
    check_model_name(card.name)
    pinned = {name: _pin(files[name]) for name in sorted(files)}
    card = dataclasses.replace(card, files=pinned)
    check_card(card)
    contents = {**files, CARD_FILE: encode_card(card)}
    try:
        tidy_folder(destination.parent)
        check_free(destination, replace=replace)
        with staging_folder(destination) as staged:
            for name, content in contents.items():
                write_durably(staged / name, content)
            put_in_place(staged, destination, replace=replace)
    except OSError as error:
        raise FailedError(
            "bundle.write",
            Message(
                "The bundle could not be written to {path}: {reason}.",
                path=str(destination),
                reason=error.strerror or str(error),
            ),
            Message("Make room or choose another place; nothing was left behind."),
        ) from error
    return card


def _pin(content: bytes) -> FileSpec:
    return FileSpec(size_bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
