"""Damaged, hostile and misnamed files: each an error with its own code, none a crash."""

import os
import struct
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from mezzotint.domain.errors import InputError
from mezzotint.imaging.read import MAX_PIXELS, probe_picture, read_picture

FORMATS = ("PNG", "JPEG", "WEBP", "AVIF", "GIF", "BMP", "TIFF")


def noise_file(file_format: str) -> bytes:
    pixels = np.random.default_rng(1).integers(0, 256, (48, 64, 3), np.uint8)
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, file_format)
    return buffer.getvalue()


FILES = {file_format: noise_file(file_format) for file_format in FORMATS}


def code_of(source: bytes | Path, *, max_pixels: int = MAX_PIXELS) -> str:
    with pytest.raises(InputError) as caught:
        read_picture(source, max_pixels=max_pixels)
    assert caught.value.hint is not None
    assert caught.value.exit_code == 2
    return caught.value.code


def code_or_pixels(data: bytes) -> tuple[str, NDArray[np.uint8] | None]:
    try:
        return "", read_picture(data, max_pixels=10**6).pixels
    except InputError as error:
        return error.code, None


def png_header(width: int, height: int) -> bytes:
    content = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    checksum = struct.pack(">I", zlib.crc32(content))
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + content + checksum


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95])
@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_a_file_cut_short(file_format: str, kept: float) -> None:
    data = FILES[file_format]
    assert code_of(data[: int(len(data) * kept)]) == "picture.truncated"


@pytest.mark.parametrize("file_format", ["AVIF", "TIFF"])
def test_a_file_cut_short_in_other_formats(file_format: str) -> None:
    data = FILES[file_format]
    assert code_of(data[: len(data) // 2]) in ("picture.truncated", "picture.damaged")


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_header_alone(file_format: str) -> None:
    assert code_of(FILES[file_format][:30]) in ("picture.truncated", "picture.damaged")


def test_damage_in_the_middle() -> None:
    data = FILES["PNG"]
    middle = len(data) // 2
    assert code_of(data[:middle] + b"\x00" * 64 + data[middle + 64 :]) == "picture.damaged"


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "empty.png"
    path.touch()
    assert code_of(path) == "picture.empty"
    assert code_of(b"") == "picture.empty"


@pytest.mark.parametrize(
    "content", [b"hello", b"BM and other words", b"\x00" * 100, b"RIFF____WAVE"]
)
def test_not_a_picture(content: bytes) -> None:
    assert code_of(content) == "picture.not-a-picture"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "HEIC"),
        (b"8BPS\x00\x01", "PSD"),
        (b"<svg xmlns='x'/>", "SVG"),
        (b"%PDF-1.7", "PDF"),
        (b"\xff\x0a\x00", "JPEG XL"),
    ],
)
def test_formats_that_we_know_and_do_not_read(content: bytes, kind: str) -> None:
    with pytest.raises(InputError, match=kind) as caught:
        read_picture(content)
    assert caught.value.code == "picture.unsupported"


def test_a_folder_named_like_a_picture(tmp_path: Path) -> None:
    folder = tmp_path / "folder.png"
    folder.mkdir()
    assert code_of(folder) == "picture.directory"


def test_a_missing_file(tmp_path: Path) -> None:
    assert code_of(tmp_path / "none.png") == "picture.missing"
    assert code_of(tmp_path / "nul\x00.png") == "picture.missing"
    (tmp_path / "file").touch()
    assert code_of(tmp_path / "file" / "a.png") == "picture.missing"


def test_a_loop_of_links_and_a_name_too_long(tmp_path: Path) -> None:
    loop = tmp_path / "loop.png"
    loop.symlink_to(loop)
    assert code_of(loop) == "picture.unreadable"
    assert code_of(tmp_path / ("x" * 300 + ".png")) == "picture.unreadable"


def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.png"
    os.mkfifo(pipe)
    assert code_of(pipe) == "picture.unreadable"


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret.png"
    path.write_bytes(FILES["PNG"])

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # permissions do not stop the superuser
    assert code_of(path) == "picture.unreadable"


def test_the_content_wins_over_the_ending(tmp_path: Path) -> None:
    path = tmp_path / "really.png"
    path.write_bytes(FILES["JPEG"])
    picture = read_picture(path)
    assert picture.format == "jpeg"
    assert ".png" in str(picture.warnings[0])
    assert "JPEG" in str(probe_picture(path).warnings[0])
    path = tmp_path / "photo.JPG"
    path.write_bytes(FILES["JPEG"])
    assert read_picture(path).warnings == ()


def test_bombs_are_refused_by_their_header() -> None:
    gif = b"GIF89a" + struct.pack("<HH", 65535, 65535) + FILES["GIF"][10:]
    bmp = FILES["BMP"][:18] + struct.pack("<ii", 60000, 60000) + FILES["BMP"][26:]
    webp = (
        b"RIFF\x1a\x00\x00\x00WEBPVP8X" + struct.pack("<I", 10) + b"\x00" * 4 + b"\xff\x3f\x00" * 2
    )
    for data in (png_header(60000, 60000) + FILES["PNG"][33:], gif, bmp, webp):
        assert code_of(data) == "picture.bomb"
        with pytest.raises(InputError, match="too many pixels"):
            probe_picture(data)


def test_the_limit_on_pixels_is_exact() -> None:
    assert read_picture(FILES["PNG"], max_pixels=48 * 64).pixels.shape == (48, 64, 3)
    assert code_of(FILES["PNG"], max_pixels=48 * 64 - 1) == "picture.bomb"


def test_a_text_bomb_in_a_png() -> None:
    content = b"zTXtbomb\x00\x00" + zlib.compress(b"\x00" * 20_000_000, 9)
    checksum = struct.pack(">I", zlib.crc32(content))
    chunk = struct.pack(">I", len(content) - 4) + content + checksum
    data = FILES["PNG"][:33] + chunk + FILES["PNG"][33:]
    assert code_of(data) == "picture.damaged"


def test_messages_name_the_file(tmp_path: Path) -> None:
    path = tmp_path / "broken.png"
    path.write_bytes(FILES["PNG"][:200])
    with pytest.raises(InputError, match="broken\\.png"):
        read_picture(path)
    with pytest.raises(InputError, match="upload 3"):
        read_picture(FILES["PNG"][:200], name="upload 3")


@settings(
    deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    file_format=st.sampled_from(FORMATS),
    changes=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=6),
    cut=st.floats(0, 1),
)
def test_any_damage_gives_a_picture_or_a_clear_error(
    file_format: str, changes: list[tuple[int, int]], cut: float
) -> None:
    data = bytearray(FILES[file_format])
    for position, value in changes:
        data[position % len(data)] = value
    kept = bytes(data[: round(len(data) * (1 - cut / 4))])
    code, pixels = code_or_pixels(kept)
    assert code.startswith("picture.") or pixels is not None
