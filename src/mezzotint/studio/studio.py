"""The studio: one object that does everything the command line and the server offer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mezzotint.domain.errors import InputError, MissingExtraError
from mezzotint.domain.message import Message
from mezzotint.studio.compose_methods import ComposeMethods
from mezzotint.studio.edit_methods import EditMethods
from mezzotint.studio.manner_methods import MannerMethods
from mezzotint.studio.measuring_methods import MeasuringMethods
from mezzotint.studio.reading_methods import ReadingMethods
from mezzotint.studio.settings import Settings, load_settings
from mezzotint.studio.verb_methods import VerbMethods

if TYPE_CHECKING:
    from mezzotint.bundles.library import Library
    from mezzotint.engines.protocol import Engine
    from mezzotint.imaging.formats import OutputFormat
    from mezzotint.prompt.structure import Submission
    from mezzotint.provenance.verify import Verification
    from mezzotint.studio.checking import CheckResult
    from mezzotint.studio.images import Imagined, StudioImage
    from mezzotint.studio.imagining import ImagineOptions
    from mezzotint.studio.modelling import Trained, TrainingPlan, TrainingRequest
    from mezzotint.studio.translation import Language
    from mezzotint.training.estimate import Estimate
    from mezzotint.training.progress import Progress


# What a confirmed submission may grow to; a slip of the keyboard must not fill the memory.
MAX_CONFIRMED_CHARACTERS = 20_000_000


def require_torch(needed_for: str) -> None:
    """Stop with the remedy if the training part is not installed.

    Raises:
        MissingExtraError: torch is not there.
    """
    from importlib.util import find_spec

    if find_spec("torch") is None:
        raise MissingExtraError("train", needed_for)


class Studio(
    VerbMethods, EditMethods, MannerMethods, ReadingMethods, ComposeMethods, MeasuringMethods
):
    """Make pictures, train models and look after both.

    Settings come from the argument, or from MEZZOTINT_* variables and mezzotint.toml. Engines stay
    loaded as long as the studio lives.

    Example:
        >>> result = Studio().imagine("sneaker --seed 1")
        >>> result.images[0].pixels.shape
        (28, 28, 1)
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or load_settings()
        self._engines: dict[str, Engine] = {}

    @property
    def models(self) -> Library:
        """Return the models at hand: shipped ones and those in the models folder."""
        from mezzotint.bundles.library import Library

        return Library(self.settings.models_folder)

    def read_prompt(self, text: str, *, confirmed: bool = False) -> Submission:
        """Read a prompt without making anything of it.

        Args:
            text: Any text; nothing raises.
            confirmed: Build all permutations, however many.
        """
        from mezzotint.prompt import PromptSettings, parse

        cap = self.settings.permutation_cap
        submission = parse(text, settings=PromptSettings(max_prompts=cap))
        if confirmed and submission.needs_confirmation:
            everything = PromptSettings(
                max_prompts=submission.num_prompts, max_characters=MAX_CONFIRMED_CHARACTERS
            )
            submission = parse(text, settings=everything)
        return submission

    def imagine(
        self,
        prompt: str,
        *,
        model: str | None = None,
        num_images: int | None = None,
        format: OutputFormat | None = None,  # the word users know
        private: bool = False,
        confirmed: bool = False,
        may_read_files: bool = True,
    ) -> Imagined:
        """Turn a prompt into pictures.

        Args:
            prompt: The whole prompt with its parameters.
            model: Name of a model; None for the default one.
            num_images: Pictures for each prompt; None for the setting's number, or 64 with --draft.
            format: "png", "webp" or "jpeg"; None for the setting's.
            private: Leave prompt and parameters out of the files; labels stay.
            confirmed: Make all permutations, even above the cap.
            may_read_files: Whether paths of pictures in the prompt are read; no for strangers.

        Raises:
            InputError: The prompt is refused, stands for more prompts than the cap, or refers to
                a picture that cannot be read.
            UnsupportedError: The model makes no pictures.
        """
        from mezzotint.studio.imagining import imagine_submission

        submission = self.read_prompt(prompt, confirmed=confirmed)
        submission.raise_if_refused()
        if submission.needs_confirmation:
            raise InputError(
                "permutation.cap",
                Message(
                    "This stands for {num} prompts; at most {cap} are made without a confirmation.",
                    num=submission.num_prompts,
                    cap=self.settings.permutation_cap,
                ),
                Message("Confirm it (--yes), or name fewer alternatives in the braces."),
            )
        engine = self.open_engine(model or self.settings.default_model)
        options = replace(
            self._options(num_images, format, private=private), may_read_files=may_read_files
        )
        return imagine_submission(engine, submission, options)

    def imagine_again(self, source: Path | bytes) -> StudioImage:
        """Make the picture of a file again, from the recipe in it.

        Args:
            source: A picture made by Mezzotint: its path or its bytes.

        Raises:
            InputError: The file has no complete recipe, or its model is not here.
        """
        from mezzotint.imaging.formats import still_format
        from mezzotint.provenance.verify import verify
        from mezzotint.studio.imagining import imagine_job, job_of_record

        record = verify(source).record
        if record is None or record.prompt is None or record.file is None:
            raise InputError(
                "record.missing",
                Message("This file carries no recipe of Mezzotint."),
                Message("Use the original file: other programs drop the recipe when they save."),
            )
        job = job_of_record(record, self.read_prompt(record.prompt))
        bundle = self.models.find_hash(record.bundle_sha256)
        if bundle is None:
            raise InputError(
                "record.model",
                Message(
                    "The picture was made with the model {model} (card hash {sha256}), "
                    "which is not here.",
                    model=record.model,
                    sha256=record.bundle_sha256[:12],
                ),
                Message("Import that model: mezzotint models import FILE.zip"),
            )
        options = replace(self._options(1, still_format(record.file.format)), with_sheet=False)
        images, _warnings = imagine_job(self.open_engine(bundle.path.name), job, options)
        return images[0]

    def train(
        self,
        pictures: str | Path,
        *,
        name: str | None = None,
        recipe: str | None = None,
        minutes: float | None = None,
        images: int | None = None,
        seed: int = 1,
        settings: Mapping[str, str] | None = None,
        replace: bool = False,
    ) -> Trained:
        """Train a model on pictures and put it into the models folder; called again, go on.

        Args:
            pictures: Folder, archive or address.
            name: Of the model; None for that of the folder.
            recipe: Name of a recipe; None for what fits.
            minutes: Train so long, all sessions together; 30 if neither this nor `images` is given.
            images: Train on so many pictures.
            seed: Of the training.
            settings: Settings of the recipe to change.
            replace: Whether a model of that name gives way.

        Raises:
            InputError: The pictures, the name or a setting is wrong.
            MissingExtraError: torch is not installed.
        """
        from mezzotint.studio.modelling import DEFAULT_MINUTES, TrainingRequest
        from mezzotint.training.progress import Silence

        if minutes is None and images is None:
            minutes = DEFAULT_MINUTES
        request = TrainingRequest(
            address=str(pictures),
            name=name,
            recipe=recipe,
            minutes=minutes,
            images=images,
            seed=seed,
            overrides=settings or {},
            replace=replace,
            command="Studio.train",
        )
        return self.run_training(self.plan_training(request), Silence())

    def check(
        self,
        pictures: str | Path,
        *,
        opt_outs_file: Path | None = None,
        with_speed: bool = True,
        page: Path | None = None,
        language: Language = "en",
    ) -> CheckResult:
        """Look at every picture once and say what to do; nothing is changed.

        Args:
            pictures: Folder, archive or address.
            opt_outs_file: Hashes and patterns of pictures that must not be trained on.
            with_speed: Whether to measure how fast training is here (needs torch).
            page: Where to write an HTML page with thumbnails; None for none.
            language: Of the page.
        """
        from mezzotint.studio.checking import CheckRequest, check_pictures
        from mezzotint.studio.translation import translator

        request = CheckRequest(
            address=str(pictures),
            opt_outs_file=opt_outs_file,
            with_speed=with_speed,
            page=page,
            cache_folder=self.settings.cache_folder,
        )
        return check_pictures(request, language=language, translate=translator(language))

    def plan_training(self, request: TrainingRequest) -> TrainingPlan:
        """Prepare the pictures and resolve every setting of a training."""
        require_torch("mezzotint train")
        from mezzotint.studio.modelling import plan_training

        return plan_training(request, self.settings)

    def estimate_training(self, plan: TrainingPlan) -> Estimate | None:
        """Say what a planned training would cost; None for a recipe of several stages."""
        from mezzotint.studio.modelling import estimate_training

        return estimate_training(plan)

    def run_training(self, plan: TrainingPlan, progress: Progress) -> Trained:
        """Train as planned, telling `progress`."""
        from mezzotint.studio.modelling import run_training

        return run_training(plan, progress)

    def verify(self, source: Path | bytes) -> Verification:
        """Say where a picture comes from and whether its labels and pixels still hold."""
        from mezzotint.provenance.verify import verify

        return verify(source)

    def open_engine(self, model: str) -> Engine:
        """Return the engine of a model, loaded once."""
        if model not in self._engines:
            from mezzotint.engines.opening import open_engine
            from mezzotint.engines.settings import EngineSettings

            settings = EngineSettings(
                provider=self.settings.provider, num_threads=self.settings.num_threads or None
            )
            self._engines[model] = open_engine(self.models.find(model), settings)
        return self._engines[model]

    def _options(
        self,
        num_images: int | None,
        picture_format: OutputFormat | None,
        *,
        private: bool = False,
    ) -> ImagineOptions:
        from mezzotint.studio.imagining import ImagineOptions
        from mezzotint.verbs.latent_plan import NUM_DRAFTS

        if num_images is not None and num_images < 1:
            raise InputError(
                "imagine.count",
                Message("{num} pictures cannot be made.", num=num_images),
                Message("Ask for 1 or more."),
            )
        return ImagineOptions(
            num_images=num_images or self.settings.num_images,
            picture_format=picture_format or self.settings.format,
            producer=self.settings.producer,
            private=private,
            num_drafts=num_images or NUM_DRAFTS,
        )
