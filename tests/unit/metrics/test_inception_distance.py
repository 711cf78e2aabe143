"""FID is what torch-fidelity computes. Its weights are not here, so a stand-in takes its calls."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
import torch

from mezzotint.domain.errors import FailedError, MissingExtraError
from mezzotint.metrics.inception_distance import InceptionInput, inception_distance

PICTURES = np.random.default_rng(0).integers(0, 256, (3, 8, 6, 1), np.uint8)


def install(monkeypatch: pytest.MonkeyPatch, calculate: object) -> None:
    module = ModuleType("torch_fidelity")
    module.__spec__ = importlib.util.spec_from_loader("torch_fidelity", None)
    module.__dict__["calculate_metrics"] = calculate
    monkeypatch.setitem(sys.modules, "torch_fidelity", module)


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("mezzotint.metrics.inception_distance.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match="fid"):
        inception_distance(PICTURES, PICTURES)


def test_both_sets_are_handed_over_in_rgb(monkeypatch: pytest.MonkeyPatch):
    asked: list[SimpleNamespace] = []

    def calculate(**options: object) -> dict[str, float]:
        asked.append(SimpleNamespace(**options))
        return {"frechet_inception_distance": 3.5}

    install(monkeypatch, calculate)
    assert inception_distance(PICTURES, PICTURES[:2]) == 3.5
    assert asked[0].fid is True
    assert (len(asked[0].input1), len(asked[0].input2)) == (3, 2)
    picture = asked[0].input1[0]
    assert picture.dtype == torch.uint8
    assert picture.shape == (3, 8, 6)
    assert np.array_equal(picture[2].numpy(), PICTURES[0, :, :, 0])


def test_transparent_pictures_lie_on_white():
    picture = np.zeros((1, 2, 1, 4), np.uint8)
    picture[0, 0, 0] = (10, 20, 30, 255)
    assert InceptionInput(picture)[0][:, :, 0].T.tolist() == [[10, 20, 30], [255, 255, 255]]


def test_a_failure_names_the_reason(monkeypatch: pytest.MonkeyPatch):
    def calculate(**options: object) -> dict[str, float]:
        raise OSError("no route to host")

    install(monkeypatch, calculate)
    with pytest.raises(FailedError, match="no route to host"):
        inception_distance(PICTURES, PICTURES)
