"""How a command talks: translated sentences for people, or one JSON document for machines."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TextIO

import click

from mezzotint.domain.errors import MezzotintError
from mezzotint.domain.message import Message
from mezzotint.studio.translation import Language, Translate, translator

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]


@dataclass(kw_only=True)
class Face:
    """Print for one run of the command line.

    Attributes:
        language: Of every sentence.
        json_output: Print one JSON document to stdout instead of sentences.
        out: Where results go.
        err: Where warnings, progress and errors go.
    """

    language: Language = "en"
    json_output: bool = False
    out: TextIO = field(default_factory=lambda: sys.stdout)
    err: TextIO = field(default_factory=lambda: sys.stderr)

    @property
    def translate(self) -> Translate:
        """Return the function that turns a message into the user's language."""
        return translator(self.language)

    def say(self, message: Message) -> None:
        """Print one sentence, unless machines are listening."""
        if not self.json_output:
            self.line(self.translate(message))

    def line(self, text: str = "") -> None:
        """Print one line that needs no translation, such as a path, unless machines listen."""
        if not self.json_output:
            click.echo(text, file=self.out)

    def line_raw(self, text: str) -> None:
        """Print text as it is, whoever listens."""
        click.echo(text, file=self.out)

    @property
    def is_interactive(self) -> bool:
        """Tell whether a person can answer a question."""
        return sys.stdin.isatty() and sys.stderr.isatty()

    def warn(self, warnings: Sequence[Message]) -> None:
        """Print warnings to stderr; with `--json` they belong into the document instead."""
        if self.json_output:
            return
        for warning in warnings:
            text = self.translate(Message("warning: {text}", text=warning))
            click.secho(text, fg="yellow", file=self.err)

    def emit(self, document: Mapping[str, Json]) -> None:
        """Print the JSON document, if machines are listening."""
        if self.json_output:
            click.echo(json.dumps(document, ensure_ascii=False, indent=2), file=self.out)

    def fail(self, error: MezzotintError) -> int:
        """Report an error in one line, with what to do about it, and return the exit code."""
        message = self.translate(error.message)
        hint = self.translate(error.hint) if error.hint else None
        if self.json_output:
            self.emit({"error": {"code": error.code, "message": message, "hint": hint}})
            return error.exit_code
        whole = error.message
        if error.hint is not None:
            whole = Message("{message} {hint}", message=error.message, hint=error.hint)
        text = self.translate(Message("error: {text}", text=whole))
        click.secho(text, fg="red", file=self.err)
        return error.exit_code


def texts(messages: Sequence[Message], translate: Translate) -> list[str]:
    """Translate messages for a JSON document."""
    return [translate(message) for message in messages]
