"""The studio's methods that measure models; `Studio` inherits them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from mezzotint.data.training_pictures import TrainingPictures
    from mezzotint.engines.protocol import Engine
    from mezzotint.imaging.formats import OutputFormat
    from mezzotint.metrics.evaluation import EvaluationReport
    from mezzotint.studio.output import Made, Progress, Workshop


class MeasuringMethods:
    """How good a model is; `Studio` inherits this."""

    def evaluate(
        self: Workshop,
        model: str,
        pictures: str | Path,
        *,
        num_samples: int = 10_000,
        classes_file: Path | None = None,
        gan_train: bool = False,
        fid: bool = False,
        num_likelihood: int = 100,
        judge: str | Path | None = None,
        progress: Progress | None = None,
    ) -> EvaluationReport:
        """Measure a model on the held-out part of pictures.

        Args:
            model: Its name.
            pictures: Folder, archive or address, as for training.
            num_samples: Generated pictures; at most as many as are held out.
            classes_file: TOML file with the names and words of the classes.
            gan_train: Whether to train two classifiers as well, which takes minutes.
            fid: Whether to compute FID too, on the features of Inception (extra `fid`).
            num_likelihood: Held-out pictures whose log-likelihood under a VAE is estimated.
            judge: Name or folder of another model, whose encoders say, too, whether captions find
                the pictures painted for them.
            progress: Called with (pictures drawn, of how many).

        Raises:
            InputError: The pictures are too few or of another size.
            UnsupportedError: GAN-train is asked of a model without classes.
            MissingExtraError: torch, or what FID needs, is not installed.
        """
        from mezzotint.studio.measuring import FurtherFigures, measure, measure_further
        from mezzotint.studio.studio import require_torch

        require_torch("mezzotint evaluate")
        engine = self.open_engine(model)
        chosen_judge = None if judge is None else _open_judge(self, judge)
        train, held_out = _measured_data(self, engine, pictures, classes_file)
        report = measure(
            engine,
            train,
            held_out,
            num_samples=num_samples,
            judge=chosen_judge,
            progress=progress,
        )
        wanted = FurtherFigures(gan_train=gan_train, fid=fid, num_likelihood=num_likelihood)
        bundle = self.models.find(model)
        return measure_further(report, bundle, engine, train, held_out, wanted)

    def closest_pairs(
        self: Workshop,
        model: str,
        report: EvaluationReport,
        *,
        format: OutputFormat | None = None,  # the word users know
    ) -> Made:
        """Show the measured pictures that come nearest to a training picture, each above it.

        Args:
            model: Name of the model that the report is about.
            report: Of `evaluate`.
            format: "png", "webp" or "jpeg"; None for the setting's.
        """
        from mezzotint.studio.measuring import pairs_sheet
        from mezzotint.studio.output import output_of

        return pairs_sheet(self.open_engine(model), report, output_of(self.settings, format))


def _measured_data(
    workshop: Workshop, engine: Engine, pictures: str | Path, classes_file: Path | None
) -> tuple[TrainingPictures, TrainingPictures]:
    """Return what the model was trained on, and what was held out."""
    from mezzotint.studio.training_data import DataRequest, load_training_data

    data = load_training_data(
        DataRequest(
            address=str(pictures),
            size_px=(engine.card.height_px, engine.card.width_px),
            classes_file=classes_file,
            licence=None,
            cache_folder=workshop.settings.cache_folder,
        )
    )
    if data.held_out is None:
        raise InputError(
            "evaluate.few",
            Message("There are too few pictures to hold some out."),
            Message("Measure on 500 pictures or more."),
        )
    return data.train, data.held_out


def _open_judge(workshop: Workshop, judge: str | Path) -> Engine:
    from mezzotint.bundles.read import open_bundle
    from mezzotint.engines.opening import open_engine

    folder = Path(judge)
    return open_engine(open_bundle(folder)) if folder.is_dir() else workshop.open_engine(str(judge))
