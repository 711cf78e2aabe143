"""The stages of a run: in order, resumed to the last bit, skipped when done, and into a bundle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from torch import Tensor

from mezzotint.bundles.read import open_bundle
from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.domain.errors import InputError
from mezzotint.training.budget import Budget
from mezzotint.training.estimate import estimate
from mezzotint.training.export import About, export_bundle, exported_graphs
from mezzotint.training.latent.config import LatentConfig
from mezzotint.training.latent.model import LatentModel
from mezzotint.training.latent.run import train_latent
from mezzotint.training.making import Hardware
from mezzotint.training.progress import Silence
from mezzotint.training.run import TrainingResult
from toys.latent_training import train_toys

Sprites = Callable[..., TrainingPictures]
Tiny = Callable[..., LatentConfig]


def nets(result: TrainingResult) -> dict[str, Tensor]:
    """Return every tensor of every net."""
    return {
        f"{name}/{key}": tensor
        for name, module in result.learner.modules.items()
        for key, tensor in module.state_dict().items()
    }


def assert_same(one: TrainingResult, other: TrainingResult) -> None:
    first, second = nets(one), nets(other)
    assert first.keys() == second.keys()
    assert [name for name in first if not torch.equal(first[name], second[name])] == []


class StopAt(Silence):
    """Send this process a Ctrl-C at the n-th report."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.left = count

    def report(self, report: object) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGINT)


def test_a_run_cut_twice_is_the_run_in_one(
    tmp_path: Path, sprites: Sprites, tiny_latent: Tiny, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("mezzotint.training.loop.REPORT_S", 0.0)
    data, config, budget = sprites(), tiny_latent(augment_p=0.3), Budget(images=80)
    whole = train_latent(data, config, tmp_path / "whole", budget=budget, seed=3)
    endings = [
        train_latent(
            data, config, tmp_path / "parts", budget=budget, seed=3, progress=StopAt(count)
        ).ending
        for count in (1, 5)  # in the stage of words, then in that of the GAN
    ]
    parts = train_latent(data, config, tmp_path / "parts", budget=budget, seed=3)
    assert (whole.ending, endings, parts.ending) == ("finished", ["interrupted"] * 2, "finished")
    assert_same(whole, parts)
    assert isinstance(parts.learner, LatentModel)
    assert isinstance(whole.learner, LatentModel)
    assert parts.learner.extra_files == whole.learner.extra_files


def test_finished_stages_are_not_run_again(tmp_path: Path, sprites: Sprites, tiny_latent: Tiny):
    data, config, budget = sprites(), tiny_latent(), Budget(images=40)
    first = train_latent(data, config, tmp_path, budget=budget)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.safetensors")}
    again = Silence()
    second = train_latent(data, config, tmp_path, budget=budget, progress=again)
    assert_same(first, second)
    assert before == {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.safetensors")}
    assert [str(m) for m in again.messages if str(m).startswith("Stage")] == []


def test_more_budget_goes_on_with_the_gan_but_not_with_the_words(
    tmp_path: Path, sprites: Sprites, tiny_latent: Tiny
):
    data, config = sprites(), tiny_latent(schedule_images=64)
    train_latent(data, config, tmp_path, budget=Budget(images=40))
    said = Silence()
    more = train_latent(data, config, tmp_path, budget=Budget(images=80), progress=said)
    assert [str(m) for m in said.messages if str(m).startswith("Stage")] == ["Stage gan."]
    assert more.state.images_seen == 68


def test_stages_one_at_a_time_in_order(tmp_path: Path, sprites: Sprites, tiny_latent: Tiny):
    data, config, budget = sprites(), tiny_latent(), Budget(images=40)
    with pytest.raises(InputError, match="comes after 'words'"):
        train_latent(data, config, tmp_path, budget=budget, only="gan")
    with pytest.raises(InputError, match="no stage 'codec'"):
        train_latent(data, config, tmp_path, budget=budget, only="codec")
    for stage in ("words", "gan"):
        done = train_latent(data, config, tmp_path, budget=budget, only=stage)
        assert (done.ending, (tmp_path / stage / "done.json").exists()) == ("stage_done", True)
    assert train_latent(data, config, tmp_path, budget=budget).ending == "finished"


def test_other_settings_for_a_finished_stage_are_refused(
    tmp_path: Path, sprites: Sprites, tiny_latent: Tiny
):
    train_latent(sprites(), tiny_latent(), tmp_path, budget=Budget(images=40))
    with pytest.raises(InputError, match="style_dim"):
        train_latent(sprites(), tiny_latent(style_dim=16), tmp_path, budget=Budget(images=40))


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_classes_end_in_a_bundle_that_knows_their_words(
    tmp_path: Path, sprites: Sprites, tiny_latent: Tiny
):
    data = sprites(described="classes")
    result = train_latent(data, tiny_latent(), tmp_path / "run", budget=Budget(images=40))
    model = result.learner
    assert isinstance(model, LatentModel)
    about = About(
        name="toys",
        title={"en": "Toys"},
        description={"en": "Toys."},
        licence="CC0-1.0",
        command="",
    )
    export_bundle(
        result,
        data,
        tmp_path / "toys",
        about,
        words=model.vocabulary,
        extra_files=model.extra_files,
    )
    bundle = open_bundle(tmp_path / "toys")
    graphs = {graph.name: graph for graph in bundle.card.graphs}
    assert graphs.keys() == {"encoder", "decoder", "mapping", "generator", "text", "image"}
    assert all(graph.max_parity_error < 1e-4 for graph in graphs.values())
    known = next(one for one in graphs["generator"].inputs if one.name == "known")
    assert known.shape == (None, 16, None, None)
    assert {"red", "ball"} <= {word.text for word in bundle.card.words}
    with safe_open(tmp_path / "toys" / "reference.safetensors", "pt") as reference:
        assert reference.get_tensor("style/components").shape == (8, 8)
        assert reference.get_tensor("training/embeddings").shape == (16, 8)


def test_bare_pictures_have_no_words(tmp_path: Path, sprites: Sprites, tiny_latent: Tiny):
    data = sprites(described="nothing")
    result = train_latent(data, tiny_latent(), tmp_path, budget=Budget(images=20))
    model = result.learner
    assert isinstance(model, LatentModel)
    names = [graph.name for graph in model.graphs()]
    assert names == ["encoder", "decoder", "mapping", "generator"]
    assert (model.vocabulary, list(model.extra_files)) == ((), ["reference.safetensors"])


def test_the_cost_can_be_estimated_before(sprites: Sprites, tiny_latent: Tiny):
    found = estimate(
        tiny_latent(), sprites(), Budget(images=100), Hardware(device=torch.device("cpu"))
    )
    assert found.flops_per_image > 0
    assert found.num_parameters.keys() == {"generator", "discriminator"}


def test_large_pictures_have_a_codec_and_an_upscaler(
    tmp_path: Path, sprites: Sprites, tiny_latent: Tiny
):
    data = sprites(num_pictures=8, side_px=32, channels=3)
    config = tiny_latent(codec="vaegan", upscaler_share=0.2)
    budget = Budget(images=40)
    first = train_latent(data, config, tmp_path, budget=budget, held_out=data, seed=2)
    model = first.learner
    assert isinstance(model, LatentModel)
    assert [path.name for path in sorted(tmp_path.iterdir())] == [
        "codec",
        "gan",
        "upscaler",
        "words",
    ]
    graphs = exported_graphs(model)
    names = [graph.spec.name for graph in graphs]
    assert names == ["encoder", "decoder", "mapping", "generator", "text", "image", "upscaler"]
    assert model.codec.encoded is not None
    latents = model.codec.encoded.latents.float()
    assert latents.mean(dim=(0, 2, 3)).abs().max() < 0.01
    assert (latents.std(dim=(0, 2, 3)) - 1).abs().max() < 0.01
    assert [metric.name.split()[0] for metric in model.metrics] == ["PSNR", "text-to-picture"]
    (tmp_path / "codec" / "latents-00.safetensors").unlink()
    again = train_latent(data, config, tmp_path, budget=budget, held_out=data, seed=2)
    assert_same(first, again)


def test_a_killed_run_goes_on_to_the_same_nets(tmp_path: Path):
    program = (
        "import sys; from pathlib import Path; sys.path[:0] = sys.argv[2:];"
        "from toys.latent_training import train_toys; train_toys(Path(sys.argv[1]))"
    )
    tests = str(Path(__file__).parents[3])
    process = subprocess.Popen([sys.executable, "-c", program, str(tmp_path / "cut"), tests])
    checkpoints = tmp_path / "cut" / "gan" / "checkpoints"
    deadline = time.monotonic() + 120
    while not (checkpoints.exists() and list(checkpoints.glob("*.json"))):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    assert not (tmp_path / "cut" / "gan" / "done.json").exists()
    assert_same(train_toys(tmp_path / "cut"), train_toys(tmp_path / "whole"))
