"""Advice follows from the report, and every piece has a reason."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest

from mezzotint.data.check.advice import FINAL_RESULT_NUM_SHOWN, Prescription, advise
from mezzotint.data.check.caption_statistics import caption_statistics
from mezzotint.data.check.checking import to_think_of
from mezzotint.data.check.expectations import expected_result
from mezzotint.data.check.facts import BrokenPicture, Mark
from mezzotint.data.check.report import CheckReport, MarkedPicture
from mezzotint.data.check.shape_statistics import Count, most_frequent, shape_statistics
from mezzotint.data.check.suggestion import Suggestion, suggest
from mezzotint.domain.message import Message
from mezzotint.models.sizes import num_halvings

NUM = 1000


def report(
    *,
    sizes: list[tuple[int, int]] | None = None,
    classes: dict[str, int] | None = None,
    captions: Sequence[str | None] = (),
    channels: str = "3",
) -> CheckReport:
    sizes = sizes or [(300, 300)] * NUM
    return CheckReport(
        address="x",
        taken_for=Message("a folder"),
        notes=(),
        num_entries=len(sizes),
        num_pictures=len(sizes),
        num_bytes=1,
        broken=(),
        remarks=(),
        formats=(),
        channels=(Count(name=channels, num=len(sizes)),),
        needed_channels=(Count(name=channels, num=len(sizes)),),
        modes=(),
        shapes=shape_statistics(sizes),
        exact_duplicates=(),
        near_duplicates=(),
        blurred=(),
        flat=(),
        classes=most_frequent(Counter(classes or {})),
        num_unclassed=0,
        splits=(),
        straddling=(),
        captions=caption_statistics(captions),
        made_by_ai=(),
        no_training=(),
        credentials=0,
        opted_out=(),
        near_opted_out=(),
        sample=(),
        to_think_of=to_think_of(),
    )


def suggested(given: CheckReport) -> Suggestion:
    suggestion = suggest(given)
    assert suggestion is not None
    return suggestion


def texts(prescription: Prescription, topic: str) -> list[str]:
    return [str(each.text) for each in prescription.advice if each.topic == topic]


CAPTIONS: list[str | None] = [f"a fox number {number}" for number in range(NUM)]


@pytest.mark.parametrize(
    ("given", "family"),
    [
        (report(sizes=[(28, 28)] * NUM), "dcgan"),
        (report(sizes=[(28, 28)] * NUM, classes={"a": 500, "b": 500}), "cgan"),
        (report(sizes=[(28, 28)] * NUM, classes={"a": NUM}), "dcgan"),
        (report(sizes=[(28, 28)] * NUM, captions=CAPTIONS), "latent"),
        (report(classes={"a": 500, "b": 500}), "latent"),
        (report(), "latent"),
        # captions that only repeat the class are no captions
        (
            report(
                sizes=[(32, 32)] * NUM,
                classes={"a": 500, "b": 500},
                captions=["a", "b"] * (NUM // 2),
            ),
            "cgan",
        ),
    ],
)
def test_the_family_follows_from_size_captions_and_classes(given: CheckReport, family: str) -> None:
    assert suggested(given).family == family


def test_only_families_that_can_be_trained_are_suggested() -> None:
    given = report(sizes=[(300, 200)] * NUM, captions=CAPTIONS)
    suggestion = suggest(given, {"dcgan", "cgan"})
    assert suggestion is not None
    assert suggestion.family == "dcgan"
    assert max(suggestion.height_px, suggestion.width_px) <= 64


def test_equal_classes_are_not_called_unequal() -> None:
    given = report(sizes=[(28, 28)] * 14, classes={"a": 7, "b": 7})
    said = [str(each.reason) for each in advise(given).advice if each.topic == "captions"]
    assert "Each class has 7 pictures." in said


def test_pictures_without_a_class_rule_classes_out() -> None:
    given = report(sizes=[(28, 28)] * NUM, classes={"a": 500, "b": 400})
    assert suggested(replace(given, num_unclassed=100)).family == "dcgan"


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([(28, 28)] * 9, (28, 28)),
        ([(48, 32)] * 9, (48, 32)),
        ([(30, 30)] * 9, (28, 28)),
        ([(10, 10)] * 9, (28, 28)),
        ([(4000, 4000)] * 9, (256, 256)),
        ([(1000, 1500)] * 9 + [(800, 1200)], (128, 192)),
        ([(1920, 1080)] * 9 + [(1280, 720)], (224, 128)),
        ([(100, 100)] * 9 + [(70, 70)] * 2, (64, 64)),
        ([(300, 300)] * 5 + [(300, 600)] * 5, (256, 256)),
    ],
)
def test_the_size_is_native_or_fits_nine_in_ten(
    sizes: list[tuple[int, int]], expected: tuple[int, int]
) -> None:
    suggestion = suggested(report(sizes=sizes))
    assert (suggestion.height_px, suggestion.width_px) == expected


def test_every_suggested_size_can_be_trained() -> None:
    for side in (28, 31, 40, 64, 100, 130, 256, 900):
        for aspect in (1 / 3, 0.5, 0.6, 0.75, 1, 1.3, 1.5, 1.8, 2, 3):
            sizes = [(side, round(side * aspect)), (side + 1, round(side * aspect))]
            suggestion = suggested(report(sizes=sizes))
            num_halvings(suggestion.height_px, suggestion.width_px)


def test_channels_are_the_most_that_any_picture_needs() -> None:
    given = report()
    mixed = (Count(name="1", num=990), Count(name="4", num=10))
    assert suggested(replace(given, needed_channels=mixed)).channels == 4
    assert "transparency" in texts(advise(replace(given, needed_channels=mixed)), "channels")[0]


def test_captions_that_name_sides_forbid_mirroring() -> None:
    mirrored = advise(report(captions=CAPTIONS))
    fixed = advise(report(captions=[*CAPTIONS[1:], "a fox on the left"]))
    assert mirrored.suggestion is not None
    assert fixed.suggestion is not None
    assert (mirrored.suggestion.mirror, fixed.suggestion.mirror) == (True, False)
    assert "Do not mirror the pictures." in texts(fixed, "augmentation")


def test_large_sets_are_not_augmented() -> None:
    large = report(sizes=[(28, 28)] * 60_000)
    assert suggested(large).augmentation == "none"
    assert texts(advise(large), "augmentation") == ["Do not augment."]


def test_the_time_comes_from_the_measured_speed() -> None:
    asked: list[Suggestion] = []

    def measure(suggestion: Suggestion) -> float:
        asked.append(suggestion)
        return 200.0

    prescription = advise(report(), measure_images_per_s=measure)
    assert prescription.images_per_s == 200.0
    assert asked == [prescription.suggestion]
    hours = FINAL_RESULT_NUM_SHOWN / 200 / 3600
    assert f"{hours:.1f} hours" in texts(prescription, "time")[0]


def test_a_slow_machine_is_offered_half_the_size() -> None:
    def measure(suggestion: Suggestion) -> float:
        return 10.0 if suggestion.height_px == 256 else 40.0

    slow = advise(report(), measure_images_per_s=measure)
    assert len(texts(slow, "time")) == 2
    assert "128 x 128" in texts(slow, "time")[1]


def test_without_a_measurement_no_time_is_made_up() -> None:
    prescription = advise(report())
    assert prescription.images_per_s is None
    assert texts(prescription, "time") == []


@pytest.mark.parametrize(
    ("num", "said"),
    [
        (1, "fewer than 50"),
        (49, "fewer than 50"),
        (50, "100 pictures"),
        (999, "1,000 faces"),
        (5000, "5,000 faces"),
        (9000, "10,000 faces"),
        (30_000, "30,000"),
        (10**6, "70,000"),
    ],
)
def test_expectations_rest_on_published_figures(num: int, said: str) -> None:
    assert said in str(expected_result(num)[1])


def test_each_fault_brings_its_advice() -> None:
    given = report(classes={"large": 900, "small": 20})
    message = Message("broken")
    mark = MarkedPicture(
        key="m.png", sha256="0" * 64, marks=(Mark(kind="no-training", detail="noai"),)
    )
    faulty = replace(
        given,
        broken=(BrokenPicture(key="b", code="x", reason=message, remedy=message),),
        exact_duplicates=(("a", "b"),),
        near_duplicates=(("c", "d"),),
        straddling=(("c", "d"),),
        flat=("e",),
        no_training=(mark,),
        made_by_ai=(mark,),
        near_opted_out=("f",),
    )
    clean, advice = advise(given), advise(faulty)
    assert texts(clean, "clean") == texts(clean, "rights") == []
    assert len(texts(advice, "clean")) == 5
    assert len(texts(advice, "rights")) == 3
    reasons = [str(each.reason) for each in advice.advice]
    assert all(reasons)
    assert any("small only 20" in reason for reason in reasons)


def test_nothing_to_train_on_is_said() -> None:
    empty = replace(report(), num_pictures=0, shapes=None, needed_channels=(), num_entries=3)
    prescription = advise(empty, measure_images_per_s=lambda _: 1.0)
    assert prescription.suggestion is None
    assert texts(prescription, "clean") == ["Find pictures that can be read."]
