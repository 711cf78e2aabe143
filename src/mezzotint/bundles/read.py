"""Open a bundle: check everything about it, run nothing of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezzotint.bundles.card_json import decode_card
from mezzotint.bundles.limits import DEFAULT_LIMITS, BundleLimits
from mezzotint.bundles.names import CARD_FILE
from mezzotint.bundles.pinned_files import (
    check_pinned,
    missing,
    read_at_most,
    read_pinned,
    too_large,
)
from mezzotint.domain.card import FileSpec
from mezzotint.domain.errors import BundleError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from pathlib import Path

    from mezzotint.domain.card import Card

# What systems leave in folders that people look into; never read, never copied.
IGNORED_FILES = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """Hold a bundle whose every file has been checked against its card; made by `open_bundle`.

    Attributes:
        path: Its folder.
        card: What it is.
        sha256: Hash of `card.json`. The card pins every other file, so this pins the bundle.
        card_bytes: Size of `card.json`.
    """

    path: Path
    card: Card
    sha256: str
    card_bytes: int

    @property
    def size_bytes(self) -> int:
        """Return the size of all files together."""
        return self.card_bytes + sum(pinned.size_bytes for pinned in self.card.files.values())

    def read_file(self, name: str) -> bytes:
        """Read one file, the card too, checked again: what is used is what was pinned.

        Raises:
            BundleError: `bundle.missing`, `bundle.path`, `bundle.size` or `bundle.hash`.
            FailedError: `bundle.read`.
        """
        if name == CARD_FILE:
            pinned = FileSpec(size_bytes=self.card_bytes, sha256=self.sha256)
        elif name in self.card.files:
            pinned = self.card.files[name]
        else:
            raise missing(name)
        return read_pinned(self.path / name, pinned)


def open_bundle(folder: Path, *, limits: BundleLimits = DEFAULT_LIMITS) -> Bundle:
    """Open a bundle after checking all of it: card, file list, sizes, hashes, ONNX graphs.

    Args:
        folder: The bundle's own folder.
        limits: How large it may be.

    Raises:
        BundleError: `bundle.absent` (not a bundle), `bundle.card` (damaged card, names the
            field), `bundle.format` (newer format, names the Mezzotint to get), `bundle.path` (a
            name or link that leads out), `bundle.duplicate`, `bundle.missing`, `bundle.unlisted`,
            `bundle.size`, `bundle.hash`, `bundle.too_large`, `bundle.onnx`,
            `bundle.external_data`, `bundle.custom_ops` or `bundle.graph` (inputs or outputs that
            are not what the card says).
        FailedError: `bundle.read`: the disk or the permissions do not allow it.
    """
    content = _read_card_bytes(folder, limits)
    bundle = Bundle(
        path=folder,
        card=decode_card(content),
        sha256=hashlib.sha256(content).hexdigest(),
        card_bytes=len(content),
    )
    _check_sizes(bundle.card, limits)
    _check_listing(folder, bundle.card)
    for name, pinned in sorted(bundle.card.files.items()):
        if name.endswith(".onnx"):
            _check_graph(bundle, name)
        else:
            check_pinned(folder / name, pinned)
    return bundle


def read_card(folder: Path, *, limits: BundleLimits = DEFAULT_LIMITS) -> Card:
    """Read the card alone, fast, for lists; nothing else of the bundle is looked at.

    Raises:
        BundleError: `bundle.absent`, `bundle.card`, `bundle.format` or another one of
            `open_bundle` about the card itself.
        FailedError: `bundle.read`.
    """
    return decode_card(_read_card_bytes(folder, limits))


def hash_card(folder: Path) -> str:
    """Return the sha256 of a bundle's card, which names the bundle whatever its folder is called.

    Raises:
        BundleError: `bundle.absent`, `bundle.path` or `bundle.too_large`.
        FailedError: `bundle.read`.
    """
    return hashlib.sha256(_read_card_bytes(folder, DEFAULT_LIMITS)).hexdigest()


def _read_card_bytes(folder: Path, limits: BundleLimits) -> bytes:
    try:
        return read_at_most(folder / CARD_FILE, limits.max_card_bytes)
    except BundleError as error:
        if error.code != "bundle.missing":
            raise
        raise BundleError(
            "bundle.absent",
            Message("{path} is not a model bundle: it has no card.json.", path=str(folder)),
            Message("A bundle is the folder that training makes, or 'mezzotint models import'."),
        ) from error


def _check_sizes(card: Card, limits: BundleLimits) -> None:
    for name, pinned in card.files.items():
        if pinned.size_bytes > limits.max_file_bytes:
            raise too_large(name, limits.max_file_bytes)
    total_bytes = sum(pinned.size_bytes for pinned in card.files.values())
    if total_bytes > limits.max_total_bytes:
        raise too_large(card.name, limits.max_total_bytes)
    if len(card.files) > limits.max_files:
        raise BundleError(
            "bundle.too_large",
            Message("The bundle has more than {max_files} files.", max_files=limits.max_files),
        )


def _check_listing(folder: Path, card: Card) -> None:
    found = {path.name for path in folder.iterdir()} - IGNORED_FILES
    for name in sorted(set(card.files) - found):
        raise missing(name)
    for name in sorted(found - set(card.files) - {CARD_FILE}):
        raise BundleError(
            "bundle.unlisted",
            Message("{file} lies in the bundle but its card does not list it.", file=ascii(name)),
            Message("Remove it if you put it there; otherwise do not trust this bundle."),
        )


def _check_graph(bundle: Bundle, name: str) -> None:
    from mezzotint.bundles.onnx_check import check_onnx, check_signature

    model = check_onnx(name, bundle.read_file(name))
    for spec in bundle.card.graphs:
        if spec.file == name:
            check_signature(name, model, spec)
