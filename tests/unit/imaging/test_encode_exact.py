"""What is encoded comes back: exactly where the format can, with a warning where it cannot."""

from io import BytesIO

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from mezzotint.domain.errors import InputError
from mezzotint.imaging.encode import EncodeOptions, encode_pixels, flatten
from mezzotint.imaging.formats import OutputFormat
from mezzotint.imaging.metadata import Metadata, embed_metadata, read_metadata
from mezzotint.imaging.read import read_picture

Pixels = NDArray[np.uint8]
LAWS = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
SIDE = st.integers(1, 20)
PICTURES = st.tuples(SIDE, SIDE, st.sampled_from([1, 3, 4])).flatmap(
    lambda shape: arrays(np.uint8, shape)
)
FORMATS: tuple[OutputFormat, ...] = ("png", "webp", "jpeg")


@LAWS
@given(pixels=PICTURES, compression=st.integers(0, 9))
def test_png_is_exact(pixels: Pixels, compression: int) -> None:
    options = EncodeOptions(png_compression=compression)
    assert np.array_equal(read_picture(encode_pixels(pixels, "png", options).data).pixels, pixels)


@LAWS
@given(pixels=PICTURES)
def test_webp_is_exact_in_what_it_can_hold(pixels: Pixels) -> None:
    found = read_picture(encode_pixels(pixels, "webp").data).pixels
    if pixels.shape[2] == 1:  # WebP has no grey
        pixels = pixels.repeat(3, axis=2)
    if found.shape[2] < pixels.shape[2]:  # it drops an alpha channel that hides nothing
        assert (pixels[..., 3] == 255).all()
        pixels = pixels[..., :3]
    assert np.array_equal(found, pixels)


@LAWS
@given(pixels=PICTURES, picture_format=st.sampled_from(FORMATS))
def test_same_pixels_same_bytes(pixels: Pixels, picture_format: OutputFormat) -> None:
    first = encode_pixels(pixels, picture_format)
    again = encode_pixels(np.asfortranarray(pixels), picture_format)
    assert first == again


def test_jpeg_is_close() -> None:
    y, x = np.mgrid[0:40, 0:60]
    pixels = np.stack([y * 6, x * 4, y + x], axis=-1).astype(np.uint8)
    found = read_picture(encode_pixels(pixels, "jpeg").data).pixels
    assert np.abs(found.astype(int) - pixels).mean() < 2


@pytest.mark.parametrize("quality", [1, 92, 100])
def test_jpeg_holds_noise_at_any_quality(quality: int) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (400, 500, 3), np.uint8)
    data = encode_pixels(noise, "jpeg", EncodeOptions(quality=quality)).data
    assert read_picture(data).pixels.shape == noise.shape


def test_jpeg_lays_transparency_on_white_and_says_so() -> None:
    pixels = np.zeros((16, 16, 4), np.uint8)
    encoded = encode_pixels(pixels, "jpeg")
    assert (read_picture(encoded.data).pixels == 255).all()
    assert "white" in str(encoded.warnings[0])
    assert encode_pixels(pixels[..., :3], "jpeg").warnings == ()


def test_flattening_mixes_by_alpha() -> None:
    pixels = np.array([[[0, 100, 200, 128]]], np.uint8)
    assert flatten(pixels, background=0).tolist() == [[[0, 50, 100]]]
    assert flatten(pixels, background=255).tolist() == [[[127, 177, 227]]]


def test_quality_and_losslessness_are_obeyed() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    sizes = [
        len(encode_pixels(pixels, "jpeg", EncodeOptions(quality=quality)).data)
        for quality in (20, 60, 95)
    ]
    assert sizes == sorted(sizes)
    lossy = encode_pixels(pixels, "webp", EncodeOptions(lossless=False, quality=40)).data
    assert len(lossy) < len(encode_pixels(pixels, "webp").data)


def test_a_format_that_cannot_hold_the_size_is_refused() -> None:
    pixels = np.zeros((1, 16_384, 1), np.uint8)
    with pytest.raises(InputError, match="WEBP holds at most 16383 px") as caught:
        encode_pixels(pixels, "webp")
    assert caught.value.code == "picture.too-large-for-format"
    assert read_picture(encode_pixels(pixels, "png").data).pixels.shape == pixels.shape


@LAWS
@given(
    pixels=PICTURES,
    text=st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1),
    picture_format=st.sampled_from(FORMATS),
)
def test_text_goes_in_and_comes_out_and_the_pixels_stay(
    pixels: Pixels, text: str, picture_format: OutputFormat
) -> None:
    plain = encode_pixels(pixels, picture_format).data
    text = text.replace("\ufeff", "")  # a byte order mark at the start is taken for one
    metadata = Metadata(texts=(("parameters", text),), user_comment=text, xmp=f"<x>{text}</x>")
    data = embed_metadata(plain, picture_format, metadata)
    found = read_metadata(BytesIO(data), picture_format)
    assert found.xmp == metadata.xmp
    assert (found.text("parameters") if picture_format == "png" else found.user_comment) == text
    assert np.array_equal(read_picture(data).pixels, read_picture(plain).pixels)
