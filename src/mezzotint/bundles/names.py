"""Which names a bundle and its files may have, the same rule for writing, reading and zip files.

A bundle is flat: a file name is plain ASCII without any folder in it, so no name can lead out of
the bundle on any system, and no two names meet on a disk that ignores case.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from mezzotint.domain.errors import BundleError, InputError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Iterable

CARD_FILE = "card.json"
TOKENIZER_FILE = "tokenizer.json"
REFERENCE_FILE = "reference.safetensors"  # what is known of the training set and of styles
CAPTIONS_FILE = "captions.txt"  # of training pictures, a line each
MAX_MODEL_NAME_LENGTH = 48

_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", re.ASCII)
_MODEL_NAME = re.compile(r"[^\W_][\w-]*")
# Devices that Windows sees behind these names in any folder and with any ending.
_WINDOWS_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE | re.DOTALL)


def is_safe_file_name(name: str) -> bool:
    """Tell whether `name` can only mean a file directly inside the bundle, on any system.

    Example:
        >>> is_safe_file_name("generator.onnx"), is_safe_file_name("../generator.onnx")
        (True, False)
    """
    if _FILE_NAME.fullmatch(name) is None or name.endswith("."):
        return False
    return _WINDOWS_DEVICE.fullmatch(name) is None


def check_file_names(names: Iterable[str]) -> None:
    """Refuse names that lead out of the bundle or that meet on a disk that ignores case.

    Args:
        names: Every file of the bundle but the card.

    Raises:
        BundleError: `bundle.path` for an unsafe name, `bundle.duplicate` for two that meet.
    """
    seen = {CARD_FILE}
    for name in names:
        if not is_safe_file_name(name):
            raise BundleError(
                "bundle.path",
                Message("The file name {name} is not allowed in a bundle.", name=repr(name)),
                Message("Files lie directly in the bundle: letters, digits, '.', '_' and '-'."),
            )
        if name.lower() in seen:
            raise BundleError(
                "bundle.duplicate", Message("The bundle names {name} twice.", name=repr(name))
            )
        seen.add(name.lower())


def check_model_name(name: str) -> None:
    """Refuse a model name that could not be a folder's name everywhere.

    Letters and digits of any script, '_' and '-': "fashion", "my-cats", "水墨".

    Raises:
        InputError: `bundle.name`.
    """
    is_name = (
        _MODEL_NAME.fullmatch(name) is not None
        and len(name) <= MAX_MODEL_NAME_LENGTH
        and _WINDOWS_DEVICE.fullmatch(name) is None
        and unicodedata.is_normalized("NFC", name)
    )
    if not is_name:
        raise InputError(
            "bundle.name",
            Message("{name} cannot be the name of a model.", name=repr(name)),
            Message(
                "Use up to {max_length} letters, digits, '_' or '-', a letter or digit first.",
                max_length=MAX_MODEL_NAME_LENGTH,
            ),
        )
