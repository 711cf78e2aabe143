"""The captions that a bundle keeps, so that `describe` can speak as its pictures were spoken of.

`captions.txt` is UTF-8, a line a training picture, in the order of `training/embeddings` in
`reference.safetensors`; the captions of a picture stand behind one another, with tabs between. A
picture whose captions are not kept has an empty line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

MAX_CAPTION_BYTES = 1_000_000  # of the whole file
_BREAKS = re.compile(r"\s+")


def write_captions(
    captions: Sequence[Sequence[str]], *, max_bytes: int = MAX_CAPTION_BYTES
) -> bytes:
    r"""Return the content of `captions.txt`.

    If all captions would take more than `max_bytes`, every second picture keeps its own, or every
    third, and so on.

    Args:
        captions: Of each picture.
        max_bytes: How large the file may be, but for the line breaks.

    Example:
        >>> write_captions([["red ball", "红球"], [], ["green bar"]]).decode().split("\n")
        ['red ball\t红球', '', 'green bar', '']
    """
    lines = ["\t".join(filter(None, map(_in_one_line, texts))).encode() for texts in captions]
    step = 1
    while step <= len(lines) and sum(map(len, lines[step - 1 :: step])) > max_bytes:
        step += 1
    kept = (line if number % step == 0 else b"" for number, line in enumerate(lines, start=1))
    return b"".join(line + b"\n" for line in kept)


def _in_one_line(text: str) -> str:
    return _BREAKS.sub(" ", text).strip()
