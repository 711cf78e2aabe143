"""Measure a bundle as its users see it: through the engine, against held-out pictures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mezzotint.domain.errors import InputError, UnsupportedError
from mezzotint.domain.message import Message
from mezzotint.domain.version import VERSION
from mezzotint.engines.protocol import GeneratorInput
from mezzotint.provenance.record import PictureRecord
from mezzotint.studio.prompted_samples import prompted
from mezzotint.studio.retrieving import retrieval
from mezzotint.verbs.noise import NoiseSpec, draw_noise

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.bundles.read import Bundle
    from mezzotint.data.training_pictures import TrainingPictures
    from mezzotint.domain.card import MetricSpec
    from mezzotint.engines.protocol import Engine
    from mezzotint.metrics.evaluation import EvaluationReport
    from mezzotint.metrics.generator_evaluation import Generate
    from mezzotint.studio.output import Made, Output
    from mezzotint.training.vae import VaeLearner

MAX_MEASURED = 10_000  # generated pictures; figures compare at equal numbers only
MAX_DECODED = 1_000  # held-out pictures that a codec is measured on
SHOWN_PX = 96  # a side of a picture on the sheet of closest pairs, at least
WEIGHTS_FILE = "weights.safetensors"


@dataclass(frozen=True, kw_only=True)
class FurtherFigures:
    """Say which figures to measure beside the distances; each takes minutes.

    Attributes:
        gan_train: Whether to train two classifiers: on generated and on as many real pictures.
        num_likelihood: Held-out pictures whose log-likelihood under a VAE is estimated; 0 = none.
        fid: Whether to compute FID on the features of Inception.
    """

    gan_train: bool = False
    fid: bool = False
    num_likelihood: int = 0


def measure(
    engine: Engine,
    train: TrainingPictures,
    held_out: TrainingPictures,
    *,
    num_samples: int = MAX_MEASURED,
    judge: Engine | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> EvaluationReport:
    """Draw pictures of a bundle and measure them.

    Picture i is picture 0 of seed i, with `--stylize 0`, so that anyone can draw them again; a
    model that reads words is asked for what a held-out picture is called. Never more are drawn than
    there are held-out pictures: a smaller set is compared at its own size.

    Args:
        engine: The model.
        train: What it was trained on.
        held_out: What it was not trained on.
        num_samples: Pictures to draw.
        judge: A model whose encoders say, too, whether captions find their pictures.
        progress: Called with (pictures drawn, of how many).

    Raises:
        InputError: The pictures are not of the model's size.
    """
    from mezzotint.metrics.generator_evaluation import evaluate_generator

    card = engine.card
    shape = (card.height_px, card.width_px, card.channels)
    if held_out.pixels.shape[1:] != shape:
        raise InputError(
            "evaluate.shape",
            Message(
                "The model paints {model}, the pictures are {pictures} (height, width, channels).",
                model=str(shape),
                pictures=str(tuple(held_out.pixels.shape[1:])),
            ),
            Message("Measure it on pictures like those it was trained on."),
        )

    report = evaluate_generator(
        _generate(engine, held_out),
        train,
        held_out,
        num_samples=min(num_samples, held_out.pixels.shape[0]),
        conditional=bool(card.classes),
        progress=progress,
    )
    report = _with(report, _codec_figures(engine, held_out))
    if not _is_latent(engine):
        return report
    report = _with(report, retrieval(engine, held_out))
    return report if judge is None else _with(report, retrieval(engine, held_out, judge))


def measure_further(
    report: EvaluationReport,
    bundle: Bundle,
    engine: Engine,
    train: TrainingPictures,
    held_out: TrainingPictures,
    wanted: FurtherFigures,
) -> EvaluationReport:
    """Add the figures that take minutes to a report.

    Raises:
        MissingExtraError: FID without torch-fidelity.
        UnsupportedError: GAN-train of a model without classes.
        InputError: GAN-train on pictures without classes.
        BundleError: The weights do not fit the recipe.
    """
    if wanted.gan_train:
        report = _with(report, (_gan_train(engine, train, held_out, report.num_samples),))
    if wanted.fid:
        report = _with(report, (_fid(engine, train, held_out, report.num_samples),))
    if wanted.num_likelihood and bundle.card.family == "vae" and WEIGHTS_FILE in bundle.card.files:
        report = _with(report, _likelihood(bundle, held_out, wanted.num_likelihood))
    return report


def pairs_sheet(engine: Engine, report: EvaluationReport, output: Output) -> Made:
    """Lay the measured pictures nearest to a training picture on a sheet, each above that one."""
    import numpy as np

    from mezzotint.imaging.contact_sheet import contact_sheet
    from mezzotint.studio.output import Made, finish

    card = engine.card
    assert report.closest_pictures is not None, "a report of `measure` holds them"
    made, known = report.closest_pictures
    sheet = contact_sheet([*made, *known], num_columns=len(made), min_cell_px=SHOWN_PX)
    record = PictureRecord(
        mezzotint_version=VERSION,
        verb="evaluate",
        text="closest pairs",
        model=card.name,
        family=card.family,
        bundle_sha256=engine.bundle_sha256,
        engine=engine.description,
        num_pictures=len(made),
        data_manifest_sha256=tuple(data.manifest_sha256 for data in card.data),
        digital_source_type="compositeWithTrainedAlgorithmicMedia",  # the lower row is real
    )
    image, warnings = finish(np.ascontiguousarray(sheet.pixels), record, output, last="")
    return Made(images=(image,), warnings=(*sheet.warnings, *warnings))


def _with(report: EvaluationReport, figures: tuple[MetricSpec, ...]) -> EvaluationReport:
    return replace(report, metrics=(*report.metrics, *figures))


def _is_latent(engine: Engine) -> bool:
    return engine.card.graph("mapping") is not None


def _generate(engine: Engine, held_out: TrainingPictures) -> Generate:
    if _is_latent(engine):
        return prompted(engine, held_out)

    def generate(seeds: range, labels: NDArray[np.int64] | None) -> NDArray[np.uint8]:
        return engine.generate([_input(engine, seed, labels, seeds.start) for seed in seeds])

    return generate


def _codec_figures(engine: Engine, held_out: TrainingPictures) -> tuple[MetricSpec, ...]:
    """Return how well held-out pictures survive encoder and decoder; nothing without both."""
    from mezzotint.metrics.picture_similarity import codec_metrics

    card = engine.card
    decoder = card.graph("decoder")
    if card.graph("encoder") is None or decoder is None or len(decoder.inputs) > 1:
        return ()  # a decoder that is told the class is no codec
    originals = held_out.pixels[:MAX_DECODED]
    return codec_metrics(originals, engine.decode(engine.encode(originals)))


def _gan_train(
    engine: Engine, train: TrainingPictures, held_out: TrainingPictures, num_samples: int
) -> MetricSpec:
    from mezzotint.metrics.class_accuracy import LabelledPictures, gan_train_metric
    from mezzotint.metrics.feature_net_training import FeatureNetTraining
    from mezzotint.metrics.generator_evaluation import draw_samples, proportional_labels

    if not engine.card.classes:
        raise UnsupportedError(
            "evaluate.no_classes",
            Message("GAN-train needs a model with classes, and this one has none."),
            Message("Leave --gan-train away, or train the recipe 'cgan' or 'acgan'."),
        )
    if train.labels is None or held_out.labels is None:
        raise InputError(
            "evaluate.unlabelled",
            Message("GAN-train needs pictures with classes."),
            Message("Sort the pictures into one folder a class."),
        )
    labels = proportional_labels(held_out.labels, num_samples)
    samples = draw_samples(_generate(engine, held_out), labels, num_samples)
    return gan_train_metric(
        LabelledPictures(pixels=samples.pixels, labels=labels),
        LabelledPictures(pixels=train.pixels, labels=train.labels),
        LabelledPictures(pixels=held_out.pixels, labels=held_out.labels),
        held_out.classes,
        FeatureNetTraining(),
    )


def _fid(
    engine: Engine, train: TrainingPictures, held_out: TrainingPictures, num_samples: int
) -> MetricSpec:
    from mezzotint.metrics.generator_evaluation import draw_samples, proportional_labels
    from mezzotint.metrics.inception_distance import fid_metric

    asked_for = held_out.labels if engine.card.classes else None
    labels = None if asked_for is None else proportional_labels(asked_for, num_samples)
    samples = draw_samples(_generate(engine, held_out), labels, num_samples)
    return fid_metric(samples.pixels, train.pixels, held_out.pixels)


def _likelihood(
    bundle: Bundle, held_out: TrainingPictures, num_pictures: int
) -> tuple[MetricSpec, ...]:
    from mezzotint.training.vae_likelihood import LikelihoodRequest, vae_likelihood

    request = LikelihoodRequest(num_pictures=num_pictures)
    return vae_likelihood(_rebuilt(bundle, held_out), held_out, request).as_metrics()


def _rebuilt(bundle: Bundle, pictures: TrainingPictures) -> VaeLearner:
    """Build the network again: the graphs of a bundle hold no posterior variance."""
    import torch

    from mezzotint.training.exported_weights import load_exported_weights
    from mezzotint.training.making import Hardware, make_learner
    from mezzotint.training.recipes import from_scalars
    from mezzotint.training.vae import VaeLearner

    config = from_scalars(bundle.card.training.recipe)
    learner = make_learner(config, pictures, Hardware(device=torch.device("cpu")), seed=0)
    assert isinstance(learner, VaeLearner)
    load_exported_weights(learner, bundle.read_file(WEIGHTS_FILE))
    return learner


def _input(
    engine: Engine, seed: int, labels: NDArray[np.int64] | None, first_seed: int
) -> GeneratorInput:
    import numpy as np

    noise = draw_noise(NoiseSpec(seed=seed, noise_dim=engine.card.noise_dim, stylize=0), 0)
    if not engine.card.classes:
        return GeneratorInput(noise=noise)
    weights = np.zeros(len(engine.card.classes), dtype=np.float32)
    if labels is None:  # unlabelled pictures: every class as often
        weights[seed % len(weights)] = 1.0
    else:
        weights[int(labels[seed - first_seed])] = 1.0
    return GeneratorInput(noise=noise, class_weights=weights)
