"""Every format and pixel layout that people have comes out as grey, RGB or RGBA bytes."""

import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageFile, ImageOps

from mezzotint.imaging.read import probe_picture, read_picture

Pixels = NDArray[np.uint8]
LOSSLESS = ("PNG", "WEBP", "BMP", "TIFF", "GIF", "AVIF")


def gradient(height: int = 24, width: int = 40, channels: int = 3) -> Pixels:
    """Smooth, different in every channel, direction and corner."""
    y, x = np.mgrid[0:height, 0:width]
    planes = [
        y * 255 // (height - 1),
        x * 255 // (width - 1),
        (y + x) * 255 // (height + width - 2),
        255 - y * 200 // (height - 1),
    ]
    return np.stack(planes[:channels], axis=-1).astype(np.uint8)


def saved(image: Image.Image, file_format: str, **options: object) -> bytes:
    if file_format == "WEBP":
        options = {"lossless": True, "exact": True, **options}
    if file_format == "AVIF":
        options = {"quality": 100, "subsampling": "4:4:4", **options}
    buffer = BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def png_of_16_bits(samples: NDArray[np.uint16], colour_type: int, *extra: bytes) -> bytes:
    """A PNG with 16 bits a channel, which Pillow cannot write."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + checksum

    height, width = samples.shape[:2]
    rows = b"".join(b"\x00" + row.astype(">u2").tobytes() for row in samples)
    header = struct.pack(">IIBBBBB", width, height, 16, colour_type, 0, 0, 0)
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", header),
            *(chunk(content[:4], content[4:]) for content in extra),
            chunk(b"IDAT", zlib.compress(rows)),
            chunk(b"IEND", b""),
        ]
    )


@pytest.mark.parametrize("file_format", ["PNG", "WEBP", "BMP", "TIFF"])
def test_rgb_is_read_exactly(file_format: str) -> None:
    picture = read_picture(saved(Image.fromarray(gradient()), file_format))
    assert np.array_equal(picture.pixels, gradient())
    assert picture.pixels.dtype == np.uint8
    assert picture.format == file_format.lower()
    assert not picture.had_alpha
    assert picture.warnings == ()


@pytest.mark.parametrize("file_format", ["PNG", "WEBP", "TIFF"])
def test_rgba_keeps_alpha_and_the_colours_under_it(file_format: str) -> None:
    pixels = gradient(channels=4)
    pixels[:5, :, 3] = 0
    picture = read_picture(saved(Image.fromarray(pixels), file_format))
    assert np.array_equal(picture.pixels, pixels)
    assert picture.had_alpha


@pytest.mark.parametrize("file_format", ["PNG", "BMP", "TIFF", "GIF"])
def test_grey_stays_grey(file_format: str) -> None:
    pixels = gradient(channels=1)
    picture = read_picture(saved(Image.fromarray(pixels[..., 0]), file_format))
    assert np.array_equal(picture.pixels, pixels)


@pytest.mark.parametrize(("file_format", "tolerance"), [("JPEG", 6), ("AVIF", 6)])
def test_lossy_formats_are_read_closely(file_format: str, tolerance: int) -> None:
    options = {"quality": 100, "subsampling": 0} if file_format == "JPEG" else {}
    picture = read_picture(saved(Image.fromarray(gradient()), file_format, **options))
    difference = np.abs(picture.pixels.astype(int) - gradient())
    assert difference.max() <= tolerance
    assert picture.format == file_format.lower()


def test_grey_jpeg_stays_grey() -> None:
    picture = read_picture(saved(Image.fromarray(gradient(channels=1)[..., 0]), "JPEG"))
    assert picture.pixels.shape == (24, 40, 1)


def test_one_bit_becomes_black_and_white() -> None:
    bits = gradient(channels=1)[..., 0] > 100
    for file_format in ("PNG", "BMP", "TIFF"):
        picture = read_picture(saved(Image.fromarray(bits), file_format))
        assert np.array_equal(picture.pixels[..., 0], bits * 255)
        assert picture.mode == "1"


@pytest.mark.parametrize("file_format", ["PNG", "GIF", "BMP", "TIFF"])
def test_palettes_are_resolved(file_format: str) -> None:
    palette = Image.fromarray(gradient()).quantize(16)
    picture = read_picture(saved(palette, file_format))
    assert picture.mode == "P"
    assert np.array_equal(picture.pixels, np.array(palette.convert("RGB")))


def test_palette_with_one_transparent_entry() -> None:
    palette = Image.fromarray(gradient()).quantize(8)
    for file_format in ("PNG", "GIF"):
        picture = read_picture(saved(palette, file_format, transparency=3))
        is_clear = np.array(palette) == 3
        assert is_clear.any()
        assert np.array_equal(picture.pixels[..., 3], np.where(is_clear, 0, 255))


def test_palette_with_an_alpha_for_each_entry() -> None:
    palette = Image.fromarray(gradient()).quantize(4)
    alphas = bytes([0, 80, 160, 255])
    picture = read_picture(saved(palette, "PNG", transparency=alphas))
    expected = np.frombuffer(alphas, np.uint8)[np.array(palette)]
    assert np.array_equal(picture.pixels[..., 3], expected)


def test_grey_with_alpha_becomes_rgba() -> None:
    pixels = gradient(channels=2)
    picture = read_picture(saved(Image.fromarray(pixels), "PNG"))
    assert picture.mode == "LA"
    assert np.array_equal(picture.pixels, pixels[..., [0, 0, 0, 1]])


def test_a_transparent_colour_becomes_alpha() -> None:
    pixels = np.array([[[1, 2, 3], [4, 5, 6]]], np.uint8)
    picture = read_picture(saved(Image.fromarray(pixels), "PNG", transparency=(4, 5, 6)))
    assert picture.pixels.tolist() == [[[1, 2, 3, 255], [4, 5, 6, 0]]]


def test_16_bit_grey_is_scaled_and_rounded() -> None:
    levels = np.array([[0, 128, 129, 32768, 65406, 65407, 65535]], np.uint16)
    expected = np.rint(levels / 257).astype(np.uint8)[..., None]
    for data in (
        png_of_16_bits(levels, 0),
        saved(Image.fromarray(levels), "PNG"),
        saved(Image.fromarray(levels), "TIFF"),
    ):
        assert np.array_equal(read_picture(data).pixels, expected)


def test_16_bit_grey_with_a_transparent_level() -> None:
    levels = np.array([[300, 65535]], np.uint16)
    transparent = b"tRNS" + struct.pack(">H", 300)
    picture = read_picture(png_of_16_bits(levels, 0, transparent))
    assert picture.pixels.tolist() == [[[1, 1, 1, 0], [255, 255, 255, 255]]]


def test_16_bit_rgb_and_rgba_are_scaled() -> None:
    levels = gradient(channels=4).astype(np.uint16) * 257
    assert np.array_equal(
        read_picture(png_of_16_bits(levels[..., :3], 2)).pixels, levels[..., :3] // 257
    )
    assert np.array_equal(read_picture(png_of_16_bits(levels, 6)).pixels, levels // 257)


def test_16_bit_rgb_with_a_transparent_colour() -> None:
    levels = np.array([[[257, 514, 771], [0, 0, 65535]]], np.uint16)
    transparent = b"tRNS" + struct.pack(">HHH", 0, 0, 65535)
    picture = read_picture(png_of_16_bits(levels, 2, transparent))
    assert picture.pixels.tolist() == [[[1, 2, 3, 255], [0, 0, 255, 0]]]


def test_16_bit_tiff_whose_zero_is_white() -> None:
    levels = np.array([[0, 65535]], np.uint16)
    data = saved(Image.fromarray(levels), "TIFF", tiffinfo={262: 0})
    assert read_picture(data).pixels.tolist() == [[[255], [0]]]


def test_floating_point_from_zero_to_one() -> None:
    values = np.array([[0.0, 0.25, 0.5, 1.0]], np.float32)
    picture = read_picture(saved(Image.fromarray(values), "TIFF"))
    assert picture.pixels[..., 0].tolist() == [[0, 64, 128, 255]]
    assert picture.mode == "F"
    assert picture.warnings == ()


def test_floating_point_of_another_range_is_guessed_with_a_warning() -> None:
    values = np.array([[0.0, 65535.0, np.nan, -3.0]], np.float32)
    picture = read_picture(saved(Image.fromarray(values), "TIFF"))
    assert picture.pixels[..., 0].tolist() == [[0, 255, 0, 0]]
    assert "white" in str(picture.warnings[0])


def test_32_bit_integers_are_guessed_with_a_warning() -> None:
    values = np.array([[0, 257, 65535]], np.int32)
    picture = read_picture(saved(Image.fromarray(values), "TIFF"))
    assert picture.pixels[..., 0].tolist() == [[0, 1, 255]]
    assert "white" in str(picture.warnings[0])


def test_cmyk_jpeg_of_adobe_is_not_inverted() -> None:
    ink = np.zeros((16, 16, 4), np.uint8)
    ink[:, :8, 0] = 255  # cyan on the left, paper on the right
    picture = read_picture(saved(Image.fromarray(ink, "CMYK"), "JPEG", quality=100))
    assert picture.mode == "CMYK"
    assert np.abs(picture.pixels[8, 2].astype(int) - (0, 255, 255)).max() < 8
    assert picture.pixels[8, 14].min() > 247


def test_ycck_jpeg_is_converted() -> None:
    # Pillow writes CMYK inverted, as Adobe does, so these are Y = 200, neutral chroma, no black.
    # A decoder gives cyan = magenta = yellow = 255 - Y = 55, inverted: 200 of ink, a level of 55.
    ycck = np.full((16, 16, 4), 127, np.uint8)
    ycck[..., 0], ycck[..., 3] = 55, 0
    data = saved(Image.fromarray(ycck, "CMYK"), "JPEG", quality=100)
    marker = data.index(b"Adobe")
    assert data[marker + 11] == 0
    data = data[: marker + 11] + b"\x02" + data[marker + 12 :]  # colour transform: YCCK
    picture = read_picture(data)
    assert picture.mode == "CMYK"
    assert np.abs(picture.pixels.astype(int) - 55).max() < 8


def test_cmyk_tiff() -> None:
    ink = np.zeros((4, 4, 4), np.uint8)
    ink[..., 3] = 100
    picture = read_picture(saved(Image.fromarray(ink, "CMYK"), "TIFF"))
    assert np.array_equal(picture.pixels, np.full((4, 4, 3), 155, np.uint8))


def test_lab_tiff() -> None:
    lab = Image.new("LAB", (3, 2), (255, 128, 128))
    picture = read_picture(saved(lab, "TIFF"))
    assert picture.pixels.shape == (2, 3, 3)
    assert picture.pixels.min() >= 250


def test_only_the_first_frame_of_a_gif_is_read() -> None:
    frames = [Image.new("L", (6, 4), level) for level in (10, 200)]
    buffer = BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])
    assert (read_picture(buffer.getvalue()).pixels == 10).all()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP", "TIFF", "AVIF"])
def test_exif_orientation_is_undone(file_format: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = saved(Image.fromarray(gradient()), file_format, exif=exif)
    with Image.open(BytesIO(data)) as image:
        expected = np.array(ImageOps.exif_transpose(image))
    picture = read_picture(data)
    assert np.array_equal(picture.pixels, expected)
    assert picture.pixels.shape[:2] == ((40, 24) if orientation >= 5 else (24, 40))
    header = probe_picture(data)
    assert (header.height_px, header.width_px) == picture.pixels.shape[:2]
    assert (picture.full_height_px, picture.full_width_px) == picture.pixels.shape[:2]


@pytest.mark.parametrize("size", [(1, 1), (1, 700), (700, 1), (13, 17)])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_any_size_from_one_pixel(size: tuple[int, int], channels: int) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (*size, channels), np.uint8)
    image = Image.fromarray(pixels[..., 0] if channels == 1 else pixels)
    assert np.array_equal(read_picture(saved(image, "PNG")).pixels, pixels)


def test_large_pictures_are_copied_in_strips() -> None:
    # Larger than one strip, with a last strip that is not full.
    pixels = np.random.default_rng(0).integers(0, 256, (3001, 2000, 3), np.uint8)
    assert np.array_equal(read_picture(saved(Image.fromarray(pixels), "BMP")).pixels, pixels)


def test_reduced_decoding_of_jpeg() -> None:
    data = saved(Image.fromarray(gradient(300, 500)), "JPEG")
    reduced = read_picture(data, min_size_px=60)
    assert reduced.pixels.shape == (75, 125, 3)
    assert (reduced.full_height_px, reduced.full_width_px) == (300, 500)
    assert read_picture(data, min_size_px=299).pixels.shape == (300, 500, 3)
    png = saved(Image.fromarray(gradient(300, 500)), "PNG")
    assert read_picture(png, min_size_px=60).pixels.shape == (300, 500, 3)


def test_header_says_what_reading_gives() -> None:
    palette = Image.fromarray(gradient()).quantize(8)
    files = [
        saved(Image.fromarray(gradient(channels=1)[..., 0]), "PNG"),
        saved(Image.fromarray(gradient(channels=2)), "PNG"),
        saved(palette, "PNG"),
        saved(palette, "GIF", transparency=2),
        saved(Image.fromarray(gradient(channels=4), "CMYK"), "JPEG"),
        saved(Image.fromarray(np.zeros((3, 5), np.float32)), "TIFF"),
        saved(Image.fromarray(np.zeros((3, 5), np.uint16)), "PNG"),
        saved(Image.fromarray(gradient(channels=4)), "WEBP"),
    ]
    for data in files:
        header, picture = probe_picture(data), read_picture(data)
        assert (header.height_px, header.width_px, header.num_channels) == picture.pixels.shape
        assert (header.format, header.mode) == (picture.format, picture.mode)
        assert header.num_bytes == len(data)


def test_probe_does_not_decode(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("decoded")

    data = saved(Image.fromarray(gradient()), "PNG")
    monkeypatch.setattr(ImageFile.ImageFile, "load", refuse)
    assert probe_picture(data).width_px == 40


def test_a_path_reads_as_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "图画 with spaces.png"
    path.write_bytes(saved(Image.fromarray(gradient()), "PNG"))
    assert np.array_equal(read_picture(path).pixels, gradient())
    assert np.array_equal(read_picture(str(path)).pixels, gradient())


def test_reading_in_threads_changes_nothing() -> None:
    def pixels_of(data: bytes) -> Pixels:
        return read_picture(data).pixels

    before = (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)
    files = [saved(Image.fromarray(gradient(60, 80)), name) for name in LOSSLESS] * 8
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(pixels_of, files))
    for data, pixels in zip(files, results, strict=True):
        assert np.array_equal(pixels, pixels_of(data))
    assert before == (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)
