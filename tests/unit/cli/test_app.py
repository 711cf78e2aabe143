"""The command line as a user meets it: help, mistakes, languages, exit codes."""

import errno
import json
from collections.abc import Callable

import click
import pytest

from mezzotint.cli import app
from mezzotint.cli.app import COMMANDS, run
from mezzotint.cli.command import TranslatedCommand, command
from mezzotint.cli.face import Face
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.domain.version import VERSION

Boom = Callable[[BaseException], None]


def fail_with(error: BaseException) -> TranslatedCommand:
    @command("boom", "Fail.")
    @click.pass_obj
    def boom(_face: Face) -> None:
        raise error

    return boom


@pytest.fixture
def boom(monkeypatch: pytest.MonkeyPatch) -> Boom:
    """Return a function that makes `mezzotint boom` raise the given error."""

    def install(error: BaseException) -> None:
        def get_command(_self: object, _context: object, _name: str) -> click.Command:
            return fail_with(error)

        monkeypatch.setattr(app.LazyGroup, "get_command", get_command)

    return install


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"], {}) == 0
    shown = capsys.readouterr().out
    assert all(f"\n  {name} " in shown for name in COMMANDS)


def test_no_arguments_show_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([], {}) == 0
    assert "Usage: mezzotint COMMAND" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"], {}) == 0
    assert capsys.readouterr().out == f"mezzotint {VERSION}\n"


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_command_has_help_in_both_languages(
    name: str, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([name, "--help", "--lang", language], {}) == 0
    shown = capsys.readouterr().out
    assert ("Usage:" in shown) == (language == "en")
    assert "--lang" in shown or "COMMAND" in shown or "命令" in shown


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["imagin"], "There is no command 'imagin'. Did you mean 'imagine'?"),
        (["verify"], "file is missing."),
        (["models", "show"], "name is missing."),
        (["models", "lst"], "There is no command 'lst'. Did you mean 'list'?"),
        (["verify", "a.png", "--jsn"], "There is no option --jsn. Did you mean --json?"),
        (["imagine", "bag", "--num-images", "zero"], "--num-images: 'zero' is not a valid"),
        (["verify", "--lang", "de", "a.png"], "--lang: 'de' is not one of"),
    ],
)
def test_mistakes_are_one_line_and_exit_with_2(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments, {}) == 2
    shown = capsys.readouterr().err
    assert says.casefold() in shown.casefold()
    assert shown.count("\n") == 1


def test_errors_carry_message_and_hint_in_json(
    boom: Boom, capsys: pytest.CaptureFixture[str]
) -> None:
    boom(InputError("toy.wrong", Message("Wrong {what}.", what="toy"), Message("Mend it.")))
    assert run(["boom", "--json"], {}) == 2
    assert json.loads(capsys.readouterr().out) == {
        "error": {"code": "toy.wrong", "message": "Wrong toy.", "hint": "Mend it."}
    }


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), 1, "The disk is full"),
        (PermissionError(errno.EACCES, "Permission denied", "/x/y"), 2, "No permission for '/x/y'"),
        (FileNotFoundError(errno.ENOENT, "No such file", "a.png"), 2, "There is no 'a.png'."),
        (OSError(errno.EIO, "Input/output error", "/x"), 1, "Input/output error"),
        (KeyboardInterrupt(), 1, "Stopped."),
    ],
)
def test_the_systems_errors_are_one_clear_line(
    boom: Boom, error: BaseException, code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    boom(error)
    assert run(["boom"], {}) == code
    shown = capsys.readouterr().err
    assert says in shown
    assert "Traceback" not in shown


def test_a_bug_is_not_hidden(boom: Boom) -> None:
    boom(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        run(["boom"], {})


@pytest.mark.parametrize(
    ("arguments", "environment", "is_chinese"),
    [
        ([], {"LANG": "zh_CN.UTF-8"}, True),
        ([], {"LANG": "en_GB.UTF-8"}, False),
        (["--lang", "zh"], {}, True),
        (["--lang=en"], {"LANG": "zh_CN.UTF-8"}, False),
        ([], {"MEZZOTINT_LANG": "zh", "LANG": "C"}, True),
    ],
)
def test_language_comes_from_option_then_environment(
    arguments: list[str],
    environment: dict[str, str],
    is_chinese: bool,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run(["--help", *arguments], environment)
    assert ("用法" in capsys.readouterr().out) == is_chinese
