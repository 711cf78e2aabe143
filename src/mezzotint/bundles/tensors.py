"""Read tensors of a bundle (the safetensors format) with NumPy alone.

A file is the length of a header (8 bytes, little-endian), the header in JSON, and the values. The
package of the same name is not needed to make pictures, so it is not there as a rule.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, cast

from mezzotint.domain.errors import BundleError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_LENGTH_BYTES = 8
_METADATA = "__metadata__"
_DTYPES = {"F16": "<f2", "F32": "<f4", "F64": "<f8", "I64": "<i8", "U8": "u1"}


@dataclass(frozen=True, kw_only=True)
class _Entry:
    __pydantic_config__: ClassVar = {"extra": "forbid"}

    dtype: str
    shape: tuple[int, ...]
    data_offsets: tuple[int, int]


def read_tensors(content: bytes) -> dict[str, NDArray[Any]]:
    """Return the tensors of a file by name; they lie in `content` and cannot be written to.

    Raises:
        BundleError: `bundle.tensors`: it is not such a file.
    """
    import numpy as np

    header, start = _read_header(content)
    tensors: dict[str, NDArray[Any]] = {}
    for name, entry in header.items():
        first, end = (start + offset for offset in entry.data_offsets)
        dtype = np.dtype(_DTYPES.get(entry.dtype, "V1"))
        num_values = int(np.prod(entry.shape, dtype=np.int64))
        if dtype.kind == "V" or end > len(content) or end - first != num_values * dtype.itemsize:
            raise _damaged()
        values = np.frombuffer(content, dtype, count=num_values, offset=first)
        tensors[name] = values.reshape(entry.shape)
    return tensors


def read_tensor_notes(content: bytes) -> Mapping[str, str]:
    """Return the texts that such a file holds beside its tensors.

    Raises:
        BundleError: `bundle.tensors`.
    """
    from pydantic import TypeAdapter, ValidationError

    notes = _read_json(content)[0].get(_METADATA, {})
    try:
        return TypeAdapter(dict[str, str]).validate_python(notes)
    except ValidationError as error:
        raise _damaged() from error


def _read_header(content: bytes) -> tuple[dict[str, _Entry], int]:
    from pydantic import TypeAdapter, ValidationError

    document, start = _read_json(content)
    document.pop(_METADATA, None)
    try:
        return TypeAdapter(dict[str, _Entry]).validate_python(document), start
    except ValidationError as error:
        raise _damaged() from error


def _read_json(content: bytes) -> tuple[dict[str, Any], int]:
    """Return the header and where the values begin."""
    start = _LENGTH_BYTES + int.from_bytes(content[:_LENGTH_BYTES], "little")
    try:
        document = json.loads(content[_LENGTH_BYTES:start])
    except ValueError as error:
        raise _damaged() from error
    if start > len(content) or not isinstance(document, dict):
        raise _damaged()
    return cast("dict[str, Any]", document), start


def _damaged() -> BundleError:
    return BundleError(
        "bundle.tensors",
        Message("What the bundle knows of its training set cannot be read."),
        Message("Get the bundle again, or export it again."),
    )
