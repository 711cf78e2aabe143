import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from mezzotint.data.packed import packing
from mezzotint.data.packed.options import PackOptions
from mezzotint.data.packed.packed_set import PackedSet
from mezzotint.data.packed.packing import pack
from mezzotint.data.sources.opening import open_source
from mezzotint.domain.errors import FailedError

MakePicture = Callable[..., bytes]
MakeFiles = Callable[[Path, Mapping[str, bytes | str]], Path]
SMALL = PackOptions(height_px=5, width_px=7)

# Stops for good when it is to sync a file for the n-th time: some units are whole by then, and
# one is half-way, its pixels written (n odd) or its journal line as well (n even), not yet synced.
PACK_AND_STOP = """
import os, sys, time
from pathlib import Path
from mezzotint.data.packed import packing
from mezzotint.data.packed.options import PackOptions
from mezzotint.data.sources.opening import open_source

fsync, countdown = os.fsync, int(sys.argv[3])

def stop(descriptor):
    global countdown
    countdown -= 1
    if not countdown:
        print("stopped", flush=True)
        time.sleep(600)
    fsync(descriptor)

os.fsync = stop
packing.MAX_UNIT_ENTRIES = 2
with open_source(sys.argv[1]) as source:
    packing.pack(source, Path(sys.argv[2]), PackOptions(height_px=5, width_px=7))
"""


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def pack_folder(folder: Path, destination: Path) -> PackedSet:
    with open_source(folder) as source:
        return pack(source, destination, SMALL)


def pictures(make_picture: MakePicture, count: int) -> dict[str, bytes | str]:
    return {f"{i:03d}.png": make_picture(i) for i in range(count)}


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_kill_nine_and_again_gives_the_same_bytes(
    tmp_path: Path,
    make_picture: MakePicture,
    make_files: MakeFiles,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(packing, "MAX_UNIT_ENTRIES", 2)
    files = {**pictures(make_picture, 60), "017.png": b"nonsense", "018.png": b""}
    folder = make_files(tmp_path / "set", files)
    whole = bytes_of(pack_folder(folder, tmp_path / "whole").path)
    for countdown in (7, 24):
        arguments = [str(folder), str(tmp_path / "packed"), str(countdown)]
        process = subprocess.Popen(
            [sys.executable, "-c", PACK_AND_STOP, *arguments], stdout=subprocess.PIPE
        )
        with process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"stopped\n"
            process.kill()
        assert process.returncode == -9
        assert not (tmp_path / "packed").exists()
    seen: list[int] = []
    with open_source(folder) as source:
        pack(source, tmp_path / "packed", SMALL, progress=lambda p: seen.append(p.num_done))
    assert seen[0] > 22  # it went on, it did not begin anew
    assert bytes_of(tmp_path / "packed") == whole
    assert [path.name for path in tmp_path.glob(".packed*")] == []


def test_a_full_disk_says_so_and_the_next_call_goes_on(
    tmp_path: Path,
    make_picture: MakePicture,
    make_files: MakeFiles,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(packing, "MAX_UNIT_ENTRIES", 2)
    folder = make_files(tmp_path / "set", pictures(make_picture, 6))
    whole = bytes_of(pack_folder(folder, tmp_path / "whole").path)
    fsync, calls = os.fsync, 0

    def fill_up(descriptor: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 6:
            raise OSError(28, "No space left on device")
        fsync(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fill_up)
        with pytest.raises(FailedError, match="No space left"):
            pack_folder(folder, tmp_path / "packed")
    assert not (tmp_path / "packed").exists()
    assert bytes_of(pack_folder(folder, tmp_path / "packed").path) == whole


def test_left_overs_of_another_plan_are_thrown_away(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles
) -> None:
    folder = make_files(tmp_path / "set", pictures(make_picture, 6))
    whole = bytes_of(pack_folder(folder, tmp_path / "whole").path)
    make_files(
        tmp_path / ".packed.partial",
        {"journal.jsonl": '{"plan":"x","channels":3}\n', "pixels.npy": "?", "header.json": "{}"},
    )
    assert bytes_of(pack_folder(folder, tmp_path / "packed").path) == whole


def test_a_set_that_only_lacks_its_name_gets_it(
    tmp_path: Path,
    make_picture: MakePicture,
    make_files: MakeFiles,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = make_files(tmp_path / "set", pictures(make_picture, 6))
    pack_folder(folder, tmp_path / "packed")
    whole = bytes_of(tmp_path / "packed")
    (tmp_path / "packed").rename(tmp_path / ".packed.partial")
    monkeypatch.setattr(packing, "fit_entries", None)
    pack_folder(folder, tmp_path / "packed")
    assert bytes_of(tmp_path / "packed") == whole


@pytest.mark.parametrize("num_lost_bytes", [1, 40, 400])
@pytest.mark.parametrize("name", ["journal.jsonl", "pixels.npy"])
def test_a_torn_end_is_made_again(
    tmp_path: Path,
    make_picture: MakePicture,
    make_files: MakeFiles,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    num_lost_bytes: int,
) -> None:
    monkeypatch.setattr(packing, "MAX_UNIT_ENTRIES", 2)
    folder = make_files(tmp_path / "set", {**pictures(make_picture, 9), "004.png": b"?"})
    whole = bytes_of(pack_folder(folder, tmp_path / "whole").path)
    with monkeypatch.context() as patch:  # all written, then killed before the end
        patch.setattr(packing, "finish", interrupt)
        with pytest.raises(KeyboardInterrupt):
            pack_folder(folder, tmp_path / "packed")
    torn = tmp_path / ".packed.partial" / name
    os.truncate(torn, torn.stat().st_size - num_lost_bytes)
    assert bytes_of(pack_folder(folder, tmp_path / "packed").path) == whole
