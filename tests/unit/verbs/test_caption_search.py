"""Prompts out of the captions that a model was trained on."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save

from mezzotint.bundles.read import open_bundle
from mezzotint.bundles.write import write_bundle
from mezzotint.studio.reading import read_caption_index
from mezzotint.verbs.caption_index import CaptionIndex, read_captions
from mezzotint.verbs.caption_search import search_captions
from mezzotint.verbs.caption_splices import join_tokens, splices, tokens_of
from toys.latent_bundles import write_latent_bundle

if TYPE_CHECKING:
    from pathlib import Path

words = st.sampled_from(["a", "red", "fox", "in", "snow", "at", "night", "lake", ","])
texts = st.lists(words, min_size=1, max_size=7).map(tuple)
AXES = ("red", "green", "fox", "hen", "night")


class CountingReader:
    """Read a text as counts of five words."""

    def embed_text(self, texts: list[str]) -> np.ndarray:
        rows = np.array([[text.split().count(axis) for axis in AXES] for text in texts], float)
        rows = rows.reshape(-1, len(AXES))
        lengths = np.linalg.norm(rows, axis=1, keepdims=True).clip(min=1e-6)
        return (rows / lengths).astype(np.float32)


def unit(*said: str) -> np.ndarray:
    row = np.array([axis in said for axis in AXES], np.float32)
    return row / np.linalg.norm(row)


@given(texts, texts)
def test_neighbours_of_a_splice_are_neighbours_in_one_of_both(
    text: tuple[str, ...], donor: tuple[str, ...]
):
    pairs = {*pairwise(("", *text, "")), *pairwise(("", *donor, ""))}
    for made in splices(text, donor):
        assert made
        assert made != text
        assert set(pairwise(("", *made, ""))) <= pairs


@given(texts)
def test_a_caption_is_cut_and_joined(text: tuple[str, ...]):
    written = join_tokens(text)
    assert tokens_of(written) == text


def test_pieces_of_two_captions_say_more_than_either():
    index = CaptionIndex(
        embeddings=np.stack([unit("red", "hen"), unit("green", "fox"), unit("night")]),
        captions=[("a red hen",), ("a green fox", "绿狐狸"), ("a hen at night",)],
    )
    found = list(
        search_captions(CountingReader(), unit("red", "hen", "night"), "en", index)  # pyright: ignore
    )
    best = max(found, key=lambda one: one.score)
    assert best.text == "a red hen at night"
    assert best.score > 0.99
    assert not any("狐" in one.text for one in found)


def test_a_bundle_gives_its_captions_back(tmp_path: Path):
    folder = write_latent_bundle(tmp_path / "toy")
    bundle = open_bundle(folder)
    assert read_caption_index(bundle) is None
    files = {name: bundle.read_file(name) for name in bundle.card.files}
    files["captions.txt"] = "red fox\t红狐狸\n\n".encode()
    files["reference.safetensors"] = save({"training/embeddings": np.eye(2, 5, dtype=np.float16)})
    write_bundle(folder, bundle.card, files, replace=True)
    index = read_caption_index(open_bundle(folder))
    assert index is not None
    assert index.captions == (("red fox", "红狐狸"), ())
    assert index.nearest(unit("red"), "zh", 3) == ("红狐狸",)
    assert read_captions(b"") == ()
