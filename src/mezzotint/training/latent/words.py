"""The stage `words`: captions and pictures learn one space, then stay as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from mezzotint.losses.contrastive import caption_matches, symmetric_contrastive_loss
from mezzotint.models.latent.words import ImageEncoder, TextEncoder
from mezzotint.training.augment import augment, draw_augmentation
from mezzotint.training.device import precision_context, to_device
from mezzotint.training.ema import averaged_copy, update_average
from mezzotint.training.latent.codec import Codec
from mezzotint.training.latent.config import LatentConfig
from mezzotint.training.latent.material import Material, Rows
from mezzotint.training.latent.networks import image_spec, text_spec
from mezzotint.training.latent.retrieval import recall_at_1
from mezzotint.training.learner import Moment
from mezzotint.training.onnx_graph import GraphPlan
from mezzotint.training.optimisers import make_adam, set_rates
from mezzotint.training.randomness import Draw, pinned_global_stream, stream
from mezzotint.training.schedules import average_decay, cosine

FIRST_SCALE = 14.3  # 1 / 0.07, as Radford et al. 2021 begin
MAX_SCALE = 100.0
NEAREST = 10  # pictures shown for each caption of a sheet
BLOCK = 512  # rows embedded at a time


class WordsNetwork(nn.Module):
    """Hold the two encoders and the temperature that they share.

    Args:
        config: Widths.
        material: What the pictures are like.
        vocabulary_size: Of the tokenizer, as it came out.
    """

    def __init__(self, config: LatentConfig, material: Material, vocabulary_size: int) -> None:
        super().__init__()
        self.text = TextEncoder(text_spec(config, vocabulary_size))
        self.image = ImageEncoder(image_spec(config, material.shape))
        self.log_scale = nn.Parameter(torch.tensor(FIRST_SCALE).log())

    @property
    def scale(self) -> Tensor:
        """Return the inverse temperature, bounded so that it cannot run away."""
        return self.log_scale.exp().clamp(1.0, MAX_SCALE)


@dataclass(frozen=True, kw_only=True, eq=False)
class Retrieval:
    """Hold held-out pictures and their captions, to see whether words are understood.

    Attributes:
        material: Pictures that are not trained on.
        tokens: int64 [U, T], of every distinct caption.
    """

    material: Material
    tokens: Tensor


class WordsLearner:
    """Hold both encoders, their average and the optimiser.

    Args:
        config: Of the stage.
        material: Captioned pictures.
        codec: What the image encoder reads them through.
        tokens: int64 [U, T], of every distinct caption.
        vocabulary_size: Of the tokenizer.
        seed: Of the run.
    """

    def __init__(
        self,
        config: LatentConfig,
        material: Material,
        codec: Codec,
        tokens: Tensor,
        vocabulary_size: int,
        *,
        seed: int,
    ) -> None:
        self.config = config
        self.shape = material.shape
        self.material = material
        self.codec = codec
        self._tokens = tokens.to(material.device)
        with pinned_global_stream(seed, 0, Draw.WEIGHTS):
            network = WordsNetwork(config, material, vocabulary_size)
        self.network = to_device(network, material.device)
        self.average = averaged_copy(self.network)
        self._optimiser = make_adam(self.network, config)
        self._precision = precision_context(config.precision, material.device)

    @property
    def modules(self) -> Mapping[str, nn.Module]:
        """Return the encoders and their average."""
        return {"network": self.network, "average": self.average}

    @property
    def averages(self) -> Mapping[str, nn.Module]:
        """Return the averaged encoders."""
        return {"network": self.average}

    @property
    def optimisers(self) -> Mapping[str, torch.optim.Optimizer]:
        """Return the one optimiser."""
        return {"network": self._optimiser}

    def graphs(self) -> tuple[GraphPlan, ...]:
        """Return nothing: graphs are exported when all stages are done."""
        return ()

    def step(self, batches: Sequence[Rows], moment: Moment) -> Mapping[str, Tensor]:
        """Pull pictures and captions together for one batch."""
        (rows,) = batches
        set_rates(self._optimiser, self.config, moment)
        sets, drawn = self._captions(rows, moment)
        pixels = self._augmented(self.codec.for_words(self.material, rows.indices), moment)
        with self._precision():
            images = self.network.image(pixels)
            texts = self.network.text(self._tokens[drawn.clamp(min=0)])
        matches = caption_matches(sets, drawn)
        scale = self.network.scale
        loss = symmetric_contrastive_loss(images.float(), texts.float(), matches, scale)
        self._optimiser.zero_grad()
        loss.backward()
        self._optimiser.step()
        self._move_average(moment)
        similarity = images.detach().float() @ texts.detach().float().T
        right = matches.gather(1, similarity.argmax(dim=1, keepdim=True)).float().mean()
        return {"loss": loss.detach(), "right_in_batch": right, "scale": scale.detach()}

    @torch.no_grad()
    def sample(self, seed: int, count: int) -> Tensor:
        """Return, caption by caption, the ten pictures that lie nearest to it."""
        random = stream(seed, 0, Draw.SAMPLE_SHEET)
        texts = torch.randint(len(self._tokens), (-(-count // NEAREST),), generator=random)
        prompts = embed_texts(self.average, self._tokens[texts.to(self._tokens.device)])
        images = embed_pictures(self.average, self.codec, self.material)
        nearest = (prompts @ images.T).topk(min(NEAREST, len(images)), dim=1).indices.flatten()
        return self.material.pixels(nearest[torch.arange(count) % len(nearest)])

    def recall(self, retrieval: Retrieval, seed: int) -> float:
        """Return how often one of 100 held-out captions finds its picture."""
        material = retrieval.material
        images = embed_pictures(self.average, self.codec, material).cpu()
        captioned = material.captions.counts.nonzero()[:, 0]
        random = stream(seed, 0, Draw.CAPTIONS)
        drawn = material.captions.draw(captioned, random)
        texts = embed_texts(self.average, retrieval.tokens[drawn].to(material.device)).cpu()
        return recall_at_1(images[captioned], texts, material.captions.sets[captioned], drawn)

    def _captions(self, rows: Rows, moment: Moment) -> tuple[Tensor, Tensor]:
        random = stream(moment.seed, moment.step, Draw.CAPTIONS)
        captions, device = self.material.captions, self.material.device
        drawn = captions.draw(rows.indices, random)
        return captions.sets[rows.indices].to(device), drawn.to(device)

    def _augmented(self, pixels: Tensor, moment: Moment) -> Tensor:
        p = self.config.words_augment_p
        random = stream(moment.seed, moment.step, Draw.AUGMENTATION)
        count, _, height, width = pixels.shape
        drawn = draw_augmentation(count, height, width, p, random)
        return augment(pixels, drawn.each(lambda rows: rows.to(pixels.device)))

    def _move_average(self, moment: Moment) -> None:
        config = self.config
        half_life = cosine(
            config.ema_half_life_images, config.ema_half_life_images_final, moment.progress
        )
        decay = average_decay(half_life, config.batch_size)
        update_average(self.average, self.network, decay)


# --- Using the encoders ------------------------------------------------------------------------


@torch.no_grad()
def embed_texts(network: nn.Module, tokens: Tensor) -> Tensor:
    """Return the embedding of each text, [U, D]."""
    return torch.cat([network.text(block).float() for block in tokens.split(BLOCK)])


@torch.no_grad()
def embed_pictures(network: nn.Module, codec: Codec, material: Material) -> Tensor:
    """Return the embedding of each picture of a set, [N, D]."""
    blocks = torch.arange(material.num_images).split(BLOCK)
    return torch.cat([network.image(codec.for_words(material, block)).float() for block in blocks])
