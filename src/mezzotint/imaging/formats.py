"""Picture formats: their names, their endings, and how their first bytes look."""

from __future__ import annotations

from typing import Literal

PictureFormat = Literal["png", "jpeg", "webp", "avif", "gif", "bmp", "tiff"]
OutputFormat = Literal["png", "webp", "jpeg"]
AnimationFormat = Literal["gif", "webp", "mp4"]
FileFormat = Literal["png", "webp", "jpeg", "gif", "mp4"]  # all that we write

NUM_SNIFFED_BYTES = 64  # enough for the brand list of an AVIF header

# The first ending of each format is the one that we write.
EXTENSIONS: dict[PictureFormat, tuple[str, ...]] = {
    "png": (".png", ".apng"),
    "jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "webp": (".webp",),
    "avif": (".avif",),
    "gif": (".gif",),
    "bmp": (".bmp", ".dib"),
    "tiff": (".tif", ".tiff"),
}

_SIGNATURES: tuple[tuple[bytes, PictureFormat], ...] = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"II+\x00", "tiff"),  # BigTIFF
    (b"MM\x00+", "tiff"),
)

# "BM" alone would also match plain text; the size of the second header settles it.
_BMP_HEADER_SIZES = tuple(size.to_bytes(4, "little") for size in (12, 40, 52, 56, 64, 108, 124))

# Pictures that people do have and that we do not read, so that the message can name them.
_FOREIGN_SIGNATURES = (
    (b"8BPS", "Photoshop (PSD)"),
    (b"%PDF", "PDF"),
    (b"%!PS", "PostScript"),
    (b"<svg", "SVG"),
    (b"\x00\x00\x00\x0cJXL ", "JPEG XL"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\x00\x00\x00\x0cjP  ", "JPEG 2000"),
    (b"\x00\x00\x01\x00", "ICO"),
    (b"v/1\x01", "OpenEXR"),
    (b"#?RADIANCE", "Radiance HDR"),
)


def sniff_format(head: bytes) -> PictureFormat | None:
    """Tell a picture's format from its first bytes; None if it is none that we read.

    Args:
        head: The first NUM_SNIFFED_BYTES of the file, or all of a shorter one.

    Example:
        >>> sniff_format(b"GIF89a...")
        'gif'
    """
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if _brands(head) & {b"avif", b"avis"}:
        return "avif"
    if head[:2] == b"BM" and head[14:18] in _BMP_HEADER_SIZES:
        return "bmp"
    return next((name for magic, name in _SIGNATURES if head.startswith(magic)), None)


def foreign_format(head: bytes) -> str | None:
    """Name a picture format that we recognise and do not read; None if it is no such format."""
    if _brands(head) & {b"heic", b"heix", b"heif", b"hevc", b"mif1", b"msf1"}:
        return "HEIC"
    return next((name for magic, name in _FOREIGN_SIGNATURES if head.startswith(magic)), None)


def extension(picture_format: PictureFormat) -> str:
    """Return the ending that we give to files of this format, with its dot."""
    return EXTENSIONS[picture_format][0]


def still_format(file_format: FileFormat) -> OutputFormat:
    """Narrow the format of a file that holds one picture."""
    assert file_format != "gif", "single pictures are never written as GIF"
    assert file_format != "mp4", "single pictures are never written as MP4"
    return file_format


def has_wrong_extension(suffix: str, picture_format: PictureFormat) -> bool:
    """Tell whether a file's ending names another format than its content has.

    A file without an ending, or with one that names no format, misleads nobody.

    Example:
        >>> has_wrong_extension(".JPG", "png"), has_wrong_extension(".dat", "png")
        (True, False)
    """
    suffix = suffix.lower()
    known = any(suffix in endings for endings in EXTENSIONS.values())
    return known and suffix not in EXTENSIONS[picture_format]


def _brands(head: bytes) -> set[bytes]:
    # ISO base media file: size, "ftyp", major brand, minor version, compatible brands.
    if head[4:8] != b"ftyp":
        return set()
    size_bytes = min(int.from_bytes(head[:4], "big"), len(head))
    return {head[8:12], *(head[start : start + 4] for start in range(16, size_bytes, 4))}
