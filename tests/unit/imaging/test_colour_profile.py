"""Pictures with an ICC profile come out in sRGB; profiles are built here, tag by tag."""

import struct
from io import BytesIO

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from mezzotint.imaging.colour_profile import to_srgb
from mezzotint.imaging.read import read_picture

Pixels = NDArray[np.uint8]
D50 = (0.9642, 1.0, 0.8249)
# Primaries of sRGB, adapted to D50, as XYZ (IEC 61966-2-1).
RED, GREEN, BLUE = (0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141)


def fixed(*values: float) -> bytes:
    return b"".join(struct.pack(">i", round(value * 65536)) for value in values)


def xyz(values: tuple[float, float, float]) -> bytes:
    return b"XYZ \x00\x00\x00\x00" + fixed(*values)


def gamma(exponent: float) -> bytes:
    return b"curv\x00\x00\x00\x00" + struct.pack(">IH", 1, round(exponent * 256)) + b"\x00\x00"


def profile(space: bytes, tags: dict[bytes, bytes], connection: bytes = b"XYZ ") -> bytes:
    """An ICC version 2 display or printer profile."""
    tags = {b"wtpt": xyz(D50), **tags}
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        table += name + struct.pack(">II", start + len(body), len(content))
        body += content + b"\x00" * (-len(content) % 4)
    kind = b"prtr" if space == b"CMYK" else b"mntr"
    header = struct.pack(">I4sI", start + len(body), b"lcms", 0x02400000) + kind + space
    header += connection + b"\x00" * 12 + b"acsp" + b"\x00" * 28 + fixed(*D50)
    return header.ljust(128, b"\x00") + table + body


def rgb_profile(*primaries: tuple[float, float, float], exponent: float = 2.2) -> bytes:
    names = zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries, strict=True)
    tags = {name: xyz(primary) for name, primary in names}
    return profile(b"RGB ", tags | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), gamma(exponent)))


def cmyk_profile_of_red_cyan() -> bytes:
    """A press whose cyan ink prints red: a table of the 16 corners of ink space, to Lab."""
    corners = np.zeros((2, 2, 2, 2, 3), np.uint8)  # 8-bit Lab: L * 2.55, a + 128, b + 128
    corners[..., 1:] = 128
    corners[0, 0, 0, 0] = (255, 128, 128)
    corners[1, 0, 0, 0] = (136, 208, 195)
    identity = bytes(range(256))
    matrix = fixed(1, 0, 0, 0, 1, 0, 0, 0, 1)
    table = b"mft1\x00\x00\x00\x00" + bytes((4, 3, 2, 0)) + matrix
    table += identity * 4 + corners.tobytes() + identity * 3
    return profile(b"CMYK", {b"A2B0": table}, connection=b"Lab ")


def read_with(
    pixels: Pixels, icc: bytes, file_format: str = "PNG", mode: str | None = None
) -> Pixels:
    buffer = BytesIO()
    Image.fromarray(pixels, mode).save(buffer, file_format, icc_profile=icc)
    return read_picture(buffer.getvalue()).pixels


def test_swapped_primaries_swap_the_channels() -> None:
    pixels = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]]], np.uint8)
    converted = read_with(pixels, rgb_profile(GREEN, RED, BLUE))
    assert np.abs(converted.astype(int) - pixels[..., [1, 0, 2]]).max() <= 2


def test_alpha_passes_through_the_profile() -> None:
    pixels = np.array([[[255, 0, 0, 9], [0, 255, 0, 200]]], np.uint8)
    converted = read_with(pixels, rgb_profile(GREEN, RED, BLUE))
    assert converted[..., 3].tolist() == [[9, 200]]
    assert np.abs(converted[..., :3].astype(int) - pixels[..., [1, 0, 2]]).max() <= 2


def test_linear_light_becomes_srgb() -> None:
    # 0.2140 of linear light is level 128 of sRGB; 0.5 is level 188.
    pixels = np.array([[[55, 55, 55], [128, 128, 128], [0, 0, 0]]], np.uint8)
    converted = read_with(pixels, rgb_profile(RED, GREEN, BLUE, exponent=1.0))
    assert np.abs(converted[0, :, 0].astype(int) - (128, 188, 0)).max() <= 1


def test_linear_grey_becomes_srgb_and_stays_grey() -> None:
    pixels = np.array([[55, 128, 0, 255]], np.uint8)
    icc = profile(b"GRAY", {b"kTRC": gamma(1.0)})
    converted = read_with(pixels, icc)
    assert converted.shape == (1, 4, 1)
    assert np.abs(converted[0, :, 0].astype(int) - (128, 188, 0, 255)).max() <= 1


def test_a_cmyk_profile_decides_what_ink_looks_like() -> None:
    ink = np.zeros((8, 8, 4), np.uint8)
    ink[..., 0] = 255
    red, green, _ = read_with(ink, cmyk_profile_of_red_cyan(), "TIFF", "CMYK")[0, 0].tolist()
    assert red > 200
    assert green < 60


def test_a_palette_picture_is_converted_after_the_palette() -> None:
    image = Image.fromarray(np.array([[[255, 0, 0], [0, 0, 255]]], np.uint8)).quantize(2)
    buffer = BytesIO()
    image.save(buffer, "PNG", icc_profile=rgb_profile(GREEN, RED, BLUE))
    converted = read_picture(buffer.getvalue()).pixels
    assert np.abs(converted.astype(int) - [[[0, 255, 0], [0, 0, 255]]]).max() <= 2


def test_an_srgb_profile_changes_no_byte() -> None:
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
    pixels = np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)
    assert np.array_equal(read_with(pixels, icc), pixels)


@pytest.mark.parametrize(
    "icc",
    [
        b"no profile at all",
        profile(b"GRAY", {b"kTRC": gamma(1.0)}),  # of another colour space
        rgb_profile(GREEN, RED, BLUE)[:200],
    ],
)
def test_a_profile_that_does_not_fit_is_ignored_with_a_warning(icc: bytes) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (2, 3, 3), np.uint8)
    result = to_srgb(Image.fromarray(pixels), icc, name="koi.png")
    assert np.array_equal(np.array(result.image), pixels)
    assert "koi.png" in str(result.warnings[0])
