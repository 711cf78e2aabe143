"""What a file says about AI and about training is found wherever tools write it, and only there."""

import pytest

from mezzotint.data.check.marks import find_marks
from mezzotint.imaging.labels import find_labels
from mezzotint.imaging.metadata import Metadata

RDF = (
    "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description "
    "xmlns:a='urn:a' {}</rdf:RDF>"
)


def xmp(attribute: str) -> Metadata:
    return Metadata(xmp=RDF.format(f"{attribute}/>"))


def marks(metadata: Metadata) -> list[tuple[str, str]]:
    return [(mark.kind, mark.detail) for mark in find_marks(find_labels(metadata), metadata)]


@pytest.mark.parametrize(
    ("metadata", "detail"),
    [
        (Metadata(texts=(("parameters", "a fox"),)), "A1111 parameters"),
        (Metadata(texts=(("prompt", ' {"3": {}}'),)), "ComfyUI prompt"),
        (Metadata(texts=(("invokeai_metadata", "{}"),)), "InvokeAI metadata"),
        (Metadata(texts=(("mezzotint", "{}"),)), "Mezzotint recipe"),
        (Metadata(user_comment="fox\nSteps: 9, Size: 4x4, Seed: 12"), "A1111 parameters"),
        (Metadata(user_comment='{"AIGC":{"Label":"1"}}'), "TC260 AIGC"),
        (Metadata(texts=(("AIGC", '{"Label":"1"}'),)), "TC260 AIGC"),
        (
            xmp("a:DigitalSourceType='http://x/compositeWithTrainedAlgorithmicMedia'"),
            "IPTC compositeWithTrainedAlgorithmicMedia",
        ),
    ],
)
def test_ai_labels(metadata: Metadata, detail: str) -> None:
    assert marks(metadata) == [("made-by-ai", detail)]


@pytest.mark.parametrize(
    ("metadata", "detail"),
    [
        (Metadata(texts=(("robots", "noimageai"),)), "noai"),
        (xmp("a:Robots='noai'"), "noai"),
        (xmp("a:UsageTerms='No AI: NoAI, NoImageAI'"), "noai"),
        (xmp("a:tdm-reservation='1'"), "tdm-reservation"),
        (Metadata(texts=(("Comment", "tdm-reservation: 1"),)), "tdm-reservation"),
        (Metadata(xmp=RDF.format("><a:reservation/></rdf:Description>")), None),
        (
            xmp("a:DataMining='http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED'"),
            "IPTC Data Mining PROHIBITED",
        ),
        (xmp("a:DataMining='prohibited'"), "IPTC Data Mining"),
    ],
)
def test_refusals(metadata: Metadata, detail: str | None) -> None:
    assert marks(metadata) == ([("no-training", detail)] if detail else [])


@pytest.mark.parametrize(
    "metadata",
    [
        Metadata(),
        Metadata(texts=(("Software", "GIMP"), ("prompt", "be prompt"))),
        Metadata(texts=(("Title", "Casanoai"), ("Comment", "Steps to the river"))),
        xmp("a:DigitalSourceType='http://x/digitalCapture'"),
        xmp("a:tdm-reservation='0'"),
        xmp("a:DataMining='http://ns.useplus.org/ldf/vocab/DMI-ALLOWED'"),
        Metadata(xmp="<broken"),
    ],
)
def test_nothing_is_read_into_ordinary_files(metadata: Metadata) -> None:
    assert marks(metadata) == []


def test_a_signed_file_that_says_nothing_has_credentials_alone() -> None:
    assert marks(Metadata(c2pa=b"jumbc2pa")) == [("credentials", "C2PA")]


def test_a_permission_for_training_is_no_refusal() -> None:
    metadata = Metadata(c2pa=b"jumb cawg.training-mining use allowed")
    assert marks(metadata) == [("credentials", "C2PA")]


def test_each_thing_is_said_once() -> None:
    recipe = "Steps: 9, Seed: 12"
    metadata = Metadata(texts=(("parameters", recipe),), user_comment=recipe)
    assert marks(metadata) == [("made-by-ai", "A1111 parameters")]
