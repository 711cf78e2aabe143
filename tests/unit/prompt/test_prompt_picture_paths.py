"""Paths of pictures in prompts: read where an address is read, prose left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezzotint.prompt import Reference, parse, render


@pytest.mark.parametrize(
    ("text", "images", "words"),
    [
        ("a.png a fox", ("a.png",), "a fox"),
        ("./cats/tom.JPG ~/b.webp a fox", ("./cats/tom.JPG", "~/b.webp"), "a fox"),
        (r"C:\art\koi.jpeg 红色的狐狸", (r"C:\art\koi.jpeg",), "红色的狐狸"),
        ("图.gif https://x.test/a.png fox", ("图.gif", "https://x.test/a.png"), "fox"),
        ("a fox like a.png", (), "a fox like a.png"),
        (".png fox", (), ".png fox"),
        ("a.png.txt fox", (), "a.png.txt fox"),
        ("https://x.test/page fox", (), "https://x.test/page fox"),
    ],
)
def test_leading_paths_are_image_prompts(text: str, images: tuple[str, ...], words: str) -> None:
    prompt = parse(text).prompts[0]
    assert prompt.images == images
    assert prompt.text == words


def test_references_may_be_paths() -> None:
    prompt = parse("fox --sref styles/a.png::2 7 b.jpg --oref c.webp --ar 3:2").prompts[0]
    assert prompt.parameters.style_references == (
        Reference(url="styles/a.png", weight=2.0),
        Reference(code=7),
        Reference(url="b.jpg"),
    )
    assert prompt.parameters.omni_reference == "c.webp"


def test_alternatives_may_be_paths() -> None:
    assert [each.images for each in parse("{a.png, b.png} fox").prompts] == [("a.png",), ("b.png",)]


@given(st.lists(st.from_regex(r"\A[a-z/.]{0,6}[a-z]\.(png|webp)\Z"), min_size=1, max_size=3))
def test_paths_come_back_from_their_rendering(paths: list[str]) -> None:
    prompt = parse(f"{' '.join(paths)} a fox").prompts[0]
    assert prompt.images == tuple(paths)
    assert parse(render(prompt)).prompts[0] == prompt
