"""The doctor's visit: look at a folder, measure this machine, prescribe, write the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from mezzotint.data.check.advice import Prescription, advise
from mezzotint.data.check.checking import check
from mezzotint.data.check.page.page import render_page
from mezzotint.data.check.report import CheckReport
from mezzotint.data.check.suggestion import Suggestion
from mezzotint.data.check.survey import SurveyOptions
from mezzotint.data.check.thumbnails import make_thumbnails, shown_keys
from mezzotint.data.optout import read_opt_outs
from mezzotint.data.sources.opening import open_source
from mezzotint.domain.card import ClassSpec, DataSpec
from mezzotint.domain.message import Message
from mezzotint.training.files import write_durably
from mezzotint.training.recipes import RECIPES, recipe

if TYPE_CHECKING:
    from mezzotint.data.check.survey import SurveyProgress
    from mezzotint.studio.translation import Language, Translate

NUM_TRIAL_PICTURES = 256  # of noise, to measure the speed on


@dataclass(frozen=True, kw_only=True)
class CheckRequest:
    """Say what is to be looked at.

    Attributes:
        address: Folder, archive or remote address.
        opt_outs_file: Hashes and patterns of pictures that must not be trained on.
        with_speed: Whether training speed is measured, which takes some seconds and needs torch.
        page: Where the HTML page goes; None = none is made.
        cache_folder: For archives that must be unpacked.
    """

    address: str
    opt_outs_file: Path | None = None
    with_speed: bool = True
    page: Path | None = None
    cache_folder: Path


@dataclass(frozen=True, kw_only=True)
class CheckResult:
    """Hold what was found and what to do about it."""

    report: CheckReport
    prescription: Prescription
    notes: tuple[Message, ...]


def check_pictures(
    request: CheckRequest,
    *,
    language: Language,
    translate: Translate,
    progress: Callable[[SurveyProgress], None] | None = None,
) -> CheckResult:
    """Look at every picture once; nothing is changed."""
    opt_outs = read_opt_outs(request.opt_outs_file) if request.opt_outs_file else None
    with open_source(request.address, cache_dir=request.cache_folder / "unpacked") as source:
        options = SurveyOptions(opt_outs=opt_outs, workers="processes")
        report = check(source, options, progress=progress)
        prescription = advise(
            report,
            families={make().family for make in RECIPES.values()},
            measure_images_per_s=_images_per_s if request.with_speed and _has_torch() else None,
        )
        if request.page is not None:
            page = render_page(
                report,
                prescription,
                thumbnails=make_thumbnails(source, shown_keys(report)),
                language=language,
                translate=translate,
            )
            write_durably(request.page, page.encode("utf-8"))
    notes = _notes_on_time(prescription) if request.with_speed else ()
    return CheckResult(report=report, prescription=prescription, notes=notes)


def _has_torch() -> bool:
    return find_spec("torch") is not None


def _notes_on_time(prescription: Prescription) -> tuple[Message, ...]:
    if prescription.suggestion is None or prescription.images_per_s is not None:
        return ()
    if not _has_torch():
        return (
            Message("The training time is not estimated: it is measured, and that needs torch."),
        )
    return (
        Message(
            "The training time is not estimated: the family {family} is trained in stages.",
            family=prescription.suggestion.family,
        ),
    )


def _images_per_s(suggestion: Suggestion) -> float | None:
    """Measure the training speed of what is suggested, on noise of the right shape."""
    if suggestion.family == "latent":  # its stages differ in speed and share no count of pictures
        return None
    import numpy as np

    from mezzotint.data.training_pictures import TrainingPictures
    from mezzotint.training.device import choose_device
    from mezzotint.training.making import Hardware
    from mezzotint.training.trial import images_per_second

    noise = np.random.Generator(np.random.Philox(key=0))
    shape = (suggestion.height_px, suggestion.width_px, suggestion.channels)
    is_labelled = suggestion.family != "dcgan"
    spec = ClassSpec(index=0, name="any", words=("any",), num_images=NUM_TRIAL_PICTURES)
    pictures = TrainingPictures(
        pixels=noise.integers(0, 256, (NUM_TRIAL_PICTURES, *shape), dtype=np.uint8),
        labels=np.zeros(NUM_TRIAL_PICTURES, np.int64) if is_labelled else None,
        classes=(spec,) if is_labelled else (),
        captions=None,
        source=DataSpec(
            name="noise",
            num_images=NUM_TRIAL_PICTURES,
            manifest_sha256="",
            licence="CC0-1.0",
            source="random numbers",
        ),
    )
    config = recipe("cgan" if is_labelled else "dcgan")
    hardware = Hardware(device=choose_device("auto"))
    return images_per_second(config, pictures, hardware, seed=0)
