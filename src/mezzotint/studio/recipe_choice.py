"""Which recipe `mezzotint train` takes when none is named: the doctor's rule, with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezzotint.data.family_choice import SetFacts, choose_family
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from mezzotint.data.training_pictures import TrainingPictures
    from mezzotint.training.config import TrainingConfig

FEW_PICTURES = 2_000  # D learns so many by heart within half an hour


def choose_recipe(
    pictures: TrainingPictures, *, deserved_px: tuple[int, int], device: str
) -> tuple[TrainingConfig, Message]:
    """Choose a recipe for pictures that nobody chose one for.

    Args:
        pictures: To train on.
        deserved_px: (height, width) that the files would be good for.
        device: As asked for: "auto", "cpu", "cuda", "mps".

    Returns:
        The settings, and the sentence that says which recipe it is and why.
    """
    from mezzotint.training.device import choose_device
    from mezzotint.training.recipes import recipe

    choice = choose_family(facts_of(pictures, deserved_px))
    name: str = choice.family
    if choice.family == "latent":
        name = "latent-gpu" if choose_device(device).type == "cuda" else "latent-cpu"
    said = Message("Recipe {recipe}. {reason}", recipe=name, reason=choice.reason)
    return _augmented(recipe(name), len(pictures.pixels)), said


def facts_of(pictures: TrainingPictures, deserved_px: tuple[int, int]) -> SetFacts:
    """Return what the choice of a family depends on."""
    captions = [text for text in pictures.captions or () if text]
    return SetFacts(
        num_pictures=len(pictures.pixels),
        longer_side_px=max(deserved_px),
        channels=pictures.pixels.shape[3],
        num_classes=len(pictures.classes),
        num_captioned=len(captions),
        num_distinct_captions=len({" ".join(text.lower().split()) for text in captions}),
    )


def _augmented(config: TrainingConfig, num_pictures: int) -> TrainingConfig:
    """Return the settings with augmentation that adapts where there are few pictures."""
    from mezzotint.training.latent.config import LatentConfig
    from mezzotint.training.latent.parent import for_few_pictures

    if isinstance(config, LatentConfig) and num_pictures < FEW_PICTURES:
        return for_few_pictures(config)
    return config
