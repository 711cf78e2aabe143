"""The imagine verb on a fake engine whose pictures show the numbers they were made from."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from mezzotint.domain.card import Card, ClassSpec, TrainingSpec
from mezzotint.engines.protocol import GeneratorInput
from mezzotint.prompt.parameters import AspectRatio, Parameters
from mezzotint.prompt.structure import ModelTag, Prompt, Segment
from mezzotint.verbs.imagine import ImagineRequest, ImagineResult, imagine
from toys.engines import WithoutLatents

CLASSES = (
    ClassSpec(index=0, name="bag", words=("bag", "包"), num_images=10),
    ClassSpec(index=1, name="boot", words=("boot", "短靴"), num_images=10),
    ClassSpec(index=2, name="coat", words=("coat",), num_images=10),
)
CARD = Card(
    format_version=1,
    name="toy",
    title={"en": "Toy"},
    description={"en": "A toy."},
    family="cgan",
    height_px=28,
    width_px=20,
    channels=1,
    noise_dim=6,
    graphs=(),
    classes=CLASSES,
    words=(),
    data=(),
    training=TrainingSpec(
        command="", seed=0, minutes=0, num_images_seen=0, machine="", software="", recipe={}
    ),
    metrics=(),
    licence="Apache-2.0",
    limits=(),
    files={},
)


class FakeEngine(WithoutLatents):
    """Remember its inputs; paint each picture in a grey that depends on the noise."""

    bundle_sha256 = "0" * 64
    description = "fake"
    is_exact = True

    def __init__(self, card: Card = CARD) -> None:
        self.card = card
        self.inputs: list[GeneratorInput] = []

    def generate(self, inputs: Sequence[GeneratorInput]) -> NDArray[np.uint8]:
        self.inputs.extend(inputs)
        shape = (self.card.height_px, self.card.width_px, self.card.channels)
        greys = [int(abs(noise_of(each).sum()) * 40) % 256 for each in inputs]
        return np.stack([np.full(shape, grey, np.uint8) for grey in greys])

    def weights(self) -> NDArray[np.float32]:
        rows = [each.class_weights for each in self.inputs]
        return np.stack([row for row in rows if row is not None])


def noise_of(one: GeneratorInput) -> NDArray[np.float32]:
    assert one.noise is not None
    return one.noise


def run(
    prompt: Prompt, *, indices: Sequence[int] = range(4), engine: FakeEngine | None = None
) -> tuple[ImagineResult, FakeEngine]:
    engine = engine or FakeEngine()
    request = ImagineRequest(prompt=prompt, seed=7, picture_indices=indices)
    return imagine(engine, request), engine


def words(
    *segments: tuple[str, float], no: tuple[str, ...] = (), given: Parameters | None = None
) -> Prompt:
    parameters = given or Parameters()
    parts = tuple(Segment(text, weight) for text, weight in segments)
    return Prompt(segments=parts, no=no, parameters=parameters)


def test_picture_of_an_index_is_the_same_whatever_else_is_asked_for() -> None:
    _, grid = run(words(("boot", 1.0)))
    _, single = run(words(("boot", 1.0)), indices=[3])
    assert (noise_of(grid.inputs[3]) == noise_of(single.inputs[0])).all()


def test_a_class_word_in_either_language_picks_the_class() -> None:
    for text in ("a boot", "短靴"):
        result, engine = run(words((text, 1.0)))
        assert (engine.weights() == [0, 1, 0]).all()
        assert result.warnings == ()


def test_weights_of_segments_mix_classes_by_their_ratio() -> None:
    for scale in (1.0, 10.0):
        _, engine = run(words(("bag", 2 * scale), ("boot", scale)))
        np.testing.assert_allclose(engine.weights()[0], [2 / 3, 1 / 3, 0], rtol=1e-6)


def test_no_steps_away_from_a_class_and_keeps_the_sum() -> None:
    _, engine = run(words(("bag", 1.0), no=("boot",)))
    weights = engine.weights()[0]
    assert weights[1] < 0 < weights[2] < weights[0]
    assert weights.sum() == pytest.approx(1.0)


def test_without_a_class_every_picture_draws_one_that_is_not_excluded() -> None:
    _, engine = run(words(no=("boot",)), indices=range(40))
    drawn = set(engine.weights().argmax(axis=1).tolist())
    assert drawn == {0, 2}
    assert set(engine.weights().max(axis=1).tolist()) == {1.0}


def test_high_chaos_shows_every_class_before_one_comes_twice() -> None:
    for start in (0, 3, 6):
        _, engine = run(words(given=Parameters(chaos=100)), indices=range(start, start + 3))
        assert set(engine.weights().argmax(axis=1).tolist()) == {0, 1, 2}


def test_unknown_words_are_named_with_what_is_known() -> None:
    result, engine = run(words(("a red boot", 1.0)))
    said = " ".join(str(warning) for warning in result.warnings)
    assert "'red'" in said
    assert "bag (包), boot (短靴), coat" in said
    assert (engine.weights() == [0, 1, 0]).all()


def test_typo_gets_the_nearest_word() -> None:
    result, _ = run(words(("boott", 1.0)))
    assert any("Did you mean 'boot'?" in str(warning) for warning in result.warnings)
    assert any("by chance" in str(warning) for warning in result.warnings)


def test_aspect_is_cut_from_the_middle_and_said() -> None:
    result, _ = run(words(("bag", 1.0), given=Parameters(aspect=AspectRatio(2, 1))))
    assert {picture.shape for picture in result.pictures} == {(10, 20, 1)}
    assert any("--ar 2:1" in str(warning) for warning in result.warnings)
    same, _ = run(words(("bag", 1.0), given=Parameters(aspect=AspectRatio(5, 7))))
    assert same.pictures[0].shape == (28, 20, 1)
    assert same.warnings == ()


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (Parameters(tile=True), "--tile"),
        (Parameters(quality=2.0), "--quality"),
        (Parameters(style_weight=50), "--sw"),
        (Parameters(exp=5), "--exp"),
    ],
)
def test_what_the_model_cannot_do_is_a_warning_with_the_reason(
    given: Parameters, name: str
) -> None:
    result, _ = run(words(("bag", 1.0), given=given))
    (warning,) = result.warnings
    assert str(warning).startswith(f"{name} has no effect with the model toy: ")


def test_tags_images_and_quotes_that_do_nothing_are_said() -> None:
    prompt = Prompt(
        images=("https://x.test/a.png",),
        segments=(Segment("bag"),),
        model_tags=(ModelTag("koi", 0.6),),
    )
    result, _ = run(prompt)
    assert len(result.warnings) == 2


def test_raw_switches_the_pull_off_and_stylize_strengthens_it() -> None:
    plain = noise_of(run(words(("bag", 1.0)))[1].inputs[0])
    raw = noise_of(run(words(("bag", 1.0), given=Parameters(raw=True)))[1].inputs[0])
    strong = noise_of(run(words(("bag", 1.0), given=Parameters(stylize=1000)))[1].inputs[0])
    assert np.linalg.norm(strong) < np.linalg.norm(plain) < np.linalg.norm(raw)


def test_model_without_classes_ignores_words_and_says_so() -> None:
    result, engine = run(words(("bag", 1.0)), engine=FakeEngine(replace(CARD, classes=())))
    assert engine.inputs[0].class_weights is None
    assert any("takes no words" in str(warning) for warning in result.warnings)
