r"""What each diagnostic of the text says: a message, and a hint where it can be written better.

Every sentence is a whole literal, because it is the key of its translation.
"""

from __future__ import annotations

from mezzotint.domain.message import Message

Wording = tuple[Message, Message | None]

_MAX_QUOTED = 40  # code points of the user's text that a message repeats


def clip(text: str) -> str:
    """Shorten what a message repeats of the user's text."""
    return text if len(text) <= _MAX_QUOTED else text[: _MAX_QUOTED - 1] + "…"


def unclosed_group() -> Wording:
    """Word group.unclosed."""
    return (
        Message("This { is never closed; it stays text."),
        Message("Close the group with }, or write \\{ for a plain brace."),
    )


def stray_brace() -> Wording:
    """Word group.stray."""
    return (
        Message("This } closes nothing; it stays text."),
        Message("Open the group with {, or write \\} for a plain brace."),
    )


def capped(num_prompts: int, num_built: int) -> Wording:
    """Word permutation.cap."""
    return (
        Message(
            "This stands for {num_prompts} prompts; the first {num_built} are built.",
            num_prompts=f"{num_prompts:,}",
            num_built=num_built,
        ),
        Message("Confirm that you want them all, or write fewer alternatives."),
    )


def uncounted(num_prompts: int, num_built: int) -> Wording:
    """Word permutation.cap where the count stopped at `num_prompts`."""
    return (
        Message(
            "This stands for {num_prompts} prompts or more; the first {num_built} are built.",
            num_prompts=f"{num_prompts:,}",
            num_built=num_built,
        ),
        Message("Write fewer alternatives."),
    )


def empty_prompt() -> Wording:
    """Word prompt.empty."""
    return (
        Message("There is neither text nor a picture to start from."),
        Message("Say what the picture should show."),
    )


def weights_sum() -> Wording:
    """Word weights.sum."""
    return (
        Message("The weights sum to 0 or less, --no counted as -0.5."),
        Message("Give the wanted words more weight than the unwanted ones."),
    )


def malformed_weight() -> Wording:
    """Word weight.malformed."""
    return (
        Message("Three or more colons in a row stay text."),
        Message("Write two colons and a number to weigh the words before them, as in fox::2."),
    )


def empty_segment() -> Wording:
    """Word weight.empty."""
    return (
        Message("Nothing stands before these colons, so they weigh nothing."),
        Message("A weight follows the words it belongs to, as in fox::2."),
    )


def image_not_leading() -> Wording:
    """Word image.not-leading."""
    return (
        Message("This address is not read as a picture; it stays text."),
        Message(
            "Put picture addresses first, with blanks between them; "
            "they end in .png, .jpg, .jpeg, .gif or .webp."
        ),
    )


def text_after_parameters() -> Wording:
    """Word text.after-params."""
    return (
        Message("These words stand behind a parameter; they are added to the text."),
        Message("Write all words before the first parameter."),
    )


def weights_in_profile(profile: str) -> Wording:
    """Word param.profile for `::`."""
    return (
        Message("{profile} does not know '::'. Mezzotint honours it.", profile=profile),
        Message("Leave out the version to use everything Mezzotint knows."),
    )


def blended_text() -> Wording:
    """Word param.conflict for words in a blend."""
    return (
        Message("Blend takes pictures alone; the words are ignored."),
        Message("Use imagine with image prompts to combine pictures and words."),
    )


def shorten_refused() -> Wording:
    """Word param.conflict for `::` and `--no` where a prompt is to be shortened."""
    return (
        Message("Shorten leaves out one word after the other: '::' and --no would change sense."),
        Message("Shorten the words alone, then add weights and --no again."),
    )
