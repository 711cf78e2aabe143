"""Say in plain sentences what was found in a picture file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.imaging.formats import PictureFormat
from mezzotint.imaging.labels import AigcLabel, Labels
from mezzotint.provenance.infotext import Infotext
from mezzotint.provenance.record import RECIPE_ID_PREFIX, PictureRecord

Check = Literal["holds", "broken", "unknown"]


@dataclass(frozen=True, kw_only=True)
class FileContent:
    """Hold everything that a picture file says, and the hash of its pixels.

    Attributes:
        format: What the content is.
        labels: AI labels and others, ours or not.
        record_json: Our record as it stands; None if there is none.
        record: The same, read; None if it cannot be read.
        record_fault: Why our record cannot be read.
        text: The A1111 text as it stands.
        infotext: The same, parsed.
        pixel_hash: Of the decoded pixels; None if they cannot be decoded.
        pixel_fault: Why they cannot be decoded.
    """

    format: PictureFormat
    labels: Labels
    record_json: str | None
    record: PictureRecord | None
    record_fault: InputError | None
    text: str | None
    infotext: Infotext | None
    pixel_hash: str | None
    pixel_fault: Message | None

    @property
    def our_label(self) -> AigcLabel | None:
        """The AIGC label, if it is one that we wrote."""
        label = self.labels.aigc
        return label if label and label.produce_id.startswith(RECIPE_ID_PREFIX) else None


@dataclass(frozen=True, kw_only=True)
class WhatItSays:
    """Hold what a file says about how it was made, in our record or in an A1111 text."""

    model: str | None = None
    prompt: str | None = None
    seed: int | None = None


def write_verdict(
    content: FileContent, says: WhatItSays, *, pixels: Check, recipe: Check
) -> tuple[Message, ...]:
    """Write one sentence a finding, the most important first."""
    return (
        *_origin(content, says),
        *_pixels(content, pixels),
        *_recipe(content, recipe),
        *_labels(content),
        *_others(content),
    )


def _origin(content: FileContent, says: WhatItSays) -> Iterator[Message]:
    record = content.record
    if content.record_fault is not None:
        yield content.record_fault.message
    elif record is not None and not record.model:
        yield Message(
            "Made by Mezzotint {version} without a model ({verb}).",
            version=record.mezzotint_version,
            verb=record.verb,
        )
    elif record is not None:
        yield Message(
            "Made by Mezzotint {version} with the model {model} ({verb}).",
            version=record.mezzotint_version,
            model=record.model,
            verb=record.verb,
        )
        if record.is_private:
            yield Message("Prompt and parameters were left out on request.")
    elif content.our_label is not None:
        yield Message("Made by Mezzotint; the recipe was removed.")
    elif content.infotext is not None:
        yield Message(
            "Not made by Mezzotint. Another program wrote a prompt into it (model: {model}).",
            model=says.model or "?",
        )
    else:
        yield Message("The file does not say how it was made.")


def _pixels(content: FileContent, pixels: Check) -> Iterator[Message]:
    if content.pixel_fault is not None:
        yield content.pixel_fault
    elif pixels == "holds":
        yield Message("The pixels are exactly those that were written.")
    elif pixels == "broken":
        yield Message("The pixels were changed after the picture was made.")


def _recipe(content: FileContent, recipe: Check) -> Iterator[Message]:
    if content.record is None:
        return
    if recipe == "holds":
        yield Message("The recipe is exactly the one that was written.")
    elif recipe == "broken":
        yield Message("The recipe or the prompt was changed after the picture was made.")
    else:
        yield Message("The recipe cannot be checked: the label that pins it is missing.")


def _labels(content: FileContent) -> Iterator[Message]:
    labels = content.labels
    record = content.record
    is_ours = content.our_label is not None or (
        record is not None and record.digital_source_type is not None
    )
    if labels.is_unreadable:
        yield Message("The XMP packet of the file is damaged; labels in it cannot be read.")
    if not is_ours and not labels.says_ai and labels.digital_source_type is None:
        yield Message("The file carries no AI label, which does not mean that no AI made it.")
        return
    if labels.digital_source_type is not None:
        yield Message("IPTC digital source type: {value}.", value=labels.digital_source_type)
    elif is_ours:
        yield Message("The IPTC label (digital source type) is missing.")
    if labels.aigc is not None:
        yield Message(
            "AIGC label: {label}, producer {producer}, id {produce_id}.",
            label=labels.aigc.label or "?",
            producer=labels.aigc.content_producer or "?",
            produce_id=labels.aigc.produce_id or "?",
        )
    elif labels.aigc_text is not None:
        yield Message("There is an AIGC label that cannot be understood.")
    elif is_ours:
        yield Message("The AIGC label is missing.")


def _others(content: FileContent) -> Iterator[Message]:
    record = content.record
    if record is not None and record.parent_labels:
        yield Message(
            "It was made from pictures that carry AI labels: {count}.",
            count=len(record.parent_labels),
        )
    if content.labels.has_c2pa:
        yield Message("The file carries a signed C2PA manifest, which is not checked here.")
    if content.labels.training_refused:
        yield Message("The file asks not to be used for training.")
