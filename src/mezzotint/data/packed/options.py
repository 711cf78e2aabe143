"""What a packed set is to look like, and which pictures must stay out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from mezzotint.imaging.read import MAX_PIXELS

if TYPE_CHECKING:
    from mezzotint.domain.message import Message
    from mezzotint.imaging.resize import ResizeMethod

Channels = Literal[1, 3, 4]


@dataclass(frozen=True, kw_only=True)
class PackOptions:
    """Say what each picture is made into.

    Attributes:
        height_px: Height of every picture.
        width_px: Width of every picture; the middle is kept where the aspect differs.
        channels: 1 grey, 3 RGB, 4 RGBA. None = the fewest that lose nothing of any picture.
        method: How pictures are resized; see `mezzotint.imaging.resize`.
        max_pixels: Pictures with more are refused as decompression bombs.
    """

    height_px: int
    width_px: int
    channels: Channels | None = None
    method: ResizeMethod = "lanczos"
    max_pixels: int = MAX_PIXELS


class OptOuts(Protocol):
    """Name the pictures that must not be trained on."""

    @property
    def digest(self) -> str:
        """Return a text that differs for any other list of opt-outs."""
        ...

    def reason_against(self, key: str, sha256: str) -> Message | None:
        """Say why a picture must stay out; None if it may be used.

        Args:
            key: Of the entry.
            sha256: Of its encoded bytes, in hexadecimal.
        """
        ...
