"""What a prompt is warned of: a stable code, a place in the submitted text, and words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, ParamSpec

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezzotint.domain.message import Message
    from mezzotint.prompt.source_map import SourceMap

Severity = Literal["warning", "error"]
Span = tuple[int, int]
Arguments = ParamSpec("Arguments")

# These refuse the submission in every mode; strict mode adds every param.* code.
ERROR_CODES = frozenset({"weights.sum", "prompt.empty"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Diagnostic:
    """Tell the user about one place of a prompt.

    Attributes:
        code: Stable identifier for machines: "param.range", "group.unclosed".
        severity: "warning" (repaired, or kept as text) or "error" (the prompt is refused).
        start: First code point meant, counted from 0 in the submitted text.
        end: One past the last code point meant; at least `start`.
        message: What is wrong, and what was made of it.
        hint: What to write instead; None where the message already says so.
    """

    code: str
    severity: Severity
    start: int
    end: int
    message: Message
    hint: Message | None = None


class DiagnosticLog:
    """Gather diagnostics: each code and span once, and no more warnings than `limit`.

    Errors are always kept, so that a full list never lets a refused prompt pass.
    """

    __slots__ = ("_found", "_limit", "_seen", "_strict", "truncated")

    def __init__(self, *, strict: bool, limit: int) -> None:
        self.truncated = False  # Whether a warning was turned away.
        self._found: list[Diagnostic] = []
        self._seen: set[tuple[str, int, int]] = set()
        self._strict = strict
        self._limit = limit

    def has_room_for(self, code: str, span: Span) -> bool:
        """Tell whether a warning is new and may be listed; remember if one was turned away."""
        if (code, *span) in self._seen:
            return False
        self.truncated = len(self._found) >= self._limit
        return not self.truncated

    def severity_of(self, code: str) -> Severity:
        """Return how grave `code` is in the mode of this submission."""
        if code in ERROR_CODES or (self._strict and code.startswith("param.")):
            return "error"
        return "warning"

    def add(
        self, code: str, span: Span, severity: Severity, message: Message, hint: Message | None
    ) -> None:
        """List one diagnostic, unless the same code is listed at the same span."""
        key = (code, *span)
        if key in self._seen:
            return
        self._seen.add(key)
        start, end = span
        self._found.append(
            Diagnostic(
                code=code, severity=severity, start=start, end=end, message=message, hint=hint
            )
        )

    def in_reading_order(self) -> tuple[Diagnostic, ...]:
        """Return everything found, sorted by its place in the text."""
        return tuple(sorted(self._found, key=lambda each: (each.start, each.end)))


class Reporter:
    """Report on one text made from the submission, in the coordinates of that text."""

    __slots__ = ("_log", "_source")

    def __init__(self, log: DiagnosticLog, source: SourceMap) -> None:
        self._log = log
        self._source = source

    def warn(
        self,
        code: str,
        span: Span,
        words: Callable[Arguments, tuple[Message, Message | None]],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> None:
        """List a warning (in strict mode perhaps an error); words are made only if needed."""
        if self._log.truncated:
            return
        place = self._source.span(*span)
        if self._log.has_room_for(code, place):
            message, hint = words(*args, **kwargs)
            self._log.add(code, place, self._log.severity_of(code), message, hint)

    def refuse(self, code: str, span: Span, message: Message, hint: Message | None) -> None:
        """List an error: nothing is made of this submission."""
        self._log.add(code, self._source.span(*span), "error", message, hint)

    def place(self, start: int, end: int) -> Span:
        """Return where a span of this text lies in the submitted text."""
        return self._source.span(start, end)
