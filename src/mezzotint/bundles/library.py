"""The models at hand: those shipped inside the package and those in the user's models folder."""

from __future__ import annotations

import difflib
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from mezzotint.bundles.archive import write_archive
from mezzotint.bundles.names import CARD_FILE, check_model_name
from mezzotint.bundles.placing import (
    put_in_place,
    set_aside,
    staging_folder,
    tidy_folder,
    write_durably,
)
from mezzotint.bundles.read import Bundle, hash_card, open_bundle, read_card
from mezzotint.bundles.unpack import unpack_archive
from mezzotint.domain.errors import FailedError, InputError, MezzotintError, UnsupportedError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from mezzotint.domain.card import Card

Origin = Literal["shipped", "user"]

SHIPPED_FOLDER = Path(__file__).parent / "shipped"


@dataclass(frozen=True, kw_only=True)
class Model:
    """Describe one model of the library as a list shows it.

    Attributes:
        name: Its folder's name: what people type.
        origin: Inside the package, or in the user's models folder.
        path: Its folder.
        card: Its card; None if that cannot be read.
        problem: Why the card cannot be read; None if it can.
    """

    name: str
    origin: Origin
    path: Path
    card: Card | None
    problem: MezzotintError | None


class Library:
    """Find, take in, give out and remove models.

    A model in the user's folder hides a shipped one of the same name, so that a later Mezzotint
    that ships another model never changes what a name means to its user.

    Args:
        models_folder: The user's models; need not exist yet.
        shipped_folder: Models that came with the package.
    """

    def __init__(self, models_folder: Path, *, shipped_folder: Path = SHIPPED_FOLDER) -> None:
        self.models_folder = models_folder
        self.shipped_folder = shipped_folder

    def list(self) -> tuple[Model, ...]:
        """List every model by name, damaged ones with what is wrong with them.

        Reads the cards alone; `find` checks the rest.
        """
        folders = self._folders()
        return tuple(_describe(name, *folders[name]) for name in sorted(folders))

    def find(self, name: str) -> Bundle:
        """Open the model called `name`, checked completely.

        Raises:
            InputError: `model.unknown`, naming the nearest names and what there is.
            BundleError: What `open_bundle` refuses.
        """
        return open_bundle(self._folder(name)[1])

    def find_hash(self, sha256: str) -> Bundle | None:
        """Open the model whose card has this hash, whatever it is called here; None if absent."""
        for _origin, folder in self._folders().values():
            if hash_card(folder) == sha256:
                return open_bundle(folder)
        return None

    def import_(self, source: Path, *, name: str | None = None, replace: bool = False) -> Bundle:
        """Copy a bundle from a zip file or a folder into the models folder.

        It is unpacked beside its place, checked completely and only then renamed into it.

        Args:
            source: A zip file that `export` wrote, or a bundle's folder.
            name: What to call it here; None takes the name on its card.
            replace: Whether a model of that name in the models folder gives way.

        Raises:
            InputError: `bundle.name`, or `bundle.exists` if the name is taken.
            BundleError: What `unpack_archive` and `open_bundle` refuse.
            FailedError: `bundle.write`: the disk is full or does not allow it.
        """
        try:
            return self._import(source, name, replace=replace)
        except OSError as error:
            raise FailedError(
                "bundle.write",
                Message(
                    "The model could not be copied to {path}: {reason}.",
                    path=str(self.models_folder),
                    reason=error.strerror or str(error),
                ),
                Message("Make room or choose another models folder; nothing was left behind."),
            ) from error

    def export(self, name: str, destination: Path, *, replace: bool = False) -> Path:
        """Write the model called `name` as a zip file and return its path.

        Args:
            name: A model of this library.
            destination: The zip file, or a folder in which `NAME.zip` is made.
            replace: Whether a file that is already there gives way.

        Raises:
            InputError: `model.unknown` or `archive.exists`.
            BundleError: What `open_bundle` refuses.
            FailedError: `archive.write`.
        """
        bundle = self.find(name)
        path = destination / f"{name}.zip" if destination.is_dir() else destination
        write_archive(bundle, path, replace=replace)
        return path

    def remove(self, name: str) -> None:
        """Delete the model called `name` from the models folder, at once or not at all.

        Raises:
            InputError: `model.unknown`.
            UnsupportedError: `model.shipped`: it came with the package.
            FailedError: `model.remove`: the disk does not allow it.
        """
        origin, folder = self._folder(name)
        if origin == "shipped":
            raise UnsupportedError(
                "model.shipped",
                Message("The model {name} came with Mezzotint and cannot be removed.", name=name),
                Message("It goes when Mezzotint is uninstalled."),
            )
        try:
            gone = set_aside(folder, "removed")
        except OSError as error:
            raise FailedError(
                "model.remove",
                Message(
                    "The model in {path} could not be removed: {reason}.",
                    path=str(folder),
                    reason=error.strerror or str(error),
                ),
            ) from error
        if gone is not None:
            shutil.rmtree(gone, ignore_errors=True)

    def _import(self, source: Path, name: str | None, *, replace: bool) -> Bundle:
        unnamed = self.models_folder / "import"
        with staging_folder(unnamed) as staged:
            if source.is_dir():
                _copy_bundle(open_bundle(source), staged)
            else:
                unpack_archive(source, staged)
            card = open_bundle(staged).card
            name = card.name if name is None else name
            check_model_name(name)
            self._check_not_shipped(name, replace=replace)
            destination = self.models_folder / name
            put_in_place(staged, destination, replace=replace)
        return open_bundle(destination)

    def _check_not_shipped(self, name: str, *, replace: bool) -> None:
        if not replace and (self.shipped_folder / name).exists():
            raise InputError(
                "bundle.exists",
                Message("A model called {name} came with Mezzotint.", name=name),
                Message("Give this one another name (--name), or hide that one (--replace)."),
            )

    def _folders(self) -> dict[str, tuple[Origin, Path]]:
        tidy_folder(self.models_folder)
        folders: dict[str, tuple[Origin, Path]] = {}
        for path in _bundle_folders(self.shipped_folder):
            folders[path.name] = ("shipped", path)
        for path in _bundle_folders(self.models_folder):
            folders[path.name] = ("user", path)
        return folders

    def _folder(self, name: str) -> tuple[Origin, Path]:
        folders = self._folders()
        if name in folders:
            return folders[name]
        known = sorted(folders)
        nearest = difflib.get_close_matches(name.casefold(), known, n=3, cutoff=0.6)
        raise InputError(
            "model.unknown",
            Message("There is no model called {name}.", name=repr(name)),
            _advice(nearest, known),
        )


def _advice(nearest: list[str], known: list[str]) -> Message:
    if not known:
        return Message("There are no models yet: train one, or import one.")
    if not nearest:
        return Message("There are: {known}.", known=", ".join(known))
    return Message(
        "Did you mean {nearest}? There are: {known}.",
        nearest=", ".join(nearest),
        known=", ".join(known),
    )


def _describe(name: str, origin: Origin, path: Path) -> Model:
    try:
        card = read_card(path)
    except MezzotintError as problem:
        return Model(name=name, origin=origin, path=path, card=None, problem=problem)
    return Model(name=name, origin=origin, path=path, card=card, problem=None)


def _bundle_folders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [
        path
        for path in folder.iterdir()
        if not path.name.startswith(".") and (path / CARD_FILE).is_file()
    ]


def _copy_bundle(bundle: Bundle, folder: Path) -> None:
    for name in [CARD_FILE, *bundle.card.files]:
        write_durably(folder / name, bundle.read_file(name))
