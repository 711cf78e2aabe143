"""The packet that we write: well-formed whatever it holds, with both labels."""

import json
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mezzotint.domain.errors import InputError
from mezzotint.imaging.labels import AigcLabel, find_labels
from mezzotint.imaging.metadata import Metadata
from mezzotint.imaging.xmp_packet import read_properties
from mezzotint.provenance.xmp import aigc_label, record_json_in, write_packet

LAWS = settings(
    deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
LABEL = aigc_label(producer="studio-7", produce_id="mz1-00", pixel_sha256="ab")


def test_the_packet_is_what_the_standards_ask_for() -> None:
    packet = write_packet(digital_source_type="trainedAlgorithmicMedia", aigc=LABEL)
    assert packet.startswith('<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>')
    assert packet.endswith('<?xpacket end="w"?>')
    root = ElementTree.fromstring(packet)
    description = root[0][0]
    source_type = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType"
    prefix = "http://cv.iptc.org/newscodes/digitalsourcetype/"
    assert description.get(source_type) == prefix + "trainedAlgorithmicMedia"
    aigc = description.find("{http://www.tc260.org.cn/ns/AIGC/1.0/}AIGC")
    assert aigc is not None
    assert aigc.text is not None
    assert json.loads(aigc.text) == {
        "Label": "1",
        "ContentProducer": "studio-7",
        "ProduceID": "mz1-00",
        "ReservedCode1": "ab",
        "ContentPropagator": "",
        "PropagateID": "",
        "ReservedCode2": "",
    }
    assert "{&quot;Label&quot;:&quot;1&quot;," in packet  # as in the practice guide


def test_composites_say_so() -> None:
    packet = write_packet(digital_source_type="compositeWithTrainedAlgorithmicMedia", aigc=LABEL)
    labels = find_labels(Metadata(xmp=packet))
    assert labels.digital_source_type == "compositeWithTrainedAlgorithmicMedia"
    assert labels.says_ai


@LAWS
@given(
    fields=st.lists(st.text(max_size=20), min_size=7, max_size=7),
    parents=st.lists(st.text(max_size=30), max_size=3).map(tuple),
    content=st.dictionaries(st.text(max_size=10), st.text(max_size=30), max_size=3),
)
def test_any_content_is_escaped(
    fields: list[str], parents: tuple[str, ...], content: dict[str, str]
) -> None:
    record_json = json.dumps(content)
    packet = write_packet(
        digital_source_type="trainedAlgorithmicMedia",
        aigc=AigcLabel(label="1", content_producer=fields[0], reserved_code2=fields[1]),
        record_json=record_json,
        parent_labels=parents,
    )
    assert record_json_in(packet) == record_json
    found = {entry.name: entry.values for entry in read_properties(packet)}
    assert set(found) >= {"DigitalSourceType", "AIGC", "Record"}
    assert len(found.get("ParentLabels", ())) <= len(parents)


def test_labels_of_parents_are_kept_as_they_stand() -> None:
    parents = ('{"Label":"1","ContentProducer":"a & b <c>"}', "trainedAlgorithmicMedia")
    packet = write_packet(
        digital_source_type="trainedAlgorithmicMedia", aigc=LABEL, parent_labels=parents
    )
    found = {entry.name: entry.values for entry in read_properties(packet)}
    assert found["ParentLabels"] == parents


@pytest.mark.parametrize(
    "producer", ["studio", "0011" + "9" * 18 + "00000", "a@b.c/~!#[]", "x" * 200]
)
def test_producers_that_fit(producer: str) -> None:
    assert (
        aigc_label(producer=producer, produce_id="", pixel_sha256="").content_producer == producer
    )


@pytest.mark.parametrize("producer", ["", "two words", 'a"b', "a\\b", "工作室", "a\n", "x" * 201])
def test_producers_that_do_not_fit(producer: str) -> None:
    with pytest.raises(InputError, match="producer name") as caught:
        aigc_label(producer=producer, produce_id="", pixel_sha256="")
    assert caught.value.code == "label.producer"


def test_packets_of_others_hold_no_record() -> None:
    assert record_json_in("not xml") is None
    assert (
        record_json_in(write_packet(digital_source_type="trainedAlgorithmicMedia", aigc=LABEL))
        is None
    )
