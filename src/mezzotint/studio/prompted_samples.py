"""Measure a model that is asked in words: each picture by the caption of a held-out one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezzotint.engines.protocol import GeneratorInput, StyleInput
from mezzotint.verbs.noise import NoiseSpec, draw_noise
from mezzotint.verbs.noise_field import draw_field

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.data.training_pictures import TrainingPictures
    from mezzotint.engines.protocol import Engine
    from mezzotint.metrics.generator_evaluation import Generate

BLOCK = 100  # pictures painted at a time


def prompted(engine: Engine, held_out: TrainingPictures) -> Generate:
    """Return a generator for the metrics: each seed paints what a held-out picture is called.

    The captions come in an order that is drawn once, so that the first few stand for all of them,
    and take turns when there are fewer than seeds. A model that reads no words, or pictures without
    captions, are painted without any.
    """
    import numpy as np

    told = _captions(engine, held_out)
    captions = [told[int(index)] for index in np.random.default_rng(0).permutation(len(told))]
    embedding_dim = engine.layout().embedding_dim
    anything = np.zeros((1, embedding_dim), np.float32)
    embeddings = engine.embed_text(captions) if captions else anything

    def generate(seeds: range, labels: NDArray[np.int64] | None) -> NDArray[np.uint8]:
        del labels  # the caption says more
        rows = [embeddings[seed % len(embeddings)] for seed in seeds]
        return engine.generate(_inputs(engine, seeds, rows))

    return generate


def paint_captions(engine: Engine, captions: Sequence[str]) -> NDArray[np.uint8]:
    """Paint one picture a caption, picture i from seed i, uint8 [N, H, W, C]."""
    import numpy as np

    texts = engine.embed_text(captions)
    blocks = [
        engine.generate(
            _inputs(engine, range(len(texts))[start : start + BLOCK], texts[start : start + BLOCK])
        )
        for start in range(0, len(texts), BLOCK)
    ]
    return np.concatenate(blocks)


def caption_sets(pictures: TrainingPictures) -> tuple[tuple[str, ...], ...]:
    """Return every caption of each picture; the word of its class where it has none."""
    if pictures.texts is not None:
        return pictures.texts
    if pictures.captions is not None:
        return tuple((caption,) for caption in pictures.captions)
    if pictures.labels is None:
        return ((),) * len(pictures.pixels)
    return tuple((pictures.classes[int(label)].name,) for label in pictures.labels)


def _captions(engine: Engine, held_out: TrainingPictures) -> tuple[str, ...]:
    if engine.card.graph("text") is None:
        return ()
    return tuple(texts[0] for texts in caption_sets(held_out) if texts)


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
