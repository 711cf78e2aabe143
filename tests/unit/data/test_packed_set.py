import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mezzotint.data.packed import packing
from mezzotint.data.packed.lock import exclusive
from mezzotint.data.packed.options import Channels, PackOptions
from mezzotint.data.packed.packed_set import PackedSet, open_packed
from mezzotint.data.packed.packing import PackProgress, pack, pack_in_cache
from mezzotint.data.sources.opening import open_source
from mezzotint.data.sources.source import OpenSource
from mezzotint.domain.errors import FailedError, InputError
from mezzotint.domain.message import Message

MakePicture = Callable[..., bytes]
MakeFiles = Callable[[Path, Mapping[str, bytes | str]], Path]
SMALL = PackOptions(height_px=5, width_px=7)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def pack_folder(folder: Path, destination: Path, options: PackOptions = SMALL) -> PackedSet:
    with open_source(folder) as source:
        return pack(source, destination, options)


def pictures(make_picture: MakePicture, count: int, **options: object) -> dict[str, bytes | str]:
    return {f"{i:03d}.png": make_picture(i, **options) for i in range(count)}


def test_pictures_of_the_right_size_come_back_exactly(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles
) -> None:
    folder = make_files(tmp_path / "set", pictures(make_picture, 9, size=(5, 7)))
    packed = pack_folder(folder, tmp_path / "packed")
    assert packed.pixels.shape == (9, 5, 7, 3)
    with pytest.raises(ValueError, match="read-only"):
        packed.pixels[0] = 0
    for index, entry in enumerate(packed.entries):
        with Image.open(folder / entry.key) as image:
            assert np.array_equal(packed.pixels[index], np.asarray(image))
    assert sorted(bytes_of(tmp_path / "packed")) == [
        "entries.jsonl",
        "header.json",
        "pixels.npy",
        "skipped.jsonl",
    ]
    assert np.array_equal(np.load(tmp_path / "packed" / "pixels.npy"), packed.pixels)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["packed", "set"]


def test_the_middle_is_kept_and_scaled(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    pixels = np.zeros((40, 100, 3), np.uint8)
    pixels[:, 30:70] = 200
    Image.fromarray(pixels).save(tmp_path / "set" / "a.png")
    packed = pack_folder(tmp_path / "set", tmp_path / "p", PackOptions(height_px=10, width_px=10))
    assert np.all(packed.pixels == 200)


def test_jpegs_are_close_to_a_full_decoding(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    ramp = np.linspace(0, 255, 512, dtype=np.uint8)
    pixels = np.stack([np.tile(ramp, (384, 1))] * 3, axis=2)
    Image.fromarray(pixels).save(tmp_path / "set" / "a.jpg", quality=95)
    packed = pack_folder(tmp_path / "set", tmp_path / "p", PackOptions(height_px=48, width_px=64))
    with Image.open(tmp_path / "set" / "a.jpg") as image:
        expected = np.asarray(image.resize((64, 48), Image.Resampling.LANCZOS), np.int16)
    assert np.abs(packed.pixels[0].astype(np.int16) - expected).mean() < 2


@pytest.mark.parametrize(
    ("modes", "channels"),
    [(["L"], 1), (["L", "RGB"], 3), (["RGB", "RGBA"], 4), (["L", "RGBA"], 4), (["1", "L"], 1)],
)
def test_no_picture_loses_a_channel(
    tmp_path: Path,
    make_picture: MakePicture,
    make_files: MakeFiles,
    modes: list[str],
    channels: int,
) -> None:
    files = {f"{i}.png": make_picture(i, mode=mode) for i, mode in enumerate(modes)}
    packed = pack_folder(make_files(tmp_path / "set", files), tmp_path / "packed")
    assert packed.pixels.shape[3] == channels


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_channels_may_be_asked_for(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles, channels: Channels
) -> None:
    files = {
        mode + ".png": make_picture(1, mode=mode, size=(5, 7)) for mode in ("L", "RGB", "RGBA")
    }
    options = PackOptions(height_px=5, width_px=7, channels=channels)
    packed = pack_folder(make_files(tmp_path / "set", files), tmp_path / "packed", options)
    assert packed.pixels.shape == (3, 5, 7, channels)
    with Image.open(tmp_path / "set" / "RGB.png") as image:
        expected = np.asarray(image.convert({1: "L", 3: "RGB", 4: "RGBA"}[channels]))
    row = [entry.key for entry in packed.entries].index("RGB.png")
    assert np.array_equal(packed.pixels[row], expected.reshape(5, 7, channels))


def test_transparency_is_laid_on_white(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    pixels = np.array([[[10, 20, 30, 0], [10, 20, 30, 255], [0, 0, 0, 128]]], np.uint8)
    Image.fromarray(pixels).save(tmp_path / "set" / "a.png")
    options = PackOptions(height_px=1, width_px=3, channels=3)
    packed = pack_folder(tmp_path / "set", tmp_path / "packed", options)
    assert packed.pixels[0, 0].tolist() == [[255, 255, 255], [10, 20, 30], [127, 127, 127]]


def test_what_is_known_of_a_picture_is_kept(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles
) -> None:
    table = '{"file_name": "a.png", "text": "一双短靴\u2028x", "label": "hat", "year": 1911}'
    files = {"train/a.png": make_picture(), "train/metadata.jsonl": table}
    packed = pack_folder(make_files(tmp_path / "set", files), tmp_path / "packed")
    (entry,) = packed.entries
    assert (entry.caption, entry.class_name, entry.split) == ("一双短靴 x", "hat", "train")
    assert entry.metadata == {"year": 1911}


def test_the_manifest_hash_is_what_sha256sum_prints(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles
) -> None:
    import hashlib

    folder = make_files(tmp_path / "set", pictures(make_picture, 3))
    printed = "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(folder.iterdir())
    )
    packed = pack_folder(folder, tmp_path / "packed")
    assert packed.manifest_sha256 == hashlib.sha256(printed.encode()).hexdigest()


def test_broken_pictures_are_listed_and_the_others_packed(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles
) -> None:
    files = {**pictures(make_picture, 4), "001.png": b"nonsense", "002.png": b""}
    packed = pack_folder(make_files(tmp_path / "set", files), tmp_path / "packed")
    assert [entry.key for entry in packed.entries] == ["000.png", "003.png"]
    assert [skipped.key for skipped in packed.skipped] == ["001.png", "002.png"]
    assert "001.png" in str(packed.skipped[0].reason)
    assert packed.skipped[1].code == "picture.empty"


def test_nothing_but_broken_pictures_is_an_error_that_leaves_nothing(
    tmp_path: Path, make_files: MakeFiles
) -> None:
    folder = make_files(tmp_path / "set", {"a.png": b"x", "b.png": b"y"})
    with pytest.raises(InputError, match=r"None of 2 pictures .* a\.png"):
        pack_folder(folder, tmp_path / "packed")
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == [folder]


def test_an_empty_source_is_an_error(tmp_path: Path) -> None:
    nothing = OpenSource(address="x", taken_for=Message("Nothing."), make_entries=lambda: ())
    with pytest.raises(InputError, match="no pictures to pack"):
        pack(nothing, tmp_path / "packed", SMALL)


def test_workers_of_any_kind_and_number_give_the_same_bytes(
    tmp_path: Path,
    make_picture: MakePicture,
    make_files: MakeFiles,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(packing, "MAX_UNIT_ENTRIES", 3)
    files = {**pictures(make_picture, 20), "007.png": b"nonsense"}
    folder = make_files(tmp_path / "set", files)
    with open_source(folder) as source:
        pack(source, tmp_path / "one", SMALL, num_workers=1)
        pack(source, tmp_path / "many", SMALL, num_workers=7)
        pack(source, tmp_path / "processes", SMALL, num_workers=1, workers="processes")
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "many")
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "processes")


def test_progress_is_told(
    tmp_path: Path,
    make_picture: MakePicture,
    make_files: MakeFiles,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(packing, "MAX_UNIT_ENTRIES", 2)
    seen: list[PackProgress] = []
    folder = make_files(tmp_path / "set", {**pictures(make_picture, 5), "001.png": b"?"})
    with open_source(folder) as source:
        pack(source, tmp_path / "packed", SMALL, progress=seen.append)
    assert [(p.num_done, p.num_entries, p.num_skipped) for p in seen] == [
        (2, 5, 1),
        (4, 5, 1),
        (5, 5, 1),
    ]


def test_the_same_set_is_not_packed_twice_and_another_never_written_over(
    tmp_path: Path,
    make_picture: MakePicture,
    make_files: MakeFiles,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = make_files(tmp_path / "set", pictures(make_picture, 3))
    first = pack_folder(folder, tmp_path / "packed")
    with monkeypatch.context() as patch:
        patch.setattr(packing, "fit_entries", None)
        assert pack_folder(folder, tmp_path / "packed").plan == first.plan
    os.utime(folder / "001.png", ns=(1, 1))
    with pytest.raises(InputError, match="something else at"):
        pack_folder(folder, tmp_path / "packed")
    (tmp_path / "mine").mkdir()
    with pytest.raises(InputError, match="something else at"):
        pack_folder(folder, tmp_path / "mine")


def test_a_cache_keeps_a_set_for_each_state_of_the_pictures(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles
) -> None:
    folder = make_files(tmp_path / "set", pictures(make_picture, 3))
    paths: list[Path] = []
    for change in (None, None, "change", "caption"):
        if change == "change":
            os.utime(folder / "001.png", ns=(1, 1))
        if change == "caption":
            (folder / "001.txt").write_text("a hat")
        with open_source(folder) as source:
            paths.append(pack_in_cache(source, tmp_path / "cache", "hats", SMALL).path)
    assert paths[0] == paths[1]
    assert len(set(paths)) == 3
    assert paths[0].name.startswith("hats-5x7-")


DAMAGE: dict[str, Callable[[Path], object]] = {
    "one pixel": lambda p: _flip(p / "pixels.npy", -5),
    "pixel header": lambda p: _flip(p / "pixels.npy", 3),
    "pixels cut short": lambda p: os.truncate(p / "pixels.npy", 300),
    "no pixels": lambda p: (p / "pixels.npy").unlink(),
    "an entry": lambda p: _flip(p / "entries.jsonl", 12),
    "no entries": lambda p: (p / "entries.jsonl").unlink(),
    "skipped": lambda p: (p / "skipped.jsonl").write_text("{}\n"),
    "header": lambda p: (p / "header.json").write_text("{"),
    "header of a list": lambda p: (p / "header.json").write_text("[1]"),
    "newer version": lambda p: _set_version(p / "header.json", 99),
    "no header": lambda p: (p / "header.json").unlink(),
    "another array": lambda p: np.save(p / "pixels.npy", np.zeros(3)),
}


def _flip(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


def _set_version(path: Path, version: int) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), "version": version}))


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_no_damage_goes_unnoticed(
    tmp_path: Path,
    make_picture: MakePicture,
    make_files: MakeFiles,
    damage: Callable[[Path], object],
) -> None:
    folder = make_files(tmp_path / "set", pictures(make_picture, 30))
    pack_folder(folder, tmp_path / "packed")
    open_packed(tmp_path / "packed")
    damage(tmp_path / "packed")
    with pytest.raises(InputError) as caught:
        open_packed(tmp_path / "packed")
    assert caught.value.hint is not None


def test_a_quick_look_leaves_pixels_unread(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles
) -> None:
    pack_folder(make_files(tmp_path / "set", pictures(make_picture, 3)), tmp_path / "packed")
    _flip(tmp_path / "packed" / "pixels.npy", -5)
    assert len(open_packed(tmp_path / "packed", verify="records").entries) == 3


def test_two_at_a_time_are_refused(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles
) -> None:
    folder = make_files(tmp_path / "set", pictures(make_picture, 3))
    with (
        exclusive(tmp_path / ".packed.lock"),
        pytest.raises(FailedError, match="Another process is packing packed"),
    ):
        pack_folder(folder, tmp_path / "packed")
    pack_folder(folder, tmp_path / "packed")


class LeaveOutBlue:
    """Refuse one picture by its key."""

    digest = "blue"

    def reason_against(self, key: str, sha256: str) -> Message | None:
        assert len(sha256) == 64
        return Message("{key} is opted out.", key=key) if key == "001.png" else None


def test_opted_out_pictures_stay_out(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles
) -> None:
    folder = make_files(tmp_path / "set", pictures(make_picture, 3))
    with open_source(folder) as source:
        packed = pack(source, tmp_path / "packed", SMALL, opt_outs=LeaveOutBlue())
        everything = pack(source, tmp_path / "all", SMALL)
    assert [entry.key for entry in packed.entries] == ["000.png", "002.png"]
    assert [(s.key, s.code) for s in packed.skipped] == [("001.png", "data.opt_out")]
    assert packed.plan != everything.plan
