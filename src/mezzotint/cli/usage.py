"""Mistakes on the command line itself, in one line and in the user's language."""

from __future__ import annotations

from difflib import get_close_matches

import click

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message


def usage_error(error: click.ClickException) -> InputError:
    """Turn click's error into ours: what is wrong, and what to type instead."""
    help_hint = Message("See: {command} --help", command=_command_path(error))
    if isinstance(error, click.NoSuchOption):
        near = get_close_matches(error.option_name, error.possibilities or [], n=1)
        return InputError(
            "usage.option",
            Message("There is no option {option}.", option=error.option_name),
            Message("Did you mean {option}?", option=near[0]) if near else help_hint,
        )
    if isinstance(error, click.MissingParameter):
        name = error.param.human_readable_name if error.param else (error.param_hint or "")
        return InputError("usage.missing", Message("{name} is missing.", name=str(name)), help_hint)
    if isinstance(error, click.BadParameter):
        name = _parameter_name(error)
        return InputError(
            "usage.value",
            Message("{name}: {reason}", name=name, reason=error.message),
            help_hint,
        )
    if isinstance(error, click.UsageError) and error.message.startswith("No such command"):
        typed = error.message.partition("'")[2].rpartition("'")[0]
        near = get_close_matches(typed, _commands(error.ctx), n=1)
        return InputError(
            "usage.command",
            Message("There is no command '{typed}'.", typed=typed),
            Message("Did you mean '{near}'?", near=near[0]) if near else help_hint,
        )
    return InputError("usage", Message("{reason}", reason=error.format_message()), help_hint)


def _parameter_name(error: click.BadParameter) -> str:
    if isinstance(error.param, click.Option):
        return max(error.param.opts, key=len)
    return error.param.human_readable_name if error.param else str(error.param_hint or "")


def _commands(context: click.Context | None) -> list[str]:
    if context is None or not isinstance(context.command, click.Group):
        return []
    return context.command.list_commands(context)


def _command_path(error: click.ClickException) -> str:
    if isinstance(error, click.UsageError) and error.ctx is not None:
        return error.ctx.command_path
    return "mezzotint"
