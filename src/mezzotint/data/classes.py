"""Classes and their words: from the names that a source gives to what a prompt may say."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from mezzotint.data.captions import words_of_name
from mezzotint.domain.card import ClassSpec
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class ClassWords:
    """Say what a class is called.

    Attributes:
        source_name: What the source calls it: its folder, or its label as a number.
        name: Canonical English name: "ankle boot".
        words: Every word or phrase that picks it, in both languages.
    """

    source_name: str
    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class LabelledClasses:
    """Hold the classes of a data set and the label of each picture.

    Attributes:
        classes: By index.
        labels: int64 [N], an index into `classes` for each picture.
    """

    classes: tuple[ClassSpec, ...]
    labels: NDArray[np.int64]


def class_specs(class_names: Sequence[str], known: Sequence[ClassWords] = ()) -> LabelledClasses:
    """Number the classes of a data set and give each its words.

    Known classes keep their order; the others follow in the order of their names, numbers by
    value. Classes without a picture are left out: nothing can be learnt of them.

    Args:
        class_names: What the source calls the class of each picture, [N].
        known: Words from the catalogue or from a file of the user's.

    Example:
        >>> boot = ClassWords(source_name="9", name="ankle boot", words=("boot", "短靴"))
        >>> labelled = class_specs(["10", "9", "9"], [boot])
        >>> [(spec.index, spec.name, spec.num_images) for spec in labelled.classes]
        [(0, 'ankle boot', 2), (1, '10', 1)]
        >>> labelled.labels.tolist()
        [1, 0, 0]
    """
    import numpy as np

    counts = Counter(class_names)
    words_by_name = {words.source_name: words for words in known}
    known_names = [words.source_name for words in known if words.source_name in counts]
    other_names = sorted(counts.keys() - words_by_name.keys(), key=_by_number)
    names = (*known_names, *other_names)
    index_of = {name: index for index, name in enumerate(names)}
    return LabelledClasses(
        classes=tuple(
            _class_spec(index, words_by_name.get(name) or _own_words(name), counts[name])
            for name, index in index_of.items()
        ),
        labels=np.array([index_of[name] for name in class_names], dtype=np.int64),
    )


def read_class_words(path: Path) -> tuple[ClassWords, ...]:
    """Read the names and words of classes from a TOML file.

    Each table is named as the source names the class: by folder or by number.

        ["9"]
        name = "ankle boot"
        words = ["boot", "短靴"]

    Raises:
        InputError: The file cannot be read or holds something else.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(
            "data.classes.unreadable",
            Message("{path} cannot be read: {reason}.", path=str(path), reason=str(error.strerror)),
        ) from error
    except ValueError as error:  # also a wrong encoding
        raise InputError(
            "data.classes.syntax",
            Message("{path} is no TOML file: {reason}.", path=str(path), reason=str(error)),
            _CLASSES_HINT,
        ) from error
    return tuple(_words_of_table(path, name, table) for name, table in document.items())


_CLASSES_HINT = Message(
    'A class looks like this: ["9"], then name = "ankle boot" and words = ["boot", "短靴"].'
)


def _words_of_table(path: Path, source_name: str, table: object) -> ClassWords:
    columns = cast("dict[str, object]", table) if isinstance(table, dict) else {}
    name = columns.get("name", words_of_name(source_name) or source_name)
    words = columns.get("words", [])
    is_list = isinstance(words, list) and all(
        isinstance(word, str) for word in cast("list[object]", words)
    )
    if (
        not columns
        or columns.keys() - {"name", "words"}
        or not isinstance(name, str)
        or not is_list
    ):
        raise InputError(
            "data.classes.table",
            Message(
                "{path}: the class {name} is not understood.", path=str(path), name=source_name
            ),
            _CLASSES_HINT,
        )
    return ClassWords(source_name=source_name, name=name, words=tuple(cast("list[str]", words)))


def _class_spec(index: int, words: ClassWords, num_images: int) -> ClassSpec:
    return ClassSpec(
        index=index,
        name=words.name,
        words=tuple(dict.fromkeys((words.name, *words.words))),
        num_images=num_images,
    )


def _own_words(source_name: str) -> ClassWords:
    name = words_of_name(source_name) or source_name
    return ClassWords(source_name=source_name, name=name, words=(name,))


def _by_number(name: str) -> tuple[int, str]:
    return (int(name), name) if name.isdecimal() and len(name) < 10 else (10**10, name)
