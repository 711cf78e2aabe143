"""Which model a training begins from: the one that is named, the one that helps, or none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mezzotint.bundles.names import CARD_FILE
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.studio.recipe_choice import FEW_PICTURES

if TYPE_CHECKING:
    from mezzotint.bundles.library import Library
    from mezzotint.bundles.read import Bundle
    from mezzotint.data.training_pictures import TrainingPictures
    from mezzotint.training.config import TrainingConfig
    from mezzotint.training.latent.config import LatentConfig
    from mezzotint.training.latent.parent import Parent

AUTO, NONE = "auto", "none"
WEIGHTS_FILE = "weights.safetensors"
TOKENIZER_FILE = "tokenizer.json"


def begin_from(
    start_from: str,
    config: TrainingConfig,
    pictures: TrainingPictures,
    library: Library,
    run_folder: Path,
) -> tuple[TrainingConfig, Parent | None, tuple[Message, ...]]:
    """Find the model to begin from, and make the settings fit it.

    A run that has begun keeps what it began from.

    Args:
        start_from: "auto", "none", a model's name or a bundle's folder.
        config: Of a run from nothing.
        pictures: To train on.
        library: The models at hand.
        run_folder: Of the run, which may be there already.

    Returns:
        The settings, the model that the run begins from, and what to tell the user.

    Raises:
        InputError: That model cannot be begun from, or is not there any more.
    """
    from mezzotint.training.batches import shape_of
    from mezzotint.training.latent.config import LatentConfig
    from mezzotint.training.latent.parent import config_from

    if not isinstance(config, LatentConfig):
        if start_from not in (AUTO, NONE):
            raise InputError(
                "training.start_from",
                Message("The recipe {recipe} begins from nothing.", recipe=config.recipe),
                Message("Leave --start-from away, or choose a latent recipe."),
            )
        return config, None, ()
    found = _find(start_from, config, pictures, library, run_folder)
    if found is None:
        return config, None, ()
    parent = read_parent(found)
    is_small_set = len(pictures.pixels) < FEW_PICTURES
    config = config_from(parent, config, shape_of(pictures), is_small_set=is_small_set)
    return config, parent, (Message("Starting from the model {name}.", name=parent.name),)


def read_parent(bundle: Bundle) -> Parent:
    """Read what a training takes over from a bundle.

    Raises:
        InputError: It is of another family, or of a version with other settings.
    """
    from safetensors.torch import load

    from mezzotint.training.batches import PictureShape
    from mezzotint.training.latent.config import LatentConfig
    from mezzotint.training.latent.parent import Parent
    from mezzotint.training.recipes import from_scalars

    card = bundle.card
    if card.family != "latent":
        raise InputError(
            "training.start_from",
            Message(
                "The model {name} is of the family {family}.", name=card.name, family=card.family
            ),
            Message("Only models of the family latent can be begun from."),
        )
    config = from_scalars(card.training.recipe)
    assert isinstance(config, LatentConfig)
    has_words = TOKENIZER_FILE in card.files
    return Parent(
        name=card.name,
        sha256=bundle.sha256,
        config=config,
        shape=PictureShape(
            height_px=card.height_px, width_px=card.width_px, channels=card.channels, num_classes=0
        ),
        weights=load(bundle.read_file(WEIGHTS_FILE)),
        tokenizer=bundle.read_file(TOKENIZER_FILE) if has_words else None,
        data=card.data,
    )


def _find(
    start_from: str,
    config: LatentConfig,
    pictures: TrainingPictures,
    library: Library,
    run_folder: Path,
) -> Bundle | None:
    from mezzotint.bundles.read import open_bundle

    begun = _settings_of_run(run_folder)
    if start_from == NONE:
        return None
    if start_from != AUTO:
        folder = Path(start_from)
        return open_bundle(folder) if (folder / CARD_FILE).exists() else library.find(start_from)
    if begun is None:
        return _fitting(config, pictures, library)
    if begun.start_from_sha256 is None:
        return None
    found = library.find_hash(begun.start_from_sha256)
    if found is None:
        raise InputError(
            "training.start_from",
            Message(
                "The model {name} that this run began from is gone.", name=begun.start_from or ""
            ),
            Message("Import it again, or give the training another --name."),
        )
    return found


def _settings_of_run(run_folder: Path) -> LatentConfig | None:
    """Return the settings of a run in stages that has begun; None if it has not."""
    from mezzotint.training.checkpoint import newest_settings
    from mezzotint.training.latent.config import STAGES, LatentConfig
    from mezzotint.training.recipes import from_scalars

    for stage in STAGES:
        settings = newest_settings(run_folder / stage / "checkpoints")
        if settings is not None:
            config = from_scalars(settings.config)
            return config if isinstance(config, LatentConfig) else None
    return None


def _fitting(config: LatentConfig, pictures: TrainingPictures, library: Library) -> Bundle | None:
    """Return the shipped model to begin from where there are few pictures; None if none fits."""
    from mezzotint.training.batches import shape_of
    from mezzotint.training.latent.parent import shares_latents

    if len(pictures.pixels) >= FEW_PICTURES:
        return None
    shape = shape_of(pictures)
    for model in library.list():
        card = model.card
        if model.origin != "shipped" or card is None or card.family != "latent":
            continue
        if card.training.recipe.get("recipe") != config.recipe:
            continue
        bundle = library.find(model.name)
        if shares_latents(read_parent(bundle), config, shape):
            return bundle
    return None
