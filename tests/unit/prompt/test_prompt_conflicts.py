"""What does not go together, by the kind of job."""

from __future__ import annotations

import pytest

from mezzotint.domain.errors import InputError
from mezzotint.prompt import Job, Parameters, Prompt, PromptSettings, Submission, parse

REFERENCE = "https://x.test/r"


def submit(text: str, job: Job = Job.IMAGINE) -> Submission:
    """Parse for one kind of job."""
    return parse(text, settings=PromptSettings(job=job))


def codes(submission: Submission) -> list[str]:
    """Return code@start of each diagnostic."""
    return [f"{each.code}@{each.start}" for each in submission.diagnostics]


def only(submission: Submission) -> Prompt:
    """Return the one prompt of a submission."""
    (prompt,) = submission.prompts
    return prompt


@pytest.mark.parametrize(
    ("text", "kept", "starts"),
    [
        ("fox --v 7 --niji 6", Parameters(niji="6"), [4]),
        ("fox --niji 6 --v 7", Parameters(version="7"), [4]),
        ("fox --fast --relax --turbo", Parameters(turbo=True), [4, 11]),
        ("fox --stealth --public", Parameters(public=True), [4]),
        ("fox --p m123 --sref " + REFERENCE + " --sw 5 --sv 4", None, [37, 44]),
        ("fox --oref " + REFERENCE + " --q 4", None, [28]),
        ("fox --sref 7 --sv 3", None, [13]),
        ("fox --edit " + REFERENCE + " --tile", None, [28]),
        ("fox --zoom 2", Parameters(), [4]),
        ("fox --motion low --loop --bs 2", Parameters(), [4, 17, 24]),
        ("--sref 7", None, [0]),
        ("fox --iw 2", Parameters(image_weight=2), [4]),
        ("fox --sw 5 --cw 5 --ow 5", None, [4, 11, 18]),
    ],
)
def test_conflicts_are_repaired(text: str, kept: Parameters | None, starts: list[int]):
    submission = submit(text)
    assert codes(submission) == [f"param.conflict@{start}" for start in starts]
    assert submission.errors == ()
    if kept is not None:
        assert only(submission).parameters == kept


def test_what_is_repaired():
    moodboard = only(submit(f"fox --p m123 --sref {REFERENCE} --sw 5 --sv 4")).parameters
    assert (moodboard.style_weight, moodboard.style_version) == (None, None)
    assert only(submit(f"fox --oref {REFERENCE} --q 4")).parameters.quality == 2
    assert only(submit("fox --sref 7 --sv 3")).parameters.style_version is None
    assert only(submit(f"fox --edit {REFERENCE} --tile")).parameters.tile is None


@pytest.mark.parametrize(
    "text",
    [
        f"fox --p abc --sref {REFERENCE} --sw 5 --sv 3",
        "fox --sref 7 --sv 4",
        f"fox --oref {REFERENCE} --q 2 --ow 5",
        "https://x.test/a.png fox --iw 2",
        "https://x.test/a.png",
        f"fox --cref {REFERENCE} --cw 5",
    ],
)
def test_what_goes_together(text: str):
    assert submit(text).diagnostics == ()


def test_the_profile_is_that_of_the_later_version():
    # By the rules of niji 6 there is no --oref; by those of V7 there is.
    assert codes(submit(f"fox --niji 6 --oref {REFERENCE} --v 7")) == ["param.conflict@4"]


def test_video_parameters_hold_in_a_video():
    submission = submit(f"fox --motion high --loop --bs 2 --end {REFERENCE}", Job.ANIMATE)
    assert submission.diagnostics == ()
    assert only(submission).parameters.motion == "high"
    assert submit("fox --zoom 1.5 --ar 1:2", Job.ZOOM).diagnostics == ()


@pytest.mark.parametrize("job", [Job.REGION, Job.REMIX])
def test_only_some_parameters_reach_a_region_or_a_remix(job: Job):
    honoured = "fox --chaos 5 --fast --iw 2 --no snow --s 5 --style raw --v 7 --video --weird 5"
    assert submit(honoured, job).diagnostics == ()
    submission = submit("fox --seed 7 --ar 3:2 --relax", job)
    assert codes(submission) == ["param.conflict@4", "param.conflict@13"]
    assert only(submission).parameters == Parameters(relax=True)


def test_tile_does_not_go_with_an_edit():
    assert codes(submit("fox --tile", Job.EDIT)) == ["param.conflict@4"]


def test_blend_ignores_words():
    submission = submit("https://x.test/a.png a fox --ar 2:3", Job.BLEND)
    assert codes(submission) == ["param.conflict@21"]
    assert only(submission).segments == ()
    assert submission.errors == ()


def test_shorten_refuses_weights_and_no():
    submission = submit("fox::2 snow --no trees", Job.SHORTEN)
    assert [(each.code, each.severity, each.start) for each in submission.diagnostics] == [
        ("param.conflict", "error", 3),
        ("param.conflict", "error", 12),
    ]
    assert submit("fox in snow", Job.SHORTEN).diagnostics == ()


def test_only_imagine_and_shorten_need_words():
    for job in Job:
        refused = [each.code for each in submit("--fast", job).errors]
        assert refused == (["prompt.empty"] if job in {Job.IMAGINE, Job.SHORTEN} else [])


def test_attached_pictures_count_as_pictures():
    with_picture = PromptSettings(num_attached_images=1)
    assert parse("--iw 2", settings=with_picture).diagnostics == ()


@pytest.mark.parametrize("text", ["a::1 b::-1", "a::-1", "a::.4 --no b", "a::0"])
def test_weights_must_sum_to_more_than_nothing(text: str):
    submission = submit(text)
    assert [each.code for each in submission.errors] == ["weights.sum"]
    with pytest.raises(InputError) as refused:
        submission.raise_if_refused()
    assert refused.value.code == "weights.sum"
    assert refused.value.exit_code == 2


def test_weights_above_nothing_are_accepted():
    submit("a::.6 --no b").raise_if_refused()
    assert submit("a::.6 --no b").diagnostics == ()
