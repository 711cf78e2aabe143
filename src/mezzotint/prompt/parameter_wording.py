"""What each param.* diagnostic says; all have a hint, since strict mode owes a suggestion."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mezzotint.domain.message import Message
from mezzotint.prompt.jobs import Job
from mezzotint.prompt.parameter_spec import Kind, Limits, ParameterSpec
from mezzotint.prompt.punctuation import COMMAS
from mezzotint.prompt.suggestions import nearest_name
from mezzotint.prompt.table import BY_NAME
from mezzotint.prompt.values import write_number
from mezzotint.prompt.wording import Wording, clip

if TYPE_CHECKING:
    from collections.abc import Collection

# A name and its value written as one: --ar16:9, --s=250, --v6.
_RUN_TOGETHER = re.compile(r"([A-Za-z]++)[=:：]?([0-9]\S{0,20}+)")
_MARKS = f"{COMMAS};."  # people put them between parameters
_PUNCTUATED = re.compile(r"([A-Za-z]++)[^\w\s]")


def malformed(body: str) -> Wording:
    """Word param.malformed; `body` is the token behind its two dashes."""
    message = Message("'--{body}' is not a parameter; it stays text.", body=clip(body))
    if together := _split_hint(body):
        return message, together
    punctuated = _PUNCTUATED.match(body)
    if punctuated and punctuated[1].lower() in BY_NAME:
        return message, Message("Put a blank behind --{name}.", name=punctuated[1])
    return message, Message("A parameter is two dashes and a name, as in --tile.")


def unknown(name: str, macros: Collection[str]) -> Wording:
    """Word param.unknown."""
    if name.lower() in macros:
        return (
            Message("The macro --{name} is not expanded here; it stays text.", name=name),
            Message("Macros do not work inside macros, nor where they make a prompt too long."),
        )
    message = Message("There is no parameter --{name}; it stays text.", name=clip(name))
    if together := _split_hint(name):
        return message, together
    nearest = nearest_name(name.lower(), macros)
    if nearest is None:
        return message, Message("Leave it out, or look its name up in the list of parameters.")
    return message, Message("Did you mean --{nearest}?", nearest=nearest)


def missing(name: str, spec: ParameterSpec, limits: Limits) -> Wording:
    """Word param.value-missing."""
    return Message("--{name} has no value; it stays text.", name=name), _form(name, spec, limits)


def bad_value(name: str, value: str, spec: ParameterSpec, limits: Limits) -> Wording:
    """Word param.value."""
    message = Message("--{name} cannot be '{value}'; both stay text.", name=name, value=clip(value))
    if value.endswith(tuple(_MARKS)):
        return message, Message(
            "Only blanks stand between parameters: leave out the '{mark}'.", mark=value[-1]
        )
    return message, _form(name, spec, limits)


def moved(name: str, value: str, used: float, spec: ParameterSpec, limits: Limits) -> Wording:
    """Word param.range."""
    return (
        Message(
            "--{name} cannot be {value}; {used} is used.",
            name=name,
            value=clip(value),
            used=write_number(used),
        ),
        _form(name, spec, limits),
    )


def repeated(name: str) -> Wording:
    """Word param.repeated."""
    return (
        Message("--{name} is set again further on; the last one counts.", name=name),
        Message("Leave out all but one."),
    )


def legacy(name: str) -> Wording:
    """Word param.legacy."""
    return (
        Message("--{name} belongs to old versions and is ignored.", name=name),
        Message("Use --seed instead.") if name == "sameseed" else Message("Leave it out."),
    )


def old_style(value: str) -> Wording:
    """Word param.legacy for a value of --style."""
    return (
        Message("--style {value} belongs to another version and is ignored.", value=clip(value)),
        Message("Leave it out; --raw is the only style that all versions know."),
    )


def not_in_profile(name: str, profile: str, *, dropped: bool) -> Wording:
    """Word param.profile."""
    hint = Message("Leave out the version to use everything Mezzotint knows.")
    if dropped:
        return Message("{profile} does not know --{name}.", profile=profile, name=name), hint
    return (
        Message(
            "{profile} does not know --{name}. Mezzotint honours it.", profile=profile, name=name
        ),
        hint,
    )


def excluded(lost: str, kept: str) -> Wording:
    """Word param.conflict of two that exclude each other."""
    return (
        Message(
            "--{lost} and --{kept} exclude each other; the last one counts.", lost=lost, kept=kept
        ),
        Message("Leave out one of them."),
    )


def ignored_beside(name: str, other: str) -> Wording:
    """Word param.conflict of one that gives way to another."""
    return (
        Message("--{name} does not go with {other} and is ignored.", name=name, other=other),
        Message("Leave out one of them."),
    )


def quality_lowered() -> Wording:
    """Word param.conflict of --oref with --q 4."""
    return (
        Message("--quality 4 does not go with --oref; 2 is used."),
        Message("Write --quality 2, or leave out --oref."),
    )


def codes_need_version(name: str) -> Wording:
    """Word param.conflict of style codes with a style version that has none."""
    return (
        Message("Style codes and random have no --{name} but 4 and 6; it is ignored.", name=name),
        Message("Write --{name} 4 or --{name} 6, or leave it out.", name=name),
    )


def needs(name: str, other: str) -> Wording:
    """Word param.conflict of one that does nothing alone."""
    return (
        Message("--{name} has no effect without --{other}.", name=name, other=other),
        Message("Add --{other}, or leave out --{name}.", name=name, other=other),
    )


def needs_image(name: str) -> Wording:
    """Word param.conflict of --iw without a picture."""
    return (
        Message("--{name} has no effect without an image prompt.", name=name),
        Message(
            "Begin the prompt with the address of a picture, or leave out --{name}.", name=name
        ),
    )


def unconditional() -> Wording:
    """Word param.conflict of --sref without text."""
    return (
        Message("There is no text, so the style stands alone."),
        Message("Add words to say what the picture should show."),
    )


def wrong_job(name: str, job: Job) -> Wording:
    """Word param.conflict of one that belongs to another kind of job."""
    if job is Job.ZOOM:
        message = Message("--{name} belongs to a custom zoom and is ignored here.", name=name)
    else:
        message = Message("--{name} belongs to a video and is ignored here.", name=name)
    return message, Message("Leave it out.")


def not_honoured(name: str, job: Job) -> Wording:
    """Word param.conflict of one that Vary Region and Remix do not honour."""
    return (
        Message("--{name} has no effect on a {job} job and is ignored.", name=name, job=job.value),
        Message("Leave it out."),
    )


def _split_hint(body: str) -> Message | None:
    together = _RUN_TOGETHER.fullmatch(body)
    if together is None or together[1].lower() not in BY_NAME:
        return None
    return Message(
        "Put a blank between name and value: --{name} {value}",
        name=together[1],
        value=together[2].rstrip(_MARKS),
    )


def _form(name: str, spec: ParameterSpec, limits: Limits) -> Message:
    """Say which values are legal."""
    if spec.kind in {Kind.INTEGER, Kind.NUMBER}:
        return _number_form(name, spec, limits)
    if spec.kind is Kind.RATIO:
        if limits.maximum:
            return Message(
                "Write width:height in whole numbers, at most {most}:1.",
                most=write_number(limits.maximum),
            )
        return Message("Write width:height in whole numbers, as in --{name} 3:2.", name=name)
    if limits.choices:
        return Message("Write one of these: {choices}.", choices=", ".join(limits.choices))
    if spec.kind is Kind.LIST:
        return Message("Write what to leave out, as in --{name} snow, trees.", name=name)
    if spec.kind is Kind.REFERENCES and limits.maximum:
        return Message("Write addresses of pictures (https://...), style codes or random.")
    if spec.kind is Kind.REFERENCES:
        return Message("Write addresses of pictures (https://...) with blanks between them.")
    if spec.kind is Kind.ADDRESS:
        return Message("Write the address of one picture (https://...).")
    return Message("Write one word of letters, digits and hyphens.")


def _number_form(name: str, spec: ParameterSpec, limits: Limits) -> Message:
    if spec.is_legacy:
        return Message("Leave out --{name}: it belongs to old versions.", name=name)
    if limits.steps:
        return Message(
            "Write one of these: {choices}.", choices=", ".join(map(write_number, limits.steps))
        )
    least, most = write_number(limits.minimum), write_number(limits.maximum)
    if spec.kind is Kind.INTEGER:
        return Message("Write a whole number from {least} to {most}.", least=least, most=most)
    return Message("Write a number from {least} to {most}.", least=least, most=most)
