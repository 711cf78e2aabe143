"""A fake engine: pictures by plain arithmetic on the noise, no graph and no file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mezzotint.domain.errors import UnsupportedError
from mezzotint.domain.message import Message
from mezzotint.engines.feeds import make_feed
from mezzotint.engines.lacking import lacking_graph, lacking_latents
from mezzotint.engines.pixels import to_pixels
from toys.bundles import toy_card

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mezzotint.domain.card import Card
    from mezzotint.engines.latent_layout import LatentLayout
    from mezzotint.engines.protocol import GeneratorInput, StyleInput


class WithoutLatents:
    """Refuse what needs another graph than the generator, as a GAN's bundle does."""

    card: Card

    def layout(self) -> LatentLayout:
        """Refuse."""
        raise lacking_latents(self.card)

    def style(self, inputs: Sequence[StyleInput]) -> NDArray[np.float32]:
        """Refuse."""
        raise lacking_graph(self.card, "mapping")

    def embed_text(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Refuse."""
        raise lacking_graph(self.card, "text")

    def embed_pictures(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Refuse."""
        raise lacking_graph(self.card, "image")

    def encode(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Refuse."""
        raise lacking_graph(self.card, "encoder")

    def decode(
        self, latents: NDArray[np.float32], *, wrap: tuple[bool, bool] = (False, False)
    ) -> NDArray[np.uint8]:
        """Refuse."""
        raise lacking_graph(self.card, "decoder")

    def upscale(self, pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Refuse."""
        raise lacking_graph(self.card, "upscaler")


class FakeEngine(WithoutLatents):
    """Paint waves whose lengths are the noise; class weights shift them."""

    def __init__(self, card: Card | None = None) -> None:
        self.card = card or toy_card()

    @property
    def bundle_sha256(self) -> str:
        """Return a hash that no bundle has."""
        return "f" * 64

    @property
    def description(self) -> str:
        """Return that it is a fake."""
        return "fake"

    @property
    def is_exact(self) -> bool:
        """Pictures never see each other."""
        return True

    def generate(self, inputs: Sequence[GeneratorInput]) -> NDArray[np.uint8]:
        """Paint one picture from each input."""
        card = self.card
        graph = card.graph("generator")
        if graph is None:
            raise UnsupportedError("engine.no_generator", Message("There is no generator."))
        shape = (card.height_px, card.width_px, card.channels)
        pixels = np.empty((len(inputs), *shape), np.uint8)
        steps = np.arange(np.prod(shape), dtype=np.float32).reshape(1, card.channels, *shape[:2])
        for index, one in enumerate(inputs):
            feed = make_feed(one, graph, index=index)
            phase = sum(
                float(np.dot(values[0], np.arange(1, values.size + 1))) for values in feed.values()
            )
            waves = np.sin(steps * np.float32(0.1) + np.float32(phase), dtype=np.float32)
            pixels[index] = to_pixels(waves)[0]
        return pixels


def without_generator(card: Card) -> Card:
    """Return the card of a model that has no graphs at all."""
    return replace(card, graphs=())
