"""Sharpness orders pictures by blur, flatness finds empty ones, and neither finds anything else."""

import numpy as np
import pytest
from PIL import Image, ImageFilter

from mezzotint.data.quality import (
    Quality,
    blurred_pictures,
    flat_pictures,
    measure_quality,
)


def photograph(seed: int, size_px: int = 128) -> Image.Image:
    noise = np.random.default_rng(seed).standard_normal((size_px, size_px))
    frequency = np.hypot(np.fft.fftfreq(size_px)[:, None], np.fft.fftfreq(size_px)[None])
    frequency[0, 0] = 1
    pixels = np.fft.ifft2(np.fft.fft2(noise) / frequency).real
    pixels = 128 + 40 * (pixels - pixels.mean()) / pixels.std()
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def blurred(picture: Image.Image, radius_px: float) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(radius_px))


def test_more_blur_is_less_sharp() -> None:
    picture = photograph(0)
    values = [measure_quality(blurred(picture, radius)).sharpness for radius in (0.5, 1, 2, 3)]
    assert measure_quality(picture).sharpness > values[0]
    assert values == sorted(values, reverse=True)


def test_sharpness_is_the_normalised_variance_of_the_laplacian() -> None:
    luma = np.asarray(photograph(1)).astype(float)
    laplacian = (
        luma[:-2, 1:-1] + luma[2:, 1:-1] + luma[1:-1, :-2] + luma[1:-1, 2:] - 4 * luma[1:-1, 1:-1]
    )
    expected = laplacian.var() / luma.var()
    assert measure_quality(photograph(1)).sharpness == pytest.approx(expected)


def test_sharpness_does_not_move_with_contrast() -> None:
    picture = photograph(2)
    half = Image.fromarray(np.asarray(picture) // 2)
    strong, weak = measure_quality(picture), measure_quality(half)
    assert weak.sharpness == pytest.approx(strong.sharpness, rel=0.1)
    assert weak.contrast == pytest.approx(strong.contrast / 2, rel=0.05)


def test_planted_pictures_are_found_and_no_others() -> None:
    pictures = [photograph(seed) for seed in range(20)]
    pictures[4] = blurred(pictures[4], 4)
    pictures[11] = blurred(pictures[11], 6)
    pictures[7] = Image.new("L", (128, 128), 90)
    qualities = [measure_quality(picture) for picture in pictures]
    assert blurred_pictures(qualities) == (4, 11)
    assert flat_pictures(qualities) == (7,)


def test_a_set_that_is_soft_by_nature_has_no_outliers() -> None:
    qualities = [measure_quality(blurred(photograph(seed), 4)) for seed in range(8)]
    assert blurred_pictures(qualities) == ()


def test_an_empty_set_has_no_outliers() -> None:
    assert blurred_pictures([]) == ()
    assert blurred_pictures([Quality(sharpness=0.0, contrast=0.0)]) == ()


def test_a_picture_that_differs_in_colour_alone_is_not_flat() -> None:
    pixels = np.zeros((8, 8, 3), np.uint8)
    pixels[:, :4] = (118, 0, 0)
    pixels[:, 4:] = (0, 60, 0)  # nearly the same luma
    assert flat_pictures([measure_quality(Image.fromarray(pixels))]) == ()


def test_a_silhouette_in_the_alpha_channel_is_not_flat() -> None:
    pixels = np.full((8, 8, 4), 128, np.uint8)
    pixels[:4, :, 3] = 0
    assert flat_pictures([measure_quality(Image.fromarray(pixels))]) == ()


def test_what_hides_under_full_transparency_does_not_count() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (8, 8, 4), np.uint8)
    pixels[..., 3] = 0
    assert flat_pictures([measure_quality(Image.fromarray(pixels))]) == (0,)


@pytest.mark.parametrize("size", [(1, 1), (2, 5), (5, 1)])
def test_tiny_pictures_have_no_sharpness(size: tuple[int, int]) -> None:
    picture = Image.effect_noise(size, 80)
    assert measure_quality(picture).sharpness == 0
