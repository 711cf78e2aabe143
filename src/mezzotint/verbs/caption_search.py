"""Prompts for a picture out of the captions of pictures like it, and of pieces of them."""

from __future__ import annotations

from itertools import islice, zip_longest
from typing import TYPE_CHECKING

from mezzotint.verbs.candidates import Candidate, rank, scored
from mezzotint.verbs.caption_splices import join_tokens, splices, tokens_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.engines.protocol import Engine
    from mezzotint.verbs.caption_index import CaptionIndex, DescribeLanguage

_NUM_CAPTIONS = 200  # of the nearest pictures
_NUM_BEAMS = 6
_NUM_DONORS = 32
_NUM_ROUNDS = 3
_MAX_TRIES = 60  # for a caption and round
_MIN_GAIN = 0.005  # below which a change says nothing of the picture


def search_captions(
    engine: Engine,
    picture: NDArray[np.float32],
    language: DescribeLanguage,
    index: CaptionIndex,
) -> Iterator[Candidate]:
    """Yield captions of pictures like one, then what splicing makes of the best of them.

    Args:
        engine: Of the model that the captions are of.
        picture: float32 [D], the embedding of the picture.
        language: Of the captions.
        index: All of them.
    """
    texts = index.nearest(picture, language, _NUM_CAPTIONS)
    captions = scored(engine, picture, texts, [tokens_of(text) for text in texts])
    captions.sort(key=rank)
    yield from captions
    beams, tried = captions[:_NUM_BEAMS], set(texts)
    for _ in range(_NUM_ROUNDS):
        better = [
            one
            for beam in beams
            for one in _spliced(engine, picture, beam, captions[:_NUM_DONORS], tried)
            if one.score >= beam.score + _MIN_GAIN
        ]
        if not better:
            return
        yield from better
        beams = sorted(better, key=rank)[:_NUM_BEAMS]


def _spliced(
    engine: Engine,
    picture: NDArray[np.float32],
    beam: Candidate,
    donors: Sequence[Candidate],
    tried: set[str],
) -> list[Candidate]:
    """Return what can be made of one caption, each text once; every donor gives in turn."""
    rounds = zip_longest(*(splices(beam.tokens, donor.tokens) for donor in donors))
    made = {join_tokens(tokens): tokens for turn in rounds for tokens in turn if tokens}
    new = {text: tokens for text, tokens in made.items() if text not in tried}
    new = dict(islice(new.items(), _MAX_TRIES))
    tried.update(new)
    return scored(engine, picture, list(new), list(new.values()))
