import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mezzotint.domain.streams import MAX_SEED, Purpose, picture_stream

SEEDS = st.integers(min_value=0, max_value=MAX_SEED)
INDICES = st.integers(min_value=0, max_value=2**40)


@given(seed=SEEDS, index=INDICES, purpose=st.sampled_from(Purpose))
def test_a_stream_repeats(seed: int, index: int, purpose: Purpose) -> None:
    first = picture_stream(seed, index, purpose).integers(0, 2**63, 4)
    second = picture_stream(seed, index, purpose).integers(0, 2**63, 4)
    assert (first == second).all()


@given(seed=SEEDS, index=INDICES)
def test_streams_of_other_purpose_index_or_seed_differ(seed: int, index: int) -> None:
    streams = [
        picture_stream(seed, index, Purpose.NOISE),
        picture_stream(seed, index, Purpose.CHAOS),
        picture_stream(seed, index + 1, Purpose.NOISE),
        picture_stream(seed ^ 1, index, Purpose.NOISE),
    ]
    draws = {tuple(stream.integers(0, 2**63, 4).tolist()) for stream in streams}
    assert len(draws) == len(streams)


def test_values_never_change() -> None:
    """Pictures made by earlier versions must come out again: these numbers are a promise."""
    drawn = picture_stream(42, 3, Purpose.NOISE).standard_normal(3)
    np.testing.assert_allclose(drawn, EXPECTED, rtol=0, atol=1e-12)


EXPECTED = [0.7383886622983749, -1.014893459564203, -0.20050082531502142]
