"""From the settings of a run to the specs of its networks."""

from __future__ import annotations

from mezzotint.models.latent.spec import (
    CodecSpec,
    DiscriminatorSpec,
    GanSpec,
    GeneratorSpec,
    ImageSpec,
    LatentSpace,
    MappingSpec,
    TextSpec,
    Trunk,
    UpscalerSpec,
    pixel_space,
)
from mezzotint.training.batches import PictureShape
from mezzotint.training.latent.config import PATCH_PX, LatentConfig, widths
from mezzotint.training.latent.tokens import MAX_TOKENS


def latent_space(config: LatentConfig, shape: PictureShape) -> LatentSpace:
    """Return what the codec of a run makes of pictures."""
    if config.codec == "identity":
        return pixel_space(shape.channels, factor_of(config))
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
            patch_px=max(factor_of(config), 2),
            widths=widths(config.image_widths),
            embedding_dim=config.embedding_dim,
        )
    return ImageSpec(
        channels=config.latent_channels,
        patch_px=2,
        widths=widths(config.image_widths),
        embedding_dim=config.embedding_dim,
    )


def codec_spec(config: LatentConfig, shape: PictureShape) -> CodecSpec:
    """Return the learnt codec."""
    return CodecSpec(
        channels=shape.channels,
        latent_channels=config.latent_channels,
        encoder_widths=widths(config.encoder_widths),
        decoder_widths=widths(config.decoder_widths),
        encoder_blocks=config.codec_blocks,
        decoder_blocks=config.codec_blocks,
        patch_px=PATCH_PX,
        encoder_pixel_width=config.codec_pixel_width,
        decoder_pixel_width=config.codec_pixel_width,
    )


def upscaler_spec(config: LatentConfig, shape: PictureShape) -> UpscalerSpec:
    """Return the upscaler."""
    return UpscalerSpec(
        channels=shape.channels, width=config.upscaler_width, num_blocks=config.upscaler_blocks
    )


def factor_of(config: LatentConfig) -> int:
    """Return f, which `resolve_codec` has fixed."""
    assert config.latent_factor is not None, "resolved before any net is made"
    return config.latent_factor


def _trunk(config: LatentConfig, text: str) -> Trunk:
    coarse, middle, fine = widths(text)
    return Trunk(
        widths=(coarse, middle, fine),
        num_blocks=config.num_blocks,
        expansion=config.expansion,
        group_width=config.group_width,
        pixel_width=config.pixel_width,
    )
