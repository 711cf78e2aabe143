"""What goes together: exclusions, versions, kinds of job, and parameters that need another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mezzotint.prompt import parameter_wording
from mezzotint.prompt.diagnostics import Arguments, Reporter
from mezzotint.prompt.jobs import HONOURED_IN_REMIX, Job
from mezzotint.prompt.parameters import Reference
from mezzotint.prompt.table import BY_FIELD

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezzotint.prompt import wording
    from mezzotint.prompt.parameter_reader import Found
    from mezzotint.prompt.profiles import Profile

# Of each row at most one counts, the one written last.
EXCLUSIVE = (("version", "niji"), ("fast", "relax", "turbo"), ("public", "stealth"))
# The first does nothing without the second.
_NEEDS = (
    ("style_weight", "style_references"),
    ("style_version", "style_references"),
    ("character_weight", "character_references"),
    ("omni_weight", "omni_reference"),
)
_MOODBOARD = re.compile(r"m[0-9]++")
_STYLE_VERSIONS_WITH_CODES = (4, 6)


class Context(NamedTuple):
    """Say what stands around the parameters.

    Attributes:
        profile: Rules of the version.
        job: What the prompt is for.
        has_text: Whether there is any text.
        has_image: Whether there is a picture to start from.
    """

    profile: Profile
    job: Job
    has_text: bool
    has_image: bool


class _Warn:
    """Report param.conflict on a parameter that the prompt, not the suffix, set."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter

    def __call__(
        self,
        one: Found,
        words: Callable[Arguments, wording.Wording],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> None:
        if one.span is not None:
            self._reporter.warn("param.conflict", one.span, words, *args, **kwargs)


def settle_conflicts(found: dict[str, Found], context: Context, reporter: Reporter) -> None:
    """Repair `found` in place until everything in it goes together; warn of each repair.

    What comes from the user's suffix (without a span) is repaired without a word.
    """
    if not found:
        return
    warn = _Warn(reporter)
    _settle_exclusions(found, warn)
    if context.profile.family != "mezzotint":
        _settle_versions(found, context.profile, reporter)
    _settle_job(found, context.job, warn)
    _settle_moodboard(found, warn)
    _settle_references(found, context, warn)


def adopt_suffix(found: dict[str, Found], suffix: dict[str, Found]) -> None:
    """Add to `found` what the suffix sets and neither the prompt nor a rival of it does."""
    typed = frozenset(found)
    for field, one in suffix.items():
        rivals = next((row for row in EXCLUSIVE if field in row), (field,))
        if typed.isdisjoint(rivals):
            found[field] = one._replace(span=None)


def _settle_exclusions(found: dict[str, Found], warn: _Warn) -> None:
    for row in EXCLUSIVE:
        rivals = [found[field] for field in row if field in found]
        rivals.sort(key=lambda one: one.span or (-1, -1))
        for lost in rivals[:-1]:
            del found[lost.spec.field]
            warn(lost, parameter_wording.excluded, lost.name, rivals[-1].name)


def _settle_versions(found: dict[str, Found], profile: Profile, reporter: Reporter) -> None:
    for field, one in tuple(found.items()):
        if one.spec.is_known_to(profile):
            continue
        dropped = one.spec.is_dropped_elsewhere
        if dropped:
            del found[field]
        if one.span is not None:
            words = parameter_wording.not_in_profile
            reporter.warn("param.profile", one.span, words, one.name, str(profile), dropped=dropped)


def _settle_job(found: dict[str, Found], job: Job, warn: _Warn) -> None:
    for field, one in tuple(found.items()):
        if one.spec.job not in {None, job}:
            del found[field]
            warn(one, parameter_wording.wrong_job, one.name, one.spec.job or job)
        elif job in {Job.REGION, Job.REMIX} and field not in HONOURED_IN_REMIX:
            del found[field]
            warn(one, parameter_wording.not_honoured, one.name, job)
    if ("edit_images" in found or job is Job.EDIT) and (tile := found.pop("tile", None)):
        warn(tile, parameter_wording.ignored_beside, tile.name, "--edit")


def _settle_moodboard(found: dict[str, Found], warn: _Warn) -> None:
    profile = found.get("profile")
    if profile is None or not _MOODBOARD.fullmatch(str(profile.value)):
        return
    for field in ("style_weight", "style_version"):
        if one := found.pop(field, None):
            warn(one, parameter_wording.ignored_beside, one.name, f"--{profile.name}")


def _settle_references(found: dict[str, Found], context: Context, warn: _Warn) -> None:
    styles, version = found.get("style_references"), found.get("style_version")
    if styles and version and version.value not in _STYLE_VERSIONS_WITH_CODES:
        references = styles.value if isinstance(styles.value, tuple) else ()
        if any(isinstance(each, Reference) and each.url is None for each in references):
            del found["style_version"]
            warn(version, parameter_wording.codes_need_version, version.name)
    if styles and not context.has_text:
        warn(styles, parameter_wording.unconditional)
    quality = found.get("quality")
    if quality and quality.value == 4 and "omni_reference" in found:
        found["quality"] = quality._replace(value=2.0)
        warn(quality, parameter_wording.quality_lowered)
    for field, other in _NEEDS:
        if field in found and other not in found:
            warn(found[field], parameter_wording.needs, found[field].name, BY_FIELD[other].name)
    if "image_weight" in found and not context.has_image:
        warn(found["image_weight"], parameter_wording.needs_image, found["image_weight"].name)
