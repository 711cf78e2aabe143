"""What is found out about each entry of a source, by looking at it once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from mezzotint.data.quality import Quality
from mezzotint.data.similarity import Signature
from mezzotint.domain.card import Scalar
from mezzotint.domain.message import Message
from mezzotint.imaging.formats import PictureFormat

MarkKind = Literal["made-by-ai", "no-training", "credentials"]


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Name one thing that a file says about itself.

    Attributes:
        kind: "made-by-ai", "no-training" (its owner refuses training) or "credentials" (a signed
            C2PA manifest, whatever it says; the signature is not checked here).
        detail: The label as the standards call it: "IPTC trainedAlgorithmicMedia".
    """

    kind: MarkKind
    detail: str


@dataclass(frozen=True, kw_only=True)
class PictureFacts:
    """Hold what was found out about one readable picture.

    Attributes:
        key: Name within its source.
        sha256: Of the encoded bytes, in hexadecimal.
        num_bytes: Size of the file.
        format: What the content is, whatever the file's ending says.
        mode: Pillow's name for how the file stores pixels: "RGB", "P", "CMYK", "I;16", ...
        height_px: When upright.
        width_px: When upright.
        channels: 1 grey, 3 RGB, 4 RGBA, as the file has them.
        needed_channels: As many as lose nothing: 1 for RGB without colour, 3 for opaque RGBA.
        signature: What it looks like.
        quality: Sharpness and contrast.
        caption: What it shows, as the source says.
        class_name: The class it is filed under.
        split: "train", "validation" or "test" where the source says.
        metadata: Everything else the source says of it.
        date: When it was taken, "2024-05-31"; None = the file does not say.
        marks: AI labels and refusals of training.
        warnings: What had to be guessed or ignored in reading it.
        opted_out: Why it must not be trained on; None = nobody objects.
    """

    key: str
    sha256: str
    num_bytes: int
    format: PictureFormat
    mode: str
    height_px: int
    width_px: int
    channels: int
    needed_channels: int
    signature: Signature
    quality: Quality
    caption: str | None = None
    class_name: str | None = None
    split: str | None = None
    metadata: Mapping[str, Scalar] = field(default_factory=dict["str", "Scalar"])
    date: str | None = None
    marks: tuple[Mark, ...] = ()
    warnings: tuple[Message, ...] = ()
    opted_out: Message | None = None


@dataclass(frozen=True, kw_only=True)
class BrokenPicture:
    """Quarantine one entry that cannot be used, in this list alone: the file stays as it is.

    Attributes:
        key: Name within its source.
        code: Of the error: "picture.truncated", "picture.bomb", ...
        reason: What is wrong.
        remedy: What to do about it.
    """

    key: str
    code: str
    reason: Message
    remedy: Message
