"""Films: what goes in comes out, one file for one recipe, and faults are named."""

import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from mezzotint.domain.errors import InputError, MissingExtraError
from mezzotint.imaging.animation import count_frames, decode_frames, encode_animation
from mezzotint.imaging.containers import mp4
from mezzotint.imaging.formats import AnimationFormat
from mezzotint.imaging.read import read_picture
from mezzotint.provenance.record import PictureRecord
from mezzotint.provenance.stamp_animation import stamp_animation
from mezzotint.provenance.verify import verify
from mezzotint.provenance.xmp import record_json_in

RECORD = PictureRecord(
    mezzotint_version="0.1.0",
    verb="loop",
    prompt="koi",
    seed=7,
    model="pond",
    family="cgan",
    bundle_sha256="45",
    engine="native",
)
FORMATS: tuple[AnimationFormat, ...] = ("gif", "webp", "mp4")


def frames(channels: int, *, height: int = 11, width: int = 14) -> list[NDArray[np.uint8]]:
    steps = np.arange(height * width * channels, dtype=np.uint32).reshape(height, width, channels)
    return [((steps * 3 + 40 * number) % 251).astype(np.uint8) for number in range(5)]


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_webp_keeps_every_pixel_that_shows(channels: int) -> None:
    data = encode_animation(frames(channels), "webp", frames_per_s=10).data
    for found, original in zip(decode_frames(data), frames(channels), strict=True):
        wanted = original.repeat(3, axis=2) if channels == 1 else original
        shows = wanted[..., -1] > 0 if channels == 4 else np.full(wanted.shape[:2], True)
        assert (found[shows] == wanted[shows]).all()
        if channels == 4:
            assert (found[..., 3] == wanted[..., 3]).all()


def test_gif_keeps_greys() -> None:
    data = encode_animation(frames(1), "gif", frames_per_s=10).data
    for found, wanted in zip(decode_frames(data), frames(1), strict=True):
        assert (found == wanted.repeat(3, axis=2)).all()


def test_gif_lays_transparent_frames_on_white_and_says_so() -> None:
    encoded = encode_animation([np.zeros((4, 4, 4), np.uint8)] * 2, "gif", frames_per_s=10)
    assert len(encoded.warnings) == 1
    assert next(decode_frames(encoded.data)).min() == 255


@pytest.mark.parametrize("file_format", FORMATS)
@pytest.mark.parametrize("channels", [1, 3])
def test_the_same_recipe_gives_the_same_file(file_format: AnimationFormat, channels: int) -> None:
    first, second = (
        stamp_animation(frames(channels), RECORD, file_format=file_format, frames_per_s=12)
        for _ in range(2)
    )
    assert first.data == second.data


@pytest.mark.parametrize("file_format", ["gif", "webp"])
def test_a_film_verifies_and_a_changed_frame_shows(file_format: AnimationFormat) -> None:
    stamped = stamp_animation(frames(3), RECORD, file_format=file_format, frames_per_s=12)
    checked = verify(stamped.data)
    assert checked.is_intact
    assert checked.record == stamped.record
    assert count_frames(stamped.data) == 5
    changed = frames(3)
    changed[4] = 255 - changed[4]
    other = stamp_animation(changed, RECORD, file_format=file_format, frames_per_s=12)
    assert other.record.file != stamped.record.file


def test_an_mp4_carries_its_recipe_and_plays_on() -> None:
    data = stamp_animation(frames(3), RECORD, file_format="mp4", frames_per_s=12).data
    assert data[4:8] == b"ftyp"
    packet = mp4.read_xmp(data)
    assert packet is not None
    text = packet.decode()
    assert record_json_in(text) is not None
    assert "trainedAlgorithmicMedia" in text


def test_a_private_film_keeps_labels_alone() -> None:
    stamped = stamp_animation(frames(1), RECORD, file_format="gif", frames_per_s=5, private=True)
    assert b"koi" not in stamped.data
    assert verify(stamped.data).is_intact


def test_a_stamped_gif_is_still_a_picture() -> None:
    stamped = stamp_animation(frames(1), RECORD, file_format="gif", frames_per_s=5)
    assert (read_picture(stamped.data).pixels == frames(1)[0]).all()


@pytest.mark.parametrize("speed", [0.0, 51.0])
def test_impossible_speeds_are_refused(speed: float) -> None:
    with pytest.raises(InputError, match="frames a second"):
        encode_animation(frames(1), "gif", frames_per_s=speed)


def test_without_the_part_video_one_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(MissingExtraError, match=r"mezzotint\[video\]"):
        encode_animation(frames(1), "mp4", frames_per_s=10)
