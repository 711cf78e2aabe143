from __future__ import annotations

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from mezzotint.models.latent.identity import LatentsToPixels, PixelsToLatents
from mezzotint.models.latent.spec import pixel_space


@settings(max_examples=25, deadline=None)
@given(
    channels=st.sampled_from([1, 3, 4]),
    factor=st.integers(1, 4),
    height=st.integers(1, 5),
    width=st.integers(1, 5),
)
def test_nothing_is_lost(channels: int, factor: int, height: int, width: int):
    pixels = torch.randn(2, channels, height * factor, width * factor)
    latents = PixelsToLatents(factor)(pixels)
    assert latents.shape == (2, pixel_space(channels, factor).channels, height, width)
    assert torch.equal(LatentsToPixels(factor)(latents), pixels)
