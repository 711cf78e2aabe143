"""Opening a bundle refuses everything that is not exactly what the card pins."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mezzotint.bundles.limits import BundleLimits
from mezzotint.bundles.read import hash_card, open_bundle, read_card
from mezzotint.domain.card import FORMAT_VERSION
from mezzotint.domain.errors import BundleError, FailedError
from toys.bundles import write_toy_bundle


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_toy_bundle(tmp_path / "toy", extra_files={"samples.webp": b"picture"})


def refusal(folder: Path, *, limits: BundleLimits | None = None) -> BundleError:
    with pytest.raises(BundleError) as caught:
        open_bundle(folder, limits=limits or BundleLimits())
    assert str(caught.value.message)
    return caught.value


def edit_card(folder: Path, *keys: str | int, value: object) -> None:
    """Set one field of card.json, deep inside if need be."""
    path = folder / "card.json"
    card = json.loads(path.read_bytes())
    inner: Any = card
    for key in keys[:-1]:
        inner = inner[key]
    inner[keys[-1]] = value
    path.write_text(json.dumps(card), encoding="utf-8")


def test_what_was_written_is_read(folder: Path) -> None:
    bundle = open_bundle(folder)
    assert bundle.card == read_card(folder)
    assert bundle.card.name == "toy"
    assert bundle.card.training.recipe["resumed"] is None
    assert bundle.read_file("samples.webp") == b"picture"
    card_bytes = (folder / "card.json").read_bytes()
    assert bundle.read_file("card.json") == card_bytes
    assert bundle.sha256 == hashlib.sha256(card_bytes).hexdigest() == hash_card(folder)
    assert bundle.size_bytes == sum(path.stat().st_size for path in folder.iterdir())


@pytest.mark.parametrize("what", ["nothing", "empty folder", "file", "folder as card"])
def test_something_that_is_no_bundle(tmp_path: Path, what: str) -> None:
    path = tmp_path / "it"
    if what == "empty folder":
        path.mkdir()
    elif what == "file":
        path.write_bytes(b"GIF89a")
    elif what == "folder as card":
        (path / "card.json").mkdir(parents=True)
        assert refusal(path).code == "bundle.path"
        return
    assert refusal(path).code == "bundle.absent"


@pytest.mark.parametrize("name", ["samples.webp", "generator.onnx"])
def test_a_changed_file(folder: Path, name: str) -> None:
    content = bytearray((folder / name).read_bytes())
    content[-1] ^= 1
    (folder / name).write_bytes(content)
    error = refusal(folder)
    assert error.code == "bundle.hash"
    assert name in str(error)


@pytest.mark.parametrize("content", [b"", b"pictur", b"picture!"])
def test_a_file_of_another_size(folder: Path, content: bytes) -> None:
    (folder / "samples.webp").write_bytes(content)
    assert refusal(folder).code == "bundle.size"


def test_a_file_that_changes_after_opening(folder: Path) -> None:
    bundle = open_bundle(folder)
    (folder / "samples.webp").write_bytes(b"PICTURE")
    with pytest.raises(BundleError) as caught:
        bundle.read_file("samples.webp")
    assert caught.value.code == "bundle.hash"


def test_a_missing_file_and_one_that_was_never_listed(folder: Path) -> None:
    bundle = open_bundle(folder)
    with pytest.raises(BundleError) as caught:
        bundle.read_file("../toy/samples.webp")
    assert caught.value.code == "bundle.missing"
    (folder / "generator.onnx").unlink()
    error = refusal(folder)
    assert error.code == "bundle.missing"
    assert "generator.onnx" in str(error)


def test_a_graph_whose_file_the_card_does_not_list(folder: Path) -> None:
    edit_card(folder, "graphs", 0, "file", value="other.onnx")
    assert refusal(folder).code == "bundle.missing"


def test_an_unlisted_file_but_not_what_systems_leave_behind(folder: Path) -> None:
    (folder / ".DS_Store").write_bytes(b"finder")
    open_bundle(folder)
    (folder / "payload.py").write_bytes(b"print()")
    error = refusal(folder)
    assert error.code == "bundle.unlisted"
    assert "payload.py" in str(error)


def test_a_newer_format_names_the_version_to_get(folder: Path) -> None:
    edit_card(folder, "format_version", value=FORMAT_VERSION + 1)
    edit_card(folder, "needs_mezzotint", value="3.1.4")
    edit_card(folder, "a_field_of_the_future", value=1)
    error = refusal(folder)
    assert error.code == "bundle.format"
    assert "3.1.4" in str(error.hint)


def test_a_newer_format_cannot_write_to_the_terminal(folder: Path) -> None:
    edit_card(folder, "format_version", value=FORMAT_VERSION + 1)
    edit_card(folder, "needs_mezzotint", value="\x1b[2J$(reboot)")
    assert "\x1b" not in str(refusal(folder))


@pytest.mark.parametrize(
    ("keys", "value", "named"),
    [
        (("height_px",), "28", "height_px"),
        (("height_px",), 0, "height_px"),
        (("channels",), 2, "channels"),
        (("family",), "diffusion", "family"),
        (("surprise",), 1, "surprise"),
        (("noise_dim",), 6.5, "noise_dim"),
        (("noise_dim",), 7, "graphs.0.inputs"),
        (("classes", 1, "index"), 0, "classes"),
        (("classes", 2, "words"), None, "classes.2.words"),
        (("graphs", 0, "file"), "generator.exe", "graphs.0.file"),
        (("graphs", 0, "outputs"), [], "graphs.0.outputs"),
        (("training", "minutes"), float("nan"), "training.minutes"),
        (("files", "samples.webp", "sha256"), "abc", "files.samples.webp.sha256"),
        (("files", "samples.webp", "size_bytes"), -1, "files.samples.webp.size_bytes"),
        (("format_version",), "1", "format_version"),
        (("format_version",), 0, "format_version"),
    ],
)
def test_a_damaged_card_names_the_field(
    folder: Path, keys: tuple[str | int, ...], value: object, named: str
) -> None:
    edit_card(folder, *keys, value=value)
    error = refusal(folder)
    assert error.code == "bundle.card"
    assert named in str(error.message)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b"1" * 5000])
def test_a_card_that_is_no_card(folder: Path, content: bytes) -> None:
    (folder / "card.json").write_bytes(content)
    assert refusal(folder).code == "bundle.card"


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None
)
@given(position=st.integers(0, 4000), value=st.integers(0, 255))
def test_a_changed_byte_of_the_card_is_refused_or_gives_another_bundle(
    folder: Path, position: int, value: int
) -> None:
    intact = (folder / "card.json").read_bytes()
    content = bytearray(intact)
    content[position % len(content)] = value
    (folder / "card.json").write_bytes(content)
    try:
        sha256 = open_bundle(folder).sha256
    except BundleError:
        return
    finally:
        (folder / "card.json").write_bytes(intact)
    assert (sha256 == hashlib.sha256(intact).hexdigest()) == (bytes(content) == intact)


UNSAFE_NAMES = [
    "../outside.bin",
    "..",
    "/etc/passwd",
    "sub/file.bin",
    "..\\outside.bin",
    "C:\\Windows\\win.ini",
    "C:win.ini",
    "\\\\server\\share\\file",
    "//server/share/file",
    "file.bin:stream",
    "NUL",
    "aux.onnx",
    "trailing.",
    "trailing ",
    "nul\x00.bin",
    "",
]


@pytest.mark.parametrize("name", UNSAFE_NAMES)
def test_a_name_that_leads_out_is_refused_before_anything_is_read(folder: Path, name: str) -> None:
    (folder.parent / "outside.bin").write_bytes(b"secret")
    pinned = {"size_bytes": 6, "sha256": hashlib.sha256(b"secret").hexdigest()}
    edit_card(folder, "files", name, value=pinned)
    assert refusal(folder).code == "bundle.path"


@pytest.mark.parametrize("name", ["samples.webp", "generator.onnx", "card.json"])
def test_a_link_is_refused_even_to_the_right_bytes(folder: Path, name: str) -> None:
    outside = folder.parent / "outside"
    (folder / name).rename(outside)
    (folder / name).symlink_to(outside)
    assert refusal(folder).code == "bundle.path"


def test_a_pipe_is_refused_without_waiting_for_it(folder: Path) -> None:
    (folder / "samples.webp").unlink()
    os.mkfifo(folder / "samples.webp")
    assert refusal(folder).code == "bundle.path"


def test_a_file_that_may_not_be_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(FailedError) as caught:
        open_bundle(folder)
    assert caught.value.code == "bundle.read"


@pytest.mark.parametrize(
    "limits",
    [
        BundleLimits(max_card_bytes=100),
        BundleLimits(max_file_bytes=100),
        BundleLimits(max_total_bytes=100),
        BundleLimits(max_files=1),
    ],
)
def test_what_is_too_large_is_refused(folder: Path, limits: BundleLimits) -> None:
    assert refusal(folder, limits=limits).code == "bundle.too_large"


def test_two_names_that_meet_where_case_is_ignored(folder: Path) -> None:
    edit_card(folder, "files", "SAMPLES.webp", value={"size_bytes": 0, "sha256": "0" * 64})
    assert refusal(folder).code == "bundle.duplicate"
