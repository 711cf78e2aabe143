"""Whatever is changed in a stamped file shows."""

import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from mezzotint.imaging.formats import OutputFormat
from mezzotint.provenance.record import PictureRecord
from mezzotint.provenance.stamp import stamp
from mezzotint.provenance.verify import Verification, verify

FORMATS: tuple[OutputFormat, ...] = ("png", "webp", "jpeg")
every_format = pytest.mark.parametrize("picture_format", FORMATS)

RECORD = PictureRecord(
    mezzotint_version="0.1.0",
    verb="imagine",
    prompt="koi in a pond, 水墨 --no text --seed 7",
    text="koi in a pond, 水墨",
    negative_text="text",
    model="pond",
    family="cgan",
    bundle_sha256="45de52bb" * 8,
    engine="native onnxruntime 1.32.0 CPU",
    seed=7,
)


def picture() -> NDArray[np.uint8]:
    return np.random.default_rng(5).integers(0, 256, (30, 44, 3), np.uint8)


def stamped(picture_format: OutputFormat = "png") -> bytes:
    return stamp(picture(), RECORD, picture_format=picture_format).data


def told(verification: Verification) -> str:
    return " ".join(map(str, verification.verdict))


def reencoded(data: bytes, file_format: str = "PNG", **options: object) -> bytes:
    """What an ordinary program does: decode, encode, keep text and XMP."""
    buffer = BytesIO()
    with Image.open(BytesIO(data)) as image:
        image.save(buffer, file_format, **options)
    return buffer.getvalue()


def replaced_chunk(
    data: bytes, kind: bytes, start: bytes, edit: tuple[bytes, bytes] | None
) -> bytes:
    """Edit one PNG chunk and repair its checksum; None removes it."""
    kept, position = data[:8], 8
    num_found = 0
    while position < len(data):
        (length,) = struct.unpack(">I", data[position : position + 4])
        whole = data[position : position + 12 + length]
        name, content = whole[4:8], whole[8:-4]
        position += len(whole)
        if name == kind and content.startswith(start):
            num_found += 1
            if edit is None:
                continue
            assert edit[0] in content
            body = name + content.replace(*edit)
            whole = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
        kept += whole
    assert num_found == 1
    return kept


def png_info_of(data: bytes) -> PngInfo:
    info = PngInfo()
    with Image.open(BytesIO(data)) as image:
        for key, value in image.info.items():
            info.add_text(str(key), value) if value.isascii() else info.add_itxt(str(key), value)
    return info


def test_one_changed_pixel_breaks_the_pixel_hash() -> None:
    data = stamped()
    pixels = picture()
    pixels[17, 23, 1] ^= 1
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", pnginfo=png_info_of(data))
    found = verify(buffer.getvalue())
    assert (found.pixels, found.recipe, found.has_all_labels) == ("broken", "holds", True)
    assert not found.is_intact
    assert "pixels were changed" in told(found)


def test_packing_the_same_pixels_again_changes_nothing() -> None:
    data = stamped()
    again = reencoded(data, pnginfo=png_info_of(data), compress_level=1)
    assert again != data
    assert verify(again).is_intact


@pytest.mark.parametrize("picture_format", ["webp", "jpeg"])
def test_recompression_breaks_the_pixel_hash(picture_format: OutputFormat) -> None:
    data = stamped(picture_format)
    with Image.open(BytesIO(data)) as image:
        keep = {"exif": image.info["exif"], "xmp": image.info["xmp"]}
    found = verify(reencoded(data, picture_format.upper(), quality=50, **keep))
    assert (found.pixels, found.recipe) == ("broken", "holds")


@pytest.mark.parametrize(
    ("kind", "start", "edit"),
    [
        (b"tEXt", b"mezzotint", (b'"seed":7', b'"seed":8')),
        (b"iTXt", b"parameters", (b"koi", b"cat")),
        (b"iTXt", b"parameters", None),
    ],
)
def test_an_edited_text_chunk_breaks_the_recipe(
    kind: bytes, start: bytes, edit: tuple[bytes, bytes] | None
) -> None:
    found = verify(replaced_chunk(stamped(), kind, start, edit))
    assert (found.pixels, found.recipe) == ("holds", "broken")
    assert "recipe or the prompt was changed" in told(found)


def test_a_recipe_that_is_no_longer_readable() -> None:
    found = verify(replaced_chunk(stamped(), b"tEXt", b"mezzotint", (b'"verb"', b'"word"')))
    assert found.record is None
    assert found.recipe == "broken"
    assert found.pixels == "holds"  # the label has the hash too
    assert "recipe in this picture is damaged" in told(found)
    assert found.prompt == "koi in a pond, 水墨"  # from the A1111 text


def test_a_removed_recipe_leaves_the_label() -> None:
    found = verify(replaced_chunk(stamped(), b"tEXt", b"mezzotint", None))
    assert (found.record, found.recipe, found.pixels) == (None, "unknown", "holds")
    assert "recipe was removed" in told(found)


def test_removed_labels_are_missed() -> None:
    found = verify(replaced_chunk(stamped(), b"iTXt", b"XML:com.adobe.xmp", None))
    assert (found.pixels, found.recipe) == ("holds", "unknown")
    assert not found.has_all_labels
    assert not found.is_intact
    assert "IPTC label (digital source type) is missing" in told(found)
    assert "AIGC label is missing" in told(found)


def test_one_removed_label_is_missed() -> None:
    no_iptc = replaced_chunk(
        stamped(),
        b"iTXt",
        b"XML:com.adobe.xmp",
        (b"Iptc4xmpExt:DigitalSourceType", b"Iptc4xmpExt:X"),
    )
    found = verify(no_iptc)
    assert found.labels.aigc is not None
    assert not found.has_all_labels
    assert "IPTC label (digital source type) is missing" in told(found)


def test_a_broken_xmp_packet_is_reported() -> None:
    broken = replaced_chunk(stamped(), b"iTXt", b"XML:com.adobe.xmp", (b"</rdf:RDF>", b""))
    assert "XMP packet of the file is damaged" in told(verify(broken))


def test_an_edited_record_in_a_jpeg() -> None:
    data = stamped("jpeg")
    found = verify(data.replace(b'"seed":7', b'"seed":8'))
    assert (found.pixels, found.recipe) == ("holds", "broken")


def test_a_label_of_another_program_in_our_file_is_foreign() -> None:
    data = replaced_chunk(stamped(), b"iTXt", b"XML:com.adobe.xmp", (b"mz1-", b"abc-"))
    found = verify(data)
    assert found.recipe == "unknown"
    assert "abc-" in found.foreign_labels[0]


@every_format
def test_a_file_cut_short_still_says_what_it_was(picture_format: OutputFormat) -> None:
    data = stamp(np.tile(picture(), (8, 8, 1)), RECORD, picture_format=picture_format).data
    found = verify(data[:-2000] if picture_format != "webp" else data[: len(data) // 2])
    assert found.pixels in ("broken", "unknown")
    assert not found.is_intact
    assert "cut short" in told(found)
    if picture_format != "webp":  # which keeps its metadata at the end
        assert (found.model, found.recipe) == ("pond", "holds")


def test_a_newer_record_asks_for_an_update() -> None:
    data = replaced_chunk(
        stamped(), b"tEXt", b"mezzotint", (b'"record_version":1', b'"record_version":2')
    )
    assert "newer Mezzotint" in told(verify(data))
