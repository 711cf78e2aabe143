"""What a prompt is once it is read: frozen structure, no markup left in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mezzotint.domain.errors import InputError
from mezzotint.prompt.parameters import NOTHING_SET, Parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mezzotint.prompt.diagnostics import Diagnostic

# Straight quotes, or a curly pair. Single quotes are apostrophes and mean nothing.
_QUOTED = re.compile(r'"[^"]*+"|“[^“”]*+”')
NO_WEIGHT = -0.5  # "--no x" equals "x::-0.5", the whole list together


@dataclass(frozen=True, slots=True)
class Segment:
    """Hold one weighted part of the text.

    Attributes:
        text: The words, blanks collapsed; never empty.
        weight: Any number; only the ratios between the segments of a prompt matter.
        start: Where it begins in the submitted text, in code points.
        end: One past where it ends.
    """

    text: str
    weight: float = 1.0
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Quote:
    """Hold words in double quotes: text to draw in the picture.

    Attributes:
        text: The words without their quotes.
        segment: Index of the segment they stand in.
        start: Place of the opening quote in the text of that segment, in code points.
        end: One past the closing quote.
    """

    text: str
    segment: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ModelTag:
    """Hold one `<model:koi:0.6>`: a trained model to blend in.

    Attributes:
        model: Name of the model.
        weight: Its share; only the ratios between the tags of a prompt matter.
    """

    model: str
    weight: float = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Prompt:
    """Hold one prompt, all permutations chosen.

    Two prompts are equal if they mean the same, wherever their parts stood in what was typed.

    Attributes:
        images: Paths or web addresses of the leading image prompts, in order.
        segments: The weighted text, in order; empty for a prompt of images alone.
        no: What the picture should not show; together one segment of weight -0.5.
        parameters: What was set, by the prompt or by the user's suffix.
        model_tags: Trained models to blend, in order.
    """

    images: tuple[str, ...] = ()
    segments: tuple[Segment, ...] = ()
    no: tuple[str, ...] = ()
    parameters: Parameters = NOTHING_SET
    model_tags: tuple[ModelTag, ...] = ()

    @property
    def text(self) -> str:
        """All words in order, weights left out."""
        return " ".join(segment.text for segment in self.segments)

    @property
    def quoted(self) -> tuple[Quote, ...]:
        """Words in double quotes, straight or curly: text to draw in the picture.

        Example:
            >>> Prompt(segments=(Segment('a sign that says "open"'),)).quoted
            (Quote(text='open', segment=0, start=17, end=23),)
        """
        return tuple(
            Quote(quote.group()[1:-1].strip(), index, *quote.span())
            for index, segment in enumerate(self.segments)
            for quote in _QUOTED.finditer(segment.text)
        )

    @property
    def weighted_segments(self) -> tuple[Segment, ...]:
        """The segments and the `--no` list as one, with weights that sum to 1.

        Weights stay as written if they do not sum to more than 0: then there is nothing to
        scale by (a prompt of images with `--no`, or one refused for `weights.sum`).

        Example:
            >>> prompt = Prompt(segments=(Segment("tulip fields"),), no=("red",))
            >>> [(each.text, each.weight) for each in prompt.weighted_segments]
            [('tulip fields', 2.0), ('red', -1.0)]
        """
        segments = self.segments
        if self.no:
            segments = (*segments, Segment(", ".join(self.no), NO_WEIGHT))
        total = sum(segment.weight for segment in segments)
        if total <= 0:
            return segments
        return tuple(replace(segment, weight=segment.weight / total) for segment in segments)

    @property
    def num_repeats(self) -> int:
        """How often `--repeat` runs this prompt, at least 1."""
        return self.parameters.repeat or 1


@dataclass(frozen=True, kw_only=True)
class Submission:
    """Hold everything one submitted text stands for.

    Attributes:
        text: The text as submitted; positions count its code points.
        prompts: The prompts built: all of them, or the first ones up to the cap.
        num_prompts: How many the text stands for; exact below 10**18, which stands for all above.
        diagnostics: What to tell the user, in reading order.
        diagnostics_truncated: Whether there were more warnings than the settings list.
    """

    text: str
    prompts: tuple[Prompt, ...]
    num_prompts: int
    diagnostics: tuple[Diagnostic, ...] = ()
    diagnostics_truncated: bool = False

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The diagnostics that refuse this submission; empty if it may run."""
        return tuple(each for each in self.diagnostics if each.severity == "error")

    @property
    def needs_confirmation(self) -> bool:
        """Whether it stands for more prompts than were built, so the user must say yes."""
        return self.num_prompts > len(self.prompts)

    @property
    def num_jobs(self) -> int:
        """How many jobs the built prompts make, `--repeat` counted."""
        return sum(prompt.num_repeats for prompt in self.prompts)

    def jobs(self) -> Iterator[Prompt]:
        """Yield one prompt a job: each built prompt as often as it repeats, in order."""
        for prompt in self.prompts:
            for _ in range(prompt.num_repeats):
                yield prompt

    def raise_if_refused(self) -> None:
        """Raise the first error, for callers that cannot show a list.

        Raises:
            InputError: The submission has an error; the code is that of the diagnostic.
        """
        for error in self.errors:
            raise InputError(error.code, error.message, error.hint)
