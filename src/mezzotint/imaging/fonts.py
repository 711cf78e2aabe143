"""Find a font that can write a text: the user's own file, or one that the system has."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

_PROBE_PX = 24
_NO_CHARACTER = "\U0010fffe"  # a code that no font has: shows what a missing glyph looks like
_LATIN = (
    "Inter-Bold.ttf",
    "Roboto-Bold.ttf",
    "OpenSans-Bold.ttf",
    "HelveticaNeue.ttc",
    "Arial Bold.ttf",
    "arialbd.ttf",
    "segoeuib.ttf",
    "LiberationSans-Bold.ttf",
    "DejaVuSans-Bold.ttf",
)
# (file, number of the simplified Chinese face in a collection)
_CHINESE = (
    ("NotoSansCJK-Bold.ttc", 2),
    ("NotoSansCJKsc-Bold.otf", 0),
    ("NotoSansSC-Bold.otf", 0),
    ("NotoSansSC-Bold.ttf", 0),
    ("SourceHanSansSC-Bold.otf", 0),
    ("NotoSansCJK-Regular.ttc", 2),
    ("NotoSansSC-Regular.otf", 0),
    ("PingFang.ttc", 0),
    ("Hiragino Sans GB.ttc", 0),
    ("msyhbd.ttc", 0),
    ("msyh.ttc", 0),
    ("wqy-microhei.ttc", 0),
    ("wqy-zenhei.ttc", 0),
    ("DroidSansFallbackFull.ttf", 0),
    ("simhei.ttf", 0),
    ("simsun.ttc", 0),
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Typeface:
    """Hold a font that can be set in any size.

    Attributes:
        name: File name of the font.
        data: Its file; None = the one that comes with Pillow.
        number: Which face of a collection.
    """

    name: str
    data: bytes | None
    number: int = 0

    def at(self, size_px: int) -> FreeTypeFont:
        """Return the font in one size."""
        from PIL import ImageFont

        if self.data is None:
            font = ImageFont.load_default(size_px)
            assert isinstance(font, ImageFont.FreeTypeFont), "Pillow has FreeType"
            return font
        return ImageFont.truetype(BytesIO(self.data), size_px, index=self.number)


def find_typeface(text: str, font_file: Path | None = None) -> Typeface:
    """Find a font with every character of a text; nothing is downloaded.

    Args:
        text: What will be written.
        font_file: The user's font; None = one of the system, bold where there is one.

    Raises:
        InputError: "font.unreadable" or "font.missing", naming the first character without glyph.
    """
    if font_file is not None:
        typeface = _own_typeface(font_file)
        lacking = missing_character(typeface, text)
        if lacking is None:
            return typeface
        raise InputError(
            "font.missing",
            Message("The font {name} has no '{character}'.", name=typeface.name, character=lacking),
            Message("Choose a font with these characters."),
        )
    for typeface in _system_typefaces(text):
        if missing_character(typeface, text) is None:
            return typeface
    raise InputError(
        "font.missing",
        Message("No font of this system can write '{text}'.", text=text),
        Message(
            "Name a font file (--font FILE.ttf), or install one, such as Noto Sans CJK "
            "(Debian and Ubuntu: apt install fonts-noto-cjk)."
        ),
    )


def missing_character(typeface: Typeface, text: str) -> str | None:
    """Return the first character that a font cannot write; None if it has them all."""
    font = typeface.at(_PROBE_PX)
    empty = _shape(font, _NO_CHARACTER)
    for character in dict.fromkeys(text):
        if not character.isspace() and _shape(font, character) == empty:
            return character
    return None


def _system_typefaces(text: str) -> list[Typeface]:
    found: list[Typeface] = []
    chinese = any(character >= "\u2e80" for character in text)
    names = _CHINESE if chinese else (*((name, 0) for name in _LATIN), *_CHINESE)
    for name, number in names:
        data = _system_font(name)
        if data is not None:
            found.append(Typeface(name=name, data=data, number=number))
            break
    found.append(Typeface(name="Aileron (Pillow)", data=None))
    return found


def _system_font(name: str) -> bytes | None:
    # Pillow knows the font folders of each system.
    from PIL import ImageFont

    try:
        path = ImageFont.truetype(name, _PROBE_PX).path
    except OSError:
        return None
    return Path(path).read_bytes() if isinstance(path, str) else None


def _own_typeface(font_file: Path) -> Typeface:
    from PIL import ImageFont

    try:
        data = font_file.read_bytes()
        ImageFont.truetype(BytesIO(data), _PROBE_PX)
    except OSError as error:
        raise InputError(
            "font.unreadable",
            Message(
                "{path} is no font that can be read: {reason}.",
                path=str(font_file),
                reason=error.strerror or str(error),
            ),
            Message("Name a TrueType or OpenType file: .ttf, .otf or .ttc"),
        ) from error
    return Typeface(name=font_file.name, data=data)


def _shape(font: FreeTypeFont, character: str) -> bytes:
    from PIL import Image, ImageDraw

    image = Image.new("L", (2 * _PROBE_PX, 2 * _PROBE_PX))
    ImageDraw.Draw(image).text((0, 0), character, fill=255, font=font)
    return image.tobytes()
