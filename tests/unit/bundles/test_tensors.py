"""What the package safetensors writes is read back with NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from safetensors.numpy import save

from mezzotint.bundles.tensors import read_tensor_notes, read_tensors
from mezzotint.domain.errors import BundleError


@given(
    st.dictionaries(
        st.text(min_size=1, max_size=8).filter(lambda name: name != "__metadata__"),
        st.sampled_from(["f2", "f4", "f8", "i8", "u1"]).flatmap(
            lambda kind: arrays.arrays(kind, arrays.array_shapes(max_dims=3, max_side=4))
        ),
        max_size=4,
    )
)
def test_tensors_come_back(tensors: dict[str, np.ndarray]):
    found = read_tensors(save(tensors))
    assert found.keys() == tensors.keys()
    for name, values in tensors.items():
        assert found[name].dtype == values.dtype
        np.testing.assert_array_equal(found[name], values)


def test_notes_come_back_and_are_no_tensor():
    content = save({"a": np.ones(2, np.float32)}, metadata={"words": "狐狸"})
    assert read_tensor_notes(content) == {"words": "狐狸"}
    assert list(read_tensors(content)) == ["a"]


@pytest.mark.parametrize("cut", [0, 4, 12, -1])
def test_a_piece_of_a_file_is_refused(cut: int):
    content = save({"a": np.arange(6, dtype=np.float32)})
    with pytest.raises(BundleError, match="cannot be read"):
        read_tensors(content[:cut])


@pytest.mark.parametrize(
    ("old", "new"), [(b"[6]", b"[9]"), (b"F32", b"F08"), (b"[0,24]", b"[9,24]")]
)
def test_a_header_that_lies_is_refused(old: bytes, new: bytes):
    content = save({"a": np.arange(6, dtype=np.float32)})
    assert old in content
    with pytest.raises(BundleError, match="cannot be read"):
        read_tensors(content.replace(old, new))
