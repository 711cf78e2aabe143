"""Labels of every writer are found, and hostile packets do no harm."""

import json

import pytest

from mezzotint.imaging.labels import AigcLabel, find_labels, parse_aigc
from mezzotint.imaging.metadata import Metadata
from mezzotint.imaging.xmp_packet import XmpError, read_properties

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
TC260 = "http://www.tc260.org.cn/ns/AIGC/1.0/"
AI = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


def packet(attributes: str = "", content: str = "") -> str:
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{RDF}">'
        f'<rdf:Description rdf:about="" xmlns:i="{IPTC}" xmlns:t="{TC260}" '
        'xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/" {attributes}>{content}</rdf:Description>'
        '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>' + " " * 50
    )


@pytest.mark.parametrize(
    "xmp",
    [
        packet(f'i:DigitalSourceType="{AI}"'),
        packet(f"i:DigitalSourceType='{AI}'"),
        packet(content=f"<i:DigitalSourceType>{AI}</i:DigitalSourceType>"),
        packet(content=f"<i:DigitalSourceType>\n {AI}/ \n</i:DigitalSourceType>"),
        packet(content=f'<i:DigitalSourceType rdf:resource="{AI}"/>'),
        packet(
            content=f"<i:DigitalSourceType><rdf:Bag><rdf:li>{AI}</rdf:li></rdf:Bag></i:DigitalSourceType>"
        ),
        "\ufeff" + packet(f'i:DigitalSourceType="{AI}"') + "\x00",
    ],
)
def test_digital_source_type_in_every_spelling(xmp: str) -> None:
    labels = find_labels(Metadata(xmp=xmp))
    assert labels.digital_source_type == "trainedAlgorithmicMedia"
    assert labels.says_ai


def test_a_photograph_is_not_called_ai() -> None:
    camera = AI.replace("trainedAlgorithmicMedia", "digitalCapture")
    labels = find_labels(Metadata(xmp=packet(f'i:DigitalSourceType="{camera}"')))
    assert labels.digital_source_type == "digitalCapture"
    assert not labels.says_ai
    assert not find_labels(Metadata()).says_ai


AIGC = {"Label": "1", "ContentProducer": "x", "ProduceID": "7", "PropagateID": "9"}
EXPECTED = AigcLabel(label="1", content_producer="x", produce_id="7", propagate_id="9")


@pytest.mark.parametrize(
    "metadata",
    [
        Metadata(xmp=packet("t:AIGC='" + json.dumps(AIGC) + "'")),
        Metadata(xmp=packet('t:AIGC="' + json.dumps(AIGC).replace('"', "&quot;") + '"')),
        Metadata(xmp=packet(content=f"<t:AIGC>{json.dumps(AIGC)}</t:AIGC>")),
        Metadata(xmp=packet(content=f"<t:AIGC><![CDATA[{json.dumps(AIGC)}]]></t:AIGC>")),
        Metadata(xmp=packet(content=f"<t:AIGC>{AIGC!s}</t:AIGC>")),  # single quotes inside
        Metadata(texts=(("AIGC", json.dumps(AIGC)),)),
        Metadata(texts=(("AIGC", json.dumps({"AIGC": AIGC})),)),
    ],
)
def test_aigc_label_in_every_place(metadata: Metadata) -> None:
    labels = find_labels(metadata)
    assert labels.aigc == EXPECTED
    assert labels.says_ai


def test_aigc_fields_come_in_the_order_of_the_standard() -> None:
    written = json.loads(EXPECTED.to_json())
    assert list(written) == [
        "Label",
        "ContentProducer",
        "ProduceID",
        "ReservedCode1",
        "ContentPropagator",
        "PropagateID",
        "ReservedCode2",
    ]
    assert parse_aigc(EXPECTED.to_json()) == EXPECTED


def test_aigc_labels_with_slips() -> None:
    assert parse_aigc('{"ReserveCode1": "h", "Label": 1}') == AigcLabel(
        label="1", reserved_code1="h"
    )
    assert parse_aigc("[1]") is None
    assert parse_aigc("nonsense") is None
    assert parse_aigc("[" * 100_000) is None
    labels = find_labels(Metadata(texts=(("AIGC", "nonsense"),)))
    assert (labels.aigc, labels.aigc_text, labels.says_ai) == (None, "nonsense", True)


@pytest.mark.parametrize(
    "metadata",
    [
        Metadata(
            xmp=packet(
                'plus:DataMining="http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-AIMLTRAINING"'
            )
        ),
        Metadata(
            xmp=packet(
                content="<dc:subject><rdf:Bag><rdf:li>koi</rdf:li><rdf:li>NoAI</rdf:li></rdf:Bag></dc:subject>"
            )
        ),
        Metadata(texts=(("robots", "noimageai"),)),
        Metadata(c2pa=b"jumb c2pa cawg.training-mining ... notAllowed"),
    ],
)
def test_marks_against_training(metadata: Metadata) -> None:
    assert find_labels(metadata).training_refused


def test_leave_to_train_is_no_refusal() -> None:
    allowed = packet('plus:DataMining="http://ns.useplus.org/ldf/vocab/DMI-ALLOWED"')
    assert not find_labels(Metadata(xmp=allowed)).training_refused
    assert not find_labels(Metadata(c2pa=b"training-mining allowed")).training_refused
    assert not find_labels(Metadata(texts=(("Title", "A noai debate"),))).training_refused


def test_c2pa_that_names_ai() -> None:
    labels = find_labels(
        Metadata(c2pa=b"... digitalSourceType compositeWithTrainedAlgorithmicMedia")
    )
    assert labels.has_c2pa
    assert labels.says_ai
    assert not find_labels(Metadata(c2pa=b"a camera's")).says_ai


def test_labels_that_an_edited_picture_must_keep() -> None:
    bag = "<rdf:Bag><rdf:li>first</rdf:li><rdf:li>second</rdf:li></rdf:Bag>"
    parents = f'<m:ParentLabels xmlns:m="urn:m">{bag}</m:ParentLabels>'
    labels = find_labels(Metadata(xmp=packet(f'i:DigitalSourceType="{AI}" t:AIGC="x"', parents)))
    assert labels.ai_texts == ("first", "second", "trainedAlgorithmicMedia", "x")
    camera = AI.replace("trainedAlgorithmicMedia", "digitalCapture")
    assert find_labels(Metadata(xmp=packet(f'i:DigitalSourceType="{camera}"'))).ai_texts == ()


def test_entities_are_refused() -> None:
    lols = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    bomb = f'<!DOCTYPE x [<!ENTITY l0 "ha">{lols}]>' + packet(content="<t:AIGC>&l9;</t:AIGC>")
    with pytest.raises(XmpError, match="document type"):
        read_properties(bomb)
    labels = find_labels(Metadata(xmp=bomb))
    assert labels.is_unreadable
    assert labels.aigc is None


@pytest.mark.parametrize("xmp", ["", "<", "no xml", "<a>" * 50_000, "\ud800", "x" * 17_000_000])
def test_broken_packets_are_reported(xmp: str) -> None:
    assert find_labels(Metadata(xmp=xmp)).is_unreadable


def test_deeply_nested_packets_are_harmless() -> None:
    nested = packet(content="<t:AIGC>" + "<t:a>" * 30_000 + "1" + "</t:a>" * 30_000 + "</t:AIGC>")
    assert find_labels(Metadata(xmp=nested)).aigc_text == "1"
