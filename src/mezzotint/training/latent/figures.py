"""What stages measured at their end, as the card tells it."""

from __future__ import annotations

from mezzotint.domain.card import MetricSpec
from mezzotint.training.latent.retrieval import NUM_CANDIDATES
from mezzotint.training.latent.stage_folder import Mark


def recall_metric(mark: Mark) -> tuple[MetricSpec, ...]:
    """Return how well words find real pictures; none where nothing was held out."""
    if "recall_at_1" not in mark.figures:
        return ()
    count = int(mark.figures["num_samples"])
    return (
        MetricSpec(
            name="text-to-picture retrieval among 100, real pictures, R@1",
            value=round(mark.figures["recall_at_1"], 4),
            num_samples=count // NUM_CANDIDATES * NUM_CANDIDATES or count,
            real_floor=None,
            note="Held-out captions and pictures, seen by the model's own encoders.",
        ),
    )


def reconstruction_metric(mark: Mark) -> tuple[MetricSpec, ...]:
    """Return how near the codec's reconstructions come."""
    if "psnr_db" not in mark.figures:
        return ()
    return (
        MetricSpec(
            name="PSNR of the codec, dB",
            value=round(mark.figures["psnr_db"], 3),
            num_samples=int(mark.figures["num_samples"]),
            real_floor=None,
            note="Encoded and decoded; held-out pictures where there are any.",
        ),
    )
