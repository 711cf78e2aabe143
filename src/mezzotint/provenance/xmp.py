"""Write the XMP packet of a picture: the AI labels, and our record where there is no better place.

Labels: IPTC Digital Source Type, and AIGC by practice guide TC260-PG-20258A (GB 45438-2025).
"""

from __future__ import annotations

import re

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.imaging.labels import DIGITAL_SOURCE_TYPES, PARENT_LABELS, AigcLabel
from mezzotint.imaging.xmp_packet import XmpError, read_properties
from mezzotint.provenance.record import DigitalSourceType

DEFAULT_PRODUCER = "mezzotint"
MEZZOTINT_NAMESPACE = "urn:mezzotint:xmp:1.0/"

_MADE_BY_AI = "1"
_MAX_PRODUCER_CHARACTERS = 200
# Printable ASCII without blank, double quote and backslash (GB 45438-2025, appendix E).
_PRODUCER = re.compile(r"[!#-\[\]-~]+")
# What XML 1.0 cannot hold, even escaped.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/"
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
    xmlns:mezzotint="{namespace}"{source_type}>{more}
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


def aigc_label(*, producer: str, produce_id: str, pixel_sha256: str) -> AigcLabel:
    """Make the AIGC label of a picture that AI made and nobody has spread yet.

    Args:
        producer: Name or code of who makes pictures with this studio; for organisations in China
            the 27-character producer code.
        produce_id: Own id of the picture.
        pixel_sha256: Goes into the reserved field that is free for a hash.

    Raises:
        InputError: "label.producer".
    """
    if len(producer) > _MAX_PRODUCER_CHARACTERS or not _PRODUCER.fullmatch(producer):
        raise InputError(
            "label.producer",
            Message("The producer name '{producer}' cannot stand in a label.", producer=producer),
            Message(
                "Use 1 to {max_characters} printable ASCII characters "
                "without blanks, double quotes and backslashes.",
                max_characters=_MAX_PRODUCER_CHARACTERS,
            ),
        )
    return AigcLabel(
        label=_MADE_BY_AI,
        content_producer=producer,
        produce_id=produce_id,
        reserved_code1=pixel_sha256,
    )


def write_packet(
    *,
    digital_source_type: DigitalSourceType | None,
    aigc: AigcLabel | None,
    record_json: str | None = None,
    parent_labels: tuple[str, ...] = (),
) -> str:
    """Write the packet.

    Args:
        digital_source_type: Last word of the IPTC address; None = no label.
        aigc: The seven fields; None = no label.
        record_json: Our record, for formats without text chunks; None = leave it out.
        parent_labels: Labels of the pictures that this one was made from.

    Example:
        >>> from mezzotint.imaging.labels import find_labels
        >>> from mezzotint.imaging.metadata import Metadata
        >>> packet = write_packet(
        ...     digital_source_type="trainedAlgorithmicMedia", aigc=AigcLabel(label="1"))
        >>> find_labels(Metadata(xmp=packet)).digital_source_type
        'trainedAlgorithmicMedia'
    """
    more = ""
    if aigc is not None:
        fields = _xml(aigc.to_json()).replace('"', "&quot;")  # as in the practice guide
        more += f"\n   <TC260:AIGC>{fields}</TC260:AIGC>"
    if parent_labels:
        items = "".join(f"<rdf:li>{_xml(label)}</rdf:li>" for label in parent_labels)
        tag = f"mezzotint:{PARENT_LABELS}"
        more += f"\n   <{tag}><rdf:Bag>{items}</rdf:Bag></{tag}>"
    if record_json is not None:
        more += f"\n   <mezzotint:Record>{_xml(record_json)}</mezzotint:Record>"
    return _PACKET.format(
        namespace=MEZZOTINT_NAMESPACE,
        source_type=_source_type(digital_source_type),
        more=more,
    )


def _source_type(digital_source_type: DigitalSourceType | None) -> str:
    if digital_source_type is None:
        return ""
    address = DIGITAL_SOURCE_TYPES + digital_source_type
    return f'\n    Iptc4xmpExt:DigitalSourceType="{address}"'


def record_json_in(packet: str) -> str | None:
    """Return the record that `write_packet` put into a packet; None if there is none."""
    try:
        properties = read_properties(packet)
    except XmpError:
        return None
    return next(
        (
            entry.values[0]
            for entry in properties
            if (entry.namespace, entry.name) == (MEZZOTINT_NAMESPACE, "Record") and entry.values
        ),
        None,
    )


def _xml(text: str) -> str:
    text = _NOT_XML.sub("\ufffd", text)
    return (
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
    )
