import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezzotint.domain.errors import InputError
from mezzotint.models.sizes import num_halvings, stage_widths


@pytest.mark.parametrize(
    ("height_px", "width_px", "expected"),
    [(28, 28, 2), (32, 32, 3), (64, 64, 4), (256, 256, 6), (48, 80, 3), (36, 28, 2), (32, 256, 3)],
)
def test_known_sizes(height_px: int, width_px: int, expected: int):
    assert num_halvings(height_px, width_px) == expected


SIDES = st.integers(28, 256)


@given(SIDES, SIDES)
def test_a_size_halves_without_rest_or_is_refused(height_px: int, width_px: int):
    if height_px % 4 or width_px % 4:
        with pytest.raises(InputError):
            num_halvings(height_px, width_px)
        return
    times = num_halvings(height_px, width_px)
    assert times >= 2
    assert height_px % 2**times == 0
    assert width_px % 2**times == 0
    assert min(height_px, width_px) // 2**times >= 4


@pytest.mark.parametrize(("height_px", "width_px"), [(27, 28), (28, 257), (1, 1), (30, 30)])
def test_impossible_sizes_are_refused(height_px: int, width_px: int):
    with pytest.raises(InputError, match=f"{width_px}x{height_px}"):
        num_halvings(height_px, width_px)


def test_widths_double_up_to_the_maximum():
    assert stage_widths(16, 5, 64) == (64, 64, 64, 64, 32, 16)
