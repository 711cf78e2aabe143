"""From captioned pictures to frozen encoders and the embeddings of the whole set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from torch import Tensor

from mezzotint.domain.card import WordSpec
from mezzotint.training.files import write_durably
from mezzotint.training.latent.caption_table import captions_of, count_words, words_and_pieces
from mezzotint.training.latent.codec import Codec
from mezzotint.training.latent.conditions import Embeddings
from mezzotint.training.latent.config import LatentConfig
from mezzotint.training.latent.material import Material
from mezzotint.training.latent.tokens import (
    TOKENIZER_FILE,
    encode,
    from_json,
    to_json,
    train_tokenizer,
)
from mezzotint.training.latent.words import WordsNetwork, embed_pictures, embed_texts

if TYPE_CHECKING:
    from pathlib import Path

    from tokenizers import Tokenizer

    from mezzotint.data.training_pictures import TrainingPictures


@dataclass(frozen=True, kw_only=True, eq=False)
class Words:
    """Hold the trained encoders and the set as they see it.

    Attributes:
        network: Frozen.
        tokenizer: Of the captions.
        embeddings: Of captions and pictures.
    """

    network: WordsNetwork
    tokenizer: Tokenizer
    embeddings: Embeddings


def tokenizer_of_stage(
    folder: Path, config: LatentConfig, material: Material, *, given: bytes | None = None
) -> Tokenizer:
    """Return the tokenizer of a run, learnt once and kept in the stage's folder.

    Args:
        folder: Of the stage.
        config: Of the run.
        material: The captions.
        given: A tokenizer to use instead of learning one; its tokens are of bytes, so it reads any
            caption.
    """
    path = folder / TOKENIZER_FILE
    if not path.exists():
        if given is None:
            given = to_json(train_tokenizer(material.captions.texts, config.vocabulary_size))
        write_durably(path, given)
    return from_json(path.read_bytes())


def caption_tokens(tokenizer: Tokenizer, material: Material) -> Tensor:
    """Return the ids of every distinct caption, int64 [U, T]."""
    return encode(tokenizer, material.captions.texts)


def understand(
    network: WordsNetwork, tokenizer: Tokenizer, codec: Codec, material: Material
) -> Words:
    """Freeze the encoders and embed captions and pictures once."""
    network = network.requires_grad_(False).eval()
    tokens = caption_tokens(tokenizer, material).to(material.device)
    embeddings = Embeddings(
        texts=embed_texts(network, tokens),
        images=embed_pictures(network, codec, material),
        scale=float(network.scale),
    )
    return Words(network=network, tokenizer=tokenizer, embeddings=embeddings)


def vocabulary_of(pictures: TrainingPictures, tokenizer: Tokenizer) -> tuple[WordSpec, ...]:
    """Return the words of the captions, the most frequent first, with counts of pictures."""

    def split(text: str) -> list[str]:
        return words_and_pieces(text, tokenizer)

    counts = count_words(captions_of(pictures), split)
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(WordSpec(text=text, count=count) for text, count in ranked)
