"""What the captions of a set say: how many, how long, which words, what is said twice."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from mezzotint.data.check.shape_statistics import Count, most_frequent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NUM_WORDS_SHOWN = 200
NUM_REPEATED_SHOWN = 20
RARE_WORD_COUNT = 5  # a word seen in fewer captions is hardly learnt
SIDE_WORDS = frozenset(
    {"left", "right", "左边", "右边", "左侧", "右侧", "靠左", "靠右", "左", "右"}
)

_CHINESE = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_TOKENS = re.compile(rf"[{_CHINESE}]+|[^\W_{_CHINESE}]+(?:['’][^\W\d_]+)?")
_IS_CHINESE = re.compile(rf"[{_CHINESE}]")


@dataclass(frozen=True, kw_only=True)
class CaptionStatistics:
    """Hold what is known of the captions.

    Attributes:
        num_captioned: Pictures that have a caption.
        num_distinct: Different captions, case and blanks aside.
        num_chinese: Captions with Chinese characters.
        median_words: Median length in words; two Chinese characters count as one.
        longest_words: The longest caption's length.
        vocabulary: The most frequent words with the number of captions they occur in. Chinese is
            written without blanks, so its pairs of neighbouring characters stand for words.
        num_words: Size of the whole vocabulary.
        num_rare_words: Words in fewer than five captions.
        num_naming_sides: Captions that say left or right, which mirroring would make wrong.
        repeated: The captions given most often, those given once left out.
    """

    num_captioned: int
    num_distinct: int
    num_chinese: int
    median_words: float
    longest_words: int
    vocabulary: tuple[Count, ...]
    num_words: int
    num_rare_words: int
    num_naming_sides: int
    repeated: tuple[Count, ...]


def caption_statistics(captions: Sequence[str | None]) -> CaptionStatistics | None:
    """Summarise captions; None if no picture has one.

    Example:
        >>> statistics = caption_statistics(["A red fox", "red fox, snow", None, "雪山湖"])
        >>> [(count.name, count.num) for count in statistics.vocabulary[:2]]
        [('fox', 2), ('red', 2)]
        >>> statistics.num_captioned, statistics.num_chinese
        (3, 1)
    """
    said = [" ".join(caption.split()) for caption in captions if caption and caption.strip()]
    if not said:
        return None
    found = [list(words(caption)) for caption in said]
    lengths = [num_words(caption) for caption in said]
    in_captions = Counter(word for each in found for word in set(each))
    repeated = Counter(caption.lower() for caption in said)
    num_distinct = len(repeated)
    for caption in [caption for caption, num in repeated.items() if num == 1]:
        del repeated[caption]
    return CaptionStatistics(
        num_captioned=len(said),
        num_distinct=num_distinct,
        num_chinese=sum(bool(_IS_CHINESE.search(caption)) for caption in said),
        median_words=float(median(lengths)),
        longest_words=max(lengths),
        vocabulary=most_frequent(in_captions, NUM_WORDS_SHOWN),
        num_words=len(in_captions),
        num_rare_words=sum(num < RARE_WORD_COUNT for num in in_captions.values()),
        num_naming_sides=sum(not SIDE_WORDS.isdisjoint(each) for each in found),
        repeated=most_frequent(repeated, NUM_REPEATED_SHOWN),
    )


def words(caption: str) -> Iterator[str]:
    """Cut a caption into words, lower case; Chinese into overlapping pairs of characters.

    Example:
        >>> list(words("Fox's den, 雪山湖 at 5")), list(words("猫"))
        (["fox's", 'den', '雪山', '山湖', 'at', '5'], ['猫'])
    """
    for token in _TOKENS.findall(caption.lower()):
        if len(token) > 1 and _IS_CHINESE.match(token):
            yield from (token[start : start + 2] for start in range(len(token) - 1))
        else:
            yield token


def num_words(caption: str) -> int:
    """Count words; two Chinese characters count as one.

    Example:
        >>> num_words("red fox"), num_words("雪山下的湖")
        (2, 3)
    """
    tokens = _TOKENS.findall(caption)
    return sum((len(token) + 1) // 2 if _IS_CHINESE.match(token) else 1 for token in tokens)
