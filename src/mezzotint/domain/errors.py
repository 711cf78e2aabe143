"""The errors a user may see. Each says what is wrong, where, and what to do about it."""

from __future__ import annotations

from mezzotint.domain.message import Message


class MezzotintError(Exception):
    """Carry a failure in the user's words.

    Attributes:
        code: Stable identifier for machines, dotted: "bundle.hash", "data.empty".
        message: What is wrong, and where.
        hint: What to do about it; None if the message already says so.
        exit_code: What the command line exits with: 1 failed, 2 the input is wrong.
    """

    exit_code: int = 1

    def __init__(self, code: str, message: Message, hint: Message | None = None) -> None:
        super().__init__(str(message) if hint is None else f"{message} {hint}")
        self.code = code
        self.message = message
        self.hint = hint


class InputError(MezzotintError, ValueError):
    """Say that what the user gave is wrong: a prompt, a name, a file, a setting."""

    exit_code = 2


class BundleError(InputError):
    """Say that a model bundle is damaged, unsafe or of a newer format."""


class UnsupportedError(InputError):
    """Say that this model cannot do what was asked, and what would work."""


class MissingExtraError(InputError):
    """Say which optional part must be installed first."""

    def __init__(self, extra: str, needed_for: str) -> None:
        super().__init__(
            "extra.missing",
            Message(
                "{needed_for} needs the optional part '{extra}', which is not installed.",
                needed_for=needed_for,
                extra=extra,
            ),
            Message("Install it: pip install 'mezzotint[{extra}]'", extra=extra),
        )


class FailedError(MezzotintError):
    """Say that the work was right but could not be done: disk full, file unreadable."""
