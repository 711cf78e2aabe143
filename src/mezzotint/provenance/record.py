"""The recipe that travels in every picture file: enough to make the picture again, bit for bit."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import ClassVar, Literal, cast

from mezzotint.domain.card import Scalar
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.imaging.formats import FileFormat
from mezzotint.provenance.storable_text import storable_text

RECORD_VERSION = 1
RECIPE_ID_PREFIX = "mz1-"

DigitalSourceType = Literal["trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia"]

_FORBID_EXTRA = {"extra": "forbid"}


@dataclass(frozen=True, kw_only=True)
class FileFacts:
    """Describe the file that a picture was written to; filled in by `stamp`."""

    __pydantic_config__: ClassVar = _FORBID_EXTRA

    format: FileFormat
    height_px: int
    width_px: int
    encoder: Mapping[str, Scalar]  # quality, compression: what the format used
    pixel_sha256: str  # of the pixels as decoded from this file, so that JPEG verifies too


@dataclass(frozen=True, kw_only=True)
class PictureRecord:
    """Hold everything that made one picture. No time, no machine: same recipe, same bytes.

    Attributes:
        mezzotint_version: Of the software that made the picture.
        verb: "imagine", "vary", "region", ...
        prompt: The prompt as submitted, one permutation, with its parameters; None if the verb
            takes none, or in a private file.
        text: The prompt's words alone, which other programs show as the prompt.
        negative_text: What `--no` asked to avoid.
        parameters: Every parameter that acted, resolved, flat.
        model: Name of the model; "" if none took part.
        family: Family of the model, as its card says; "" without one.
        bundle_sha256: Hash that pins the model exactly; "" without one.
        engine: What computed: "native onnxruntime 1.32.0 CPU".
        seed: 0 to 4294967295; None for verbs without chance, or in a private file.
        picture_index: Which picture of the seed, from 0.
        num_pictures: How many were made together; the picture does not depend on it.
        data_manifest_sha256: Which data the model learned from; one entry a data set.
        digital_source_type: "trainedAlgorithmicMedia", or "compositeWith..." if parts of the
            picture come from elsewhere. None: no model took part, and no picture that it was made
            from says that one did.
        parent_pixel_sha256: Pixel hashes of the pictures it was made from.
        parent_labels: AI labels that those pictures carried, as they stood there.
        warnings: What the user was told, in English.
        file: Facts about the file; None until `stamp` wrote it.
        is_private: Prompt, parameters, seed, parents and warnings were left out on request.
        record_version: Of this layout.
    """

    __pydantic_config__: ClassVar = _FORBID_EXTRA

    record_version: int = RECORD_VERSION
    mezzotint_version: str
    verb: str
    prompt: str | None = None
    text: str = ""
    negative_text: str = ""
    parameters: Mapping[str, Scalar] = field(default_factory=dict[str, Scalar])
    model: str
    family: str
    bundle_sha256: str
    engine: str
    seed: int | None = None
    picture_index: int = 0
    num_pictures: int = 1
    data_manifest_sha256: tuple[str, ...] = ()
    digital_source_type: DigitalSourceType | None = "trainedAlgorithmicMedia"
    parent_pixel_sha256: tuple[str, ...] = ()
    parent_labels: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    file: FileFacts | None = None
    is_private: bool = False

    def without_private_data(self) -> PictureRecord:
        """Leave out what tells how the picture was asked for; labels of parents stay."""
        return replace(
            self,
            prompt=None,
            text="",
            negative_text="",
            parameters={},
            seed=None,
            parent_pixel_sha256=(),
            warnings=(),
            is_private=True,
        )

    def to_json(self) -> str:
        """Write the record as one line of ASCII JSON; the same record gives the same text.

        Example:
            >>> record = PictureRecord(
            ...     mezzotint_version="0.1.0", verb="imagine", prompt="水墨 --seed 7", seed=7,
            ...     model="fashion", family="cgan", bundle_sha256="45de", engine="native")
            >>> read_record(record.to_json()) == record
            True
        """
        content = asdict(replace(self, parameters=dict(sorted(self.parameters.items()))))
        # ASCII alone passes every container unchanged; other characters are escaped.
        return json.dumps(_storable(content), separators=(",", ":"), allow_nan=False)


def recipe_id(record_json: str, infotext: str | None) -> str:
    """Return an id that the recipe in a file alone decides, so that a change of it shows.

    Args:
        record_json: The record as it stands in the file.
        infotext: The A1111 text as it stands in the file; None = the file has none.

    Example:
        >>> recipe_id("{}", "koi")
        'mz1-b8701de61ee6ca4ba09f9f52e1661e6b'
    """
    import hashlib

    text = f"{record_json}\0{infotext or ''}"
    digest = hashlib.sha256(text.encode("utf-8", errors="replace"))
    return RECIPE_ID_PREFIX + digest.hexdigest()[:32]


def read_record(text: str) -> PictureRecord:
    """Read a record back from its JSON.

    Raises:
        InputError: "record.damaged" or "record.newer".
    """
    try:
        content: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _damaged(str(error)) from error
    if not isinstance(content, dict):
        raise _damaged("not a JSON object")
    version = cast("dict[str, object]", content).get("record_version")
    if isinstance(version, int) and version > RECORD_VERSION:
        raise InputError(
            "record.newer",
            Message("The recipe in this picture was written by a newer Mezzotint."),
            Message("Update Mezzotint: pip install --upgrade mezzotint"),
        )
    return _validated(text)


def _validated(text: str) -> PictureRecord:
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(PictureRecord).validate_json(text, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise _damaged(f"{place}: {first['msg']}") from error


def _damaged(reason: str) -> InputError:
    return InputError(
        "record.damaged",
        Message("The recipe in this picture is damaged: {reason}.", reason=reason.rstrip(".")),
        Message("Use the picture's original file."),
    )


def _storable(content: object) -> object:
    # Every string of a nested structure, made storable.
    if isinstance(content, str):
        return storable_text(content)
    if isinstance(content, dict):
        entries = cast("dict[str, object]", content)
        return {storable_text(key): _storable(value) for key, value in entries.items()}
    if isinstance(content, tuple | list):
        return [_storable(value) for value in cast("Sequence[object]", content)]
    return content
