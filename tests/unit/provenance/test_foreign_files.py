"""Pictures that other programs made, labelled or not."""

import json
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from mezzotint.domain.errors import InputError
from mezzotint.provenance.verify import Verification, verify


def told(verification: Verification) -> str:
    return " ".join(map(str, verification.verdict))


def plain_file(file_format: str = "PNG", **options: object) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (44, 30), (200, 30, 9)).save(buffer, file_format, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
def test_an_unlabelled_picture(file_format: str) -> None:
    found = verify(plain_file(file_format))
    assert (found.model, found.prompt, found.seed, found.record) == (None, None, None, None)
    assert (found.pixels, found.recipe) == ("unknown", "unknown")
    assert not found.labels.says_ai
    assert "does not say how it was made" in told(found)
    assert "does not mean that no AI made it" in told(found)


A1111 = "koi, ink wash\nNegative prompt: text\nSteps: 20, Sampler: Euler, Seed: 99, Model: v1-5"


def test_a_picture_of_a1111() -> None:
    info = PngInfo()
    info.add_text("parameters", A1111)
    found = verify(plain_file(pnginfo=info))
    assert (found.prompt, found.seed, found.model) == ("koi, ink wash", 99, "v1-5")
    assert found.record is None
    assert "Not made by Mezzotint" in told(found)


def test_a_jpeg_of_a1111() -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9286] = b"UNICODE\x00" + A1111.encode("utf-16-be")
    found = verify(plain_file("JPEG", exif=exif))
    assert (found.prompt, found.seed) == ("koi, ink wash", 99)


def test_the_comment_of_a_camera_is_no_prompt() -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9286] = b"ASCII\x00\x00\x00holiday in Rome"
    found = verify(plain_file("JPEG", exif=exif))
    assert (found.prompt, found.infotext) == (None, None)


def test_an_infotext_with_a_strange_seed() -> None:
    info = PngInfo()
    info.add_text("parameters", "koi\nSteps: 20, Sampler: Euler, Seed: " + "9" * 5000)
    assert verify(plain_file(pnginfo=info)).seed is None


def test_labels_of_others_are_foreign() -> None:
    info = PngInfo()
    label = json.dumps({"Label": "1", "ContentProducer": "elsewhere", "ProduceID": "5"})
    info.add_text("AIGC", label)
    found = verify(plain_file(pnginfo=info))
    assert found.foreign_labels == (label,)
    assert "producer elsewhere" in told(found)
    assert found.labels.says_ai


def test_what_is_no_picture_is_an_error(tmp_path: Path) -> None:
    for source, code in ((b"", "empty"), (b"text", "not-a-picture"), (tmp_path, "directory")):
        with pytest.raises(InputError) as caught:
            verify(source)
        assert caught.value.code == f"picture.{code}"
