"""The 33 test vectors of the grammar, as a table."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from mezzotint.prompt import AspectRatio, Parameters, Prompt, parse

NOTHING = Parameters()


@dataclass(frozen=True)
class Vector:
    """One row: what a submitted text must be read as."""

    number: int
    text: str
    # "text weight" of each segment, joined by " | "; weight 1 is left out. One entry a prompt.
    prompts: tuple[str, ...]
    codes: tuple[str, ...] = ()  # code@start
    parameters: Parameters = NOTHING
    no: tuple[str, ...] = ()
    images: tuple[str, ...] = ()


# Vectors 1 to 3 compare prompts with each other and stand below; 13 differs by prompt.
VECTORS = (
    Vector(4, "a::1 b::-1", ("a | b -1",), ("weights.sum@0",)),
    Vector(5, "space::2 ship", ("space 2 | ship",)),
    Vector(6, "fox ::2 snow", ("fox 2 | snow",)),
    Vector(7, "cat::3d render", ("cat | 3d render",)),
    Vector(8, "time 10:30", ("time 10:30",)),
    Vector(9, "::2 dog", ("dog",), ("weight.empty@0",)),
    Vector(10, "hot::2, dog", ("hot 2 | dog",)),
    Vector(11, "a {red, green, yellow} bird", ("a red bird", "a green bird", "a yellow bird")),
    Vector(
        12,
        "a {red, green} bird in the {jungle, desert}",
        (
            "a red bird in the jungle",
            "a red bird in the desert",
            "a green bird in the jungle",
            "a green bird in the desert",
        ),
    ),
    Vector(
        14,
        "A {bright\\, vibrant, dark\\, moody} sky",
        ("A bright, vibrant sky", "A dark, moody sky"),
    ),
    Vector(15, "{a, b} {1, 2}", ("a 1", "a 2", "b 1", "b 2")),
    Vector(16, "{a, b} fox --r 3", ("a fox", "b fox"), parameters=Parameters(repeat=3)),
    Vector(17, "a {} fox", ("a fox",)),
    Vector(18, "a {red, green bird", ("a {red, green bird",), ("group.unclosed@2",)),
    Vector(19, "a } fox {", ("a } fox {",), ("group.stray@2", "group.unclosed@8")),
    Vector(
        20,
        "a fox --ar 3:2 --s 250",
        ("a fox",),
        parameters=Parameters(aspect=AspectRatio(3, 2), stylize=250),
    ),
    Vector(21, "a fox --ar16:9", ("a fox --ar16:9",), ("param.malformed@6",)),
    Vector(22, "a fox —chaos 20", ("a fox",), parameters=Parameters(chaos=20)),
    Vector(23, "a well-lit fox, in snow", ("a well-lit fox, in snow",)),
    Vector(
        24,
        "a fox --ar 3:2 in the snow",
        ("a fox in the snow",),
        ("text.after-params@15",),
        parameters=Parameters(aspect=AspectRatio(3, 2)),
    ),
    Vector(25, "a fox --steampunk", ("a fox --steampunk",), ("param.unknown@6",)),
    Vector(26, "a fox --seed", ("a fox --seed",), ("param.value-missing@6",)),
    Vector(
        27,
        "a fox --s 5000",
        ("a fox",),
        ("param.range@6",),
        parameters=Parameters(stylize=1000),
    ),
    Vector(
        28,
        "a fox --s 50 --stylize 700",
        ("a fox",),
        ("param.repeated@6",),
        parameters=Parameters(stylize=700),
    ),
    Vector(
        29,
        "a fox --no snow, tall trees --ar 1:1",
        ("a fox",),
        parameters=Parameters(aspect=AspectRatio(1, 1)),
        no=("snow", "tall trees"),
    ),
    Vector(
        30,
        "https://x.test/a.png https://x.test/b.jpg a fox --iw 1.5",
        ("a fox",),
        parameters=Parameters(image_weight=1.5),
        images=("https://x.test/a.png", "https://x.test/b.jpg"),
    ),
    Vector(31, "/imagine prompt: a fox", ("a fox",)),
    Vector(32, "fox -- in snow", ("fox -- in snow",), ("param.malformed@4",)),
    Vector(
        33,
        "--ar 1:1",
        ("",),
        ("prompt.empty@0",),
        parameters=Parameters(aspect=AspectRatio(1, 1)),
    ),
)


def notation(prompt: Prompt) -> str:
    """Write segments as the vectors do."""
    return " | ".join(
        each.text if each.weight == 1 else f"{each.text} {each.weight:g}"
        for each in prompt.segments
    )


def normalised(text: str) -> list[tuple[str, float]]:
    """Return the weighted segments of the one prompt of `text`."""
    submission = parse(text)
    assert submission.diagnostics == ()
    (prompt,) = submission.prompts
    return [(each.text, each.weight) for each in prompt.weighted_segments]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"vector{vector.number}")
def test_vector(vector: Vector):
    submission = parse(vector.text)
    assert tuple(map(notation, submission.prompts)) == vector.prompts
    assert tuple(f"{each.code}@{each.start}" for each in submission.diagnostics) == vector.codes
    for prompt in submission.prompts:
        assert prompt.parameters == vector.parameters
        assert prompt.no == vector.no
        assert prompt.images == vector.images


@pytest.mark.parametrize(
    "same", ["hot::1 dog", "hot:: dog::1", "hot::2 dog::2", "hot::100 dog::100"]
)
def test_vector_1(same: str):
    assert normalised("hot:: dog") == normalised(same) == [("hot", 0.5), ("dog", 0.5)]


def test_vector_2():
    weighted = normalised("cup:: cake:: illustration")
    assert weighted == normalised("cup::1 cake::1 illustration::1")
    assert [text for text, _ in weighted] == ["cup", "cake", "illustration"]


def test_vector_3():
    weighted = normalised("tulip fields --no red")
    assert weighted == normalised("tulip fields:: red::-.5")
    assert weighted == [("tulip fields", 2.0), ("red", -1.0)]


def test_vector_13():
    submission = parse("portrait --ar {1:1, 16:9} --s {100, 500, 1000}")
    assert submission.num_prompts == 6
    assert [
        (str(prompt.parameters.aspect), prompt.parameters.stylize) for prompt in submission.prompts
    ] == [(aspect, stylize) for aspect in ("1:1", "16:9") for stylize in (100, 500, 1000)]
    assert submission.diagnostics == ()


def test_vector_16_makes_six_jobs():
    submission = parse("{a, b} fox --r 3")
    assert submission.num_prompts == 2
    assert submission.num_jobs == 6
    assert [prompt.text for prompt in submission.jobs()] == ["a fox"] * 3 + ["b fox"] * 3


def test_every_vector_is_here():
    below = {1, 2, 3, 13}
    assert {vector.number for vector in VECTORS} | below == set(range(1, 34))
