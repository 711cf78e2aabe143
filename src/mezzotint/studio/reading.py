"""Describe a picture file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mezzotint.bundles.names import CAPTIONS_FILE, REFERENCE_FILE
from mezzotint.bundles.tensors import read_tensors
from mezzotint.imaging.read import read_picture
from mezzotint.verbs.caption_index import CaptionIndex, read_captions
from mezzotint.verbs.describe import describe

if TYPE_CHECKING:
    from mezzotint.bundles.read import Bundle
    from mezzotint.domain.message import Message
    from mezzotint.engines.protocol import Engine
    from mezzotint.verbs.describe import DescribeLanguage, Description


@dataclass(frozen=True, kw_only=True)
class Described:
    """Hold the prompts for a picture, the best first.

    Attributes:
        model: Name of the model that read it.
        prompts: With their scores.
        warnings: What was guessed or ignored in reading the picture.
    """

    model: str
    prompts: tuple[Description, ...]
    warnings: tuple[Message, ...]


def describe_picture(
    engine: Engine, bundle: Bundle, source: Path | bytes, language: DescribeLanguage
) -> Described:
    """Read a picture of any origin and find prompts for it.

    Args:
        engine: Of the model.
        bundle: The model itself, which may keep the captions it was trained on.
        source: The file: its path or its bytes.
        language: Of the prompts.
    """
    picture = read_picture(source)
    index = read_caption_index(bundle)
    prompts = describe(engine, picture.pixels, language=language, index=index)
    return Described(model=engine.card.name, prompts=prompts, warnings=picture.warnings)


def read_caption_index(bundle: Bundle) -> CaptionIndex | None:
    """Return the captions of a model's training pictures; None if it keeps none.

    Raises:
        BundleError: `bundle.tensors`, or what `Bundle.read_file` raises.
    """
    if not {CAPTIONS_FILE, REFERENCE_FILE} <= bundle.card.files.keys():
        return None
    captions = read_captions(bundle.read_file(CAPTIONS_FILE))
    embeddings = read_tensors(bundle.read_file(REFERENCE_FILE)).get("training/embeddings")
    if embeddings is None or len(embeddings) != len(captions):
        return None
    return CaptionIndex(embeddings=embeddings.astype("float32"), captions=captions)
