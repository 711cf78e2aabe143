"""Text-to-picture retrieval: does a caption find the picture that was painted for it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezzotint.domain.card import MetricSpec
from mezzotint.studio.prompted_samples import caption_sets, paint_captions
from mezzotint.verbs.class_words import CHINESE_RUN
from mezzotint.verbs.embeddings import embed_pictures

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.data.training_pictures import TrainingPictures
    from mezzotint.engines.protocol import Engine

GROUP = 100  # captions that compete for a picture
MAX_RETRIEVED = 1_000
SHA256_DIGITS = 8  # of the judge's hash, in the note


def retrieval(
    engine: Engine, held_out: TrainingPictures, judge: Engine | None = None
) -> tuple[MetricSpec, ...]:
    """Return how often a caption finds the picture painted for it among 100 others' pictures.

    Beside each figure, how often it finds its real held-out picture. English and Chinese captions
    are measured apart. Nothing for a model without words, and nothing in a language in which fewer
    than 100 different captions are held out.

    Args:
        engine: The model.
        held_out: Pictures with captions that it was not trained on.
        judge: A model with encoders of its own, trained with another seed, that had no part in the
            training of this one; None lets the model's own encoders say.
    """
    if engine.card.graph("text") is None:
        return ()
    by_whom = judge or engine
    if by_whom.card.graph("image") is None or by_whom.card.graph("text") is None:
        return ()
    return tuple(
        _figure(engine, by_whom, held_out, language, captions)
        for language, captions in _by_language(held_out)
    )


def recall_at_1(texts: NDArray[np.float32], pictures: NDArray[np.float32]) -> float:
    """Return how often text i is nearest to picture i, in groups of 100.

    Args:
        texts: [N, D], unit length; N is a multiple of 100.
        pictures: [N, D], unit length.

    Example:
        >>> import numpy as np
        >>> texts = np.eye(100, dtype=np.float32)
        >>> recall_at_1(texts, texts), recall_at_1(texts, texts[::-1])
        (1.0, 0.0)
    """
    import numpy as np

    groups = zip(_grouped(texts), _grouped(pictures), strict=True)
    found = [(text @ picture.T).argmax(axis=1) == np.arange(GROUP) for text, picture in groups]
    return float(np.mean(found))


def _grouped(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    return rows.reshape(-1, GROUP, rows.shape[1])


def _figure(
    engine: Engine,
    judge: Engine,
    held_out: TrainingPictures,
    language: str,
    captions: Mapping[int, str],
) -> MetricSpec:
    rows, wanted = list(captions), list(captions.values())
    texts = judge.embed_text(wanted)
    painted = embed_pictures(judge, list(paint_captions(engine, wanted)))
    real = embed_pictures(judge, list(held_out.pixels[rows]))
    name = f"retrieval among {GROUP} captions (R@1), {language}"
    own = judge is engine
    return MetricSpec(
        name=name if own else f"{name}, judged by {judge.card.name}",
        value=recall_at_1(texts, painted),
        num_samples=len(rows),
        real_floor=recall_at_1(texts, real),
        note="share of captions nearest to the picture painted for them, "
        + ("by the model's own encoders" if own else _introduce(judge)),
    )


def _introduce(judge: Engine) -> str:
    return f"by encoders that the model never saw: {judge.bundle_sha256[:SHA256_DIGITS]}"


def _by_language(held_out: TrainingPictures) -> Iterator[tuple[str, dict[int, str]]]:
    """Yield each language with its different captions by picture, whole hundreds of them."""
    sets = caption_sets(held_out)
    for language, is_chinese in (("English", False), ("Chinese", True)):
        first: dict[str, int] = {}
        for index, texts in enumerate(sets):
            own = _in_language(texts, is_chinese=is_chinese)
            if own is not None:
                first.setdefault(own, index)
        count = min(len(first), MAX_RETRIEVED) // GROUP * GROUP
        if count:
            yield language, {index: text for text, index in list(first.items())[:count]}


def _in_language(texts: Sequence[str], *, is_chinese: bool) -> str | None:
    return next((text for text in texts if bool(CHINESE_RUN.search(text)) == is_chinese), None)
