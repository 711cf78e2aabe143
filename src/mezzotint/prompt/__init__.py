"""The prompt language: scan, parse, expand, render.

Example:
    >>> from mezzotint.prompt import parse
    >>> prompt = parse("a fox in snow --ar 3:2 --no trees").prompts[0]
    >>> prompt.text, str(prompt.parameters.aspect), prompt.no
    ('a fox in snow', '3:2', ('trees',))
"""

from mezzotint.prompt.diagnostics import Diagnostic
from mezzotint.prompt.explain import explain
from mezzotint.prompt.extensions import fill_wildcards, wildcards_in, with_style_codes
from mezzotint.prompt.jobs import Job
from mezzotint.prompt.parameters import (
    DEFAULTS,
    AspectRatio,
    Parameters,
    Reference,
    ResolvedParameters,
)
from mezzotint.prompt.parser import parse
from mezzotint.prompt.render import render
from mezzotint.prompt.settings import Macro, PromptSettings
from mezzotint.prompt.structure import ModelTag, Prompt, Quote, Segment, Submission

__all__ = [
    "DEFAULTS",
    "AspectRatio",
    "Diagnostic",
    "Job",
    "Macro",
    "ModelTag",
    "Parameters",
    "Prompt",
    "PromptSettings",
    "Quote",
    "Reference",
    "ResolvedParameters",
    "Segment",
    "Submission",
    "explain",
    "fill_wildcards",
    "parse",
    "render",
    "wildcards_in",
    "with_style_codes",
]
