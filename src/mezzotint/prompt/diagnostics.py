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

    __slots__ = ("_limit", "_seen", "_strict", "found", "truncated")

    def __init__(self, *, strict: bool, limit: int) -> None:
        self.found: list[Diagnostic] = []
        self.truncated = False
        self._seen: set[tuple[str, int, int]] = set()
        self._strict = strict
        self._limit = limit

    def has_room(self) -> bool:
        """Tell whether one more warning may be listed; remember if one was turned away."""
        if len(self.found) < self._limit:
            return True
        self.truncated = True
        return False

    def severity_of(self, code: str) -> Severity:
        """Return how grave `code` is in the mode of this submission."""
        if code in ERROR_CODES or (self._strict and code.startswith("param.")):
            return "error"
        return "warning"

    def add(
        self, code: str, span: Span, severity: Severity, message: Message, hint: Message | None
    ) -> None:
        """List one diagnostic, unless the same code is listed at the same span."""
        key = (code, span[0], span[1])
        if key in self._seen:
            return
        self._seen.add(key)
        self.found.append(
            Diagnostic(
                code=code,
                severity=severity,
                start=span[0],
                end=span[1],
                message=message,
                hint=hint,
            )
        )

    def in_reading_order(self) -> tuple[Diagnostic, ...]:
        """Return everything found, sorted by its place in the text."""
        return tuple(sorted(self.found, key=lambda each: (each.start, each.end)))


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
        if self._log.has_room():
            severity = self._log.severity_of(code)
            self._log.add(code, self._source.span(*span), severity, *words(*args, **kwargs))

    def refuse(self, code: str, span: Span, message: Message, hint: Message | None) -> None:
        """List an error: nothing is made of this submission."""
        self._log.add(code, self._source.span(*span), "error", message, hint)

    def place(self, start: int, end: int) -> Span:
        """Return where a span of this text lies in the submitted text."""
        return self._source.span(start, end)
