"""The kinds of job a prompt can be written for; some parameters mean something in one only."""

from __future__ import annotations

from enum import StrEnum


class Job(StrEnum):
    """Name what the prompt is for."""

    IMAGINE = "imagine"
    VARY = "vary"
    REGION = "region"
    REMIX = "remix"
    ZOOM = "zoom"
    PAN = "pan"
    BLEND = "blend"
    EDIT = "edit"
    ANIMATE = "animate"
    SHORTEN = "shorten"


# The only parameters that Vary Region and Remix honour, by field of `Parameters`; and the two
# that are another way to write one of them.
HONOURED_IN_REMIX = frozenset(
    "chaos fast image_weight no stylize relax style version video weird".split()
) | {"raw", "niji"}
# These jobs bring their own picture, so they may do without a word.
BRING_A_PICTURE = frozenset(Job) - {Job.IMAGINE, Job.SHORTEN}
