"""Read a submitted text: expand, split, check. Every string parses; nothing here raises.

The order is fixed: `/imagine`, macros, permutations, leading pictures, parameters, weights,
checks. Each step works on the text the last one made and keeps, by a `SourceMap`, where in the
submitted text every character stands.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from mezzotint.prompt import wording
from mezzotint.prompt.conflicts import Context, adopt_suffix, settle_conflicts
from mezzotint.prompt.diagnostics import DiagnosticLog, Reporter
from mezzotint.prompt.extensions import take_model_tags
from mezzotint.prompt.group_tree import MAX_COUNT
from mezzotint.prompt.jobs import BRING_A_PICTURE, Job
from mezzotint.prompt.macros import expand_macros
from mezzotint.prompt.parameter_reader import (
    Found,
    choose_profile,
    find_openings,
    read_parameters,
)
from mezzotint.prompt.parameters import Parameters
from mezzotint.prompt.permutations import Permutations
from mezzotint.prompt.picture_paths import PICTURE_ENDINGS, is_picture_path
from mezzotint.prompt.profiles import MEZZOTINT, Profile
from mezzotint.prompt.segments import Part, read_part, split_parts
from mezzotint.prompt.settings import DEFAULT_SETTINGS, PromptSettings
from mezzotint.prompt.source_map import IDENTITY, SourceMap
from mezzotint.prompt.structure import NO_WEIGHT, Prompt, Submission
from mezzotint.prompt.values import TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mezzotint.prompt.diagnostics import Span

_COMMAND = re.compile(r"\s*+/imagine(?:\s++prompt[:：](?![:：])|(?!\S))", re.IGNORECASE)
_LEADING_ADDRESS = re.compile(r"\s*+(https?://[^\s?#]++)(?:[?#]\S*+)?(?!\S)", re.IGNORECASE)
_ADDRESS = re.compile(r"(?<![A-Za-z0-9])https?://\S++", re.IGNORECASE)
_REFERENCES = frozenset(
    ("style_references", "character_references", "omni_reference", "edit_images")
)


def parse(text: str, *, settings: PromptSettings = DEFAULT_SETTINGS) -> Submission:
    """Read a submitted prompt.

    Markup that is well formed becomes structure; everything else stays text, with a warning that
    says where. Takes time linear in the text and in the prompts built.

    Args:
        text: Any text, lone surrogates included.
        settings: Mode, limits, macros and suffix.

    Returns:
        The prompts it stands for, up to the cap, and what to tell the user.

    Example:
        >>> submission = parse("a {red, green} fox --s 5000")
        >>> [prompt.text for prompt in submission.prompts]
        ['a red fox', 'a green fox']
        >>> submission.prompts[0].parameters.stylize
        1000
        >>> [(each.code, each.start) for each in submission.diagnostics]
        [('param.range', 19)]
    """
    log = DiagnosticLog(strict=settings.strict, limit=settings.max_diagnostics)
    command = _COMMAND.match(text)
    start = command.end() if command else 0
    working, source = text, IDENTITY
    if settings.macros:
        saved = {macro.name.lower(): macro.text for macro in settings.macros}
        working, source = expand_macros(text, start, saved, settings.max_characters)
        start = 0
    reader = _PromptReader(settings, log, len(text))
    if "{" in working or "}" in working or "\\" in working:
        num_prompts, prompts = _expand(Permutations(working, start), source, reader)
    else:
        num_prompts, prompts = 1, (reader.read(working, start, source),)
    return Submission(
        text=text,
        prompts=prompts,
        num_prompts=num_prompts,
        diagnostics=log.in_reading_order(),
        diagnostics_truncated=log.truncated,
    )


def _expand(
    permutations: Permutations, source: SourceMap, reader: _PromptReader
) -> tuple[int, tuple[Prompt, ...]]:
    """Build and read the prompts that `permutations` stands for, up to the caps."""
    settings, tree, count = reader.settings, permutations.tree, permutations.count
    reporter = Reporter(reader.log, source)
    # One more than fits, so that the list is known to be cut.
    num_listed = settings.max_diagnostics + 1
    for at in tree.unclosed[:num_listed]:
        reporter.warn("group.unclosed", (at, at + 1), wording.unclosed_group)
    for at in tree.stray[:num_listed]:
        reporter.warn("group.stray", (at, at + 1), wording.stray_brace)
    prompts: list[Prompt] = []
    budget, work = settings.max_characters, 0
    for index in range(min(count, settings.max_prompts)):
        if prompts and budget < work:  # the next one takes about as much as the last one
            break
        text, made_from, work = permutations.build(index, source)
        budget -= work
        prompts.append(reader.read(text, 0, made_from))
    if count > len(prompts) and tree.first_group is not None:
        words = wording.capped if count < MAX_COUNT else wording.uncounted
        reporter.warn("permutation.cap", tree.first_group, words, count, len(prompts))
    return count, tuple(prompts)


class _PromptReader:
    """Read expanded prompts of one submission; what they share is made once."""

    def __init__(self, settings: PromptSettings, log: DiagnosticLog, length: int) -> None:
        self.settings = settings
        self.log = log
        self._length = length
        self._macros = tuple(macro.name.lower() for macro in settings.macros)
        self._suffixes: dict[Profile, dict[str, Found]] = {}

    def read(self, text: str, start: int, source: SourceMap) -> Prompt:
        """Read one prompt from text[start:]."""
        reporter = Reporter(self.log, source)
        images, start = _leading_images(text, start)
        openings = find_openings(text, start)
        profile = choose_profile(text, openings)
        if profile is MEZZOTINT and self.settings.suffix:
            profile = choose_profile(self.settings.suffix, find_openings(self.settings.suffix))
        found, consumed = read_parameters(text, openings, profile, self._macros, reporter)
        body, model_tags = take_model_tags(_blanked(text, start, consumed))
        for address in _ADDRESS.finditer(body) if "://" in body else ():
            reporter.warn("image.not-leading", address.span(), wording.image_not_leading)
        parts, separator = split_parts(body, reporter)
        self._check_text(found, parts, separator, profile, reporter)
        if self.settings.job is Job.BLEND:
            parts = []
        if self.settings.suffix:
            adopt_suffix(found, self._suffix(profile))
        self._check_parameters(found, profile, reporter, parts=parts, images=images)
        no = found.pop("no", None)
        values = {field: one.value for field, one in found.items()}
        return Prompt(
            images=images,
            segments=tuple(read_part(body, part, reporter) for part in parts),
            no=cast("tuple[str, ...]", no.value) if no else (),
            # The table pairs each field with the type its values are read to (tested).
            parameters=Parameters(**cast("dict[str, Any]", values)),
            model_tags=model_tags,
        )

    def _suffix(self, profile: Profile) -> dict[str, Found]:
        # What the user's suffix sets by the rules of `profile`; nothing in it is warned of.
        if profile not in self._suffixes:
            suffix = self.settings.suffix
            silent = Reporter(DiagnosticLog(strict=False, limit=0), IDENTITY)
            openings = find_openings(suffix)
            self._suffixes[profile] = read_parameters(suffix, openings, profile, (), silent)[0]
        return self._suffixes[profile]

    def _check_text(
        self,
        found: dict[str, Found],
        parts: list[Part],
        separator: Span | None,
        profile: Profile,
        reporter: Reporter,
    ) -> None:
        """Check what the kind of job and the version allow in the text."""
        if separator is not None and profile.family == "v" and profile.generation >= 8:
            words = wording.weights_in_profile
            reporter.warn("param.profile", separator, words, str(profile))
        if self.settings.job is Job.BLEND and parts:
            span = (parts[0].start, parts[-1].end)
            reporter.warn("param.conflict", span, wording.blended_text)
        if self.settings.job is Job.SHORTEN:
            no = found.get("no")
            for span in (separator, no.span if no else None):
                if span is not None:
                    reporter.refuse("param.conflict", span, *wording.shorten_refused())

    def _check_parameters(
        self,
        found: dict[str, Found],
        profile: Profile,
        reporter: Reporter,
        *,
        parts: list[Part],
        images: tuple[str, ...],
    ) -> None:
        """Settle conflicts, then refuse a prompt that asks for nothing."""
        job = self.settings.job
        has_image = bool(images or self.settings.num_attached_images or job in BRING_A_PICTURE)
        context = Context(profile, job, has_text=bool(parts), has_image=has_image)
        settle_conflicts(found, context, reporter)
        total = sum(part.weight for part in parts) + (NO_WEIGHT if "no" in found else 0)
        if parts and total <= 0:
            span = (parts[0].start, parts[0].end)
            reporter.refuse("weights.sum", span, *wording.weights_sum())
        if not parts and not has_image and _REFERENCES.isdisjoint(found):
            self.log.add("prompt.empty", (0, self._length), "error", *wording.empty_prompt())


def _leading_images(text: str, start: int) -> tuple[tuple[str, ...], int]:
    # The pictures that text[start:] begins with, and where the rest begins.
    images: list[str] = []
    while (word := TOKEN.match(text, start)) is not None:
        address = _LEADING_ADDRESS.match(text, start)
        if address is None:
            is_picture = is_picture_path(word[1])
        else:
            is_picture = address[1].lower().endswith(PICTURE_ENDINGS)
        if not is_picture:
            break
        images.append(word[1])
        start = word.end()
    return tuple(images), start


def _blanked(text: str, start: int, consumed: Iterable[Span]) -> str:
    # The text with blanks for what is no text any more, so that positions stay.
    parts: list[str] = []
    copied = 0
    for first, last in ((0, start), *consumed):
        parts += (text[copied:first], " " * (last - first))
        copied = last
    parts.append(text[copied:])
    return "".join(parts)
