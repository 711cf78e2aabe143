"""What a list of opt-outs names is left out, and nothing else."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezzotint.data.optout import OptOuts, apply_opt_outs, parse_opt_outs, read_opt_outs
from mezzotint.data.packed.options import OptOuts as PackingOptOuts
from mezzotint.data.sources.entry import Entry, unreadable
from mezzotint.domain.errors import InputError

SOME_HASH = hashlib.sha256(b"koi").hexdigest()


@dataclass
class Bytes:
    data: bytes | None
    fingerprint: str = ""
    path: Path | None = None
    num_reads: int = 0

    def read(self) -> bytes:
        self.num_reads += 1
        if self.data is None:
            raise unreadable("x", "gone")
        return self.data


def entry(key: str, data: bytes | None = b"") -> Entry:
    return Entry(key=key, content=Bytes(data))


@pytest.mark.parametrize(
    ("glob", "key", "fits"),
    [
        ("a.png", "a.png", True),
        ("a.png", "deep/er/a.png", True),
        ("a.png", "aXpng", False),
        ("a.png", "ba.png", False),
        ("A.png", "a.png", False),
        ("/a.png", "a.png", True),
        ("/a.png", "deep/a.png", False),
        ("*.png", "x/y.png", True),
        ("*.png", "x/y.jpg", False),
        ("people", "people/ann.png", True),
        ("people/", "trip/people/ann.png", True),
        ("people", "peoples/ann.png", False),
        ("trip/*", "trip/a.png", True),
        ("trip/*", "trips/a.png", False),
        ("trip/*.png", "trip/deep/a.png", False),
        ("trip/**", "trip/deep/a.png", True),
        ("trip/**/a.png", "trip/a.png", True),
        ("trip/**/a.png", "trip/1/2/a.png", True),
        ("**/a.png", "a.png", True),
        ("./trip/a.png", "trip/a.png", True),
        ("img?.png", "img1.png", True),
        ("img?.png", "img12.png", False),
        ("img[0-3].png", "img2.png", True),
        ("img[!0-3].png", "img2.png", False),
        ("img[!0-3].png", "img7.png", True),
        ("odd[name.png", "odd[name.png", True),
        ("a+b(1).png", "a+b(1).png", True),
        ("猫/*", "猫/橘.png", True),
    ],
)
def test_patterns_read_as_in_gitignore(glob: str, key: str, fits: bool) -> None:
    assert (OptOuts(globs=(glob,)).path_reason_against(key) is not None) == fits


@given(st.text(max_size=12))
def test_any_line_is_a_pattern_that_can_be_asked(glob: str) -> None:
    OptOuts(globs=(glob,)).path_reason_against("a/b.png")


def test_a_list_is_read_with_comments_blank_lines_and_either_form_of_hash() -> None:
    upper = SOME_HASH.upper()
    other = "ab" * 32
    text = f"# asked in May\n\n{upper}\nsha256:{other}  ./name.png\n  people/**  \npeople/**\n"
    assert parse_opt_outs(text) == OptOuts(
        sha256s=frozenset({SOME_HASH, other}), globs=("people/**",)
    )


def test_a_wrong_hash_is_refused_with_its_line() -> None:
    with pytest.raises(InputError, match=r"Line 2 .* not a SHA-256: sha256:12") as caught:
        parse_opt_outs("*.png\nsha256:12\n")
    assert caught.value.hint is not None


def test_a_missing_list_is_an_error_not_an_empty_list(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_opt_outs(tmp_path / "nothing.txt")


def test_a_list_survives_writing_and_reading(tmp_path: Path) -> None:
    opt_outs = OptOuts(sha256s=frozenset({SOME_HASH}), globs=("b", "a/**", "猫"))
    path = tmp_path / "opt-outs.txt"
    path.write_text("\ufeff" + opt_outs.to_text(), encoding="utf-8")
    assert read_opt_outs(path) == opt_outs


def test_entries_are_left_out_by_hash_wherever_they_lie() -> None:
    entries = [entry("a.png", b"koi"), entry("b.png", b"carp"), entry("c/copy.png", b"koi")]
    kept = apply_opt_outs(entries, OptOuts(sha256s=frozenset({SOME_HASH})))
    assert [each.key for each in kept] == ["b.png"]


def test_entries_are_left_out_by_pattern_without_being_read() -> None:
    content = Bytes(b"koi")
    entries = [Entry(key="people/ann.png", content=content), entry("b.png")]
    kept = list(apply_opt_outs(entries, OptOuts(globs=("people",))))
    assert [each.key for each in kept] == ["b.png"]
    assert content.num_reads == 0


def test_an_entry_that_cannot_be_read_stays_to_be_reported() -> None:
    kept = apply_opt_outs([entry("a.png", None)], OptOuts(sha256s=frozenset({SOME_HASH})))
    assert [each.key for each in kept] == ["a.png"]


def test_reasons_name_the_picture_and_the_pattern() -> None:
    opt_outs = OptOuts(sha256s=frozenset({SOME_HASH}), globs=("people/**",))
    assert str(opt_outs.reason_against("x.png", SOME_HASH.upper())) == (
        "x.png is opted out by its hash."
    )
    assert "people/**" in str(opt_outs.reason_against("people/x.png", "00"))
    assert opt_outs.reason_against("x.png", "00" * 32) is None


def test_packing_takes_these_opt_outs() -> None:
    opt_outs: PackingOptOuts = OptOuts(globs=("a",))
    assert opt_outs.digest == OptOuts(globs=("a",)).digest


def test_the_digest_tells_lists_apart_and_ignores_order() -> None:
    first, second = OptOuts(globs=("a", "b")), OptOuts(globs=("b", "a"))
    assert first.digest == second.digest
    assert first.digest != OptOuts(globs=("a",)).digest
    assert first.digest != OptOuts(sha256s=frozenset({SOME_HASH}), globs=("a", "b")).digest


def test_lists_add_up() -> None:
    both = OptOuts(globs=("a",)) | OptOuts(sha256s=frozenset({SOME_HASH}), globs=("a", "b"))
    assert both == OptOuts(sha256s=frozenset({SOME_HASH}), globs=("a", "b"))
