"""The stage `gan`: the generator that every verb uses, and the discriminator that teaches it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from mezzotint.models.latent.discriminator import Discriminator
from mezzotint.models.latent.generator import Generator
from mezzotint.models.latent.mapping import Mapping as StyleMapping
from mezzotint.models.latent.spec import COARSE_STRIDE, GanSpec
from mezzotint.training.adaptive import MAX_P
from mezzotint.training.augment import Augmentation, draw_augmentation
from mezzotint.training.device import precision_context, to_device
from mezzotint.training.ema import averaged_copy, update_average
from mezzotint.training.gan_step import Figures
from mezzotint.training.latent.codec import Codec
from mezzotint.training.latent.conditions import (
    Conditions,
    Embeddings,
    draw_conditions,
    no_conditions,
)
from mezzotint.training.latent.config import LatentConfig
from mezzotint.training.latent.gan_step import Asked, LatentGame, Pairs, play
from mezzotint.training.latent.masks import draw_masks
from mezzotint.training.latent.material import Material, Rows
from mezzotint.training.latent.networks import gan_spec, latent_space
from mezzotint.training.latent.wrapping import draw_offsets
from mezzotint.training.learner import Moment
from mezzotint.training.onnx_graph import GraphPlan
from mezzotint.training.optimisers import make_adam, set_rates
from mezzotint.training.randomness import Draw, pinned_global_stream, stream
from mezzotint.training.samples import SHEET_SEED
from mezzotint.training.schedules import average_decay, cosine

PER_CAPTION = 10  # pictures of one caption on a sheet
BLOCK = 256  # pictures painted at a time


class Painter(nn.Module):
    """Join mapping and generator: one style for all blocks, as training has it."""

    def __init__(self, spec: GanSpec) -> None:
        super().__init__()
        self.mapping = StyleMapping(spec.mapping)
        self.generator = Generator(spec.generator)
        self.num_styles = spec.generator.num_styles

    def forward(
        self,
        noise: Tensor,
        embedding: Tensor,
        field: Tensor,
        known: Tensor,
        mask: Tensor,
        wrap: Tensor,
    ) -> Tensor:
        """Return latents [N, c, h, w], what is known composited in."""
        style = self.mapping.style(noise, embedding)
        styles = style[:, None].expand(-1, self.num_styles, -1)
        return self.generator(styles, field, known, mask, wrap)


@dataclass(frozen=True, kw_only=True, eq=False)
class Studied:
    """Hold what earlier stages give the GAN stage.

    Attributes:
        material: The set.
        codec: Between pixels and latents.
        embeddings: Of captions and pictures; None = pictures without captions.
        image_encoder: Frozen; None without captions.
    """

    material: Material
    codec: Codec
    embeddings: Embeddings | None
    image_encoder: nn.Module | None


class LatentGanLearner:
    """Hold G, D, G's average and their optimisers.

    Args:
        config: Of the stage.
        studied: What earlier stages left.
        seed: Of the run.
    """

    def __init__(self, config: LatentConfig, studied: Studied, *, seed: int) -> None:
        self.config = config
        self.studied = studied
        self.shape = studied.material.shape
        self.device = studied.material.device
        self.spec = gan_spec(config, latent_space(config, self.shape))
        with pinned_global_stream(seed, 0, Draw.WEIGHTS):
            painter, discriminator = Painter(self.spec), Discriminator(self.spec.discriminator)
        self.painter = to_device(painter, self.device)
        self.discriminator = to_device(discriminator, self.device)
        self.average = averaged_copy(self.painter)
        self._optimisers = {
            "generator": make_adam(self.painter, config),
            "discriminator": make_adam(self.discriminator, config),
        }
        self._precision = precision_context(config.precision, self.device)
        self._paint, self._look = self._compiled()

    @property
    def modules(self) -> Mapping[str, nn.Module]:
        """Return G, D and G's average."""
        return {
            "generator": self.painter,
            "discriminator": self.discriminator,
            "average": self.average,
        }

    @property
    def averages(self) -> Mapping[str, nn.Module]:
        """Return G's average."""
        return {"generator": self.average}

    @property
    def optimisers(self) -> Mapping[str, torch.optim.Optimizer]:
        """Return the optimisers of both sides."""
        return self._optimisers

    def graphs(self) -> tuple[GraphPlan, ...]:
        """Return nothing: graphs are exported when all stages are done."""
        return ()

    def step(self, batches: Sequence[Rows], moment: Moment) -> Figures:
        """Play one step of the game and move the average."""
        (rows,) = batches
        config = self.config
        for optimiser in self._optimisers.values():
            set_rates(optimiser, config, moment)
        if config.frozen_share:
            self.discriminator.freeze_first(moment.progress < config.frozen_share)
        game = LatentGame(
            paint_rows=self._paint,
            look=self._look,
            logits=self.discriminator.logits,
            config=config,
            gamma=cosine(config.gamma, config.gamma_final, moment.progress) * moment.gamma_factor,
            precision=self._precision,
        )
        conditions = self._conditions(rows.indices, moment)
        pairs = self._pairs(rows.indices, conditions, moment)
        figures = play(
            game,
            pairs,
            self._asked(conditions),
            painter=list(self.painter.parameters()),
            **self._optimisers,
        )
        half_life = cosine(
            config.ema_half_life_images, config.ema_half_life_images_final, moment.progress
        )
        update_average(self.average, self.painter, average_decay(half_life, config.batch_size))
        return figures

    @torch.no_grad()
    def sample(self, seed: int, count: int) -> Tensor:
        """Paint pictures with the averaged net; of a sheet, ten in a row have one caption."""
        random = stream(seed, 0, Draw.SAMPLE_SHEET)
        embedding = self._sampled_embeddings(seed, count, random)
        noise = torch.randn(count, self.config.noise_dim, generator=random).to(self.device)
        field = torch.randn(count, *self.field_shape, generator=random).to(self.device)
        painted: list[Tensor] = []
        for rows in torch.arange(count, device=self.device).split(BLOCK):
            known = torch.zeros(len(rows), *self.latent_shape, device=self.device)
            mask = known[:, : self.spec.generator.space.mask_channels]
            wrap = torch.zeros(len(rows), 2, device=self.device)
            latents = self.average(noise[rows], embedding[rows], field[rows], known, mask, wrap)
            painted.append(self.studied.codec.decode(latents))
        return torch.cat(painted)

    @property
    def latent_shape(self) -> tuple[int, int, int]:
        """Return c, h, w."""
        factor = self.studied.codec.factor
        space = self.spec.generator.space
        return space.channels, self.shape.height_px // factor, self.shape.width_px // factor

    @property
    def field_shape(self) -> tuple[int, int, int]:
        """Return F, h/4, w/4."""
        _, height, width = self.latent_shape
        return self.config.field_channels, height // COARSE_STRIDE, width // COARSE_STRIDE

    # --- Draws of a step ---

    def _conditions(self, indices: Tensor, moment: Moment) -> Conditions:
        studied = self.studied
        if studied.embeddings is None:
            return no_conditions(self.config, len(indices), self.device)
        return draw_conditions(self.config, studied.material, studied.embeddings, indices, moment)

    def _pairs(self, indices: Tensor, conditions: Conditions, moment: Moment) -> Pairs:
        config, device, count = self.config, self.device, len(indices)

        def random(draw: Draw) -> torch.Generator:
            return stream(moment.seed, moment.step, draw)

        real = self.studied.codec.latents(self.studied.material, indices)
        mask = self._masks(count, random(Draw.MASKS)).to(device)
        wrap = self._wraps(indices, random(Draw.WRAPPING))
        offsets = draw_offsets(wrap, *self.latent_shape[1:], random(Draw.AUGMENTATION))
        num_penalised = round(count * config.penalty_fraction)
        nudges = torch.randn(2, num_penalised, *self.latent_shape, generator=random(Draw.PENALTY))
        field = torch.randn(count, *self.field_shape, generator=random(Draw.FIELD))
        noise = torch.randn(count, config.noise_dim, generator=random(Draw.NOISE))
        return Pairs(
            real=real,
            known=real,
            mask=mask,
            wrap=wrap.to(device),
            offsets=offsets.to(device) if bool(wrap.any()) else None,
            embedding=conditions.embedding,
            wrong_embedding=conditions.wrong_embedding,
            is_wrong=conditions.is_wrong,
            noise=noise.to(device),
            field=field.to(device),
            nudges=tuple(nudges.to(device)),
            augmentation=self._augmentation(count, moment),
            other_noise=self._other_noise(num_penalised, random(Draw.VARIETY)),
        )

    def _other_noise(self, count: int, random: torch.Generator) -> Tensor | None:
        if not self.config.variety:
            return None
        return torch.randn(max(count, 1), self.config.noise_dim, generator=random).to(self.device)

    def _masks(self, count: int, random: torch.Generator) -> Tensor:
        """Draw masks at the resolution that they are told G in."""
        factor = self.spec.generator.space.pixel_factor
        _, height, width = self.latent_shape
        masks = draw_masks(count, height * factor, width * factor, random, self.config.known_p)
        return self.studied.codec.lay_mask(masks)

    def _wraps(self, indices: Tensor, random: torch.Generator) -> Tensor:
        chosen = torch.rand(len(indices), 2, generator=random) < self.config.wrap_p
        return self.studied.material.wraps[indices] * chosen

    def _augmentation(self, count: int, moment: Moment) -> Augmentation | None:
        p = moment.augment_p
        if p is None:
            p = cosine(self.config.augment_p, self.config.augment_p_final, moment.progress)
        p = min(p + moment.augment_extra, MAX_P) if moment.augment_extra else p
        if p <= 0:
            return None
        random = stream(moment.seed, moment.step, Draw.AUGMENTATION)
        drawn = draw_augmentation(count, *self.latent_shape[1:], p, random)
        return drawn.each(lambda rows: rows.to(self.device))

    def _asked(self, conditions: Conditions) -> Asked | None:
        studied = self.studied
        if studied.embeddings is None or studied.image_encoder is None:
            return None
        captions = conditions.captions.clamp(min=0).to(self.device)
        encoder = studied.image_encoder
        return Asked(
            texts=studied.embeddings.texts[captions],
            matches=conditions.matches & conditions.by_text[:, None],
            scale=studied.embeddings.scale,
            look=lambda latents: encoder(studied.codec.painted_for_words(latents)),
        )

    def _sampled_embeddings(self, seed: int, count: int, random: torch.Generator) -> Tensor:
        studied = self.studied
        if studied.embeddings is None:
            return torch.zeros(count, self.config.embedding_dim, device=self.device)
        repeat = PER_CAPTION if seed == SHEET_SEED else 1
        captioned = studied.material.captions.counts.nonzero()[:, 0]
        some = torch.randint(len(captioned), (-(-count // repeat),), generator=random)
        captions = studied.material.captions.draw(captioned[some], random)
        return studied.embeddings.texts[captions.repeat_interleave(repeat)[:count].to(self.device)]

    def _compiled(self) -> tuple[Callable[..., Tensor], Callable[..., Tensor]]:
        if not self.config.compile or self.device.type != "cuda":
            return self.painter, self.discriminator.features
        mode = "max-autotune-no-cudagraphs"
        return (
            torch.compile(self.painter, mode=mode),
            torch.compile(self.discriminator.features, mode=mode),
        )
