"""The tokenizer of a model: byte-level BPE learnt from its own captions (Sennrich et al. 2016)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MAX_TOKENS = 32  # T, the end included
PAD, END = "[PAD]", "[END]"
PAD_ID, END_ID = 0, 1
MIN_PAIR_COUNT = 2
TOKENIZER_FILE = "tokenizer.json"


def train_tokenizer(captions: Sequence[str], vocabulary_size: int) -> Tokenizer:
    """Learn a tokenizer that turns any text into exactly 32 ids: tokens, end, padding.

    Letters lose their case and Unicode its variants (NFKC), so "Red" and "red" are one word.

    Args:
        captions: Any order, any language; how often a caption comes counts.
        vocabulary_size: Largest number of tokens; the 256 bytes are always among them.

    Example:
        >>> tokenizer = train_tokenizer(["a red cat", "a red dog"], 300)
        >>> ids = encode(tokenizer, ["red dog", "Red dog"])
        >>> ids.shape, bool((ids[0] == ids[1]).all()), int(ids[0, -1])
        (torch.Size([2, 32]), True, 0)
    """
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers
    from tokenizers.processors import TemplateProcessing
    from tokenizers.trainers import BpeTrainer

    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    # A space before the first word: it is the same token at the start and further on.
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = BpeTrainer(
        vocab_size=vocabulary_size,
        min_frequency=MIN_PAIR_COUNT,
        special_tokens=[PAD, END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(captions, trainer)
    tokenizer.post_processor = TemplateProcessing(
        single=f"$A {END}", special_tokens=[(END, END_ID)]
    )
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.enable_padding(pad_id=PAD_ID, pad_token=PAD, length=MAX_TOKENS)
    return tokenizer


def encode(tokenizer: Tokenizer, texts: Sequence[str]) -> Tensor:
    """Return the ids of each text, int64 [N, 32]."""
    ids = [encoded.ids for encoded in tokenizer.encode_batch(list(texts))]
    return torch.tensor(ids, dtype=torch.int64).view(-1, MAX_TOKENS)


def to_json(tokenizer: Tokenizer) -> bytes:
    """Return the tokenizer as the JSON that every implementation of `tokenizers` reads."""
    return tokenizer.to_str(pretty=True).encode()


def from_json(content: bytes) -> Tokenizer:
    """Read a tokenizer back."""
    from tokenizers import Tokenizer

    return Tokenizer.from_str(content.decode())
