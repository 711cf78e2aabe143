"""Refuse what a bundle has no graph for: the reason, and what would work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezzotint.domain.errors import UnsupportedError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mezzotint.domain.card import Card, GraphName

_WITHOUT: Mapping[GraphName, tuple[Message, Message]] = {
    "generator": (
        Message("it has no generator"),
        Message("Choose a model that makes pictures from noise."),
    ),
    "mapping": (
        Message("it has no styles"),
        Message("Choose a model of the family latent."),
    ),
    "text": (
        Message("it takes no words"),
        Message("Choose a model that was trained on captions: mezzotint models list"),
    ),
    "image": (
        Message("it cannot read pictures"),
        Message("Choose a model of the family latent, or describe the picture in words."),
    ),
    "encoder": (
        Message("it cannot take pictures apart"),
        Message("Choose a model of the family latent, vae or vaegan."),
    ),
    "decoder": (
        Message("it cannot put pictures together from latents"),
        Message("Choose a model of the family latent, vae or vaegan."),
    ),
    "upscaler": (
        Message("it cannot enlarge pictures"),
        Message("Choose a model with an upscaler, or enlarge by plain resizing."),
    ),
}


def lacking_graph(card: Card, name: GraphName) -> UnsupportedError:
    """Build the error for a graph that the bundle lacks: `engine.no_<graph>`."""
    reason, hint = _WITHOUT[name]
    return UnsupportedError(
        f"engine.no_{name}",
        Message("The model {name} cannot do this: {reason}.", name=card.name, reason=reason),
        hint,
    )


def lacking_latents(card: Card) -> UnsupportedError:
    """Build the error for a model that paints pixels at once: `engine.no_latents`."""
    return UnsupportedError(
        "engine.no_latents",
        Message(
            "The model {name} cannot do this: it paints whole pictures and knows no parts of them.",
            name=card.name,
        ),
        Message("Choose a model of the family latent: mezzotint models list"),
    )
