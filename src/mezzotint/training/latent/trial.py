"""The GAN stage with stand-ins for what earlier stages would leave, to estimate its cost."""

from __future__ import annotations

import torch
from torch.nn.functional import normalize

from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.models.latent.codec import PictureDecoder, PictureEncoder
from mezzotint.models.latent.words import ImageEncoder
from mezzotint.training.latent.codec import Codec, Encoded, identity_codec, picture_codec
from mezzotint.training.latent.conditions import Embeddings
from mezzotint.training.latent.config import LatentConfig, resolve_codec
from mezzotint.training.latent.gan import LatentGanLearner, Studied
from mezzotint.training.latent.material import Material, prepare_material
from mezzotint.training.latent.networks import codec_spec, factor_of, image_spec
from mezzotint.training.randomness import Draw, pinned_global_stream

SCALE = 20.0  # of the space of words; any will do


def trial_learner(
    config: LatentConfig, pictures: TrainingPictures, device: torch.device, *, seed: int
) -> LatentGanLearner:
    """Return a learner of the GAN stage that costs what the real one will; it learns nothing good.

    Raises:
        InputError: Pictures and recipe do not fit.
    """
    material = prepare_material(pictures, device, on_device=config.on_device)
    config = resolve_codec(config, material.shape)
    with pinned_global_stream(seed, 0, Draw.WEIGHTS):
        encoder = ImageEncoder(image_spec(config, material.shape)).requires_grad_(False).to(device)
    studied = Studied(
        material=material,
        codec=_codec(config, material),
        embeddings=_embeddings(config, material) if material.is_captioned else None,
        image_encoder=encoder if material.is_captioned else None,
    )
    return LatentGanLearner(config, studied, seed=seed)


def _codec(config: LatentConfig, material: Material) -> Codec:
    if config.codec == "identity":
        return identity_codec(factor_of(config))
    spec = codec_spec(config, material.shape)
    height, width = material.shape.height_px, material.shape.width_px
    size = (material.num_images, spec.latent_channels, height // spec.factor, width // spec.factor)
    latents = torch.zeros(size, dtype=torch.float16, device=material.device)
    encoded = Encoded(latents=latents, material=material)
    return picture_codec(
        PictureEncoder(spec).to(material.device),
        PictureDecoder(spec).to(material.device),
        spec.factor,
        encoded,
    )


def _embeddings(config: LatentConfig, material: Material) -> Embeddings:
    random = torch.Generator().manual_seed(0)

    def unit(count: int) -> torch.Tensor:
        rows = torch.randn(count, config.embedding_dim, generator=random)
        return normalize(rows, dim=1).to(material.device)

    return Embeddings(
        texts=unit(max(len(material.captions.texts), 1)),
        images=unit(material.num_images),
        scale=SCALE,
    )
