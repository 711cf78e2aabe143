from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezzotint.data.packed.buckets import Bucket, assign_buckets, bucket_shapes, pack_buckets
from mezzotint.data.packed.options import PackOptions
from mezzotint.data.sources.opening import open_source
from mezzotint.domain.errors import InputError

MakePicture = Callable[..., bytes]
MakeFiles = Callable[[Path, Mapping[str, bytes | str]], Path]
BUCKETS = [
    Bucket(height_px=8, width_px=8),
    Bucket(height_px=8, width_px=16),
    Bucket(height_px=16, width_px=8),
]


@given(st.integers(32, 1024), st.sampled_from([8, 16, 32]), st.floats(1, 3))
def test_shapes_keep_area_multiple_and_aspect(side: int, multiple: int, max_aspect: float) -> None:
    shapes = bucket_shapes(side * side, multiple_px=multiple, max_aspect=max_aspect)
    assert shapes
    sizes = {(shape.height_px, shape.width_px) for shape in shapes}
    assert len(sizes) == len(shapes)
    for height, width in sizes:
        assert height * width <= side * side
        assert height % multiple == width % multiple == 0
        assert max(height, width) <= max_aspect * min(height, width)
        assert (width, height) in sizes


def test_each_picture_goes_where_least_is_cut_off(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles
) -> None:
    sizes = {"square.png": (20, 20), "wide.png": (20, 41), "tall.png": (50, 20)}
    files: dict[str, bytes | str] = {name: make_picture(size=size) for name, size in sizes.items()}
    folder = make_files(tmp_path / "set", {**files, "bad.png": "?"})
    with open_source(folder) as source:
        assignment = assign_buckets(source, BUCKETS, 2)
        sets = pack_buckets(
            source, tmp_path / "packed", BUCKETS, PackOptions(height_px=1, width_px=1)
        )
    assert assignment.bucket_of == {"square.png": 0, "wide.png": 1, "tall.png": 2, "bad.png": 0}
    assert [packed.pixels.shape for packed in sets] == [(1, 8, 8, 3), (1, 8, 16, 3), (1, 16, 8, 3)]
    assert [entry.key for packed in sets for entry in packed.entries] == list(sizes)
    assert [skipped.key for packed in sets for skipped in packed.skipped] == ["bad.png"]
    assert sorted(path.name for path in (tmp_path / "packed").iterdir()) == ["16x8", "8x16", "8x8"]


def test_all_buckets_have_the_same_channels(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles
) -> None:
    files = {"a.png": make_picture(size=(9, 9)), "b.png": make_picture(size=(9, 18), mode="RGBA")}
    with open_source(make_files(tmp_path / "set", files)) as source:
        sets = pack_buckets(source, tmp_path / "p", BUCKETS, PackOptions(height_px=1, width_px=1))
    assert [packed.pixels.shape[3] for packed in sets] == [4, 4]


def test_a_bucket_of_broken_pictures_alone_spoils_nothing(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles
) -> None:
    options = PackOptions(height_px=1, width_px=1)
    folder = make_files(tmp_path / "set", {"bad.png": "?", "wide.png": make_picture(size=(9, 18))})
    with open_source(folder) as source:
        (packed,) = pack_buckets(source, tmp_path / "packed", BUCKETS, options)
    assert packed.path.name == "8x16"
    (folder / "wide.png").unlink()
    with open_source(folder) as source, pytest.raises(InputError, match=r"bad\.png"):
        pack_buckets(source, tmp_path / "none", BUCKETS, options)
