"""Read tensors of a bundle (the safetensors format) and the texts beside them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mezzotint.domain.errors import BundleError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_LENGTH_BYTES = 8  # of the header's length, little-endian, at the start of a file
_METADATA = "__metadata__"


def read_tensors(content: bytes) -> dict[str, NDArray[Any]]:
    """Return the tensors of a file by name.

    Raises:
        BundleError: `bundle.tensors`: it is not such a file.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        return load(content)
    except SafetensorError as error:
        raise _damaged() from error


def read_tensor_notes(content: bytes) -> Mapping[str, str]:
    """Return the texts that such a file holds beside its tensors.

    The library gives them of files alone, not of bytes whose hash was checked.

    Raises:
        BundleError: `bundle.tensors`.
    """
    from pydantic import TypeAdapter, ValidationError

    end = _LENGTH_BYTES + int.from_bytes(content[:_LENGTH_BYTES], "little")
    try:
        header = TypeAdapter(dict[str, Any]).validate_python(json.loads(content[_LENGTH_BYTES:end]))
        return TypeAdapter(dict[str, str]).validate_python(header.get(_METADATA, {}))
    except (ValueError, ValidationError) as error:
        raise _damaged() from error


def _damaged() -> BundleError:
    return BundleError(
        "bundle.tensors",
        Message("What the bundle knows of its training set cannot be read."),
        Message("Get the bundle again, or export it again."),
    )
