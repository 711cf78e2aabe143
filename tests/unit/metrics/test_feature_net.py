from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from mezzotint.domain.errors import FailedError, InputError
from mezzotint.metrics import feature_net_file
from mezzotint.metrics.feature_extraction import NetRuler, net_ruler
from mezzotint.metrics.feature_net import (
    FeatureNet,
    FeatureNetSpec,
    Question,
    colour64_spec,
    grey28_spec,
    initialise,
)
from mezzotint.metrics.feature_net_file import (
    FeatureNetCard,
    freeze,
    load_feature_net,
    save_feature_net,
    shipped_net,
)
from mezzotint.metrics.feature_net_training import (
    UNKNOWN_ANSWER,
    FeatureNetTraining,
    TrainingProgress,
    augment,
    feature_net_loss,
    fit_feature_net,
    learning_rate,
    to_signed,
    train_feature_net,
)
from mezzotint.metrics.scene_questions import scene_questions
from toys.pictures import SHAPES, shape_set

COLOUR = Question(name="colour", answers=("red", "green", "blue"))
SIZE = Question(name="size", answers=("small", "large"))
SPEC = FeatureNetSpec(
    name="toy",
    height_px=20,
    width_px=32,
    channels=3,
    widths=(4, 6),
    feature_dim=5,
    questions=(COLOUR, SIZE),
)


def toy_net(seed: int = 0) -> FeatureNet:
    net = FeatureNet(SPEC)
    initialise(net, torch.Generator().manual_seed(seed))
    return net.eval()


def toy_card(spec: FeatureNetSpec = SPEC) -> FeatureNetCard:
    return FeatureNetCard(
        spec=spec,
        data_name="toys",
        data_sha256="0" * 64,
        data_licence="CC0-1.0",
        num_training_pictures=10,
        num_test_pictures=5,
        test_accuracy=(0.5, 0.75),
        seed=0,
        epochs=1,
        software="test",
    )


def colours(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, 20, 32, 3), dtype=np.uint8)


# --- Shape -------------------------------------------------------------------------------------


def test_one_row_of_logits_a_question_on_oblong_pictures() -> None:
    net = toy_net()
    features = net.features(to_signed(colours(7)))
    assert features.shape == (7, 5)
    assert [logits.shape for logits in net.answers(features)] == [(7, 3), (7, 2)]


def test_standardised_features_give_the_answers_of_the_raw_ones() -> None:
    net = toy_net()
    net.feature_mean.copy_(torch.linspace(-1, 1, 5))
    net.feature_scale.fill_(3.0)
    pixels = to_signed(colours(7))
    raw = net.raw_answers(net.raw_features(pixels))
    for logits, expected in zip(net.answers(net.features(pixels)), raw, strict=True):
        assert torch.allclose(logits, expected, atol=1e-5)


def test_initial_weights_come_from_the_generator_alone() -> None:
    first = toy_net(seed=3).state_dict()
    torch.rand(5)
    second = toy_net(seed=3).state_dict()
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_general_net_fits_the_size_limit_in_sixteen_bits() -> None:
    net = FeatureNet(colour64_spec((COLOUR,) * 12))
    num_bytes = sum(2 * weight.numel() for weight in net.parameters())
    assert num_bytes < 1_000_000


# --- Training ----------------------------------------------------------------------------------


def test_training_learns_shapes() -> None:
    pictures, test = shape_set(320, seed=0), shape_set(200, seed=1)
    assert pictures.labels is not None
    spec = replace(grey28_spec(SHAPES), widths=(8, 12))
    settings = FeatureNetTraining(epochs=5, batch_size=16, peak_learning_rate=1e-2)
    net = fit_feature_net(spec, pictures.pixels, pictures.labels[:, None], settings)
    answers = NetRuler(net, title="toy").observe(test.pixels).answers[:, 0]
    assert (answers == test.labels).mean() > 0.9


def test_the_grey_net_knows_the_classes_and_standardises_its_features() -> None:
    pictures = shape_set(300, seed=0)
    seen: list[TrainingProgress] = []
    net = train_feature_net(pictures, epochs=2, progress=seen.append)
    assert [(entry.step, entry.num_steps) for entry in seen] == [(i, 4) for i in range(1, 5)]
    assert net.spec.questions[0].answers == SHAPES
    features = NetRuler(net, title="toy").observe(pictures.pixels).features
    assert np.allclose(features.mean(axis=0), 0, atol=1e-3)
    assert features.var(axis=0).mean() == pytest.approx(1, rel=0.01)


def test_training_again_gives_the_same_weights_and_another_seed_others() -> None:
    def weights(seed: int) -> dict[str, torch.Tensor]:
        settings = FeatureNetTraining(epochs=1, seed=seed, batch_size=16)
        answers = np.zeros((40, 2), dtype=np.int64)
        return fit_feature_net(SPEC, colours(40), answers, settings).state_dict()

    first, again, other = weights(1), weights(1), weights(2)
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["project.weight"], other["project.weight"])


def test_training_puts_the_number_of_threads_back() -> None:
    before = torch.get_num_threads()
    settings = FeatureNetTraining(epochs=1, num_threads=before + 1)
    fit_feature_net(SPEC, colours(8), np.zeros((8, 2), dtype=np.int64), settings)
    assert torch.get_num_threads() == before


def test_an_open_question_does_not_count() -> None:
    net, settings = toy_net(), FeatureNetTraining()
    pixels = to_signed(colours(6))
    both = torch.tensor([[0, 1]] * 6)
    size_open = torch.tensor([[0, UNKNOWN_ANSWER]] * 6)
    loss = feature_net_loss(net, pixels, size_open, settings)
    loss.backward()
    assert net.heads[1].weight.grad is None
    assert feature_net_loss(net, pixels, both, settings).item() > loss.item()


def test_learning_rate_rises_then_falls_to_zero() -> None:
    settings = FeatureNetTraining(peak_learning_rate=1.0, warm_up_share=0.25)
    rates = [learning_rate(step, 100, settings) for step in range(100)]
    assert rates[:25] == sorted(rates[:25])
    assert rates[24:] == sorted(rates[24:], reverse=True)
    assert max(rates) == 1.0
    assert rates[-1] < 0.01


@pytest.mark.parametrize("mirrored", [False, True])
def test_augmentation_shifts_and_mirrors_whole_pictures(mirrored: bool) -> None:
    settings = FeatureNetTraining(max_shift_px=2, mirrored=mirrored)
    ramp = torch.arange(20.0)[:, None] * 100 + torch.arange(32.0)
    pictures = ramp.expand(64, 3, 20, 32)
    moved = augment(pictures, settings, torch.Generator().manual_seed(0))
    assert moved.shape == pictures.shape
    inner = moved[:, 0, 4:-4, 4:-4]
    steps = inner[:, :, 1:] - inner[:, :, :-1]
    is_mirrored = steps[:, 0, 0] < 0
    assert bool(is_mirrored.any()) == mirrored
    assert torch.equal(steps.abs(), torch.ones_like(steps))
    assert len({float(value) for value in inner[~is_mirrored, 0, 0]}) > 5


def test_pictures_without_classes_are_refused() -> None:
    with pytest.raises(InputError, match="have none") as caught:
        train_feature_net(shape_set(8, seed=0, labelled=False))
    assert caught.value.code == "metrics.unlabelled"


def test_pictures_of_another_size_are_refused() -> None:
    with pytest.raises(InputError, match="takes pictures of 20x32x3, not 28x28x1"):
        fit_feature_net(
            SPEC,
            shape_set(8, seed=0).pixels,
            np.zeros((8, 2), dtype=np.int64),
            FeatureNetTraining(),
        )


# --- Files -------------------------------------------------------------------------------------


def saved(folder: Path) -> tuple[Path, str, FeatureNet]:
    net = toy_net()
    freeze(net)
    path = folder / "nets" / "toy.safetensors"
    return path, save_feature_net(net, toy_card(), path), net


def test_a_net_comes_back_as_it_was(tmp_path: Path) -> None:
    path, sha256, net = saved(tmp_path)
    frozen = load_feature_net(path, expected_sha256=sha256)
    assert frozen.card == toy_card()
    assert frozen.title == f"toy {sha256[:8]}"
    pixels = to_signed(colours(5))
    assert torch.allclose(frozen.net.features(pixels), net.features(pixels), atol=1e-6)
    assert not any(weight.requires_grad for weight in frozen.net.parameters())
    assert [entry.name for entry in path.parent.iterdir()] == ["toy.safetensors"]


def test_the_hash_covers_card_and_weights(tmp_path: Path) -> None:
    path, sha256, net = saved(tmp_path)
    assert save_feature_net(net, replace(toy_card(), epochs=2), path) != sha256
    with torch.no_grad():
        net.heads[0].bias += 1e-3
    assert save_feature_net(net, toy_card(), path) != sha256


@pytest.mark.parametrize("position", [0, 200, 3000, -1])
def test_a_changed_byte_is_noticed(tmp_path: Path, position: int) -> None:
    path, _, _ = saved(tmp_path)
    content = bytearray(path.read_bytes())
    content[position] ^= 1
    path.write_bytes(content)
    with pytest.raises(InputError, match="not an intact feature net"):
        load_feature_net(path)


def test_an_intact_net_that_is_another_one_is_refused(tmp_path: Path) -> None:
    path, _, _ = saved(tmp_path)
    with pytest.raises(InputError, match="not an intact feature net"):
        load_feature_net(path, expected_sha256="0" * 64)


def test_a_missing_file_and_a_foreign_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        load_feature_net(tmp_path / "none.safetensors")
    foreign = tmp_path / "foreign.safetensors"
    foreign.write_bytes(b"no safetensors at all")
    with pytest.raises(InputError):
        load_feature_net(foreign)


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(feature_net_file.os, "fsync", full_disk)
    with pytest.raises(FailedError, match="No space left"):
        saved(tmp_path)
    assert not list((tmp_path / "nets").iterdir())


def test_the_shipped_net_is_small_good_and_the_one_pinned() -> None:
    frozen = shipped_net("grey28")
    path = feature_net_file.SHIPPED_FOLDER / "grey28.safetensors"
    assert path.stat().st_size < 500_000
    assert frozen.card.num_test_pictures == 10_000
    assert frozen.card.test_accuracy[0] >= 0.92
    assert frozen.sha256 == feature_net_file.SHIPPED_SHA256["grey28"]


@pytest.mark.parametrize("name", ["colour64", "scenes96"])
def test_the_nets_of_scenes_answer_every_question_about_them(name: str) -> None:
    frozen = shipped_net(name)
    assert (feature_net_file.SHIPPED_FOLDER / f"{name}.safetensors").stat().st_size < 1_000_000
    assert frozen.card.spec.questions == scene_questions()
    assert len(frozen.card.test_accuracy) == 12
    assert np.mean(frozen.card.test_accuracy) >= 0.89


def test_an_unknown_net_is_named_with_those_there_are() -> None:
    with pytest.raises(InputError, match=r"no feature net called fid.*grey28"):
        shipped_net("fid")


# --- Looking at pictures -----------------------------------------------------------------------


def test_pictures_are_seen_alike_alone_and_together() -> None:
    ruler = net_ruler(shipped_net("grey28"))
    pixels = shape_set(507, seed=0).pixels
    together = ruler.observe(pixels)
    alone = ruler.observe(pixels[503:504])
    assert np.allclose(together.features[503], alone.features[0], atol=1e-4)
    assert together.answers.shape == (507, 1)
    assert len(ruler.questions[0]) == 10


def test_any_picture_fits_the_net() -> None:
    ruler = NetRuler(toy_net(), title="toy")
    random = np.random.default_rng(0)
    for shape in ((40, 64, 3), (9, 11, 1), (20, 32, 4)):
        pixels = random.integers(0, 256, (3, *shape), dtype=np.uint8)
        assert ruler.observe(pixels).features.shape == (3, 5)


def test_what_is_fully_transparent_is_not_seen() -> None:
    ruler = NetRuler(toy_net(), title="toy")
    clear = np.dstack([colours(2)[0], np.zeros((20, 32), np.uint8)])
    other = np.dstack([colours(2)[1], np.zeros((20, 32), np.uint8)])
    seen = ruler.observe(np.stack([clear, other])).features
    assert np.allclose(seen[0], seen[1], atol=1e-5)


def test_opaque_pictures_are_seen_as_their_colours() -> None:
    ruler = NetRuler(toy_net(), title="toy")
    pixels = colours(2)
    opaque = np.concatenate([pixels, np.full((2, 20, 32, 1), 255, np.uint8)], axis=3)
    assert np.allclose(ruler.observe(opaque).features, ruler.observe(pixels).features, atol=1e-5)
