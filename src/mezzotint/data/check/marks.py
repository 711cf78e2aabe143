"""Find what a file says about being made by AI, and about being trained on.

`imaging.labels` reads the standards; here the tools' own traces and further wordings are added:
A1111 and ComfyUI parameters, `noai` within a longer text, the W3C's TDM reservation.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mezzotint.data.check.facts import Mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mezzotint.imaging.labels import Labels
    from mezzotint.imaging.metadata import Metadata

# Keys of PNG texts under which generators keep what they were asked for.
_RECIPE_KEYS = {
    "parameters": "A1111 parameters",
    "workflow": "ComfyUI workflow",
    "prompt": "ComfyUI prompt",
    "invokeai_metadata": "InvokeAI metadata",
    "sd-metadata": "InvokeAI metadata",
    "dream": "InvokeAI metadata",
    "mezzotint": "Mezzotint recipe",
}
_RECIPE = re.compile(r"\bSteps: \d+, .*\bSeed: \d+", re.DOTALL)  # A1111, in any place
_NO_AI = re.compile(r"\bno(?:image)?ai\b", re.IGNORECASE)  # DeviantArt's robots directives
# tdm-reservation as a word, attribute or element (W3C TDM Reservation Protocol)
_RESERVED = re.compile(r"""tdm[:-]?reservation["']?\s*[:=>]\s*["']?1\b""", re.IGNORECASE)
_MINING = re.compile(r"DMI-(PROHIBITED[A-Z-]*)")


def find_marks(labels: Labels, metadata: Metadata) -> tuple[Mark, ...]:
    """List what a file says, each thing once.

    Args:
        labels: As `imaging.read` found them.
        metadata: Of the same file.

    Example:
        >>> from mezzotint.imaging.labels import find_labels
        >>> from mezzotint.imaging.metadata import Metadata
        >>> metadata = Metadata(texts=(("Comment", "noai, all rights reserved"),))
        >>> find_marks(find_labels(metadata), metadata)
        (Mark(kind='no-training', detail='noai'),)
    """
    return tuple(
        dict.fromkeys(
            [
                *(Mark(kind="made-by-ai", detail=text) for text in _ai_labels(labels, metadata)),
                *(Mark(kind="no-training", detail=text) for text in _refusals(labels, metadata)),
                *([Mark(kind="credentials", detail="C2PA")] if labels.has_c2pa else []),
            ]
        )
    )


def _ai_labels(labels: Labels, metadata: Metadata) -> Iterator[str]:
    if labels.says_ai:
        source_type = labels.digital_source_type or ""
        if "lgorithmicMedia" in source_type:
            yield f"IPTC {source_type}"
        if labels.aigc_text is not None:
            yield "TC260 AIGC"
        if b"rainedAlgorithmicMedia" in (metadata.c2pa or b""):
            yield "C2PA trainedAlgorithmicMedia"
    for key, value in metadata.texts:
        if key in _RECIPE_KEYS and (key != "prompt" or value.lstrip().startswith("{")):
            yield _RECIPE_KEYS[key]
    if _RECIPE.search(metadata.user_comment or ""):
        yield "A1111 parameters"
    if '"AIGC"' in (metadata.user_comment or ""):
        yield "TC260 AIGC"


def _refusals(labels: Labels, metadata: Metadata) -> Iterator[str]:
    c2pa, xmp = metadata.c2pa or b"", metadata.xmp or ""
    said = "\n".join([xmp, metadata.user_comment or "", *map("\t".join, metadata.texts)])
    found = False
    for detail, is_there in (
        ("C2PA training-mining", b"training-mining" in c2pa and b"notAllowed" in c2pa),
        ("noai", _NO_AI.search(said)),
        ("tdm-reservation", _RESERVED.search(said)),
    ):
        if is_there:
            found = True
            yield detail
    if mining := _MINING.search(xmp):
        found = True
        yield f"IPTC Data Mining {mining[1]}"
    if labels.training_refused and not found:
        yield "IPTC Data Mining"
