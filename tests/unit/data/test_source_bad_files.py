"""A corpus of bad files, in every kind of source: each one reported, none crashes, none lost."""

import os
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mezzotint.data.packed.options import PackOptions
from mezzotint.data.packed.packing import pack
from mezzotint.data.sources.opening import open_source
from mezzotint.domain.errors import InputError
from mezzotint.imaging.read import read_picture

MakePicture = Callable[..., bytes]


def png_of_size(width_px: int, height_px: int) -> bytes:
    """Return a PNG whose header promises a size and that holds next to nothing."""
    header = struct.pack(">IIBBBBB", width_px, height_px, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def sixteen_bit() -> bytes:
    file = BytesIO()
    Image.fromarray(np.arange(600, dtype=np.uint16).reshape(20, 30) * 100).save(file, "PNG")
    return file.getvalue()


def bad_files(make_picture: MakePicture) -> dict[str, bytes]:
    jpeg = make_picture(1, kind="JPEG", size=(64, 64))
    png = make_picture(2, size=(64, 64))
    return {
        "truncated.jpg": jpeg[: len(jpeg) // 2],
        "truncated.png": png[: len(png) // 2],
        "truncated.webp": make_picture(3, kind="WEBP", size=(64, 64))[:200],
        "header only.png": png[:40],
        "empty.png": b"",
        "text.png": b"this is not a picture",
        "html.jpg": b"<!DOCTYPE html><title>404</title>",
        "bomb.png": png_of_size(60_000, 60_000),
        "zero.png": png_of_size(0, 5),
        "document.psd": b"8BPS" + bytes(100),
        "phone.heic": b"\0\0\0\x18ftypheic" + bytes(100),
        "drawing.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "flipped.png": png[:60] + bytes([png[60] ^ 255]) + png[61:],
    }


def odd_files(make_picture: MakePicture) -> dict[str, bytes]:
    """Return pictures that are unusual and must be read."""
    return {
        "really a png.jpg": make_picture(4),
        "cmyk.jpg": make_picture(5, kind="JPEG", mode="CMYK"),
        "palette.png": make_picture(6, mode="P"),
        "sixteen.png": sixteen_bit(),
        "one bit.png": make_picture(7, mode="1"),
        "grey alpha.png": make_picture(8, mode="LA"),
        "one pixel.png": make_picture(9, size=(1, 1)),
        "thin.png": make_picture(10, size=(300, 1)),
        "animated.gif": make_picture(11, kind="GIF"),
        "old.bmp": make_picture(12, kind="BMP"),
        "scan.tiff": make_picture(13, kind="TIFF"),
        "红色短靴.png": make_picture(14),
        "n" * 240 + ".png": make_picture(15),
        "UPPER.PNG": make_picture(16),
    }


def write_folder(path: Path, files: dict[str, bytes]) -> Path:
    path.mkdir()
    for name, data in files.items():
        (path / name).write_bytes(data)
    return path


def write_zip(path: Path, files: dict[str, bytes]) -> Path:
    path = path.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def write_tar(path: Path, files: dict[str, bytes]) -> Path:
    path = path.with_suffix(".tar")
    with tarfile.open(path, "w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, BytesIO(data))
    return path


@pytest.mark.parametrize("write", [write_folder, write_zip, write_tar])
def test_every_bad_file_is_reported_and_every_odd_one_read(
    tmp_path: Path, make_picture: MakePicture, write: Callable[[Path, dict[str, bytes]], Path]
) -> None:
    bad, odd = bad_files(make_picture), odd_files(make_picture)
    address = write(tmp_path / "set", {**bad, **odd})
    with open_source(address) as source:
        entries = {entry.key: entry for entry in source.entries()}
        assert set(entries) == set(bad) | set(odd)
        for key in odd:
            read_picture(entries[key].open(), name=key)
        for key in bad:
            with pytest.raises(InputError):
                read_picture(entries[key].open(), name=key)
        packed = pack(source, tmp_path / "packed", PackOptions(height_px=8, width_px=8))
    assert {entry.key for entry in packed.entries} == set(odd)
    assert {skipped.key for skipped in packed.skipped} == set(bad)
    for skipped in packed.skipped:
        assert skipped.key in str(skipped.reason)


def test_what_only_a_folder_can_hold(tmp_path: Path, make_picture: MakePicture) -> None:
    folder = write_folder(tmp_path / "set", {"good.png": make_picture()})
    (folder / "folder.png").mkdir()
    (folder / "dangling.png").symlink_to("nowhere")
    (folder / "circle.png").symlink_to("circle.png")
    (folder / "up").symlink_to("..")
    (folder / os.fsdecode(b"\xe9.png")).write_bytes(b"?")
    os.mkfifo(folder / "pipe.png")
    with open_source(folder) as source:
        packed = pack(source, tmp_path / "packed", PackOptions(height_px=8, width_px=8))
    assert {entry.key for entry in packed.entries} == {"good.png"}
    assert {skipped.key for skipped in packed.skipped} == {
        "folder.png",
        "dangling.png",
        "circle.png",
        "\\xe9.png",
        "pipe.png",
    }


def test_thousands_of_files(tmp_path: Path, make_picture: MakePicture) -> None:
    data = make_picture()
    folder = write_folder(tmp_path / "set", {f"{i}.png": data for i in range(1500)})
    with open_source(folder) as source:
        packed = pack(source, tmp_path / "packed", PackOptions(height_px=2, width_px=2))
    assert len(packed.entries) == 1500
