"""Read `tokenizer.json`: the part of the format of Hugging Face `tokenizers` that bundles use.

Byte-level BPE with Unicode normal forms, lower case and an end token. The library itself is not
needed to make pictures: it would bring a network client and 40 MB into every installation.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from mezzotint.domain.errors import BundleError
from mezzotint.domain.message import Message


class _Part(BaseModel):
    # Fields that do not change what a text becomes are many and vary; those that do are checked.
    model_config = ConfigDict(extra="ignore", frozen=True)


class UnicodeForm(_Part):
    """Bring text to one of the Unicode normal forms."""

    type: Literal["NFC", "NFD", "NFKC", "NFKD"]


class Lowercase(_Part):
    """Take the case from letters."""

    type: Literal["Lowercase"]


class NormalizerSequence(_Part):
    """Apply one after the other."""

    type: Literal["Sequence"]
    normalizers: tuple[Normalizer, ...]


Normalizer = Annotated[UnicodeForm | Lowercase | NormalizerSequence, Field(discriminator="type")]


class ByteLevel(_Part):
    """Cut text into words and write their bytes as visible characters."""

    type: Literal["ByteLevel"]
    add_prefix_space: bool = True
    use_regex: Literal[True] = True


class Bpe(_Part):
    """Hold the tokens and what is merged, first merge first."""

    type: Literal["BPE"]
    vocab: dict[str, Annotated[int, Field(ge=0)]]
    merges: tuple[tuple[str, str], ...]
    dropout: None = None
    continuing_subword_prefix: Literal[""] | None = None
    end_of_word_suffix: Literal[""] | None = None
    byte_fallback: Literal[False] = False
    ignore_merges: Literal[False] = False

    @field_validator("merges", mode="before")
    @classmethod
    def _split_merges(cls, merges: Any) -> Any:
        # Files of before 2024 hold "a b" instead of ["a", "b"].
        if not isinstance(merges, list):
            return merges
        return [each.split(" ") if isinstance(each, str) else each for each in merges]  # pyright: ignore[reportUnknownVariableType]


class _Named(_Part):
    id: str


class _TemplateText(_Part):
    Sequence: _Named


class _TemplateToken(_Part):
    SpecialToken: _Named


class _SpecialIds(_Part):
    ids: tuple[Annotated[int, Field(ge=0)], ...]


class Template(_Part):
    """Say which special tokens stand before and behind the text."""

    type: Literal["TemplateProcessing"]
    single: tuple[_TemplateText | _TemplateToken, ...]
    special_tokens: dict[str, _SpecialIds]

    def ids_around(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the ids before the text and those behind it."""
        before: list[int] = []
        behind: list[int] = []
        current = before
        for part in self.single:
            if isinstance(part, _TemplateText):
                current = behind
            else:
                current.extend(self.special_tokens[part.SpecialToken.id].ids)
        return tuple(before), tuple(behind)


class _Padding(_Part):
    pad_id: Annotated[int, Field(ge=0)] = 0


class TokenizerFile(_Part):
    """Hold everything that decides which ids a text becomes."""

    version: Literal["1.0"]
    normalizer: Normalizer | None = None
    pre_tokenizer: ByteLevel
    post_processor: Template | None = None
    padding: _Padding | None = None
    model: Bpe


def read_tokenizer_file(content: bytes) -> TokenizerFile:
    """Read the file of a bundle that is not trusted.

    Raises:
        BundleError: `bundle.tokenizer`: damaged, or of a kind that this version does not know.
    """
    try:
        file = TokenizerFile.model_validate_json(content)
        if file.post_processor is not None:
            file.post_processor.ids_around()
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the top"
        raise _damaged(place, first["msg"]) from error
    except KeyError as error:
        raise _damaged("post_processor", f"unknown token {error}") from error
    return file


def _damaged(place: str, reason: str) -> BundleError:
    return BundleError(
        "bundle.tokenizer",
        Message("The tokenizer is not usable at {place}: {reason}.", place=place, reason=reason),
        Message("Get the bundle again, export it again, or update Mezzotint."),
    )
