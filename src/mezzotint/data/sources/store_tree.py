"""List the objects of a bucket or another remote store, by way of obstore."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from mezzotint.data.sources.contents import refuse_large
from mezzotint.data.sources.tree import Tree, is_litter, unique_files
from mezzotint.domain.errors import FailedError, InputError, MissingExtraError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from obstore.store import ObjectStore

REMOTE_SCHEMES = ("s3", "gs", "az", "http", "https")


@dataclass(frozen=True, eq=False)
class StoreContent:
    """Read one object of a remote store."""

    store: ObjectStore = field(repr=False)
    key: str
    size_bytes: int
    version: str  # the store's entity tag, or the time of change where it has none
    path: Path | None = None

    @property
    def fingerprint(self) -> str:
        """Return size and version."""
        return f"{self.size_bytes}-{self.version}"

    def read(self) -> bytes:
        """Fetch the whole object."""
        refuse_large(self.key, self.size_bytes)
        try:
            return bytes(self.store.get(self.key).bytes())
        except Exception as error:  # obstore's errors are as many as the stores it speaks to
            raise _not_had(self.key, error) from error

    def head(self, num_bytes: int) -> bytes:
        """Return the beginning of a small object, nothing of a large one: requests cost time."""
        return self.read()[:num_bytes] if self.size_bytes <= num_bytes else b""

    def copy_to(self, destination: Path) -> None:
        """Fetch the object to a file, in pieces."""
        with destination.open("wb") as file:
            for block in self._blocks():
                file.write(block)

    def _blocks(self) -> Iterator[bytes]:
        try:
            yield from self.store.get(self.key).stream()
        except Exception as error:  # obstore's errors are as many as the stores it speaks to
            raise _not_had(self.key, error) from error


def import_obstore() -> Any:
    """Import `obstore`.

    Raises:
        MissingExtraError: It is not installed.
    """
    try:
        return import_module("obstore")
    except ModuleNotFoundError as error:
        raise MissingExtraError("data", "Reading from s3:// and https://") from error


def open_store(address: str) -> ObjectStore:
    """Open the store of an address: a bucket with a prefix, or a web folder.

    Credentials come from the environment, as the provider's own tools take them
    (AWS_ACCESS_KEY_ID, GOOGLE_APPLICATION_CREDENTIALS, ...).

    Raises:
        InputError: The address is not understood.
        MissingExtraError: obstore is not installed.
    """
    import_obstore()
    from obstore.store import from_url

    options: dict[str, Any] = {}
    if address.startswith("http://"):
        options["client_options"] = {"allow_http": True}
    try:
        return from_url(address, **options)
    except Exception as error:  # obstore's errors are as many as the stores it speaks to
        raise InputError(
            "data.store.address",
            Message(
                "{address} is not understood: {reason}.", address=address, reason=first_line(error)
            ),
            Message("An address looks like s3://bucket/folder or https://host/set.zip."),
        ) from error


def list_store(store: ObjectStore, address: str) -> Tree:
    """List all objects of a store.

    Args:
        store: Opened with the prefix of the data set, if it has one.
        address: What the user named.

    Raises:
        FailedError: The store does not answer or refuses.
    """
    try:
        pages = cast("Iterator[list[dict[str, object]]]", iter(cast("Any", store).list()))
        listed = [meta for page in pages for meta in page]
    except Exception as error:  # obstore's errors are as many as the stores it speaks to
        raise FailedError(
            "data.store.list",
            Message(
                "{address} cannot be listed: {reason}.", address=address, reason=first_line(error)
            ),
            Message("Check address, network and credentials."),
        ) from error
    contents = [
        (content.key, content)
        for content in (_content(store, meta) for meta in listed)
        if not is_litter(content.key)
    ]
    return Tree(address=address, files=unique_files(contents))


def find_object(store: ObjectStore, key: str) -> StoreContent | None:
    """Return the object called `key`; None if there is none, as for the name of a folder."""
    try:
        meta = store.head(key)
    except Exception as error:  # obstore's errors are as many as the stores it speaks to
        if isinstance(error, FileNotFoundError):
            return None
        raise _not_had(key, error) from error
    return _content(store, cast("dict[str, object]", meta))


def _content(store: ObjectStore, meta: dict[str, object]) -> StoreContent:
    version = str(meta.get("e_tag") or meta.get("last_modified"))
    return StoreContent(store, str(meta["path"]), cast("int", meta["size"]), version)


def first_line(error: Exception) -> str:
    """Return the sentence of an error without what obstore puts around it.

    Example:
        >>> first_line(OSError("Generic S3 error: 10 retries  - HTTP error: refused."))
        'HTTP error: refused'
    """
    return str(error).split("\n", 1)[0].rpartition("  - ")[2].rstrip(". ")


def _not_had(key: str, error: Exception) -> InputError:
    return InputError(
        "data.store.get",
        Message("{name} cannot be fetched: {reason}.", name=key, reason=first_line(error)),
        Message("Check address, network and credentials."),
    )
