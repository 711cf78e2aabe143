"""From text to token ids: byte-level BPE (Sennrich et al. 2016; Radford et al. 2019)."""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from typing import TYPE_CHECKING

from mezzotint.engines.tokenizer_file import NormalizerSequence, UnicodeForm, read_tokenizer_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.engines.tokenizer_file import Normalizer, TokenizerFile

_MAX_WORDS_KEPT = 4096
_MAX_WORD_LETTERS = 512  # merging takes quadratic time; a longer run is no word anyway
# GPT-2's pattern, on a text in which each character is written as its class: L letter, N number,
# S blank, _ the blank U+0020, O anything else. Contractions are looked for in the text itself.
_WORD = re.compile(r"_?L+|_?N+|_?O+|[S_]+(?![^S_])|[S_]+")
_CONTRACTION = re.compile(r"'(?:s|t|re|ve|m|ll|d)")
# Unicode's White_Space; Python's isspace() counts four more control characters.
_BLANKS = frozenset(
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)


class Tokenizer:
    """Turn texts into ids as `tokenizers` does, for the kinds that bundles use.

    Names of special tokens in a text, such as "[END]", are plain text here.

    Args:
        file: What `tokenizer.json` says.
    """

    def __init__(self, file: TokenizerFile) -> None:
        self._file = file
        self._before, self._behind = (
            ((), ()) if file.post_processor is None else file.post_processor.ids_around()
        )
        self._ranks = {pair: rank for rank, pair in enumerate(file.model.merges)}
        self._ids_of_word = functools.lru_cache(_MAX_WORDS_KEPT)(self._merge)

    @classmethod
    def from_json(cls, content: bytes) -> Tokenizer:
        """Read `tokenizer.json`.

        Raises:
            BundleError: `bundle.tokenizer`.
        """
        return cls(read_tokenizer_file(content))

    def encode(self, text: str) -> list[int]:
        """Return the ids of a text, special tokens included, not cut and not padded."""
        return [*self._before, *self._ids_of_text(text), *self._behind]

    def encode_fixed(self, texts: Sequence[str], num_tokens: int) -> NDArray[np.int64]:
        """Return the ids of several texts, int64 [N, num_tokens].

        A long text loses its last tokens and keeps the special ones; a short one is padded.
        """
        import numpy as np

        pad = 0 if self._file.padding is None else self._file.padding.pad_id
        room = max(0, num_tokens - len(self._before) - len(self._behind))
        rows = np.full((len(texts), num_tokens), pad, np.int64)
        for row, text in zip(rows, texts, strict=True):
            own = itertools.islice(self._ids_of_text(text), room)
            ids = [*self._before, *own, *self._behind][:num_tokens]
            row[: len(ids)] = ids
        return rows

    def _ids_of_text(self, text: str) -> Iterator[int]:
        # Lone surrogates have no bytes.
        text = text.encode("utf-8", "replace").decode("utf-8")
        if self._file.normalizer is not None:
            text = _normalize(text, self._file.normalizer)
        if self._file.pre_tokenizer.add_prefix_space and text and not text.startswith(" "):
            text = f" {text}"
        for word in split_words(text):
            for start in range(0, len(word), _MAX_WORD_LETTERS):
                yield from self._ids_of_word(word[start : start + _MAX_WORD_LETTERS])

    def _merge(self, word: str) -> tuple[int, ...]:
        """Join the best pair of neighbours, the leftmost of equal ones, until none is left."""
        letters = _byte_letters()
        parts = [letters[byte] for byte in word.encode("utf-8")]
        while len(parts) > 1:
            pairs = itertools.pairwise(parts)
            ranked = ((self._ranks.get(pair), index) for index, pair in enumerate(pairs))
            best = min(((rank, at) for rank, at in ranked if rank is not None), default=None)
            if best is None:
                break
            at = best[1]
            parts[at : at + 2] = [parts[at] + parts[at + 1]]
        vocab = self._file.model.vocab
        return tuple(vocab[part] for part in parts if part in vocab)


def split_words(text: str) -> Iterator[str]:
    """Cut a text into words as GPT-2 does; a blank belongs to the word behind it.

    Example:
        >>> list(split_words(" it's 3 foxes,  ok"))
        [' it', "'s", ' 3', ' foxes', ',', ' ', ' ok']
    """
    classes = "".join(map(_class_of, text))
    at = 0
    while at < len(text):
        match = _CONTRACTION.match(text, at) or _WORD.match(classes, at)
        assert match is not None, "every character has a class"
        end = match.end()
        # A run of blanks leaves its last one to the word behind it.
        if end - at > 1 and end < len(text) and classes[at] in "S_" and classes[end - 1] in "S_":
            end -= 1
        yield text[at:end]
        at = end


def _class_of(character: str) -> str:
    if character == " ":
        return "_"
    if character in _BLANKS:
        return "S"
    if character.isalpha():
        return "L"
    return "N" if unicodedata.category(character)[0] == "N" else "O"


def _normalize(text: str, normalizer: Normalizer) -> str:
    if isinstance(normalizer, NormalizerSequence):
        for each in normalizer.normalizers:
            text = _normalize(text, each)
        return text
    if isinstance(normalizer, UnicodeForm):
        return unicodedata.normalize(normalizer.type, text)
    # One by one: str.lower() looks at the neighbours of a Greek sigma.
    return "".join(character.lower() for character in text)


@functools.cache
def _byte_letters() -> Mapping[int, str]:
    """Return the visible character that stands for each byte (GPT-2's `bytes_to_unicode`)."""
    visible = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    letters = {byte: chr(byte) for byte in visible}
    for byte in range(256):
        letters.setdefault(byte, chr(256 + len(letters) - len(visible)))
    return letters
