"""Each medium is image processing of its own kind."""

import dataclasses

import pytest
import torch

from mezzotint.data.scenes import (
    Medium,
    Palette,
    SceneAttributes,
    Sky,
    Terrain,
    Thing,
    Time,
    Water,
    render,
)

SCENE = SceneAttributes(
    seed=8, time=Time.SUNSET, terrain=Terrain.PEAKS, water=Water.LAKE, thing=Thing.CASTLE
)


def picture(medium: Medium, height_px: int = 128, width_px: int = 96) -> torch.Tensor:
    return render([dataclasses.replace(SCENE, medium=medium)], height_px, width_px)[0]


def num_colours(pixels: torch.Tensor) -> int:
    return len(pixels.reshape(-1, 3).unique(dim=0))


def roughness(pixels: torch.Tensor) -> float:
    return float(pixels.float().diff(dim=1).abs().mean())


def test_pixel_art_is_made_of_equal_squares() -> None:
    pixels = picture(Medium.PIXEL)
    blocks = pixels.view(64, 2, 48, 2, 3)
    assert bool((blocks == blocks[:, :1, :, :1]).all())
    assert num_colours(pixels) < 300


def test_a_poster_has_few_colours() -> None:
    assert num_colours(picture(Medium.POSTER)) < 0.35 * num_colours(picture(Medium.PHOTO))


def test_low_poly_has_one_colour_a_facet() -> None:
    pixels = picture(Medium.LOW_POLY)
    same = (pixels[:, 1:] == pixels[:, :-1]).all(dim=-1).float().mean()
    assert float(same) > 0.55


def test_pencil_is_grey_and_hatched() -> None:
    pixels = picture(Medium.PENCIL).float()
    assert float((pixels.amax(-1) - pixels.amin(-1)).max()) < 20
    assert roughness(pixels) > 1.5 * roughness(picture(Medium.PHOTO))


def test_ink_leaves_paper_bare() -> None:
    pixels = picture(Medium.INK).float()
    assert float(pixels.flatten(0, 1).quantile(0.98, dim=0).min()) > 190
    assert float(pixels.mean(-1).min()) < 80


@pytest.mark.parametrize("medium", [Medium.OIL, Medium.WATERCOLOUR])
def test_brushes_leave_texture_where_the_sky_was_smooth(medium: Medium) -> None:
    clear = dataclasses.replace(SCENE, sky=Sky.CLEAR, time=Time.DAY)
    painted, photo = render(
        [
            dataclasses.replace(clear, medium=medium),
            dataclasses.replace(clear, medium=Medium.PHOTO),
        ],
        128,
        128,
    )
    assert roughness(painted[:20]) > 2.0 * roughness(photo[:20])


@pytest.mark.parametrize("palette", list(Palette))
def test_palettes_keep_light_and_dark_apart(palette: Palette) -> None:
    pixels = render([dataclasses.replace(SCENE, palette=palette)], 64, 64)[0].float()
    assert float(pixels.mean(-1).std()) > 8


def test_sepia_has_one_hue() -> None:
    pixels = render([dataclasses.replace(SCENE, palette=Palette.SEPIA)], 64, 64)[0].int()
    red, green, blue = pixels.unbind(-1)
    assert bool((red >= green).all())
    assert bool((green >= blue - 1).all())
