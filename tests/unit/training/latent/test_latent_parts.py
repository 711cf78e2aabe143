"""The parts of a step: captions, targets, masks, wrapping, conditions, shards, degradation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.functional import cross_entropy, normalize

from mezzotint.losses.contrastive import caption_matches, contrastive_loss
from mezzotint.training.checkpoint import load_newest, save_checkpoint
from mezzotint.training.latent.caption_table import caption_table, table_of
from mezzotint.training.latent.conditions import Embeddings, draw_conditions
from mezzotint.training.latent.degradation import degrade
from mezzotint.training.latent.masks import MAKERS, SHARES, draw_masks
from mezzotint.training.latent.material import prepare_material
from mezzotint.training.latent.retrieval import recall_at_1
from mezzotint.training.latent.tokens import END_ID, PAD_ID, encode, from_json, to_json
from mezzotint.training.latent.tokens import train_tokenizer as learn
from mezzotint.training.latent.trial import trial_learner
from mezzotint.training.latent.wrapping import draw_offsets, find_wrapping, roll
from mezzotint.training.learner import Moment
from mezzotint.training.recipes import as_scalars
from mezzotint.training.shards import read_shards, split_tensors, write_shards
from mezzotint.training.state import RunState
from toys.latent_training import make_sprites, tiny_config


def stream(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


# --- Captions ----------------------------------------------------------------------------------


def test_captions_come_from_texts_captions_classes_or_nowhere():
    assert caption_table(make_sprites()).texts[:2] == ("red ball", "红色球")
    by_class = caption_table(make_sprites(described="classes"))
    assert by_class.texts == caption_table(make_sprites()).texts
    assert caption_table(make_sprites(described="nothing")).texts == ()


def test_every_caption_of_a_picture_is_drawn_and_no_other():
    table = table_of([("a", "b", "c"), (), ("b",)])
    drawn = torch.stack([table.draw(torch.tensor([0, 1, 2]), stream(seed)) for seed in range(60)])
    assert [sorted(set(column.tolist())) for column in drawn.T] == [[0, 1, 2], [-1], [1]]


def test_tokens_end_and_are_padded_whatever_the_length():
    tokenizer = from_json(to_json(learn(["red ball", "红色球"], 300)))
    ids = encode(tokenizer, ["", "red ball", "红色 " * 40])
    assert ids.shape == (3, 32)
    assert (ids == END_ID).sum(dim=1).tolist() == [1, 1, 1]
    assert ids[0, 0] == END_ID
    assert ids[2, -1] == END_ID
    assert (ids[1, 12:] == PAD_ID).all()


# --- Targets -----------------------------------------------------------------------------------


def test_with_one_positive_each_the_loss_is_cross_entropy():
    a, b = (normalize(torch.randn(6, 5, generator=stream(i)), dim=1) for i in (1, 2))
    loss = contrastive_loss(a, b, torch.eye(6, dtype=torch.bool), torch.tensor(7.0))
    assert loss.item() == pytest.approx(cross_entropy(7 * a @ b.T, torch.arange(6)).item())


def test_pictures_of_one_caption_are_no_negatives_of_each_other():
    same = torch.tensor([[1.0, 0.0], [1.0, 0.0], [-1.0, 0.0]])
    sets, captions = torch.tensor([[4], [4], [5]]), torch.tensor([4, 4, 5])
    matches = caption_matches(sets, captions)
    assert matches.tolist() == [[True, True, False], [True, True, False], [False, False, True]]
    shared = contrastive_loss(same, same, matches, torch.tensor(50.0))
    alone = contrastive_loss(same, same, torch.eye(3, dtype=torch.bool), torch.tensor(50.0))
    # The two equal pictures share what one caption gives: log 2 each, and that is the least.
    assert shared.item() == pytest.approx(2 / 3 * np.log(2), abs=1e-5)
    assert alone.item() == pytest.approx(shared.item(), abs=1e-5)
    apart = torch.tensor([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])
    assert contrastive_loss(apart, same, matches, torch.tensor(50.0)) > shared


def test_rows_without_a_positive_do_not_count():
    rows = normalize(torch.randn(4, 3, generator=stream()), dim=1)
    matches = torch.eye(4, dtype=torch.bool)
    matches[3, 3] = False
    scale = torch.tensor(3.0)
    fewer = contrastive_loss(rows[:3], rows, matches[:3], scale)
    assert contrastive_loss(rows, rows, matches, scale).item() == pytest.approx(fewer.item())


def test_recall_counts_any_picture_that_the_caption_describes():
    images = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    sets, captions = torch.tensor([[0], [1], [1]]), torch.tensor([0, 1, 1])
    assert recall_at_1(images, images, sets, captions) == 1.0
    assert recall_at_1(images, images.flip(1), sets, captions) == 0.0


# --- Masks -------------------------------------------------------------------------------------


@given(
    st.integers(1, 5), st.integers(4, 40), st.integers(4, 40), st.floats(0, 1), st.integers(0, 99)
)
@settings(max_examples=25, deadline=None)
def test_masks_are_zero_or_one_at_any_size(
    count: int, height: int, width: int, known_p: float, seed: int
):
    masks = draw_masks(count, height, width, stream(seed), known_p)
    assert masks.shape == (count, 1, height, width)
    assert ((masks == 0) | (masks == 1)).all()


def test_half_of_the_pictures_know_nothing_and_kinds_share_the_rest():
    masks = draw_masks(4000, 16, 16, stream(), 0.5)
    knows = masks.flatten(1).amax(dim=1)
    assert knows.mean().item() == pytest.approx(0.5, abs=0.03)
    assert sum(SHARES.values()) == pytest.approx(1)
    assert SHARES.keys() == MAKERS.keys()


@pytest.mark.parametrize("kind", list(MAKERS))
def test_each_kind_leaves_something_and_takes_something(kind: str):
    masks = MAKERS[kind](300, 24, 24, stream(3)).float().mean(dim=(1, 2))
    assert 0.1 < masks.mean() < 0.95
    assert ((masks > 0) & (masks < 1)).float().mean() > 0.95


# --- Wrapping ----------------------------------------------------------------------------------


def test_only_what_goes_on_at_the_other_side_wraps():
    angle = np.arange(32) / 32 * 2 * np.pi
    wave = (120 + 100 * np.sin(angle + 1)[:, None] * np.cos(2 * angle + 0.2)[None]).astype(np.uint8)
    ramp = np.tile(np.linspace(0, 255, 32).astype(np.uint8), (32, 1))
    thing = np.zeros((32, 32), np.uint8)
    thing[8:24, 8:24] = 200  # its border is one colour: nothing goes on there
    found = find_wrapping(np.stack([wave, ramp, thing])[..., None])
    assert found.tolist() == [[True, True], [False, False], [False, False]]


@given(st.integers(0, 99))
@settings(max_examples=20, deadline=None)
def test_rolling_is_numpys_roll_and_only_where_it_wraps(seed: int):
    maps = torch.randn(3, 2, 5, 7, generator=stream(seed))
    wrap = torch.tensor([[1.0, 1.0], [0.0, 1.0], [0.0, 0.0]])
    offsets = draw_offsets(wrap, 5, 7, stream(seed))
    rolled = roll(maps, offsets)
    for index, (rows, columns) in enumerate(offsets.tolist()):
        expected = torch.roll(maps[index], (rows, columns), (1, 2))
        assert torch.equal(rolled[index], expected)
    assert (offsets[1, 0], *offsets[2]) == (0, 0, 0)


# --- Conditions --------------------------------------------------------------------------------


def test_conditions_are_dropped_pictured_or_told_as_often_as_the_settings_say():
    data = make_sprites(num_pictures=400)
    material = prepare_material(data, torch.device("cpu"))
    config = tiny_config(dropped_p=0.1, image_condition_p=0.2, image_condition_noise=0.0)
    random = stream()
    embeddings = Embeddings(
        texts=normalize(torch.randn(len(material.captions.texts), 8, generator=random), dim=1),
        images=normalize(torch.randn(400, 8, generator=random), dim=1),
        scale=10.0,
    )
    moment = Moment(seed=1, step=0, progress=0.0)
    drawn = draw_conditions(config, material, embeddings, torch.arange(400), moment)
    is_nothing = (drawn.embedding == 0).all(dim=1)
    is_image = (drawn.embedding - embeddings.images).abs().amax(dim=1) < 1e-6
    texts = embeddings.texts[drawn.captions]
    is_text = (drawn.embedding - texts).abs().amax(dim=1) < 1e-6
    assert (is_nothing.int() + is_image.int() + is_text.int() == 1).all()
    assert torch.equal(is_text, drawn.by_text)
    assert is_nothing.float().mean() == pytest.approx(0.1, abs=0.05)
    assert is_image.float().mean() == pytest.approx(0.2, abs=0.06)
    # Pictures come in four kinds in turn, so the next one's words are always wrong if there are any
    assert torch.equal(drawn.is_wrong, ~is_nothing & ~is_nothing.roll(-1))
    assert torch.equal(drawn.wrong_embedding, drawn.embedding.roll(-1, 0))
    alike = draw_conditions(config, material, embeddings, torch.arange(0, 400, 4), moment)
    assert not alike.is_wrong.any()


# --- Shards and damage -------------------------------------------------------------------------


@given(st.lists(st.integers(1, 400), max_size=12), st.integers(1500, 4000))
@settings(max_examples=25, deadline=None)
def test_shards_hold_everything_once_and_stay_small(sizes: list[int], max_bytes: int):
    tensors = {f"t{i}": torch.full((size,), float(i)) for i, size in enumerate(sizes)}
    shards = list(split_tensors(tensors, max_bytes))
    assert [name for shard in shards for name in shard] == list(tensors)
    for shard in shards:
        size = sum(4 * tensor.numel() for tensor in shard.values())
        assert size <= max_bytes or len(shard) == 1


def test_fewer_shards_leave_none_of_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(split_tensors, "__defaults__", (1000,))
    write_shards(tmp_path, "nets", {name: torch.zeros(200) for name in "abc"})
    write_shards(tmp_path, "nets", {"a": torch.ones(2)})
    assert {k: v.tolist() for k, v in read_shards(tmp_path, "nets").items()} == {"a": [1.0, 1.0]}


@pytest.mark.parametrize("side", [16, 20])
def test_damage_is_mild_and_halves(side: int):
    pixels = torch.rand(8, 3, side, side, generator=stream()) * 1.6 - 0.8
    small = degrade(pixels, stream(1))
    assert small.shape == (8, 3, side // 2, side // 2)
    clean = torch.nn.functional.avg_pool2d(pixels, 2)
    assert 0 < (small - clean).abs().mean() < 0.12


def test_a_large_checkpoint_comes_in_pieces_that_are_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(split_tensors, "__defaults__", (20_000,))
    learners = [
        trial_learner(tiny_config(), make_sprites(), torch.device("cpu"), seed=seed)
        for seed in (1, 2)
    ]
    state = RunState(seed=1, step=3, schedule_images=9)
    save_checkpoint(tmp_path, learners[0], state, as_scalars(learners[0].config))
    pieces = sorted(tmp_path.glob("*.safetensors"))
    assert len(pieces) > 2
    assert load_newest(tmp_path, learners[1]).state == state
    pairs = zip(learners[0].painter.parameters(), learners[1].painter.parameters(), strict=True)
    assert all(torch.equal(one, other) for one, other in pairs)
    content = bytearray(pieces[1].read_bytes())
    content[-1] ^= 1
    pieces[1].write_bytes(content)
    assert load_newest(tmp_path, learners[1]).state is None
