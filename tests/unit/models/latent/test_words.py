"""Text and image encoder: unit length, padding without effect, any picture size."""

from __future__ import annotations

import pytest
import torch

from mezzotint.models.latent.spec import ImageSpec, TextSpec
from mezzotint.models.latent.words import ImageEncoder, TextEncoder

TEXT = TextSpec(vocabulary_size=20, num_tokens=6, width=8, num_heads=2, embedding_dim=5)


def text_encoder() -> TextEncoder:
    torch.manual_seed(0)
    return TextEncoder(TEXT).eval()


def image_encoder(channels: int = 3) -> ImageEncoder:
    torch.manual_seed(0)
    spec = ImageSpec(channels=channels, widths=(4, 6, 8), embedding_dim=5)
    return ImageEncoder(spec).eval()


def test_text_embeddings_have_unit_length():
    tokens = torch.tensor([[3, 1, 0, 0, 0, 0], [4, 5, 6, 7, 8, 1]])
    with torch.no_grad():
        embedding = text_encoder()(tokens)
    assert embedding.shape == (2, 5)
    torch.testing.assert_close(embedding.norm(dim=1), torch.ones(2))


def test_padding_says_nothing():
    net = text_encoder()
    with torch.no_grad():
        before = net(torch.tensor([[3, 4, 1, 0, 0, 0]]))
        net.tokens.weight[0] += 5  # what padding looks like
        net.places[3:] -= 3  # and where it stands
        torch.testing.assert_close(net(torch.tensor([[3, 4, 1, 0, 0, 0]])), before)


def test_order_and_words_matter():
    net = text_encoder()
    net.places.data.mul_(20)
    with torch.no_grad():
        embeddings = net(torch.tensor([[3, 4, 1, 0, 0, 0], [4, 3, 1, 0, 0, 0], [5, 4, 1, 0, 0, 0]]))
    assert torch.pdist(embeddings).min() > 1e-3


def test_no_tokens_at_all_is_still_finite():
    with torch.no_grad():
        assert text_encoder()(torch.zeros(1, 6, dtype=torch.int64)).isfinite().all()


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize(("height_px", "width_px"), [(8, 8), (16, 40)])
def test_image_embeddings_have_unit_length(channels: int, height_px: int, width_px: int):
    with torch.no_grad():
        embedding = image_encoder(channels)(torch.randn(2, channels, height_px, width_px))
    assert embedding.shape == (2, 5)
    torch.testing.assert_close(embedding.norm(dim=1), torch.ones(2))


def test_pictures_are_read_alone():
    net = image_encoder()
    pixels = torch.randn(3, 3, 16, 24)
    with torch.no_grad():
        torch.testing.assert_close(net(pixels), torch.cat([net(p[None]) for p in pixels]))


def test_gradients_reach_every_weight():
    for net, given in (
        (text_encoder(), torch.tensor([[3, 4, 5, 6, 7, 1]])),
        (image_encoder(), torch.randn(2, 3, 16, 16)),
    ):
        net(given)[:, 0].sum().backward()
        missing = [name for name, p in net.named_parameters() if p.grad is None]
        assert not missing
