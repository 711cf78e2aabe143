"""The labels a picture file may carry: made by AI, and do not train on this.

Read here, in any file; written by `provenance`. Sources: IPTC Photo Metadata 2023.1 (Digital
Source Type, PLUS Data Mining), GB 45438-2025 with practice guide TC260-PG-20258A (AIGC), C2PA 2.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import cast

from mezzotint.imaging.metadata import Metadata
from mezzotint.imaging.xmp_packet import XmpError, XmpProperty, read_properties

DIGITAL_SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"

PARENT_LABELS = "ParentLabels"  # our own XMP property, written by `provenance`

_AI_SOURCE_TYPES = frozenset(
    {"trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "algorithmicMedia"}
)
_NO_TRAINING_WORDS = frozenset({"noai", "noimageai"})
# JSON name of each field of the AIGC label, in the order of the standard.
_AIGC_FIELDS = {
    "Label": "label",
    "ContentProducer": "content_producer",
    "ProduceID": "produce_id",
    "ReservedCode1": "reserved_code1",
    "ContentPropagator": "content_propagator",
    "PropagateID": "propagate_id",
    "ReservedCode2": "reserved_code2",
}
_OTHER_SPELLINGS = {"ReserveCode1": "ReservedCode1", "ReserveCode2": "ReservedCode2"}


@dataclass(frozen=True, kw_only=True)
class AigcLabel:
    """Hold the implicit label of GB 45438-2025: seven fields, in this order.

    Attributes:
        label: "1" made by AI, "2" maybe, "3" suspected.
        content_producer: Name or code of who made the content.
        produce_id: The producer's own id of this content.
        reserved_code1: Free; the producer's hash or signature.
        content_propagator: Name or code of who spread it; "" while nobody did.
        propagate_id: The propagator's own id.
        reserved_code2: Free; the propagator's hash or signature.
    """

    label: str = ""
    content_producer: str = ""
    produce_id: str = ""
    reserved_code1: str = ""
    content_propagator: str = ""
    propagate_id: str = ""
    reserved_code2: str = ""

    def to_json(self) -> str:
        """Write the label as the standard asks: one JSON object, seven fields in order.

        Example:
            >>> AigcLabel(label="1", content_producer="studio").to_json()[:42]
            '{"Label":"1","ContentProducer":"studio","P'
        """
        fields = {name: getattr(self, field) for name, field in _AIGC_FIELDS.items()}
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, kw_only=True)
class Labels:
    """Hold every label found in one file.

    Attributes:
        digital_source_type: Last word of the IPTC address, such as "trainedAlgorithmicMedia" or
            "digitalCapture"; None if there is none.
        aigc: The TC260 label; None if there is none.
        aigc_text: The label as it stands in the file, even if it could not be understood.
        training_refused: The file says not to train on it.
        has_c2pa: The file holds a C2PA manifest (signed provenance, not checked here).
        says_ai: One of the labels says that AI made the picture or a part of it.
        of_parents: Labels of the pictures that this one was made from, as they stood there.
        is_unreadable: The XMP packet is damaged, so labels may be missed.
    """

    digital_source_type: str | None = None
    aigc: AigcLabel | None = None
    aigc_text: str | None = None
    training_refused: bool = False
    has_c2pa: bool = False
    says_ai: bool = False
    of_parents: tuple[str, ...] = ()
    is_unreadable: bool = False

    @property
    def ai_texts(self) -> tuple[str, ...]:
        """The AI labels as they stand, those of parents first: what an edited picture must keep."""
        own = (
            self.digital_source_type if self.digital_source_type in _AI_SOURCE_TYPES else None,
            self.aigc_text,
        )
        return (*self.of_parents, *filter(None, own))


def find_labels(metadata: Metadata) -> Labels:
    """Find the labels in a file's metadata, whoever wrote them; never raises.

    Example:
        >>> find_labels(Metadata(texts=(("AIGC", '{"Label":"1"}'),))).says_ai
        True
    """
    if metadata.xmp is None and metadata.c2pa is None and not metadata.texts:
        return Labels()  # of most pictures
    try:
        properties = () if metadata.xmp is None else read_properties(metadata.xmp)
        is_unreadable = False
    except XmpError:
        properties, is_unreadable = (), True
    source_type = _first(properties, "DigitalSourceType")
    source_type = source_type.rstrip("/").rpartition("/")[2] if source_type else None
    aigc_text = _first(properties, "AIGC") or metadata.text("AIGC")
    c2pa = metadata.c2pa or b""
    return Labels(
        digital_source_type=source_type,
        aigc=parse_aigc(aigc_text) if aigc_text else None,
        aigc_text=aigc_text,
        training_refused=_refuses_training(metadata, properties, c2pa),
        has_c2pa=metadata.c2pa is not None,
        says_ai=source_type in _AI_SOURCE_TYPES
        or aigc_text is not None
        or b"rainedAlgorithmicMedia" in c2pa,  # trained... and compositeWithTrained...
        of_parents=next((e.values for e in properties if e.name == PARENT_LABELS), ()),
        is_unreadable=is_unreadable,
    )


def parse_aigc(text: str) -> AigcLabel | None:
    """Read an AIGC label; None if it is no JSON object.

    Takes what other writers get wrong: single quotes, a missing field, "ReserveCode1", numbers,
    the object wrapped once more under the key "AIGC".
    """
    content = _json_object(text) or _json_object(text.replace("'", '"'))
    if content is None:
        return None
    wrapped = content.get("AIGC")
    if isinstance(wrapped, dict):
        content = cast("dict[str, object]", wrapped)
    fields = {
        _AIGC_FIELDS[standard_name]: str(value)
        for name, value in content.items()
        if (standard_name := _OTHER_SPELLINGS.get(name, name)) in _AIGC_FIELDS
    }
    return AigcLabel(**fields)


def _json_object(text: str) -> dict[str, object] | None:
    try:
        content: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, object]", content) if isinstance(content, dict) else None


def _first(properties: tuple[XmpProperty, ...], name: str) -> str | None:
    # By name alone: writers disagree on the last slash and the version of a namespace.
    found = (entry.values[0] for entry in properties if entry.name == name and entry.values)
    return next(found, None)


def _refuses_training(metadata: Metadata, properties: tuple[XmpProperty, ...], c2pa: bytes) -> bool:
    mining = _first(properties, "DataMining") or ""
    keywords = {
        value.lower()
        for entry in properties
        if entry.name in ("subject", "Robots", "UsageTerms")
        for value in entry.values
    }
    keywords |= {word.lower() for text in metadata.texts for word in text}
    return (
        "PROHIBITED" in mining.upper()
        or bool(keywords & _NO_TRAINING_WORDS)
        or (b"training-mining" in c2pa and b"notAllowed" in c2pa)
    )
