"""The tokenizer gives the ids that the library gives which trained it."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tokenizers import Tokenizer as LibraryTokenizer
from tokenizers import decoders, models, normalizers, pre_tokenizers, trainers
from tokenizers.processors import TemplateProcessing

from mezzotint.domain.errors import BundleError
from mezzotint.engines.tokenizer import Tokenizer

NUM_TOKENS = 12
CAPTIONS = [
    "a red fox in the snow, it's winter",
    "red foxes by a frozen lake at dusk",
    "snowy peaks above a lake, 3 birds",
    "雪山下的湖，红色的狐狸",
    "湖边的红色小屋，黄昏",
] * 3


def train(*, prefix: bool = True) -> LibraryTokenizer:
    library = LibraryTokenizer(models.BPE())
    library.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    library.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=prefix)
    library.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=340,
        special_tokens=["[PAD]", "[END]"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    library.train_from_iterator(CAPTIONS, trainer)
    library.post_processor = TemplateProcessing(single="$A [END]", special_tokens=[("[END]", 1)])
    library.enable_truncation(NUM_TOKENS)  # pyright: ignore[reportUnknownMemberType]
    library.enable_padding(pad_id=0, pad_token="[PAD]", length=NUM_TOKENS)  # pyright: ignore[reportUnknownMemberType]
    return library


LIBRARY = train()
OURS = Tokenizer.from_json(LIBRARY.to_str().encode())


@given(st.lists(st.one_of(st.text(max_size=30), st.sampled_from(CAPTIONS)), max_size=3))
@example(["it's  3\tfoxes ", " \n\n a", "ΑΣ ΣΑΣ", "ﬁ １２ Ⅳ", "we'll   'S", "\x1c\x1d a\u3000b"])
def test_ids_are_those_of_the_library(texts: list[str]) -> None:
    texts = [text.encode("utf-8", "replace").decode() for text in texts]
    expected = [encoded.ids for encoded in LIBRARY.encode_batch(texts)]
    found = OURS.encode_fixed(texts, NUM_TOKENS)
    assert found.dtype == np.int64
    assert found.tolist() == expected


def test_without_a_prefix_space() -> None:
    library = train(prefix=False)
    ours = Tokenizer.from_json(library.to_str().encode())
    for text in ("a fox", " a fox", ""):
        assert ours.encode_fixed([text], NUM_TOKENS)[0].tolist() == library.encode(text).ids


def test_any_string_has_ids() -> None:
    assert OURS.encode("\ud800 fox")[-1] == 1


def test_a_run_of_any_length_takes_little_time() -> None:
    assert OURS.encode_fixed(["snow" * 25_000], NUM_TOKENS).shape == (1, NUM_TOKENS)


def test_a_special_name_in_a_text_is_text() -> None:
    assert OURS.encode("[END]").count(1) == 1


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ("model", {"type": "WordPiece", "vocab": {}, "merges": []}),
        ("pre_tokenizer", None),
        ("pre_tokenizer", {"type": "Whitespace"}),
        ("normalizer", {"type": "Precompiled"}),
        ("version", "2.0"),
        (
            "post_processor",
            {
                "type": "TemplateProcessing",
                "single": [{"SpecialToken": {"id": "[NO]"}}],
                "special_tokens": {},
            },
        ),
    ],
)
def test_what_it_does_not_know_is_refused(where: str, value: object) -> None:
    content = json.loads(LIBRARY.to_str())
    content[where] = value
    with pytest.raises(BundleError) as caught:
        Tokenizer.from_json(json.dumps(content).encode())
    assert caught.value.code == "bundle.tokenizer"


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b"{}"])
def test_a_damaged_file_is_refused(content: bytes) -> None:
    with pytest.raises(BundleError):
        Tokenizer.from_json(content)
