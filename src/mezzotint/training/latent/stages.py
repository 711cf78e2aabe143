"""Which stages a run has, and how they share its budget."""

from __future__ import annotations

from mezzotint.training.budget import Budget
from mezzotint.training.latent.config import STAGES, LatentConfig, StageName

# Later stages are built on what these left, so they are never gone on with once one has begun.
FOUNDATIONS: tuple[StageName, ...] = ("codec", "words")


def stages_of(config: LatentConfig, *, is_captioned: bool) -> tuple[StageName, ...]:
    """Return the stages of a run, in order.

    Example:
        >>> config = LatentConfig(recipe="latent-cpu", codec="identity", upscaler_share=0.0)
        >>> stages_of(config, is_captioned=True)
        ('words', 'gan', 'knowledge')
    """
    left_out: set[StageName] = set()
    if config.codec != "vaegan":
        left_out.add("codec")
    if not is_captioned:
        left_out.add("words")
    if not config.upscaler_share:
        left_out.add("upscaler")
    return tuple(stage for stage in STAGES if stage not in left_out)


def budget_of_stage(
    config: LatentConfig, budget: Budget, stage: StageName, stages: tuple[StageName, ...]
) -> Budget:
    """Return the stage's share of the budget; what other stages do not take is the GAN's.

    Example:
        >>> stages = ("words", "gan", "knowledge")
        >>> config = LatentConfig(recipe="latent-cpu", words_share=0.25)
        >>> budget_of_stage(config, Budget(minutes=60), "gan", stages).minutes
        45.0
    """
    shares: dict[StageName, float] = {
        "codec": config.codec_share,
        "words": config.words_share,
        "upscaler": config.upscaler_share,
        "knowledge": 0.0,
    }
    others = sum(shares[each] for each in stages if each != "gan")
    share = 1 - others if stage == "gan" else shares[stage]
    return Budget(
        minutes=None if budget.minutes is None else budget.minutes * share,
        images=None if budget.images is None else max(int(budget.images * share), 1),
    )
