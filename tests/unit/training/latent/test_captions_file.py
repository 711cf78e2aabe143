"""Captions kept with a bundle: a line a picture, bounded in size."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mezzotint.training.latent.captions_file import write_captions

captions = st.lists(st.lists(st.text(max_size=12), max_size=3), max_size=20)


@given(captions, st.integers(0, 200))
def test_every_picture_has_its_line_and_the_size_is_bounded(texts: list[list[str]], max_bytes: int):
    content = write_captions(texts, max_bytes=max_bytes)
    lines = content.decode().split("\n")
    assert len(lines) == len(texts) + 1
    assert len(content) <= max_bytes + len(texts)
    for line, written in zip(lines, texts, strict=False):
        assert line in ("", "\t".join(filter(None, (" ".join(one.split()) for one in written))))


def test_what_does_not_fit_is_thinned_out_evenly():
    content = write_captions([["fox"]] * 10, max_bytes=15)
    assert content.decode().split("\n") == ["", "fox"] * 5 + [""]
