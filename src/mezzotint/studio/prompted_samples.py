"""Measure a model that is asked in words: each picture by the caption of a held-out one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezzotint.domain.card import MetricSpec
from mezzotint.engines.protocol import GeneratorInput, StyleInput
from mezzotint.verbs.noise import NoiseSpec, draw_noise
from mezzotint.verbs.noise_field import draw_field

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.data.training_pictures import TrainingPictures
    from mezzotint.engines.protocol import Engine
    from mezzotint.metrics.generator_evaluation import Generate

GROUP = 100  # captions that compete for a picture
MAX_RETRIEVED = 1_000


def prompted(engine: Engine, held_out: TrainingPictures) -> Generate:
    """Return a generator for the metrics: seed i paints what held-out picture i is called.

    Captions take turns when there are fewer than seeds; a model that reads no words, or pictures
    without captions, are painted without any.
    """
    import numpy as np

    captions = _captions(engine, held_out)
    embedding_dim = engine.layout().embedding_dim
    anything = np.zeros((1, embedding_dim), np.float32)
    embeddings = engine.embed_text(captions) if captions else anything

    def generate(seeds: range, labels: NDArray[np.int64] | None) -> NDArray[np.uint8]:
        del labels  # the caption says more
        rows = [embeddings[seed % len(embeddings)] for seed in seeds]
        return engine.generate(_inputs(engine, seeds, rows))

    return generate


def retrieval(engine: Engine, held_out: TrainingPictures) -> tuple[MetricSpec, ...]:
    """Return how often a caption finds the picture painted for it among 100 others' pictures.

    By the model's own encoders; beside it, how often it finds its real held-out picture. Nothing
    for a model without words, or with fewer than 100 different captions held out.
    """
    import numpy as np

    captions = _captions(engine, held_out)
    first = {caption: index for index, caption in reversed(list(enumerate(captions)))}
    chosen = sorted(first.values())[:MAX_RETRIEVED]
    chosen = chosen[: len(chosen) // GROUP * GROUP]
    if not chosen or engine.card.graph("image") is None:
        return ()
    texts = engine.embed_text([captions[index] for index in chosen])
    seeds = range(len(chosen))
    blocks = [
        engine.generate(_inputs(engine, seeds[start : start + GROUP], texts[start:][:GROUP]))
        for start in range(0, len(chosen), GROUP)
    ]
    painted = engine.embed_pictures(np.concatenate(blocks))
    real = engine.embed_pictures(held_out.pixels[chosen])
    figure = MetricSpec(
        name=f"retrieval among {GROUP} captions (R@1)",
        value=recall_at_1(texts, painted),
        num_samples=len(chosen),
        real_floor=recall_at_1(texts, real),
        note="share of captions nearest to the picture painted for them, by the model's encoders",
    )
    return (figure,)


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

    groups = zip(texts.reshape(-1, GROUP, texts.shape[1]), _grouped(pictures), strict=True)
    found = [(text @ picture.T).argmax(axis=1) == np.arange(GROUP) for text, picture in groups]
    return float(np.mean(found))


def _grouped(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    return rows.reshape(-1, GROUP, rows.shape[1])


def _captions(engine: Engine, held_out: TrainingPictures) -> tuple[str, ...]:
    if engine.card.graph("text") is None:
        return ()
    if held_out.captions is not None:
        return held_out.captions
    if held_out.labels is None:
        return ()
    labels = held_out.labels
    return tuple(held_out.classes[int(labels[i])].name for i in range(len(labels)))


def _inputs(
    engine: Engine, seeds: range, embeddings: NDArray[np.float32] | list[NDArray[np.float32]]
) -> list[GeneratorInput]:
    """Return what paints picture 0 of each seed as trained: nothing known, guidance 1."""
    import numpy as np

    layout, card = engine.layout(), engine.card
    rows, columns = layout.latent_size((card.height_px, card.width_px))
    field_shape = (layout.num_field_channels, *layout.field_size((card.height_px, card.width_px)))
    noises = [
        draw_noise(NoiseSpec(seed=seed, noise_dim=layout.noise_dim, stylize=0), 0) for seed in seeds
    ]
    styles = engine.style(
        [
            StyleInput(noise=noise, embedding=embedding)
            for noise, embedding in zip(noises, embeddings, strict=True)
        ]
    )
    return [
        GeneratorInput(
            styles=np.repeat(style[None], layout.num_styles, axis=0),
            field=draw_field(seed, 0, field_shape),
            known=np.zeros((layout.num_channels, rows, columns), np.float32),
            mask=np.zeros((layout.num_mask_channels, rows, columns), np.float32),
            wrap=np.zeros(2, np.float32) if layout.can_wrap else None,
        )
        for seed, style in zip(seeds, styles, strict=True)
    ]
