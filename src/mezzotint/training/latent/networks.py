"""From the settings of a run to the specs of its networks."""

from __future__ import annotations

from mezzotint.models.latent.spec import (
    DiscriminatorSpec,
    GanSpec,
    GeneratorSpec,
    ImageSpec,
    LatentSpace,
    MappingSpec,
    TextSpec,
    Trunk,
    pixel_space,
)
from mezzotint.training.batches import PictureShape
from mezzotint.training.latent.config import LatentConfig, widths
from mezzotint.training.latent.tokens import MAX_TOKENS


def latent_space(config: LatentConfig, shape: PictureShape) -> LatentSpace:
    """Return what the codec of a run makes of pictures."""
    if config.codec == "identity":
        return pixel_space(shape.channels, config.latent_factor)
    return LatentSpace(channels=config.latent_channels)


def gan_spec(config: LatentConfig, space: LatentSpace) -> GanSpec:
    """Return the networks of the GAN stage."""
    return GanSpec(
        mapping=MappingSpec(
            noise_dim=config.noise_dim,
            embedding_dim=config.embedding_dim,
            style_dim=config.style_dim,
        ),
        generator=GeneratorSpec(
            space=space,
            trunk=_trunk(config, config.generator_widths),
            style_dim=config.style_dim,
            field_channels=config.field_channels,
        ),
        discriminator=DiscriminatorSpec(
            space=space,
            trunk=_trunk(config, config.discriminator_widths),
            embedding_dim=config.embedding_dim,
            feature_dim=config.feature_dim,
        ),
    )


def text_spec(config: LatentConfig, vocabulary_size: int) -> TextSpec:
    """Return the text encoder."""
    return TextSpec(
        vocabulary_size=vocabulary_size,
        num_tokens=MAX_TOKENS,
        width=config.text_width,
        num_layers=config.text_layers,
        embedding_dim=config.embedding_dim,
    )


def image_spec(config: LatentConfig, shape: PictureShape) -> ImageSpec:
    """Return the image encoder, which reads pixels or, cheaper for large pictures, latents."""
    if config.codec == "identity":
        return ImageSpec(
            channels=shape.channels,
            patch_px=config.latent_factor,
            widths=widths(config.image_widths),
            embedding_dim=config.embedding_dim,
        )
    return ImageSpec(
        channels=config.latent_channels,
        patch_px=2,
        widths=widths(config.image_widths),
        embedding_dim=config.embedding_dim,
    )


def _trunk(config: LatentConfig, text: str) -> Trunk:
    coarse, middle, fine = widths(text)
    return Trunk(
        widths=(coarse, middle, fine),
        num_blocks=config.num_blocks,
        group_width=config.group_width,
        pixel_width=config.pixel_width,
    )
