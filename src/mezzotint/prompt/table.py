"""The parameters of the prompt language, one row each.

This table is the only place that knows a parameter: the scanner, the checks, `render`, the help
of the command line and the tables of the documentation all read it.
"""

from __future__ import annotations

from mezzotint.domain.message import Message
from mezzotint.domain.streams import MAX_SEED
from mezzotint.prompt.jobs import Job
from mezzotint.prompt.parameter_spec import Kind, Limits, ParameterSpec
from mezzotint.prompt.profiles import NIJI_VERSIONS, VERSIONS, Versions


def _integer(minimum: int, maximum: int) -> Limits:
    return Limits(minimum=minimum, maximum=maximum)


def _steps(*steps: float) -> Limits:
    return Limits(minimum=steps[0], maximum=steps[-1], steps=steps)


_V8_EDIT = Versions(first=8.1, last=8.2, families=("v",))

TABLE: tuple[ParameterSpec, ...] = (
    ParameterSpec(
        name="aspect",
        aliases=("ar",),
        field="aspect",
        kind=Kind.RATIO,
        # The greatest ratio of the longer side to the shorter; 0 = any.
        limits_by_version=((Versions(first=6, last=6.1), Limits(maximum=14)),),
        is_exact=True,
        meaning=Message("Width to height: the model's nearest size, else outpainted or cropped."),
    ),
    ParameterSpec(
        name="chaos",
        aliases=("c",),
        field="chaos",
        kind=Kind.INTEGER,
        limits=_integer(0, 100),
        meaning=Message("How different the pictures of one grid are."),
    ),
    ParameterSpec(
        name="stylize",
        aliases=("s",),
        field="stylize",
        kind=Kind.INTEGER,
        limits=_integer(0, 1000),
        meaning=Message("0 follows the words closely; 1000 pulls to the mean of your pictures."),
    ),
    ParameterSpec(
        name="weird",
        aliases=("w",),
        field="weird",
        kind=Kind.INTEGER,
        limits=_integer(0, 3000),
        versions=Versions(first=5),
        meaning=Message("Toward pictures that are rare in the training data."),
    ),
    ParameterSpec(
        name="exp",
        field="exp",
        kind=Kind.INTEGER,
        limits=_integer(0, 100),
        versions=Versions(first=7),
        meaning=Message("Extra gain on the direction of the words, after --stylize."),
    ),
    ParameterSpec(
        name="seed",
        field="seed",
        kind=Kind.INTEGER,
        limits=_integer(0, MAX_SEED),
        is_exact=True,
        meaning=Message("The same seed gives the same pictures, in any batch and process."),
    ),
    ParameterSpec(
        name="no",
        field="no",
        kind=Kind.LIST,
        meaning=Message("What the picture should not show: together one segment of weight -0.5."),
    ),
    ParameterSpec(
        name="quality",
        aliases=("q",),
        field="quality",
        kind=Kind.NUMBER,
        limits=_steps(1, 2, 4),
        limits_by_version=(
            (Versions(first=6.1, last=6.1), _steps(0.25, 0.5, 1, 2)),
            (Versions(last=6), _steps(0.25, 0.5, 1)),
        ),
        versions=Versions(last=7),
        meaning=Message("Best of so many tries, by the model's own judges."),
    ),
    ParameterSpec(
        name="repeat",
        aliases=("r",),
        field="repeat",
        kind=Kind.INTEGER,
        limits=_integer(1, 40),
        meaning=Message("How many jobs each prompt makes."),
    ),
    ParameterSpec(
        name="tile",
        field="tile",
        kind=Kind.FLAG,
        meaning=Message("A picture that repeats without a seam."),
    ),
    ParameterSpec(
        name="stop",
        field="stop",
        kind=Kind.INTEGER,
        limits=_integer(10, 100),
        versions=Versions(last=6.1),
        meaning=Message("Percent of the way from a blurred picture to the final one."),
    ),
    ParameterSpec(
        name="iw",
        field="image_weight",
        kind=Kind.NUMBER,
        limits=Limits(maximum=3),
        limits_by_version=(
            (Versions(first=5, last=5.2), Limits(maximum=2)),
            (Versions(families=("niji",)), Limits(maximum=2)),
        ),
        versions=Versions(first=5),
        meaning=Message("Weight of the image prompts against the words."),
    ),
    ParameterSpec(
        name="sref",
        field="style_references",
        kind=Kind.REFERENCES,
        limits=Limits(maximum=MAX_SEED),
        versions=Versions(first=6),
        meaning=Message("Fine layers from the style of a picture, a code or a random code."),
    ),
    ParameterSpec(
        name="sw",
        field="style_weight",
        kind=Kind.INTEGER,
        limits=_integer(0, 1000),
        versions=Versions(first=6),
        meaning=Message("Strength of --sref."),
    ),
    ParameterSpec(
        name="sv",
        field="style_version",
        kind=Kind.INTEGER,
        limits=_integer(1, 6),
        limits_by_version=((Versions(first=6, last=6.1), _integer(1, 4)),),
        versions=Versions(first=6),
        is_exact=True,
        meaning=Message("Version of the style codes of --sref."),
    ),
    ParameterSpec(
        name="cref",
        field="character_references",
        kind=Kind.REFERENCES,
        versions=Versions(first=6, last=6.1),
        meaning=Message("Coarse layers from the figure in a picture."),
    ),
    ParameterSpec(
        name="cw",
        field="character_weight",
        kind=Kind.INTEGER,
        limits=_integer(0, 100),
        versions=Versions(first=6, last=6.1),
        meaning=Message("Strength of --cref; 0 = the face alone."),
    ),
    ParameterSpec(
        name="oref",
        field="omni_reference",
        kind=Kind.ADDRESS,
        versions=Versions(first=7, last=7, families=("v",)),
        meaning=Message("Coarse layers from anything in one picture."),
    ),
    ParameterSpec(
        name="ow",
        field="omni_weight",
        kind=Kind.INTEGER,
        limits=_integer(1, 1000),
        versions=Versions(first=7, last=7, families=("v",)),
        meaning=Message("Strength of --oref."),
    ),
    ParameterSpec(
        name="edit",
        field="edit_images",
        kind=Kind.REFERENCES,
        limits=Limits(max_items=4),
        versions=_V8_EDIT,
        meaning=Message("Up to four pictures to edit by the words."),
    ),
    ParameterSpec(
        name="profile",
        aliases=("p",),
        field="profile",
        kind=Kind.OPTIONAL,
        meaning=Message("A model of your taste, or a moodboard; alone: your own."),
    ),
    ParameterSpec(
        name="raw",
        field="raw",
        kind=Kind.FLAG,
        versions=Versions(first=5.1),
        meaning=Message("No pull to the mean and no model of taste; also written --style raw."),
    ),
    ParameterSpec(
        name="style",
        field="style",
        kind=Kind.WORD,
        meaning=Message("A style of an old version: recorded, and ignored elsewhere."),
    ),
    ParameterSpec(
        name="draft",
        field="draft",
        kind=Kind.FLAG,
        versions=Versions(first=7),
        meaning=Message("Many small candidates in one pass."),
    ),
    ParameterSpec(
        name="hd",
        field="hd",
        kind=Kind.FLAG,
        versions=Versions(first=8, families=("v",)),
        meaning=Message("Twice the size."),
    ),
    ParameterSpec(
        name="version",
        aliases=("v",),
        field="version",
        kind=Kind.CHOICE,
        limits=Limits(choices=VERSIONS),
        is_exact=True,
        meaning=Message("Check the prompt by the rules of a Midjourney version."),
    ),
    ParameterSpec(
        name="niji",
        field="niji",
        kind=Kind.OPTIONAL,
        limits=Limits(choices=NIJI_VERSIONS),
        is_exact=True,
        meaning=Message("Check the prompt by the rules of a niji version; alone: the newest."),
    ),
    ParameterSpec(
        name="fast",
        field="fast",
        kind=Kind.FLAG,
        meaning=Message("Run at the usual priority."),
    ),
    ParameterSpec(
        name="relax",
        field="relax",
        kind=Kind.FLAG,
        meaning=Message("Run when nothing else waits."),
    ),
    ParameterSpec(
        name="turbo",
        field="turbo",
        kind=Kind.FLAG,
        versions=Versions(last=7),
        is_dropped_elsewhere=True,
        meaning=Message("Run before everything else."),
    ),
    ParameterSpec(
        name="public",
        field="public",
        kind=Kind.FLAG,
        meaning=Message("Recorded only: Mezzotint publishes nothing."),
    ),
    ParameterSpec(
        name="stealth",
        field="stealth",
        kind=Kind.FLAG,
        meaning=Message("Recorded only: Mezzotint is private by default."),
    ),
    ParameterSpec(
        name="video",
        field="video",
        kind=Kind.FLAG,
        meaning=Message("Record how the grid comes about."),
    ),
    ParameterSpec(
        name="zoom",
        field="zoom",
        kind=Kind.NUMBER,
        limits=Limits(minimum=1, maximum=2),
        job=Job.ZOOM,
        meaning=Message("How far to zoom out; with --aspect, a new frame."),
    ),
    ParameterSpec(
        name="motion",
        field="motion",
        kind=Kind.CHOICE,
        limits=Limits(choices=("low", "high")),
        job=Job.ANIMATE,
        meaning=Message("How much moves in a video."),
    ),
    ParameterSpec(
        name="loop",
        field="loop",
        kind=Kind.FLAG,
        job=Job.ANIMATE,
        meaning=Message("A video that ends where it began."),
    ),
    ParameterSpec(
        name="end",
        field="end_frame",
        kind=Kind.ADDRESS,
        job=Job.ANIMATE,
        meaning=Message("The last frame of a video."),
    ),
    ParameterSpec(
        name="bs",
        field="batch_size",
        kind=Kind.INTEGER,
        limits=_steps(1, 2, 4),
        job=Job.ANIMATE,
        meaning=Message("How many videos one job makes."),
    ),
)

# Accepted and ignored: what old prompts carry along.
_LEGACY_MEANING = Message("Of an old version: accepted and ignored.")
_LEGACY_FLAGS = (
    "test testp creative uplight upbeta upanime hq newclip nostretch old vibe beta".split()
)
LEGACY: tuple[ParameterSpec, ...] = (
    *(
        ParameterSpec(name=name, field="", kind=Kind.FLAG, is_legacy=True, meaning=_LEGACY_MEANING)
        for name in _LEGACY_FLAGS
    ),
    *(
        ParameterSpec(
            name=name,
            field="",
            kind=Kind.NUMBER,
            limits=Limits(maximum=MAX_SEED),
            is_legacy=True,
            meaning=_LEGACY_MEANING,
        )
        for name in ("width", "height", "h", "sameseed")
    ),
)

BY_NAME: dict[str, ParameterSpec] = {
    name: spec for spec in (*TABLE, *LEGACY) for name in spec.names
}
BY_FIELD: dict[str, ParameterSpec] = {spec.field: spec for spec in TABLE}
