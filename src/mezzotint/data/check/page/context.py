"""What every part of the page needs: the pictures to show and how to say things."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from mezzotint.data.check.page.markup import Markup, element, join
from mezzotint.domain.message import Message

MAX_FIGURES = 36  # of one list; the JSON report has them all
MAX_ROWS = 200  # of one table


@dataclass(frozen=True, kw_only=True)
class Context:
    """Hold what the page is made with.

    Attributes:
        thumbnails: Small WebP pictures by key; a missing one leaves its frame empty.
        translate: Gives a message in the language of the page.
    """

    thumbnails: Mapping[str, bytes]
    translate: Callable[[Message], str]

    def say(self, template: Message) -> str:
        """Return a message in the language of the page, as plain text."""
        return self.translate(template)

    def figure(self, key: str, note: str = "") -> Markup:
        """Show one picture with its file name; the whole key is the tooltip."""
        name = element("bdi", PurePosixPath(key).name)
        notes = [element("small", note)] if note else []
        caption = element("figcaption", name, *notes)
        return element("figure", self._image(key), caption, title=key)

    def _image(self, key: str) -> Markup:
        data = self.thumbnails.get(key)
        if data is None:
            return element("span", class_="empty")
        address = f"data:image/webp;base64,{b64encode(data).decode()}"
        kind = "clear" if has_alpha(data) else None
        return element("img", src=address, alt="", loading="lazy", decoding="async", class_=kind)

    def gallery(self, keys: tuple[str, ...], notes: Mapping[str, str] | None = None) -> Markup:
        """Show pictures side by side; what is too much is counted."""
        figures = [self.figure(key, (notes or {}).get(key, "")) for key in keys[:MAX_FIGURES]]
        return join([element("div", *figures, class_="gallery"), self.rest(keys, MAX_FIGURES)])

    def rest(self, items: tuple[object, ...], num_shown: int) -> Markup:
        """Say how many more there are; nothing if all are shown."""
        if len(items) <= num_shown:
            return Markup()
        more = Message("And {num:,} more; the JSON report lists all.", num=len(items) - num_shown)
        return element("p", self.say(more), class_="rest")


def has_alpha(webp: bytes) -> bool:
    """Tell from its header whether a WebP file has an alpha channel (RFC 9649, 2.5 to 2.7)."""
    kind = webp[12:16]
    if kind == b"VP8X":
        return bool(webp[20] & 0x10)
    # lossless: one byte of signature, 14 bits of width, 14 of height, then the alpha bit
    return kind == b"VP8L" and bool(webp[24] & 0x10)
