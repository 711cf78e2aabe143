"""What is exported is what was trained, and the card says so."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import load_file

from mezzotint.bundles.read import open_bundle
from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.domain.errors import FailedError
from mezzotint.training.budget import Budget
from mezzotint.training.config import TrainingConfig
from mezzotint.training.export import About, describe_machine, export_bundle
from mezzotint.training.onnx_graph import (
    Inputs,
    default_evaluate,
    export_graph,
    reference_evaluate,
)
from mezzotint.training.run import TrainingResult, train

Pictures = Callable[..., TrainingPictures]
Tiny = Callable[..., TrainingConfig]

ABOUT = About(
    name="blobs",
    title={"en": "Blobs", "zh": "Blobs"},
    description={"en": "Blobs.", "zh": "Blobs."},
    licence="CC0-1.0",
    command="mezzotint train blobs",
    limits=("It knows blobs alone.",),
)


def trained(folder: Path, pictures: TrainingPictures, config: TrainingConfig) -> TrainingResult:
    return train(pictures, config, folder / "run", budget=Budget(images=16), seed=3)


@pytest.mark.parametrize(
    ("name", "values", "inputs"),
    [
        ("cgan", {}, {"generator": ["noise", "class_weights"]}),
        ("acgan", {}, {"generator": ["noise", "class_weights"]}),
        ("dcgan", {}, {"generator": ["noise"]}),
        (
            "vae",
            {"width": 4, "latent_dim": 3, "class_conditional": "yes"},
            {
                "encoder": ["pixels"],
                "decoder": ["latent", "class_weights"],
                "generator": ["noise", "class_weights"],
            },
        ),
    ],
)
def test_a_bundle_opens_and_paints_what_the_net_paints(
    tmp_path: Path,
    pictures: Pictures,
    tiny: Tiny,
    name: str,
    values: dict[str, str | int],
    inputs: dict[str, list[str]],
):
    data = pictures(channels=3, height_px=32, width_px=48)
    result = trained(tmp_path, data, tiny(name, **values))
    card = export_bundle(result, data, tmp_path / "blobs", ABOUT)
    bundle = open_bundle(tmp_path / "blobs")
    assert bundle.card == card
    assert {g.name: [port.name for port in g.inputs] for g in card.graphs} == inputs
    assert max(graph.max_parity_error for graph in card.graphs) < 1e-4

    rows = 5
    graph = card.graph("generator")
    assert graph is not None
    noise = np.random.default_rng(0).standard_normal((rows, card.noise_dim)).astype(np.float32)
    feeds: dict[str, NDArray[np.generic]] = {"noise": noise}
    if card.classes:
        feeds["class_weights"] = np.eye(2, dtype=np.float32)[np.arange(rows) % 2]
    (painted,) = default_evaluate()(bundle.read_file(graph.file), feeds)
    plan = next(p for p in result.learner.graphs() if p.name == "generator")
    with torch.no_grad():
        expected = plan.module(*(torch.from_numpy(feeds[port.name]) for port in plan.inputs))
    np.testing.assert_allclose(painted, expected.numpy(), atol=1e-4)


def test_the_card_is_honest_and_complete(tmp_path: Path, pictures: Pictures, tiny: Tiny):
    data = pictures()
    result = trained(tmp_path, data, tiny(lr=3e-4))
    card = export_bundle(result, data, tmp_path / "blobs", ABOUT)
    assert (card.height_px, card.width_px, card.channels, card.noise_dim) == (28, 28, 1, 4)
    assert (card.classes, card.data) == (data.classes, (data.source,))
    assert (card.training.seed, card.training.num_images_seen) == (3, 16)
    assert card.training.command == "mezzotint train blobs"
    assert torch.__version__ in card.training.software
    assert card.training.recipe["lr"] == 3e-4
    assert card.training.recipe["schedule_images"] == 16
    assert card.training.machine == describe_machine(torch.device("cpu"))
    written = json.loads((tmp_path / "blobs" / "card.json").read_text(encoding="utf-8"))
    assert written["limits"] == ["It knows blobs alone."]


def test_averaged_weights_and_a_sheet_travel_along(tmp_path: Path, pictures: Pictures, tiny: Tiny):
    data = pictures(channels=4)
    result = trained(tmp_path, data, tiny())
    export_bundle(result, data, tmp_path / "blobs", ABOUT)
    weights = load_file(tmp_path / "blobs" / "weights.safetensors")
    average = result.learner.averages["generator"].state_dict()
    assert set(weights) == {f"generator/{name}" for name in average}
    assert torch.equal(weights["generator/paint.weight"], average["paint.weight"])
    sheet = Image.open(io.BytesIO((tmp_path / "blobs" / "samples.webp").read_bytes()))
    assert sheet.size == (10 * 28, 10 * 28)  # five columns a class


def test_a_graph_that_differs_is_not_written(tmp_path: Path, pictures: Pictures, tiny: Tiny):
    def wrong(content: bytes, inputs: Inputs) -> Sequence[NDArray[np.generic]]:
        return [np.asarray(out) + 2e-4 for out in default_evaluate()(content, inputs)]

    result = trained(tmp_path, pictures(), tiny())
    with pytest.raises(FailedError, match=r"generator.*2\.0e-04"):
        export_bundle(result, pictures(), tmp_path / "blobs", ABOUT, evaluate=wrong)
    assert not (tmp_path / "blobs").exists()


def test_not_a_number_is_not_parity(tmp_path: Path, pictures: Pictures, tiny: Tiny):
    def broken(content: bytes, inputs: Inputs) -> Sequence[NDArray[np.generic]]:
        return [np.full_like(out, np.nan) for out in default_evaluate()(content, inputs)]

    result = trained(tmp_path, pictures(), tiny())
    with pytest.raises(FailedError, match="nan"):
        export_bundle(result, pictures(), tmp_path / "blobs", ABOUT, evaluate=broken)


def test_the_reference_evaluator_agrees(tmp_path: Path, pictures: Pictures, tiny: Tiny):
    result = trained(tmp_path, pictures(), tiny())
    (plan,) = result.learner.graphs()
    assert export_graph(plan, evaluate=reference_evaluate).spec.max_parity_error < 1e-4
