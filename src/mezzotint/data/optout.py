"""Pictures that must not be trained on: named by hash or by path, left out everywhere."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from mezzotint.data.sources.entry import Entry

_SHA256 = re.compile(r"(?:sha256:)?([0-9a-fA-F]{64})(?:\s.*)?")


@dataclass(frozen=True, kw_only=True)
class OptOuts:
    """Hold a list of pictures to leave out.

    Attributes:
        sha256s: Hashes of whole files, lower-case hexadecimal.
        globs: Patterns of keys, read as in .gitignore: `*` and `?` stay within a name, `**` crosses
            folders, a pattern without a slash fits in any folder, and a folder that fits is out
            with everything below. Upper and lower case differ.

    Example:
        >>> opt_outs = OptOuts(globs=("people/**", "*_private.*"))
        >>> str(opt_outs.reason_against("trips/me_private.jpg", "00" * 32))
        'trips/me_private.jpg is opted out by the pattern *_private.*.'
    """

    sha256s: frozenset[str] = frozenset()
    globs: tuple[str, ...] = ()

    def __or__(self, other: OptOuts) -> OptOuts:
        """Leave out what either list names."""
        new = tuple(glob for glob in other.globs if glob not in self.globs)
        return OptOuts(sha256s=self.sha256s | other.sha256s, globs=self.globs + new)

    @property
    def digest(self) -> str:
        """Return a hash that differs for any other list; order does not matter."""
        return hashlib.sha256("\n".join(sorted(self._lines())).encode()).hexdigest()

    def reason_against(self, key: str, sha256: str) -> Message | None:
        """Say why a picture must stay out; None if it may be used.

        Args:
            key: Its name within the source, with forward slashes.
            sha256: Of its file, in hexadecimal.
        """
        by_path = self.path_reason_against(key)
        if by_path is None and sha256.lower() in self.sha256s:
            return Message("{key} is opted out by its hash.", key=key)
        return by_path

    def path_reason_against(self, key: str) -> Message | None:
        """Say which pattern keeps a picture out; None if none does. The file is not needed."""
        for glob, pattern in zip(self.globs, self._patterns, strict=True):
            if pattern.fullmatch(key):
                return Message(
                    "{key} is opted out by the pattern {pattern}.", key=key, pattern=glob
                )
        return None

    @cached_property
    def _patterns(self) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(_expression(glob), re.DOTALL) for glob in self.globs)

    def _lines(self) -> list[str]:
        return [*(f"sha256:{each}" for each in sorted(self.sha256s)), *self.globs]

    def to_text(self) -> str:
        """Write the list as a file that `parse_opt_outs` reads."""
        return "".join(f"{line}\n" for line in self._lines())


def parse_opt_outs(text: str) -> OptOuts:
    r"""Read one opt-out a line: a SHA-256 (as `sha256sum` prints it, or "sha256:...") or a pattern.

    Empty lines and lines that begin with # are passed over.

    Raises:
        InputError: A line begins with "sha256:" and is no hash.

    Example:
        >>> parse_opt_outs("# asked by the artist\nsketches/**\n").globs
        ('sketches/**',)
    """
    hashes: set[str] = set()
    globs: list[str] = []
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        found = _SHA256.fullmatch(line)
        if found:
            hashes.add(found[1].lower())
        elif line.startswith("sha256:"):
            raise InputError(
                "data.opt-outs",
                Message(
                    "Line {number} of the opt-outs is not a SHA-256: {line}",
                    number=number,
                    line=line,
                ),
                Message("Write sha256: and 64 hexadecimal digits, or a pattern such as people/**."),
            )
        else:
            globs.append(line)
    return OptOuts(sha256s=frozenset(hashes), globs=tuple(dict.fromkeys(globs)))


def read_opt_outs(path: Path) -> OptOuts:
    """Read a file of opt-outs; see `parse_opt_outs`.

    Raises:
        InputError: It cannot be read, is no UTF-8 text or holds a wrong line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            "data.opt-outs",
            Message(
                "The opt-outs {path} cannot be read: {reason}.",
                path=str(path),
                reason=getattr(error, "strerror", None) or str(error),
            ),
            Message("Name a text file with one hash or pattern a line."),
        ) from error
    return parse_opt_outs(text)


def apply_opt_outs(entries: Iterable[Entry], opt_outs: OptOuts) -> Iterator[Entry]:
    """Go through the entries that may be used.

    Files are read only if there are hashes to compare. An entry that cannot be read stays: who
    uses it will report why.
    """
    for entry in entries:
        if opt_outs.path_reason_against(entry.key) is not None:
            continue
        if opt_outs.sha256s and _file_sha256(entry) in opt_outs.sha256s:
            continue
        yield entry


def _file_sha256(entry: Entry) -> str | None:
    try:
        return hashlib.sha256(entry.open()).hexdigest()
    except InputError:
        return None


def _expression(glob: str) -> str:
    # gitignore's rules as a regular expression over the whole key
    glob = glob.removeprefix("./").rstrip("/")
    start = "" if "/" in glob else "(?:.*/)?"
    tokens = re.split(r"(\*\*/|/\*\*$|\*\*|\*|\?|\[!?\]?[^\]]*\])", glob.removeprefix("/"))
    return start + "".join(map(_token_expression, tokens)) + "(?:/.*)?"


def _token_expression(token: str) -> str:
    wildcards = {"**/": "(?:.*/)?", "/**": "/.+", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    if token in wildcards:
        return wildcards[token]
    if token.startswith("[") and token.endswith("]") and len(token) > 2:
        negated = token[1] == "!"
        inner = token[2 if negated else 1 : -1].replace("\\", "\\\\").replace("[", "\\[")
        inner = inner.replace("]", "\\]").replace("^", "\\^").replace("&&", "&\\&")
        return f"(?!/)[{'^' if negated else ''}{inner}]"
    return re.escape(token)
