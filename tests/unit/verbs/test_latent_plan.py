"""What each word of the grammar does to the numbers that a latent model is fed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezzotint.bundles.read import open_bundle
from mezzotint.domain.card import GraphName
from mezzotint.domain.errors import InputError
from mezzotint.engines.latent_layout import LatentLayout
from mezzotint.engines.opening import open_engine
from mezzotint.engines.protocol import Engine, GeneratorInput
from mezzotint.prompt import parse
from mezzotint.verbs.canvas_size import canvas_size_px
from mezzotint.verbs.embeddings import embed_pictures
from mezzotint.verbs.imagine import ImagineRequest, PicturePlan, imagine, plan_pictures
from mezzotint.verbs.known_words import KnownWords
from mezzotint.verbs.latent_styles import mean_style
from mezzotint.verbs.reference_pictures import ReferencePicture
from mezzotint.verbs.text_condition import read_text_condition
from toys.latent_bundles import IDENTITY, LOSSY, Codec, write_latent_bundle

WIDE = replace(LOSSY, side_px=64)  # four coarse cells a side


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return open_toy(tmp_path_factory.mktemp("models"), WIDE)


def open_toy(folder: Path, codec: Codec, *without: GraphName) -> Engine:
    return open_engine(open_bundle(write_latent_bundle(folder / "toy", codec, without=without)))


def request(text: str, num_pictures: int = 4, **changes: Any) -> ImagineRequest:
    prompt = parse(text).prompts[0]
    values: dict[str, Any] = {"seed": 7, "picture_indices": range(num_pictures), **changes}
    return ImagineRequest(prompt=prompt, **values)


def plan(engine: Engine, text: str, num_pictures: int = 4, **changes: Any) -> PicturePlan:
    return plan_pictures(engine, request(text, num_pictures, **changes))


def styles(made: PicturePlan) -> Any:
    return np.stack([one.styles for one in made.inputs if one.styles is not None])


def fields(made: PicturePlan) -> Any:
    return np.stack([one.field for one in made.inputs if one.field is not None])


def asked(engine: Engine, text: str) -> Any:
    return read_text_condition(engine, parse(text).prompts[0]).embedding


def picture(seed: int, shape: tuple[int, ...] = (20, 30, 3)) -> ReferencePicture:
    pixels = np.random.default_rng(seed).integers(0, 256, shape, np.uint8)
    return ReferencePicture(pixels=pixels)


def same(one: GeneratorInput, two: GeneratorInput) -> bool:
    return np.array_equal(one.styles, two.styles) and np.array_equal(one.field, two.field)  # type: ignore[arg-type]


def test_a_picture_does_not_depend_on_those_beside_it(engine: Engine) -> None:
    grid = plan(engine, "a red fox --chaos 70 --q 2")
    alone = plan(engine, "a red fox --chaos 70 --q 2", picture_indices=[2])
    assert same(grid.inputs[2], alone.inputs[0])


def test_only_the_ratios_of_weights_matter(engine: Engine) -> None:
    for pair in ("fox::2 snow", "fox::20 snow::10", "fox::1 snow::.5"):
        np.testing.assert_allclose(asked(engine, pair), asked(engine, "fox::4 snow::2"), atol=1e-6)
    fox, snow = engine.embed_text(["fox", "snow"])
    mixed = asked(engine, "fox::2 snow")
    assert mixed @ fox > asked(engine, "fox snow::3") @ fox
    assert mixed @ snow > fox @ snow


def test_no_leads_away(engine: Engine) -> None:
    (snow,) = engine.embed_text(["snow"])
    assert asked(engine, "fox lake --no snow") @ snow < asked(engine, "fox lake") @ snow
    np.testing.assert_allclose(
        asked(engine, "fox --no snow"), asked(engine, "fox:: snow::-.5"), atol=1e-6
    )


def test_image_prompts_count_by_their_weight(engine: Engine) -> None:
    (image,) = embed_pictures(engine, [picture(1).pixels])  # type: ignore[list-item]

    def likeness(text: str) -> float:
        prompt = parse(text).prompts[0]
        return float(read_text_condition(engine, prompt, [image]).embedding @ image)

    assert likeness("a.png fox --iw 0") < likeness("a.png fox") < likeness("a.png fox --iw 3")
    assert likeness("a.png") == pytest.approx(1, abs=1e-6)


def test_nothing_asked_for_is_no_condition(engine: Engine) -> None:
    made = plan(engine, "a.png --iw 0", references=[picture(1)])
    nothing = np.zeros(engine.layout().embedding_dim, np.float32)
    assert not read_text_condition(engine, parse("").prompts[0]).embedding.any()
    assert not np.array_equal(styles(made), styles(plan(engine, "fox")))
    assert mean_style(engine, nothing).shape == (engine.layout().style_dim,)


def test_a_recipe_needs_no_picture_files(engine: Engine) -> None:
    first = plan(engine, "a.png fox --sref b.png", references=[picture(1), picture(2)])
    kept = [
        ReferencePicture(embedding=embed_pictures(engine, [picture(seed).pixels])[0])  # type: ignore[list-item]
        for seed in (1, 2)
    ]
    again = plan(engine, "x.png fox --sref y.png", references=kept)
    assert all(same(one, two) for one, two in zip(first.inputs, again.inputs, strict=True))
    assert sorted(key for key in first.resolved if "embedding" in key) == [
        "embedding.0",
        "embedding.1",
    ]


def test_a_picture_that_is_not_given_is_refused(engine: Engine) -> None:
    with pytest.raises(InputError) as caught:
        plan(engine, "a.png fox")
    assert caught.value.code == "imagine.references"


def test_stylize_and_exp_change_how_closely_words_are_followed(engine: Engine) -> None:
    words = ["--s 1000", "--s 500", "", "--s 0", "--exp 100"]
    guidance = [plan(engine, f"fox {word}").resolved["guidance"] for word in words]
    assert guidance == sorted(guidance)  # type: ignore[type-var]
    assert guidance[2] == 1
    assert plan(engine, "fox --raw").resolved["guidance"] == guidance[3]


def test_weird_strays_from_the_middle_and_stylize_keeps_to_it(engine: Engine) -> None:
    middle = mean_style(engine, asked(engine, "fox"))

    def distance(word: str) -> float:
        made = styles(plan(engine, f"fox {word}", 16))
        centre = mean_style(engine, asked(engine, "fox"), 0.5) if "--s" in word else middle
        return float(np.linalg.norm(made[:, 0] - centre, axis=1).mean())

    assert distance("--s 1000") < distance("") < distance("--w 3000")
    assert distance("--w 3000") == pytest.approx(1.5 * distance(""), rel=1e-4)


def test_chaos_spreads_pictures(engine: Engine) -> None:
    def spread(word: str) -> float:
        made = plan(engine, f"fox {word}", 8)
        values = np.concatenate([styles(made).reshape(8, -1), fields(made).reshape(8, -1)], axis=1)
        return float(np.linalg.norm(values[:, None] - values[None], axis=2).mean())

    assert spread("--chaos 0") < 0.5 * spread("--chaos 50")
    assert spread("--chaos 50") < 1.05 * spread("--chaos 100")


def test_style_codes_change_the_manner_alone(engine: Engine) -> None:
    plain, seven, again, eight = (
        styles(plan(engine, f"fox {word}")) for word in ("", "--sref 7", "--sref 7", "--sref 8")
    )
    middle = engine.layout().num_coarse_styles
    assert np.array_equal(seven, again)
    for changed in (seven, eight):
        assert np.array_equal(changed[:, :middle], plain[:, :middle])
        assert not np.allclose(changed[:, middle:], plain[:, middle:])
    step = seven[:, middle:] - plain[:, middle:]
    np.testing.assert_allclose(step, np.broadcast_to(step[0, 0], step.shape), atol=1e-5)
    assert not np.allclose(seven, eight)
    assert np.array_equal(styles(plan(engine, "fox --sref 7 --sw 0")), plain)


@pytest.mark.parametrize(("word", "is_fine"), [("--sref", True), ("--cref", False)])
def test_references_change_their_own_layers(engine: Engine, word: str, is_fine: bool) -> None:
    plain = styles(plan(engine, "fox"))
    changed = styles(plan(engine, f"fox {word} a.png", references=[picture(3)]))
    middle = engine.layout().num_coarse_styles
    coarse, fine = (slice(None, middle), slice(middle, None))
    kept, taken = (coarse, fine) if is_fine else (fine, coarse)
    assert np.array_equal(changed[:, kept], plain[:, kept])
    (embedding,) = embed_pictures(engine, [picture(3).pixels])  # type: ignore[list-item]
    goal = mean_style(engine, embedding)
    np.testing.assert_allclose(changed[:, taken], (plain[:, taken] + goal) / 2, atol=1e-5)


def test_tile_closes_both_edges(engine: Engine) -> None:
    for text, expected in (("fox --tile", [1, 1]), ("fox", [0, 0])):
        for one in plan(engine, text).inputs:
            assert one.wrap is not None
            assert one.wrap.tolist() == expected


@pytest.mark.parametrize("aspect", ["3:2", "2:3", "16:9", "1:2", "7:1", "100:99"])
def test_an_aspect_has_about_the_own_area(engine: Engine, aspect: str) -> None:
    result = imagine(engine, request(f"fox --ar {aspect}", 1))
    height, width = result.pictures[0].shape[:2]
    wanted = int(aspect.split(":")[0]) / int(aspect.split(":")[1])
    assert width / height == pytest.approx(wanted, rel=0.1)
    assert 0.45 < height * width / (64 * 64) < 1.8
    assert result.warnings == ()


def test_a_tile_is_not_cut(engine: Engine) -> None:
    result = imagine(engine, request("fox --tile --ar 7:5", 1))
    height, width = result.pictures[0].shape[:2]
    assert height % 16 == width % 16 == 0
    assert any("A tile is not cut" in str(warning) for warning in result.warnings)


def test_a_model_of_one_size_is_cut_and_says_so(tmp_path: Path) -> None:
    engine = open_toy(tmp_path, replace(LOSSY, has_any_size=False))
    result = imagine(engine, request("fox --ar 2:1", 1))
    assert result.pictures[0].shape == (16, 32, 3)
    assert any("--ar 2:1 is cut" in str(warning) for warning in result.warnings)


def test_a_draft_has_the_rough_shapes_of_its_picture(engine: Engine) -> None:
    draft, full = fields(plan(engine, "fox --draft")), fields(plan(engine, "fox"))
    assert draft.shape == (*full.shape[:2], 2, 2)
    np.testing.assert_allclose(
        draft, full.reshape(4, -1, 2, 2, 2, 2).sum(axis=(3, 5)) / 2, atol=1e-6
    )
    assert imagine(engine, request("fox --draft")).pictures[0].shape == (32, 32, 3)


def test_quality_takes_the_try_nearest_to_the_words(engine: Engine) -> None:
    (fox,) = engine.embed_text(["fox"])
    scores = [
        embed_pictures(engine, imagine(engine, request(f"fox --q {tries}", 8)).pictures) @ fox
        for tries in (1, 2, 4)
    ]
    assert (scores[1] >= scores[0] - 1e-6).all()
    assert (scores[2] >= scores[1] - 1e-6).all()
    assert scores[2].mean() > scores[0].mean()
    assert same(plan(engine, "fox --q 1").inputs[0], plan(engine, "fox").inputs[0])


def test_what_the_bundle_lacks_is_said_in_a_word(tmp_path: Path) -> None:
    engine = open_toy(tmp_path, LOSSY, "image", "text")
    result = imagine(engine, request("a.png fox --q 2 --cref b.png --sref 5 --no snow", 1))
    said = " ".join(str(warning) for warning in result.warnings)
    assert "takes no words" in said
    for word in ("--quality", "--cref", "--no", "image prompts"):
        assert said.count(f"{word} has no effect") + said.count(f"{word} have no effect") == 1
    assert "--sref" not in said


def test_sprites_are_painted_with_transparency(tmp_path: Path) -> None:
    engine = open_toy(tmp_path, IDENTITY)
    result = imagine(engine, request("red fox --tile", 2))
    assert result.pictures[0].shape == (16, 16, 4)
    assert result.warnings == ()


@given(st.integers(2, 9), st.integers(2, 9), st.sampled_from([4, 32, 64]), st.floats(0.1, 10.0))
def test_canvases_fit_nets_and_come_near_to_aspects(
    rows: int, columns: int, unit_px: int, ratio: float
) -> None:
    layout = LatentLayout(
        stride_px=unit_px // 4,
        height_px=rows * unit_px,
        width_px=columns * unit_px,
        has_any_size=True,
        is_lossless=False,
        num_channels=1,
        num_mask_channels=1,
        num_field_channels=1,
        num_styles=1,
        style_dim=1,
        noise_dim=1,
        embedding_dim=1,
        can_wrap=False,
    )
    height, width = canvas_size_px(layout, ratio)
    assert height % unit_px == width % unit_px == 0
    assert min(height, width) >= 2 * unit_px
    assert canvas_size_px(layout) == (rows * unit_px, columns * unit_px)
    if rows * columns >= 16 and 0.4 < ratio < 2.5:
        assert 0.7 < width / height / ratio < 1.4


@given(st.text(max_size=40))
def test_any_text_can_be_looked_up(text: str) -> None:
    from mezzotint.domain.card import WordSpec

    known = KnownWords([WordSpec(text=word, count=1) for word in ("fox", "雪山下的湖")])
    for word in known.unknown_in(text):
        known.nearest(word)
    assert known.unknown_in("foxes, 雪山的湖") == ()
