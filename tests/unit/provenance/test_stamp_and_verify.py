"""What is stamped verifies, and whatever is changed afterwards shows."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from mezzotint.domain.errors import InputError
from mezzotint.imaging.encode import EncodeOptions
from mezzotint.imaging.formats import OutputFormat
from mezzotint.imaging.labels import AigcLabel
from mezzotint.imaging.read import read_picture
from mezzotint.provenance.record import PictureRecord, read_record
from mezzotint.provenance.stamp import stamp
from mezzotint.provenance.verify import Verification, verify

Pixels = NDArray[np.uint8]
FORMATS: tuple[OutputFormat, ...] = ("png", "webp", "jpeg")
every_format = pytest.mark.parametrize("picture_format", FORMATS)

RECORD = PictureRecord(
    mezzotint_version="0.1.0",
    verb="imagine",
    prompt="koi in a pond, 水墨 --no text --seed 7",
    text="koi in a pond, 水墨",
    negative_text="text",
    parameters={"chaos": 3, "stylize": 100},
    model="pond",
    family="cgan",
    bundle_sha256="45de52bb" * 8,
    engine="native onnxruntime 1.32.0 CPU",
    seed=7,
    picture_index=2,
    num_pictures=4,
)


def picture(channels: int = 3) -> Pixels:
    return np.random.default_rng(5).integers(0, 256, (30, 44, channels), np.uint8)


def stamped(picture_format: OutputFormat = "png", *, private: bool = False) -> bytes:
    return stamp(picture(), RECORD, picture_format=picture_format, private=private).data


def told(verification: Verification) -> str:
    return " ".join(map(str, verification.verdict))


@every_format
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_a_stamped_picture_verifies(picture_format: OutputFormat, channels: int) -> None:
    result = stamp(picture(channels), RECORD, picture_format=picture_format)
    found = verify(result.data)
    assert found.is_intact
    assert (found.pixels, found.recipe) == ("holds", "holds")
    assert found.record == result.record
    assert (found.format, found.model, found.seed) == (picture_format, "pond", 7)
    assert found.prompt == RECORD.prompt
    assert found.infotext is not None
    assert found.infotext.prompt == "koi in a pond, 水墨"
    assert found.infotext.negative_prompt == "text"
    assert found.labels.digital_source_type == "trainedAlgorithmicMedia"
    assert found.labels.aigc is not None
    assert found.labels.aigc.content_producer == "mezzotint"
    assert found.foreign_labels == ()
    assert "exactly those that were written" in told(found)


@every_format
def test_the_record_describes_the_file(picture_format: OutputFormat) -> None:
    options = EncodeOptions(quality=80, lossless=False, png_compression=9)
    facts = stamp(picture(), RECORD, picture_format=picture_format, options=options).record.file
    assert facts is not None
    assert (facts.format, facts.height_px, facts.width_px) == (picture_format, 30, 44)
    expected = {
        "png": {"png_compression": 9},
        "webp": {"lossless": False, "quality": 80},
        "jpeg": {"quality": 80},
    }
    assert facts.encoder == expected[picture_format]


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    pixels=st.tuples(st.integers(1, 9), st.integers(1, 9), st.sampled_from([1, 3, 4])).flatmap(
        lambda shape: arrays(np.uint8, shape)
    ),
    prompt=st.text(max_size=80),
    picture_format=st.sampled_from(FORMATS),
    private=st.booleans(),
)
def test_any_picture_and_any_prompt_verify(
    pixels: Pixels, prompt: str, picture_format: OutputFormat, private: bool
) -> None:
    record = PictureRecord(
        mezzotint_version="0.1.0",
        verb="imagine",
        prompt=prompt,
        text=prompt,
        model="pond",
        family="cgan",
        bundle_sha256="45",
        engine="native",
        seed=7,
    )
    assert verify(
        stamp(pixels, record, picture_format=picture_format, private=private).data
    ).is_intact


@every_format
def test_same_recipe_same_bytes(picture_format: OutputFormat) -> None:
    assert stamped(picture_format) == stamped(picture_format)


def test_same_bytes_in_another_process() -> None:
    script = (
        "import hashlib, numpy as np;"
        "from mezzotint.provenance.record import PictureRecord;"
        "from mezzotint.provenance.stamp import stamp;"
        "record = PictureRecord(mezzotint_version='0.1.0', verb='imagine', prompt='koi', model='m',"
        " family='cgan', bundle_sha256='45', engine='native', parameters={'b': 1, 'a': 2});"
        "pixels = np.arange(60, dtype=np.uint8).reshape(4, 5, 3);"
        "print([hashlib.sha256(stamp(pixels, record, picture_format=name).data).hexdigest()"
        " for name in ('png', 'webp', 'jpeg')])"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            check=True,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


@every_format
def test_a_private_file_keeps_labels_and_hash_and_nothing_of_the_prompt(
    picture_format: OutputFormat,
) -> None:
    data = stamped(picture_format, private=True)
    found = verify(data)
    assert found.is_intact
    assert (found.prompt, found.seed, found.infotext) == (None, None, None)
    assert found.record is not None
    assert found.record.parameters == {}
    for encoding in ("utf-8", "utf-16-be", "utf-16-le"):
        assert "koi".encode(encoding) not in data
    assert "left out on request" in told(found)


def test_jpeg_of_a_transparent_picture_warns() -> None:
    assert "white" in str(stamp(picture(4), RECORD, picture_format="jpeg").warnings[0])
    assert stamp(picture(4), RECORD, picture_format="png").warnings == ()


def test_the_producer_stands_in_the_label() -> None:
    found = verify(stamp(picture(), RECORD, producer="studio-7").data)
    assert found.labels.aigc is not None
    assert found.labels.aigc.content_producer == "studio-7"
    with pytest.raises(InputError):
        stamp(picture(), RECORD, producer="two words")


@every_format
def test_labels_of_parents_stay_even_in_private_files(picture_format: OutputFormat) -> None:
    parent = AigcLabel(label="1", content_producer="elsewhere").to_json()
    record = replace(RECORD, parent_labels=(parent,))
    for private in (False, True):
        result = stamp(picture(), record, picture_format=picture_format, private=private)
        found = verify(result.data)
        assert found.is_intact
        assert found.foreign_labels == (parent,)
        assert "carry AI labels: 1" in told(found)


def test_a_path_verifies_as_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "鲤鱼.png"
    path.write_bytes(stamped())
    assert verify(path) == verify(stamped())


def test_the_record_in_the_file_is_enough_to_read_everything_back() -> None:
    data = stamped("webp")
    found = verify(data)
    assert found.record is not None
    assert read_record(found.record.to_json()) == found.record
    again = stamp(read_picture(data).pixels, found.record, picture_format="webp")
    assert again.data == data
