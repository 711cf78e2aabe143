"""What is found out about a finished generator, for later: mean style, directions, an index.

`reference.safetensors` holds:

* `style/mean` [W];
* `style/components` [K, W], unit length, and `style/deviations` [K]: PCA of styles (GANSpace,
  Harkonen et al. 2020);
* `sefa/directions` [K, W] and `sefa/strengths` [K]: eigenvectors of A^T A of the layers that read
  styles (Shen & Zhou 2021);
* `words/directions` [V, W]: the mean change of style when a word is said; the words are in
  the metadata, whose one entry `mezzotint` is JSON;
* `training/embeddings` float16 [N, D]: of every training picture, to find the nearest one.
"""

from __future__ import annotations

import json
from collections import defaultdict

import torch
from safetensors.torch import save
from torch import Tensor, nn

from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.training.latent.caption_table import words_of
from mezzotint.training.latent.gan import LatentGanLearner, Painter
from mezzotint.training.latent.tokens import encode
from mezzotint.training.latent.words import embed_texts
from mezzotint.training.latent.words_stage import Words
from mezzotint.training.randomness import Draw, stream

REFERENCE_FILE = "reference.safetensors"
NUM_STYLES = 10_000
NUM_COMPONENTS = 64
MAX_WORDS = 200
MIN_CAPTIONS = 20  # that say a word, for its direction to be more than one caption's
CAPTIONS_A_WORD = 64


def find_knowledge(
    learner: LatentGanLearner, words: Words | None, pictures: TrainingPictures
) -> bytes:
    """Return the content of `reference.safetensors`."""
    painter = learner.average
    assert isinstance(painter, Painter)
    styles = _draw_styles(learner, painter, words)
    tensors = {"style/mean": styles.mean(dim=0), **_components(styles), **_sefa(painter)}
    names: list[str] = []
    if words is not None:
        tensors["training/embeddings"] = words.embeddings.images.half()
        names, directions = word_directions(learner, painter, words)
        if names:
            tensors["words/directions"] = directions
    about = {"format": 1, "data": pictures.source.manifest_sha256, "words": names}
    # One entry: safetensors writes several in any order, and the same run gives the same bytes.
    metadata = {"mezzotint": json.dumps(about, ensure_ascii=False)}
    return save({key: t.cpu().contiguous() for key, t in tensors.items()}, metadata=metadata)


@torch.no_grad()
def _draw_styles(learner: LatentGanLearner, painter: Painter, words: Words | None) -> Tensor:
    """Return styles [N, W] of random noise under random captions."""
    random = stream(0, 0, Draw.KNOWLEDGE)
    config, device = learner.config, learner.device
    noise = torch.randn(NUM_STYLES, config.noise_dim, generator=random).to(device)
    embedding = torch.zeros(NUM_STYLES, config.embedding_dim, device=device)
    if words is not None:
        texts = words.embeddings.texts
        chosen = torch.randint(len(texts), (NUM_STYLES,), generator=random).to(device)
        embedding = texts[chosen]
    return painter.mapping.style(noise, embedding).float()


def _components(styles: Tensor) -> dict[str, Tensor]:
    centred = styles - styles.mean(dim=0)
    covariance = (centred.T @ centred / len(styles)).double().cpu()
    values, vectors = torch.linalg.eigh(covariance)
    kept = vectors.flip(1)[:, :NUM_COMPONENTS].T
    deviations = values.flip(0)[:NUM_COMPONENTS].clamp(min=0).sqrt()
    return {"style/components": kept.float(), "style/deviations": deviations.float()}


def _sefa(painter: Painter) -> dict[str, Tensor]:
    """Return the directions of style that change the layers that read it the most."""
    readers = [
        module.style.weight.detach().double().cpu()
        for module in painter.generator.modules()
        if isinstance(getattr(module, "style", None), nn.Linear)
    ]
    rows = [weight / weight.norm(dim=1, keepdim=True).clamp(min=1e-12) for weight in readers]
    joint = torch.cat(rows)
    values, vectors = torch.linalg.eigh(joint.T @ joint)
    return {
        "sefa/directions": vectors.flip(1)[:, :NUM_COMPONENTS].T.float(),
        "sefa/strengths": values.flip(0)[:NUM_COMPONENTS].float(),
    }


# d(word) = E [ w(z, caption) - w(z, caption without the word) ]
@torch.no_grad()
def word_directions(
    learner: LatentGanLearner, painter: Painter, words: Words
) -> tuple[list[str], Tensor]:
    """Return the most frequent words and the mean change of style [V, W] that each makes."""
    table = learner.studied.material.captions
    saying: dict[str, list[str]] = defaultdict(list)
    for text in table.texts:
        for word in set(words_of(text)):
            saying[word].append(text)
    frequent = sorted(saying, key=lambda word: (-len(saying[word]), word))[:MAX_WORDS]
    random = stream(1, 0, Draw.KNOWLEDGE)
    names: list[str] = []
    directions: list[Tensor] = []
    for word in frequent:
        pairs = [(text, _without(text, word)) for text in saying[word]]
        pairs = [(said, unsaid) for said, unsaid in pairs if unsaid][:CAPTIONS_A_WORD]
        if len(saying[word]) < MIN_CAPTIONS or not pairs:
            continue
        tokens = encode(words.tokenizer, [text for pair in pairs for text in pair])
        said, unsaid = (
            embed_texts(words.network, tokens.to(learner.device)).view(len(pairs), 2, -1).unbind(1)
        )
        noise = torch.randn(len(pairs), learner.config.noise_dim, generator=random)
        noise = noise.to(learner.device)
        change = painter.mapping.style(noise, said) - painter.mapping.style(noise, unsaid)
        names.append(word)
        directions.append(change.mean(dim=0))
    return names, torch.stack(directions) if directions else torch.zeros(0)


def _without(caption: str, word: str) -> str:
    """Return the other words of a caption; empty if there are none.

    Example:
        >>> _without("Red dragon, asleep", "red")
        'dragon asleep'
    """
    return " ".join(each for each in words_of(caption) if each != word)
