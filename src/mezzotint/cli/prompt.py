"""`mezzotint prompt`: what a prompt means, with carets under what it is warned of."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import click

from mezzotint.cli.command import N_, command
from mezzotint.cli.face import Face, Json

if TYPE_CHECKING:
    from mezzotint.prompt.diagnostics import Diagnostic
    from mezzotint.prompt.structure import Prompt


@command(
    "prompt",
    N_(
        "Explain a prompt without making anything: its parts, weights and parameters, and what is "
        "wrong with it."
    ),
)
@click.argument("text", nargs=-1, required=True, type=click.UNPROCESSED)
@click.option("--strict", is_flag=True, help=N_("Treat every doubtful parameter as an error."))
@click.pass_obj
def prompt(face: Face, text: tuple[str, ...], strict: bool) -> int:
    """Exit with 0 if it can be submitted, 2 if not."""
    from mezzotint.prompt import PromptSettings, parse
    from mezzotint.prompt.explain import explain

    submission = parse(" ".join(text), settings=PromptSettings(strict=strict))
    for line in explain(submission, face.translate):
        face.line(line)
    face.emit(
        {
            "text": submission.text,
            "num_prompts": submission.num_prompts,
            "num_jobs": submission.num_jobs,
            "prompts": [_prompt_json(each) for each in submission.prompts],
            "diagnostics": [_diagnostic_json(each, face) for each in submission.diagnostics],
        }
    )
    return 2 if submission.errors else 0


def _prompt_json(prompt: Prompt) -> Json:
    from mezzotint.prompt.render import render, render_value

    values = prompt.parameters
    given = {
        each.name: value
        for each in fields(values)
        if (value := getattr(values, each.name)) is not None
    }
    return {
        "rendered": render(prompt),
        "images": list(prompt.images),
        "segments": [{"text": each.text, "weight": each.weight} for each in prompt.segments],
        "no": list(prompt.no),
        "parameters": {
            name: value if isinstance(value, bool | int | float | str) else render_value(value)
            for name, value in given.items()
        },
    }


def _diagnostic_json(diagnostic: Diagnostic, face: Face) -> Json:
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "start": diagnostic.start,
        "end": diagnostic.end,
        "message": face.translate(diagnostic.message),
        "hint": face.translate(diagnostic.hint) if diagnostic.hint else None,
    }


prompt.context_settings = {"ignore_unknown_options": True}
COMMAND = prompt
