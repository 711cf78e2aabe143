"""The training's progress on a terminal, in the user's language."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mezzotint.cli.face import Face
from mezzotint.domain.message import Message
from mezzotint.training.progress import LiveBar, Progress, Silence

if TYPE_CHECKING:
    from rich.console import Console

    from mezzotint.studio.translation import Translate


class TranslatedBar(LiveBar):
    """Write the sentences of a run translated."""

    def __init__(self, console: Console, translate: Translate) -> None:
        super().__init__(console)
        self._translate = translate
        self._terminal = console

    def say(self, message: Message) -> None:
        """Write the sentence above the bar."""
        self._terminal.print(self._translate(message), markup=False, highlight=False)


@contextmanager
def training_progress(face: Face) -> Generator[Progress]:
    """Open the bar on stderr; with --json nothing is shown."""
    if face.json_output:
        yield Silence()
        return
    from rich.console import Console

    with TranslatedBar(Console(file=face.err), face.translate) as bar:
        yield bar
