"""Every graph of a latent bundle through the native engine: exact, checked, refused if absent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mezzotint.bundles.read import open_bundle
from mezzotint.domain.card import GraphName
from mezzotint.domain.errors import BundleError, InputError, UnsupportedError
from mezzotint.engines.opening import open_engine
from mezzotint.engines.pixels import from_pixels, to_pixels
from mezzotint.engines.protocol import GeneratorInput, StyleInput
from mezzotint.engines.session_cache import SessionCache
from mezzotint.engines.sessions import open_session
from mezzotint.engines.settings import EngineSettings, Provider
from mezzotint.engines.wrapped import cut_round, pad_round
from toys.bundles import write_toy_bundle
from toys.latent_bundles import (
    CODECS,
    EMBEDDING_DIM,
    IDENTITY,
    LOSSY,
    NOISE_DIM,
    Codec,
    write_latent_bundle,
)

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from mezzotint.bundles.read import Bundle
    from mezzotint.domain.card import GraphSpec
    from mezzotint.engines.protocol import Engine
    from mezzotint.engines.sessions import Session


def make_engine(folder: Path, codec: Codec = LOSSY) -> Engine:
    return open_engine(open_bundle(write_latent_bundle(folder / "toy", codec)))


def random_pictures(codec: Codec, num_pictures: int, height: int, width: int) -> Any:
    random = np.random.default_rng(5)
    return random.integers(0, 256, (num_pictures, height, width, codec.channels), np.uint8)


def inputs_for(
    engine: Engine, num_images: int, size_px: tuple[int, int], wrap: tuple[int, int] = (0, 0)
) -> list[GeneratorInput]:
    layout = engine.layout()
    random = np.random.default_rng(9)
    height, width = layout.latent_size(size_px)

    def normal(*shape: int) -> NDArray[np.float32]:
        return random.standard_normal(shape, np.float32)

    return [
        GeneratorInput(
            styles=normal(layout.num_styles, layout.style_dim),
            field=normal(layout.num_field_channels, *layout.field_size(size_px)),
            known=np.zeros((layout.num_channels, height, width), np.float32),
            mask=np.zeros((layout.num_mask_channels, height, width), np.float32),
            wrap=np.array(wrap, np.float32),
        )
        for _ in range(num_images)
    ]


@pytest.mark.parametrize("codec", CODECS)
def test_the_layout_tells_every_size(tmp_path: Path, codec: Codec) -> None:
    layout = make_engine(tmp_path, codec).layout()
    assert layout.stride_px == codec.stride_px
    assert layout.granularity_px == 4 * codec.stride_px
    assert (layout.num_channels, layout.num_mask_channels) == (
        codec.latent_channels,
        codec.mask_channels,
    )
    assert layout.has_any_size
    assert layout.is_lossless == codec.is_identity
    assert layout.can_wrap


def test_a_graph_of_fixed_size_says_so(tmp_path: Path) -> None:
    engine = make_engine(tmp_path, replace(LOSSY, has_any_size=False))
    assert not engine.layout().has_any_size
    assert engine.layout().stride_px == LOSSY.stride_px
    with pytest.raises(InputError):
        engine.generate(inputs_for(engine, 1, (32, 48)))


@pytest.mark.parametrize("codec", CODECS)
def test_pictures_do_not_depend_on_what_is_beside_them(tmp_path: Path, codec: Codec) -> None:
    bundle = open_bundle(write_latent_bundle(tmp_path / "toy", codec))
    size_px = (codec.side_px, 2 * codec.side_px)
    engines = [open_engine(bundle, EngineSettings(num_threads=number)) for number in (1, 3)]
    inputs = inputs_for(engines[0], 5, size_px, wrap=(1, 0))
    expected = engines[0].generate(inputs)
    assert expected.shape == (5, *size_px, codec.channels)
    assert len({picture.tobytes() for picture in expected}) == 5
    for engine in engines:
        assert np.array_equal(engine.generate(inputs), expected)
        assert np.array_equal(engine.generate(inputs[3:4])[0], expected[3])


@pytest.mark.parametrize("codec", CODECS)
def test_what_wraps_meets_itself(tmp_path: Path, codec: Codec) -> None:
    """Rolling the field by a cell rolls a wrapped picture by its width, seam or not."""
    engine = make_engine(tmp_path, codec)
    side = codec.side_px
    (one,) = inputs_for(engine, 1, (side, side), wrap=(1, 1))
    assert one.styles is not None
    one = replace(one, styles=np.zeros_like(one.styles))  # some would make all transparent
    assert one.field is not None
    rolled = replace(one, field=np.roll(one.field, 1, axis=2))
    pictures = engine.generate([one, rolled, replace(one, wrap=np.zeros(2, np.float32))])
    # Premultiplied: the colour of what can hardly be seen is told less exactly.
    expected, moved, plain = from_pixels(pictures)
    difference = np.roll(expected, engine.layout().granularity_px, axis=2) - moved
    assert np.abs(difference).max() < 2 / 127.5
    assert not np.array_equal(plain, expected)


@pytest.mark.parametrize("codec", CODECS)
def test_known_latents_stay(tmp_path: Path, codec: Codec) -> None:
    engine = make_engine(tmp_path, codec)
    side = codec.side_px
    (one,) = inputs_for(engine, 1, (side, side))
    pictures = random_pictures(codec, 1, side, side)
    pictures[..., 3:] = 255  # what lies under transparency is lost
    known = engine.encode(pictures)[0]
    everything = np.ones((codec.mask_channels, *known.shape[1:]), np.float32)
    painted = engine.generate([replace(one, known=known, mask=everything)])
    assert np.array_equal(painted, engine.decode(known[None]))
    if codec.is_identity:
        assert np.array_equal(painted, pictures)


def test_text_and_pictures_share_a_space_of_unit_vectors(tmp_path: Path) -> None:
    engine = make_engine(tmp_path)
    words = engine.embed_text(["a red fox", "A RED FOX", "雪山", "fox " * 99, ""])
    assert words.shape == (5, EMBEDDING_DIM)
    assert np.array_equal(words[0], words[1])
    pictures = engine.embed_pictures(random_pictures(LOSSY, 3, 24, 40))
    for rows in (words, pictures):
        assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert np.array_equal(engine.embed_text(["雪山"])[0], words[2])


def test_guidance_goes_from_anything_through_what_is_asked_for(tmp_path: Path) -> None:
    engine = make_engine(tmp_path)
    noise = np.ones(NOISE_DIM, np.float32)
    (asked,) = engine.embed_text(["fox"])
    nothing = np.zeros_like(asked)
    anything, none, one, two = engine.style(
        [
            StyleInput(noise=noise, embedding=nothing),
            StyleInput(noise=noise, embedding=asked, guidance=0),
            StyleInput(noise=noise, embedding=asked),
            StyleInput(noise=noise, embedding=asked, guidance=2),
        ]
    )
    assert np.array_equal(anything, none)
    assert np.allclose(two - one, one - none, atol=1e-6)


def test_upscaling_doubles(tmp_path: Path) -> None:
    pictures = random_pictures(LOSSY, 2, 7, 9)
    larger = make_engine(tmp_path).upscale(pictures)
    assert np.array_equal(larger, pictures.repeat(2, 1).repeat(2, 2))


def test_nothing_in_nothing_out(tmp_path: Path) -> None:
    engine = make_engine(tmp_path)
    assert engine.generate([]).shape == (0, 32, 32, 3)
    assert engine.embed_text([]).shape == (0, EMBEDDING_DIM)
    assert engine.style([]).shape[0] == 0
    assert engine.embed_pictures(random_pictures(LOSSY, 0, 8, 8)).shape == (0, EMBEDDING_DIM)


def test_batches_of_other_providers_give_the_same(tmp_path: Path) -> None:
    bundle = open_bundle(write_latent_bundle(tmp_path / "toy"))
    exact = open_engine(bundle)
    inputs = inputs_for(exact, 5, (32, 48), wrap=(0, 1))
    words = ["fox", "red", "snow"]

    def open_on_cpu(bundle: Bundle, graph: GraphSpec, _provider: Provider) -> Session:
        return open_session(bundle, graph, "cpu")

    settings = EngineSettings(provider="cuda", batch_nimg=2)
    other = open_engine(bundle, settings, sessions=SessionCache(opener=open_on_cpu))
    assert not other.is_exact
    assert np.abs(other.generate(inputs).astype(int) - exact.generate(inputs)).max() <= 1
    assert np.allclose(other.embed_text(words), exact.embed_text(words), atol=1e-6)


@pytest.mark.parametrize(
    "name", ["text", "image", "encoder", "decoder", "mapping", "generator", "upscaler"]
)
def test_what_the_bundle_lacks_is_refused_with_what_would_work(
    tmp_path: Path, name: GraphName
) -> None:
    engine = open_engine(open_bundle(write_latent_bundle(tmp_path / "toy", without=[name])))
    pictures = random_pictures(LOSSY, 1, 32, 32)
    latents = np.zeros((1, LOSSY.latent_channels, 8, 8), np.float32)
    style = StyleInput(
        noise=np.zeros(NOISE_DIM, np.float32), embedding=np.zeros(EMBEDDING_DIM, np.float32)
    )
    with pytest.raises(UnsupportedError) as caught:
        {
            "text": lambda: engine.embed_text(["fox"]),
            "image": lambda: engine.embed_pictures(pictures),
            "encoder": lambda: engine.encode(pictures),
            "decoder": lambda: engine.decode(latents),
            "mapping": lambda: engine.style([style]),
            "generator": lambda: engine.generate([]),
            "upscaler": lambda: engine.upscale(pictures),
        }[name]()
    assert caught.value.code == f"engine.no_{name}"
    assert caught.value.hint is not None


def test_a_gan_knows_no_parts_of_pictures(tmp_path: Path) -> None:
    engine = open_engine(open_bundle(write_toy_bundle(tmp_path / "toy")))
    with pytest.raises(UnsupportedError) as caught:
        engine.layout()
    assert caught.value.code == "engine.no_latents"


def test_inputs_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    engine = make_engine(tmp_path)
    one, other = inputs_for(engine, 1, (32, 32)) + inputs_for(engine, 1, (32, 48))
    wrong = [
        [replace(one, mask=None)],
        [replace(one, noise=np.zeros(NOISE_DIM, np.float32))],
        [replace(one, field=other.field)],
        [replace(one, mask=other.mask)],
        [one, other],
    ]
    for inputs in wrong:
        with pytest.raises(InputError) as caught:
            engine.generate(inputs)
        assert caught.value.code == "engine.input"
    with pytest.raises(InputError):
        engine.encode(random_pictures(LOSSY, 1, 30, 32))
    with pytest.raises(InputError):
        engine.embed_pictures(random_pictures(IDENTITY, 1, 32, 32))


@pytest.mark.parametrize("tensor", ["known", "mask", "styles", "field"])
def test_a_card_whose_graphs_do_not_fit_together_is_refused(tmp_path: Path, tensor: str) -> None:
    from mezzotint.bundles.card_rules import check_card

    card = open_bundle(write_latent_bundle(tmp_path / "toy")).card
    check_card(card)
    generator = card.graph("generator")
    assert generator is not None
    inputs = tuple(
        replace(spec, shape=(None, None, *spec.shape[2:])) if spec.name == tensor else spec
        for spec in generator.inputs
    )
    graphs = [replace(g, inputs=inputs) if g.name == "generator" else g for g in card.graphs]
    with pytest.raises(BundleError):
        check_card(replace(card, graphs=tuple(graphs)))


def test_a_bundle_with_words_needs_their_tokenizer(tmp_path: Path) -> None:
    from mezzotint.bundles.card_rules import check_card

    card = open_bundle(write_latent_bundle(tmp_path / "toy")).card
    files = {name: pinned for name, pinned in card.files.items() if name != "tokenizer.json"}
    with pytest.raises(BundleError):
        check_card(replace(card, files=files))


@given(st.integers(1, 4), st.integers(0, 2**32 - 1))
@settings(max_examples=25)
def test_pixels_come_back_from_numbers(num_channels: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    pictures = random.integers(0, 256, (2, 3, 5, num_channels), np.uint8)
    if num_channels == 4:
        pictures[..., :3][pictures[..., 3] == 0] = 0
        pictures[..., 3] |= 192  # a faint colour is told apart less exactly
        assert np.abs(to_pixels(from_pixels(pictures)).astype(int) - pictures).max() <= 1
    else:
        assert np.array_equal(to_pixels(from_pixels(pictures)), pictures)


@given(st.booleans(), st.booleans(), st.integers(0, 9))
def test_edges_come_off_again(vertical: bool, horizontal: bool, num_cells: int) -> None:
    values = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    wrap = (vertical, horizontal)
    padded = pad_round(values, wrap, num_cells)
    assert np.array_equal(cut_round(padded, wrap, num_cells), values)
    assert padded.shape[1:] == (3 + 2 * num_cells * vertical, 4 + 2 * num_cells * horizontal)
