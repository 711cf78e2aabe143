"""Commands whose help speaks the user's language."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence

import click

from mezzotint.cli.face import Face
from mezzotint.domain.message import Message
from mezzotint.studio.translation import Translate


def N_(sentence: str) -> str:  # noqa: N802  # gettext's name for "collect this, translate it later"
    """Mark a help text for the translation catalogues; it is translated when help is shown."""
    return sentence


class TranslatedCommand(click.Command):
    """Show a command's help in the language of the run; every command knows --json and --lang."""

    def __init__(self, *args: object, **attributes: object) -> None:
        super().__init__(*args, **attributes)  # pyright: ignore[reportArgumentType]
        self.params.extend(_shared_options())

    def get_help(self, ctx: click.Context) -> str:
        """Return the help text, translated."""
        translate = ctx.ensure_object(Face).translate
        shown = copy.copy(self)
        shown.help = _translated(self.help, translate)
        shown.params = [copy.copy(param) for param in self.params]
        for param in shown.params:
            if isinstance(param, click.Option):
                param.help = _translated(param.help, translate)
        formatter = ctx.make_formatter()
        pieces = " ".join(shown.collect_usage_pieces(ctx))
        usage = translate(Message("Usage:")) + " "
        formatter.write_usage(ctx.command_path, pieces, prefix=usage)
        shown.format_help_text(ctx, formatter)
        options = [param for param in shown.get_params(ctx) if isinstance(param, click.Option)]
        records = [record for option in options if (record := option.get_help_record(ctx))]
        with formatter.section(translate(Message("Options"))):
            formatter.write_dl(records)
        return formatter.getvalue().rstrip("\n")

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return --help with a text of our own, so that it is translated like the rest."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _translated(
                N_("Show this help and exit."), ctx.ensure_object(Face).translate
            )
        return option


def command(name: str, help_text: str) -> Callable[[Callable[..., object]], TranslatedCommand]:
    """Declare a command; the function gets its `Face` by `@click.pass_obj`."""
    return click.command(name, cls=TranslatedCommand, help=help_text)


class TranslatedGroup(click.Group):
    """Show the commands of a group in the language of the run."""

    def __init__(self, name: str, help_text: str, commands: Sequence[TranslatedCommand]) -> None:
        super().__init__(name, help=help_text, commands=list(commands), no_args_is_help=False)
        self.invoke_without_command = True
        self.callback = _show_group_help
        self.params.extend(_shared_options())

    def get_help(self, ctx: click.Context) -> str:
        """Return the overview, translated."""
        translate = ctx.ensure_object(Face).translate
        formatter = ctx.make_formatter()
        formatter.write_usage(
            ctx.command_path,
            translate(Message("COMMAND ...")),
            prefix=translate(Message("Usage:")) + " ",
        )
        formatter.write_paragraph()
        formatter.write_text(_translated(self.help, translate) or "")
        with formatter.section(translate(Message("Commands"))):
            formatter.write_dl(
                [
                    (name, _translated(child.help, translate) or "")
                    for name, child in self.commands.items()
                ]
            )
        return formatter.getvalue().rstrip("\n")

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order they were given."""
        return list(self.commands)


def _show_group_help() -> None:
    context = click.get_current_context()
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def _shared_options() -> list[click.Parameter]:
    """Return the options that `app.run` reads before click does; here for help and checks."""
    return [
        click.Option(
            ["--json"], is_flag=True, expose_value=False, help=N_("Print JSON for machines.")
        ),
        click.Option(
            ["--lang"],
            type=click.Choice(["en", "zh"]),
            expose_value=False,
            help=N_("Language of messages: English or Chinese."),
        ),
    ]


def _translated(text: str | None, translate: Translate) -> str | None:
    return translate(Message(text)) if text else text
