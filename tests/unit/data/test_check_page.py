"""The page is well-formed, stands alone, and no file name or caption breaks out of it."""

import re
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from mezzotint.data.check.advice import advise
from mezzotint.data.check.checking import check
from mezzotint.data.check.page.context import MAX_FIGURES, Context, has_alpha
from mezzotint.data.check.page.markup import Markup, element
from mezzotint.data.check.page.page import render_page
from mezzotint.data.check.report import CheckReport
from mezzotint.data.check.thumbnails import make_thumbnails, shown_keys
from mezzotint.data.sources.opening import open_source
from mezzotint.domain.message import Message
from toys import planted_corpus as planted

VOID = {"meta", "img"}
ATTACK = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;"


class Reader(HTMLParser):
    """Check nesting and collect what matters."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def values(self, name: str) -> list[str]:
        return [value for _, key, value in self.attributes if key == name]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return planted.plant(tmp_path_factory.mktemp("planted"))


@pytest.fixture(scope="module")
def checked(folder: Path) -> tuple[CheckReport, dict[str, bytes]]:
    with open_source(folder) as source:
        report = check(source)
        return report, make_thumbnails(source, shown_keys(report))


@pytest.fixture(scope="module")
def page(checked: tuple[CheckReport, dict[str, bytes]]) -> str:
    report, thumbnails = checked
    return render_page(report, advise(report), thumbnails=thumbnails)


def test_the_page_is_well_formed_and_complete(page: str) -> None:
    reader = Reader(page)
    assert page.startswith("<!doctype html>")
    ids = reader.values("id")
    assert len(ids) == len(set(ids))
    assert {"broken", "no-training", "ai", "copies", "near-copies", "blurred", "flat"} <= set(ids)
    anchors = [value for value in reader.values("href") if value.startswith("#")]
    assert {anchor[1:] for anchor in anchors} <= set(ids)


def test_the_page_asks_for_nothing_from_outside(page: str) -> None:
    reader = Reader(page)
    assert not {"script", "link", "iframe", "object", "form"} & set(reader.tags)
    assert all(value.startswith("data:image/webp;base64,") for value in reader.values("src"))
    assert all(value.startswith("#") for value in reader.values("href"))
    assert not re.search(r"url\(|@import|https?://", page)
    (policy,) = [value for value in reader.values("content") if "default-src" in value]
    assert "default-src 'none'" in policy


def test_every_planted_fault_is_named_on_the_page(page: str) -> None:
    said = "\n".join(Reader(page).texts)
    for key in planted.BROKEN:
        assert key in said
    names = [*planted.MADE_BY_AI, *planted.NO_TRAINING, *planted.BLURRED, *planted.FLAT]
    for key in (*names, *(key for group in planted.NEAR for key in group)):
        assert Path(key).name in said
        assert key in Reader(page).values("title")


def test_every_picture_shown_has_a_thumbnail(
    page: str, checked: tuple[CheckReport, dict[str, bytes]]
) -> None:
    report, thumbnails = checked
    assert thumbnails.keys() == shown_keys(report)
    assert 'class="empty"' not in page
    for data in thumbnails.values():
        with Image.open(BytesIO(data)) as small:
            assert small.format == "WEBP"
            assert max(small.size) <= 128


def test_a_missing_thumbnail_leaves_an_empty_frame(
    checked: tuple[CheckReport, dict[str, bytes]],
) -> None:
    report, _ = checked
    assert 'class="empty"' in render_page(report, advise(report), thumbnails={})


def test_messages_go_through_the_translation(
    checked: tuple[CheckReport, dict[str, bytes]],
) -> None:
    report, thumbnails = checked
    marked = render_page(
        report,
        advise(report),
        thumbnails=thumbnails,
        language="zh",
        translate=lambda message: f"[{message}]",
    )
    reader = Reader(marked)
    assert "zh-Hans" in reader.values("lang")
    untranslated = {
        text.strip()
        for text in reader.texts
        if re.search(r"[A-Za-z]{3,} [a-z]{3,} [a-z]{2,}", text) and "[" not in text
    }
    captions = {caption for caption in untranslated if "a red" in caption}
    assert {text for text in untranslated - captions if "{" not in text} == set()


def test_hostile_names_captions_and_classes_stay_text(tmp_path: Path) -> None:
    folder = tmp_path / "<b>set"
    hostile = folder / "<script>alert(0)<"
    hostile.mkdir(parents=True)
    for number, name in enumerate(('"><svg onload=alert(1)>.png', "&lt;i&gt;'.png", "a.png")):
        (hostile / name).write_bytes(planted.encoded(planted.photograph(number % 2)))
        (hostile / Path(name).with_suffix(".txt")).write_text(ATTACK)
    (hostile / "<img src=x onerror=alert(3)>.png").write_bytes(b"")
    (folder / "other").mkdir()
    (folder / "other" / "b.png").write_bytes(planted.encoded(planted.photograph(5)))
    with open_source(folder) as source:
        report = check(source)
        thumbnails = make_thumbnails(source, shown_keys(report))
    reader = Reader(render_page(report, advise(report), thumbnails=thumbnails))
    assert not {"script", "b onload", "i"} & set(reader.tags)
    assert reader.tags.count("svg") == len(report.shapes.aspects if report.shapes else ())
    assert not [name for _, name, _ in reader.attributes if name.startswith("on")]
    said = "\n".join(reader.texts)
    assert "<img src=x onerror=alert(3)>.png" in said
    assert ATTACK.lower() in said
    assert len(report.exact_duplicates) == 1


@given(st.text(), st.text())
def test_text_and_attributes_come_back_as_they_were(text: str, value: str) -> None:
    text, value = (part.replace("\r", "").replace("\0", "") for part in (text, value))
    reader = Reader(element("p", text, title=value))
    assert "".join(reader.texts) == text
    assert reader.values("title") == [value]


def test_markup_goes_in_as_it_is() -> None:
    assert element("p", element("b", "<")) == "<p><b>&lt;</b></p>"
    assert element("meta", http_equiv="x", name=None) == '<meta http-equiv="x">'
    assert isinstance(element("p"), Markup)


def test_long_lists_are_cut_and_counted() -> None:
    context = Context(thumbnails={}, translate=str)
    keys = tuple(f"{number}.png" for number in range(MAX_FIGURES + 1234))
    shown = context.gallery(keys)
    assert shown.count("<figure") == MAX_FIGURES
    assert "And 1,234 more" in shown


@pytest.mark.parametrize("lossless", [True, False])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_alpha_is_seen_in_the_header(mode: str, lossless: bool) -> None:
    file = BytesIO()
    colour = (9, 9, 9, 100)[: len(mode)]
    Image.new(mode, (20, 10), colour).save(file, "WEBP", lossless=lossless)
    assert has_alpha(file.getvalue()) == (mode == "RGBA")


def test_an_empty_report_still_makes_a_page(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"")
    with open_source(tmp_path) as source:
        report = check(source)
    page = render_page(report, advise(report), thumbnails={}, translate=Message.__str__)
    Reader(page)
    assert "Not one of 1 files can be used." in page
