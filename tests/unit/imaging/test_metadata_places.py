"""Metadata lies where other programs look for it, and is found where they put it."""

import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from mezzotint.domain.errors import InputError
from mezzotint.imaging.encode import encode_pixels
from mezzotint.imaging.exif import read_exif, write_exif
from mezzotint.imaging.formats import OutputFormat
from mezzotint.imaging.metadata import Metadata, embed_metadata, read_metadata
from mezzotint.imaging.read import read_picture

PIXELS = np.random.default_rng(0).integers(0, 256, (12, 20, 3), np.uint8)
XMP = "<x:xmpmeta xmlns:x='adobe:ns:meta/'>水墨</x:xmpmeta>"
METADATA = Metadata(
    texts=(("parameters", "koi"), ("mezzotint", "水墨")), user_comment="koi, 水墨", xmp=XMP
)


def written(picture_format: OutputFormat, metadata: Metadata = METADATA) -> bytes:
    return embed_metadata(encode_pixels(PIXELS, picture_format).data, picture_format, metadata)


def reread(data: bytes, picture_format: OutputFormat) -> Metadata:
    return read_metadata(BytesIO(data), picture_format)


def test_pillow_finds_our_png_chunks() -> None:
    with Image.open(BytesIO(written("png"))) as image:
        image.load()
        assert image.info["parameters"] == "koi"
        assert image.info["mezzotint"] == "水墨"
        assert image.info["XML:com.adobe.xmp"] == XMP


def test_png_chunks_are_of_the_kind_that_others_expect() -> None:
    data = written("png")
    assert b"tEXtparameters\x00koi" in data
    assert b"iTXtmezzotint\x00" in data
    assert b"iTXtXML:com.adobe.xmp\x00\x00\x00\x00\x00<x:" in data
    assert data.index(b"tEXt") < data.index(b"IDAT")


@pytest.mark.parametrize("picture_format", ["jpeg", "webp"])
def test_pillow_finds_our_exif_and_xmp(picture_format: OutputFormat) -> None:
    with Image.open(BytesIO(written(picture_format))) as image:
        image.load()
        comment = image.getexif().get_ifd(0x8769)[0x9286]
        assert comment == b"UNICODE\x00" + "koi, 水墨".encode("utf-16-be")
        assert image.info["xmp"] == XMP.encode()


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("picture_format", ["png", "webp", "jpeg"])
def test_files_with_metadata_still_decode(picture_format: OutputFormat, channels: int) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (9, 15, channels), np.uint8)
    plain = encode_pixels(pixels, picture_format).data
    with (
        Image.open(BytesIO(plain)) as before,
        Image.open(BytesIO(embed_metadata(plain, picture_format, METADATA))) as after,
    ):
        assert before.mode == after.mode
        assert np.array_equal(np.array(before), np.array(after))


def test_lossy_webp_with_alpha_keeps_its_own_header() -> None:
    buffer = BytesIO()
    pixels = np.dstack([PIXELS, PIXELS[..., :1]])
    Image.fromarray(pixels).save(buffer, "WEBP", quality=70)
    data = embed_metadata(buffer.getvalue(), "webp", METADATA)
    assert reread(data, "webp").user_comment == "koi, 水墨"
    assert read_picture(data).pixels.shape == (12, 20, 4)
    assert data.count(b"VP8X") == 1


def test_nothing_to_write_changes_nothing() -> None:
    plain = encode_pixels(PIXELS, "webp").data
    assert embed_metadata(plain, "webp", Metadata()) == plain
    plain = encode_pixels(PIXELS, "png").data
    assert embed_metadata(plain, "png", Metadata()) == plain


def test_a_long_text_fits_png_and_webp_and_not_jpeg() -> None:
    metadata = Metadata(texts=(("parameters", "k" * 100_000),), user_comment="k" * 100_000)
    assert reread(written("png", metadata), "png").text("parameters") == "k" * 100_000
    assert reread(written("webp", metadata), "webp").user_comment == "k" * 100_000
    with pytest.raises(InputError, match="at most 64") as caught:
        written("jpeg", metadata)
    assert caught.value.code == "picture.text-too-long"


def test_text_of_other_writers_in_png() -> None:
    info = PngInfo()
    info.add_text("packed", "koi", zip=True)
    info.add_itxt("packed too", "水墨", zip=True)
    info.add_itxt("tagged", "é", lang="fr", tkey="clé")
    buffer = BytesIO()
    Image.fromarray(PIXELS).save(buffer, "PNG", pnginfo=info)
    texts = dict(reread(buffer.getvalue(), "png").texts)
    assert texts == {"packed": "koi", "packed too": "水墨", "tagged": "é"}


def chunk(kind: bytes, content: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + checksum


def with_chunk(inserted: bytes) -> bytes:
    plain = encode_pixels(PIXELS, "png").data
    return plain[:33] + inserted + plain[33:]


def test_damaged_text_chunks_are_left_out() -> None:
    bad_checksum = chunk(b"tEXt", b"a\x00b")[:-1] + b"?"
    for inserted in (
        bad_checksum,
        chunk(b"tEXt", b"no separator"),
        chunk(b"zTXt", b"a\x00\x00not zlib"),
        chunk(b"iTXt", b"a\x00"),
        chunk(b"zTXt", b"bomb\x00\x00" + zlib.compress(b"x" * 17_000_000)),
    ):
        data = with_chunk(inserted + chunk(b"tEXt", b"good\x00one"))
        assert reread(data, "png").texts == (("good", "one"),)


def test_metadata_of_a_file_cut_short() -> None:
    for picture_format in ("png", "webp", "jpeg"):
        data = written(picture_format)
        for length in range(0, len(data), 7):
            reread(data[:length], picture_format)  # must not raise
    assert reread(written("png")[:-40], "png").xmp == XMP


def test_c2pa_manifests_are_found() -> None:
    manifest = b"\x00\x00\x00\x20jumb c2pa"
    assert reread(with_chunk(chunk(b"caBX", manifest)), "png").c2pa == manifest
    jpeg = encode_pixels(PIXELS, "jpeg").data
    parts = [manifest[:9], manifest[9:]]
    segments = b""
    for number, part in enumerate(parts, 1):
        content = b"JP\x00\x01" + struct.pack(">I", number) + part
        segments += b"\xff\xeb" + struct.pack(">H", len(content) + 2) + content
    assert reread(jpeg[:2] + segments + jpeg[2:], "jpeg").c2pa == manifest
    webp = encode_pixels(PIXELS, "webp").data
    webp += b"C2PA" + struct.pack("<I", len(manifest)) + manifest + b"\x00" * (len(manifest) % 2)
    assert reread(webp, "webp").c2pa == manifest


def test_tiff_and_avif_metadata_come_from_their_decoder() -> None:
    buffer = BytesIO()
    Image.fromarray(PIXELS).save(buffer, "AVIF", exif=write_exif("koi"), xmp=XMP.encode())
    found = read_picture(buffer.getvalue()).metadata
    assert (found.user_comment, found.xmp) == ("koi", XMP)
    buffer = BytesIO()
    Image.fromarray(PIXELS).save(buffer, "TIFF", tiffinfo={700: XMP.encode()})
    assert read_picture(buffer.getvalue()).metadata.xmp == XMP
    buffer = BytesIO()
    Image.fromarray(PIXELS).quantize(4).save(buffer, "GIF", comment=b"koi")
    assert read_picture(buffer.getvalue()).metadata.text("comment") == "koi"


def exif_block(order: str, comment: bytes, orientation: int) -> bytes:
    """Two directories, as cameras write them: orientation in the first, comment in the second."""
    mark = b"II" if order == "<" else b"MM"
    first = struct.pack(order + "HHHIHHHHII", 2, 0x0112, 3, 1, orientation, 0, 0x8769, 4, 1, 38)
    second = struct.pack(order + "HHHII", 1, 0x9286, 7, len(comment), 56)
    header = mark + struct.pack(order + "HI", 42, 8)
    return header + first + b"\x00" * 4 + second + b"\x00" * 4 + comment


@pytest.mark.parametrize(
    ("order", "codec"), [("<", "utf-16-le"), (">", "utf-16-be"), ("<", "utf-16-be")]
)
def test_exif_of_both_byte_orders(order: str, codec: str) -> None:
    exif = read_exif(exif_block(order, b"UNICODE\x00" + "Steps: 1 水".encode(codec), 6))
    assert (exif.user_comment, exif.orientation) == ("Steps: 1 水", 6)


def test_exif_as_pillow_writes_it() -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9286] = b"UNICODE\x00" + "koi".encode("utf-16-be")
    assert read_exif(exif.tobytes()).user_comment == "koi"


def test_exif_comments_in_other_encodings() -> None:
    assert read_exif(exif_block("<", b"ASCII\x00\x00\x00koi\x00\x00", 1)).user_comment == "koi"
    assert read_exif(exif_block("<", b"\x00" * 8 + "水".encode(), 1)).user_comment == "水"
    assert read_exif(exif_block("<", b"JIS\x00\x00\x00\x00\x00koi", 1)).user_comment is None
    marked = b"UNICODE\x00" + "koi".encode("utf-16")
    assert read_exif(exif_block(">", marked, 1)).user_comment == "koi"


def test_damaged_exif_reads_as_absent() -> None:
    block = exif_block("<", b"UNICODE\x00k\x00", 9)
    assert read_exif(block).orientation == 1
    for length in range(len(block)):
        read_exif(block[:length])  # must not raise
    assert read_exif(b"Exif\x00\x00" + write_exif("koi")).user_comment == "koi"
    huge = struct.pack("<2sHIH", b"II", 42, 8, 65535) + b"\xff" * 600
    assert read_exif(huge).orientation == 1


@pytest.mark.parametrize(
    ("original", "changed", "date"),
    [
        ("2019:05:31 10:00:00", "2024:01:02 00:00:00", "2019-05-31"),
        (None, "2024:01:02 00:00:00", "2024-01-02"),
        ("0000:00:00 00:00:00", None, None),
        ("yesterday", None, None),
        (None, None, None),
    ],
)
def test_the_date_is_when_it_was_taken_or_else_changed(
    original: str | None, changed: str | None, date: str | None
) -> None:
    exif = Image.Exif()
    if original:
        exif.get_ifd(0x8769)[0x9003] = original
    if changed:
        exif[0x0132] = changed
    buffer = BytesIO()
    Image.fromarray(PIXELS).save(buffer, "JPEG", exif=exif)
    assert reread(buffer.getvalue(), "jpeg").date == date
