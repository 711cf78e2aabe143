"""The `mezzotint` command: which commands there are, and what happens to errors."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module

import click

from mezzotint.cli.command import N_
from mezzotint.cli.face import Face
from mezzotint.cli.usage import usage_error
from mezzotint.domain.errors import FailedError, InputError, MezzotintError
from mezzotint.domain.message import Message
from mezzotint.domain.version import VERSION
from mezzotint.studio.translation import Language, detect_language


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Say where a command lives; its module is imported only when it runs."""

    module: str
    summary: str


COMMANDS: Mapping[str, Entry] = {
    "imagine": Entry(module="imagine", summary=N_("Make pictures from a prompt.")),
    "vary": Entry(module="vary", summary=N_("Make variations of a picture.")),
    "region": Entry(module="region", summary=N_("Paint a part of a picture anew.")),
    "zoom": Entry(module="zoom", summary=N_("Show what lies around a picture.")),
    "pan": Entry(module="pan", summary=N_("Continue a picture on one side.")),
    "square": Entry(module="square", summary=N_("Make a picture square by painting on.")),
    "uncrop": Entry(module="uncrop", summary=N_("Paint on to another aspect.")),
    "blend": Entry(module="blend", summary=N_("Make a picture out of two to five others.")),
    "restyle": Entry(module="restyle", summary=N_("Keep the shapes, take another manner.")),
    "sliders": Entry(module="sliders", summary=N_("Move a picture along a model's directions.")),
    "describe": Entry(module="describe", summary=N_("Find prompts for a picture.")),
    "shorten": Entry(module="shorten", summary=N_("Say which words of a prompt matter.")),
    "morph": Entry(module="morph", summary=N_("Make a film from picture to picture.")),
    "loop": Entry(module="loop", summary=N_("Make a film that ends where it began.")),
    "grid": Entry(module="grid", summary=N_("Compare two parameters on one sheet.")),
    "batch": Entry(module="batch", summary=N_("Make the pictures of a table of prompts.")),
    "reconstruct": Entry(
        module="reconstruct", summary=N_("Measure what a model's codec keeps of a picture.")
    ),
    "upscale": Entry(
        module="upscale", summary=N_("Enlarge pictures, and sprites by whole numbers.")
    ),
    "compose": Entry(module="compose", summary=N_("Make adverts, atlases, skies and surfaces.")),
    "prompt": Entry(module="prompt", summary=N_("Explain a prompt: parts, weights, warnings.")),
    "train": Entry(module="train", summary=N_("Train a model on a folder of pictures.")),
    "data": Entry(module="data", summary=N_("Check, pack, fetch, export and paint pictures.")),
    "models": Entry(module="models", summary=N_("List, show, import, export and remove models.")),
    "evaluate": Entry(module="evaluate", summary=N_("Measure how good a model is.")),
    "verify": Entry(module="verify", summary=N_("Say where a picture comes from.")),
}


class LazyGroup(click.Group):
    """Know the commands by name and summary; import one only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module, or return None for an unknown name."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        found: click.Command = import_module(f"mezzotint.cli.{entry.module}").COMMAND
        return found

    def get_help(self, ctx: click.Context) -> str:
        """Return the overview without importing any command."""
        translate = ctx.ensure_object(Face).translate
        formatter = ctx.make_formatter()
        formatter.write_usage(
            ctx.command_path,
            translate(Message("COMMAND ...")),
            prefix=translate(Message("Usage:")) + " ",
        )
        formatter.write_paragraph()
        formatter.write_text(
            translate(
                Message(
                    "Train a generative model on your own pictures; then make and edit "
                    "pictures from prompts on an ordinary CPU."
                )
            )
        )
        with formatter.section(translate(Message("Commands"))):
            formatter.write_dl(
                [(name, translate(Message(entry.summary))) for name, entry in COMMANDS.items()]
            )
        with formatter.section(translate(Message("Options"))):
            formatter.write_dl(
                [
                    ("--lang [en|zh]", translate(Message("Language of messages."))),
                    ("--json", translate(Message("Print JSON for machines."))),
                    ("--version", translate(Message("Show the version and exit."))),
                    ("-h, --help", translate(Message("Show this help and exit."))),
                ]
            )
        return formatter.getvalue().rstrip("\n")


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run one command line and return its exit code: 0 done, 1 failed, 2 the input is wrong."""
    face = Face(
        language=_language(arguments, environment),
        json_output="--json" in _before_separator(arguments),
    )
    group = LazyGroup(
        "mezzotint",
        invoke_without_command=True,
        no_args_is_help=False,
        callback=_show_help_without_command,
        params=_group_options(),
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    try:
        outcome: object = group.main(
            args=list(arguments), prog_name="mezzotint", standalone_mode=False, obj=face
        )
    except click.exceptions.Exit as done:
        return done.exit_code
    except (KeyboardInterrupt, click.Abort):
        return face.fail(MezzotintError("interrupted", Message("Stopped.")))
    except click.ClickException as error:
        return face.fail(usage_error(error))
    except MezzotintError as error:
        return face.fail(error)
    except BrokenPipeError:
        # The reader (head, less) has gone: be quiet, also when Python flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except OSError as error:
        return face.fail(_system_error(error))
    return outcome if isinstance(outcome, int) else 0


def _show_help_without_command() -> None:
    context = click.get_current_context()
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def _group_options() -> list[click.Parameter]:
    return [
        click.Option(["--lang"], type=click.Choice(["en", "zh"]), expose_value=False),
        click.Option(["--json"], is_flag=True, expose_value=False),
        click.Option(
            ["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_version
        ),
    ]


def _version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"mezzotint {VERSION}")
        context.exit()


def _before_separator(arguments: Sequence[str]) -> Iterator[str]:
    for argument in arguments:
        if argument == "--":
            return
        yield argument


def _language(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """Find --lang before click parses, since help and usage errors need it too."""
    wanted = ""
    previous = ""
    for argument in _before_separator(arguments):
        if argument.startswith("--lang="):
            wanted = argument.removeprefix("--lang=")
        elif previous == "--lang":
            wanted = argument
        previous = argument
    if wanted in ("en", "zh"):
        return "zh" if wanted == "zh" else "en"
    return detect_language(environment)


def _system_error(error: OSError) -> MezzotintError:
    path = str(error.filename or "")
    if error.errno == errno.ENOSPC:
        return FailedError(
            "disk.full",
            Message("The disk is full; nothing half-written was left behind."),
            Message("Free some space and run the command again."),
        )
    if isinstance(error, PermissionError):
        return InputError(
            "file.permission",
            Message("No permission for '{path}'.", path=path),
            Message("Choose another folder, or change its permissions."),
        )
    if isinstance(error, FileNotFoundError):
        return InputError("file.missing", Message("There is no '{path}'.", path=path))
    return FailedError(
        "system",
        Message(
            "The system refused: {reason} {path}", reason=error.strerror or str(error), path=path
        ),
    )
