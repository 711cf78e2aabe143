"""Read the properties of an XMP packet (ISO 16684-1), from anybody, safely."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_MAX_CHARACTERS = 16_000_000


class XmpError(ValueError):
    """Say that a packet is not well-formed, too long, or tries to define entities."""


@dataclass(frozen=True, kw_only=True)
class XmpProperty:
    """Hold one property: its namespace, its name and its values (several for bags and lists)."""

    namespace: str
    name: str
    values: tuple[str, ...]


def read_properties(packet: str) -> tuple[XmpProperty, ...]:
    """Return the properties of a packet, written as attributes or as elements, in file order.

    Raises:
        XmpError: The packet is damaged, or it holds a document type declaration: no honest packet
            needs one, and entities defined there can expand without bound.

    Example:
        >>> packet = '''<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
        ...   <rdf:Description xmlns:a="urn:a" a:title='koi'/></rdf:RDF>'''
        >>> [(entry.name, entry.values) for entry in read_properties(packet)]
        [('title', ('koi',))]
    """
    from xml.etree import ElementTree

    if len(packet) > _MAX_CHARACTERS:
        raise XmpError("the packet is too long")
    if "<!DOCTYPE" in packet:
        raise XmpError("the packet declares a document type")
    try:
        root = ElementTree.fromstring(packet.strip("\ufeff\x00 \t\r\n"))
    except (ElementTree.ParseError, ValueError) as error:  # ValueError: lone surrogates
        raise XmpError(str(error)) from error
    return tuple(
        entry
        for rdf in root.iter(f"{_RDF}RDF")
        for description in rdf.iterfind(f"{_RDF}Description")
        for entry in (*_of_attributes(description.attrib), *map(_of_element, description))
    )


def _of_attributes(attributes: dict[str, str]) -> list[XmpProperty]:
    return [_property(tag, (value,)) for tag, value in attributes.items() if tag[:1] == "{"]


def _of_element(element: Element) -> XmpProperty:
    values = tuple(stripped for text in element.itertext() if (stripped := text.strip()))
    resource = element.get(f"{_RDF}resource")
    return _property(element.tag, values or ((resource,) if resource else ()))


def _property(tag: str, values: tuple[str, ...]) -> XmpProperty:
    # ElementTree writes a qualified name as {namespace}name.
    namespace, _, name = tag.removeprefix("{").rpartition("}")
    return XmpProperty(namespace=namespace, name=name, values=values)
