"""What the report says: the verdict, and a plain name for every figure of the log."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from mezzotint.training.run import TrainingResult

Weight = Literal["good", "note", "bad"]

FIGURES: Mapping[str, Message] = MappingProxyType(
    {
        "score": Message("Frechet distance of the samples (lower is better)"),
        "diversity": Message("Variety of the samples, as a share of the pictures'"),
        "nearest_ratio": Message(
            "Distance to the nearest training picture, as a share of that of held-out pictures"
        ),
        "generator": Message("Loss of the generator"),
        "discriminator": Message("Loss of the discriminator"),
        "real_above_fake": Message("Share of pairs that the discriminator orders right"),
        "real_above_painted": Message(
            "Share of pairs in which the discriminator knows the reconstruction"
        ),
        "real_logit": Message("Discriminator's mean verdict on real pictures"),
        "fake_logit": Message("Discriminator's mean verdict on generated pictures"),
        "penalty": Message("Gradient penalty"),
        "class_real": Message("Class loss on real pictures"),
        "class_fake": Message("Class loss on generated pictures"),
        "augment_p": Message("Probability of augmentation"),
        "loss": Message("Loss"),
        "log_likelihood": Message("Log-likelihood of the pictures, in nats"),
        "kl": Message("Divergence from the prior, in nats"),
        "active_latents": Message("Latent dimensions in use"),
        "pixels": Message("Distance of reconstructions in pixels"),
        "structure": Message("Distance of reconstructions in structure"),
        "edges": Message("Distance of reconstructions in edges"),
        "features": Message("Distance of reconstructions as the discriminator sees them"),
    }
)


@dataclass(frozen=True, kw_only=True)
class ReportLanguage:
    """Say in which language the report is written.

    Attributes:
        tag: For the page's `lang`.
        translate: Gives messages in that language.
    """

    tag: Literal["en", "zh-Hans"] = "en"
    translate: Callable[[Message], str] = str


ENGLISH = ReportLanguage()


def name_of(figure: str) -> Message:
    """Return a figure's plain name; its own where it has none.

    Example:
        >>> name_of("kl"), name_of("sharpness")
        (Message('Divergence from the prior, in nats'), Message('sharpness'))
    """
    return FIGURES.get(figure, Message("{figure}", figure=figure))


def ending(result: TrainingResult) -> tuple[Message, Weight]:
    """Return how the run ended, and whether that is good."""
    endings: Mapping[str, tuple[Message, Weight]] = {
        "finished": (Message("The run is finished."), "good"),
        "interrupted": (Message("The run was stopped and can go on."), "note"),
        "stage_done": (Message("One stage of the run is done; others are to follow."), "note"),
        "gave_up": (
            Message("The run was given up after three changes that did not help."),
            "bad",
        ),
    }
    return endings[result.ending]


def verdict(result: TrainingResult, log: Sequence[Mapping[str, float]]) -> tuple[Message, ...]:
    """Return what became of the run, sentence by sentence.

    Args:
        result: Of the run.
        log: Its lines, oldest first.
    """
    state = result.state
    said = [
        Message(
            "{images:,} images in {minutes} minutes, seed {seed}.",
            images=state.images_seen,
            minutes=round(state.elapsed_s / 60, 1),
            seed=state.seed,
        )
    ]
    if state.best_score is None:
        said.append(Message("The run was too short for its samples to be checked."))
    else:
        said.append(
            Message(
                "The best snapshot is that of step {step:,}: a Frechet distance of {score} in a "
                "quick check of few samples. It is the one that is exported.",
                step=state.best_step,
                score=f"{state.best_score:.3g}",
            )
        )
        said += _of_last_check(log)
    if state.tries:
        said.append(
            Message("Times that a guard sent the run back: {count}; see below.", count=state.tries)
        )
    elif state.best_score is not None:
        said.append(Message("No guard had anything to object to."))
    return tuple(said)


def _of_last_check(log: Sequence[Mapping[str, float]]) -> list[Message]:
    """Return what the last check said of variety and of copying."""
    said: list[Message] = []
    varied = [line["diversity"] for line in log if "diversity" in line]
    if varied:
        said.append(
            Message(
                "At the last check the samples varied {share} % as much as the pictures.",
                share=round(100 * varied[-1]),
            )
        )
    ratios = [line["nearest_ratio"] for line in log if "nearest_ratio" in line]
    if ratios:
        said.append(
            Message(
                "They lay {times} times as far from the training pictures as held-out pictures do; "
                "far below 1 would be copying.",
                times=f"{ratios[-1]:.2f}",
            )
        )
    return said
