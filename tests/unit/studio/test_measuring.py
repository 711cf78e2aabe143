"""The figures of a bundle that `mezzotint evaluate` adds: codec, likelihood, GAN-train."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mezzotint.bundles.read import Bundle, open_bundle
from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.domain.card import ClassSpec, DataSpec
from mezzotint.domain.errors import InputError, UnsupportedError
from mezzotint.engines.opening import open_engine
from mezzotint.metrics.evaluation import EvaluationReport
from mezzotint.studio.measuring import FurtherFigures, measure, measure_further, pairs_sheet
from mezzotint.studio.output import Output
from mezzotint.training.budget import Budget
from mezzotint.training.export import About, export_bundle
from mezzotint.training.recipes import override, recipe
from mezzotint.training.run import train

SMALL = {
    "batch_size": "4",
    "noise_dim": "4",
    "latent_dim": "4",
    "hidden_dim": "8",
    "feature_dim": "8",
    "generator_width": "4",
    "discriminator_width": "4",
    "width": "4",
    "max_width": "8",
}


def stripes(num_pictures: int = 40) -> TrainingPictures:
    """Draw stripes across and stripes down, with noise."""
    random = np.random.default_rng(0)
    row, column = np.indices((28, 28))
    labels = np.arange(num_pictures) % 2
    across = labels[:, None, None] == 1
    position = row * across + column * ~across
    noise = random.integers(0, 70, (num_pictures, 28, 28))
    noisy = (position // 4 % 2 * 180 + noise).astype(np.uint8)
    classes = tuple(
        ClassSpec(index=i, name=name, words=(name,), num_images=num_pictures // 2)
        for i, name in enumerate(("down", "across"))
    )
    source = DataSpec(
        name="stripes", num_images=40, manifest_sha256="0" * 64, licence="CC0-1.0", source="test"
    )
    return TrainingPictures(
        pixels=noisy[..., None], labels=labels, classes=classes, captions=None, source=source
    )


def bundle_of(name: str, folder: Path) -> Bundle:
    start = recipe(name)
    settings = {key: value for key, value in SMALL.items() if hasattr(start, key)}
    config = override(start, {**settings, "schedule_images": "8"})
    result = train(stripes(), config, folder / "run", budget=Budget(images=8), threads=1)
    about = About(name=name, title={}, description={}, licence="CC0-1.0", command="test")
    export_bundle(result, stripes(), folder / name, about)
    return open_bundle(folder / name)


def further(bundle: Bundle, pictures: TrainingPictures, wanted: FurtherFigures) -> EvaluationReport:
    empty = EvaluationReport(
        ruler="", num_samples=20, num_held_out=20, metrics=(), notes=(), closest_pairs=()
    )
    return measure_further(empty, bundle, open_engine(bundle), pictures, pictures, wanted)


def test_a_vae_gets_codec_figures_and_likelihoods(tmp_path: Path) -> None:
    bundle, pictures = bundle_of("vae-classic", tmp_path), stripes()
    report = measure(open_engine(bundle), pictures, pictures, num_samples=40)
    names = [metric.name for metric in report.metrics]
    assert {"PSNR (dB)", "SSIM", "MS-SSIM (2 scales)"} <= set(names)
    assert report.metric("PSNR").num_samples == 40
    sheet = pairs_sheet(
        open_engine(bundle), report, Output(picture_format="png", producer="mezzotint")
    )
    (image,) = sheet.images
    assert image.record.digital_source_type == "compositeWithTrainedAlgorithmicMedia"
    assert image.pixels.shape[0] > 2 * 96, "two rows, each large enough to look at"
    added = further(bundle, pictures, FurtherFigures(num_likelihood=3))
    likelihood, bound = added.metrics
    assert "k = 5000" in likelihood.name
    assert likelihood.num_samples == 3
    # Eight pictures are no training: near one bit a pixel, 543 nats, and the bound is below.
    assert bound.value < likelihood.value < -300
    assert further(bundle, pictures, FurtherFigures()).metrics == ()


def test_gan_train_needs_classes_on_both_sides(tmp_path: Path) -> None:
    wanted, pictures = FurtherFigures(gan_train=True), stripes()
    bundle = bundle_of("cgan", tmp_path)
    (metric,) = further(bundle, pictures, wanted).metrics
    assert metric.name == "GAN-train accuracy"
    assert metric.real_floor is not None
    assert metric.num_samples == 20
    with pytest.raises(InputError, match="with classes"):
        further(bundle, replace(pictures, labels=None), wanted)
    card = replace(bundle.card, classes=())
    plain = replace(bundle, card=card)
    with pytest.raises(UnsupportedError, match="model with classes"):
        further(plain, pictures, wanted)
