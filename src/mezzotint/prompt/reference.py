"""The parameters as rows to read: for the help of the command line and the documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mezzotint.prompt.parameter_spec import Kind
from mezzotint.prompt.parameters import DEFAULTS
from mezzotint.prompt.render import render_value
from mezzotint.prompt.table import TABLE
from mezzotint.prompt.values import write_number

if TYPE_CHECKING:
    from mezzotint.domain.message import Message
    from mezzotint.prompt.parameter_spec import ParameterSpec
    from mezzotint.prompt.parameters import Value


class ParameterRow(NamedTuple):
    """Describe one parameter to a reader.

    Attributes:
        names: All names with their dashes: "--stylize, --s".
        values: Legal values by Mezzotint's own rules, in no language: "0-1000"; empty for a flag.
        default: What holds if it is not given; empty for nothing.
        meaning: What it does in Mezzotint.
    """

    names: str
    values: str
    default: str
    meaning: Message


def parameter_rows() -> tuple[ParameterRow, ...]:
    """List every parameter but the legacy ones, in the order `render` writes them.

    Example:
        >>> parameter_rows()[2][:3]
        ('--stylize, --s', '0-1000', '100')
    """
    return tuple(
        ParameterRow(
            ", ".join(f"--{name}" for name in spec.names),
            _values(spec),
            _default(spec),
            spec.meaning,
        )
        for spec in TABLE
    )


def _values(spec: ParameterSpec) -> str:
    limits = spec.limits
    if limits.choices:
        return ", ".join(limits.choices)
    if limits.steps:
        return ", ".join(map(write_number, limits.steps))
    if spec.kind in {Kind.INTEGER, Kind.NUMBER}:
        return f"{write_number(limits.minimum)}-{write_number(limits.maximum)}"
    if spec.kind is Kind.REFERENCES and limits.maximum:
        return "URL, code, random"
    forms = {
        Kind.RATIO: "W:H",
        Kind.WORD: "name",
        Kind.ADDRESS: "URL",
        Kind.REFERENCES: "URL",
        Kind.LIST: "a, b, c",
        Kind.OPTIONAL: "id",
    }
    return forms.get(spec.kind, "")


def _default(spec: ParameterSpec) -> str:
    value: Value | None = getattr(DEFAULTS, spec.field, None)
    return render_value(value) if value else "0" if value == 0 and value is not False else ""
