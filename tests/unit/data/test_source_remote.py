import sys
import threading
import zipfile
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlparse

import pytest
from obstore.store import LocalStore, MemoryStore, ObjectStore

from mezzotint.data.sources.opening import open_source, open_tree
from mezzotint.data.sources.store_tree import list_store
from mezzotint.domain.errors import FailedError, InputError, MissingExtraError

MakePicture = Callable[..., bytes]


@contextmanager
def serving(handler: Callable[..., BaseHTTPRequestHandler]) -> Generator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=partial(server.serve_forever, poll_interval=0.01))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        del format, args


def bucket_handler(objects: Mapping[str, bytes]) -> type[BaseHTTPRequestHandler]:
    """Speak as much of S3 as listing and getting take."""

    class Handler(QuietHandler):
        def do_GET(self) -> None:
            url = urlparse(self.path)
            key = unquote(url.path).removeprefix("/bucket").lstrip("/")
            if key in objects:
                self._answer(200, objects[key], "application/octet-stream")
            elif not key:
                prefix = parse_qs(url.query).get("prefix", [""])[0]
                self._answer(200, _listing(objects, prefix).encode(), "application/xml")
            else:
                self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>", "application/xml")

        def do_HEAD(self) -> None:
            self.do_GET()

        def _answer(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("ETag", '"e"')
            self.send_header("Last-Modified", "Wed, 21 Oct 2015 07:28:00 GMT")
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

    return Handler


def _listing(objects: Mapping[str, bytes], prefix: str) -> str:
    rows = "".join(
        f"<Contents><Key>{key}</Key><LastModified>2015-10-21T07:28:00.000Z</LastModified>"
        f"<ETag>&quot;e&quot;</ETag><Size>{len(data)}</Size></Contents>"
        for key, data in objects.items()
        if key.startswith(prefix)
    )
    return f"<ListBucketResult><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>"


@pytest.fixture
def bucket_settings(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def use(endpoint: str) -> None:
        for name, value in (
            ("AWS_ENDPOINT", endpoint),
            ("AWS_ALLOW_HTTP", "true"),
            ("AWS_ACCESS_KEY_ID", "key"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_REGION", "us-east-1"),
        ):
            monkeypatch.setenv(name, value)

    return use


def fill(store: ObjectStore, files: Mapping[str, bytes]) -> ObjectStore:
    for key, data in files.items():
        store.put(key, data)
    return store


@pytest.mark.parametrize("kind", ["memory", "local"])
def test_layouts_are_read_in_a_store(tmp_path: Path, make_picture: MakePicture, kind: str) -> None:
    (tmp_path / "store").mkdir()
    store = MemoryStore() if kind == "memory" else LocalStore(tmp_path / "store")
    files = {f"{c}/{i}.png": make_picture(i) for c in ("cat", "dog") for i in range(2)}
    fill(store, {**files, "cat/0.txt": b"a cat", ".hidden/x.png": b"?"})
    with open_tree(list_store(store, "memory://set")) as source:
        entries = list(source.entries())
        assert [entry.class_name for entry in entries] == ["cat", "cat", "dog", "dog"]
        assert entries[0].caption == "a cat"
        assert entries[1].open() == make_picture(1)
        assert entries[1].path is None
    assert len({entry.fingerprint for entry in entries}) >= 1


def test_archives_in_a_store_are_copied_first(tmp_path: Path, make_picture: MakePicture) -> None:
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        archive.writestr("red_hat.png", make_picture())
    store = fill(MemoryStore(), {"set.zip": (tmp_path / "set.zip").read_bytes()})
    with open_tree(list_store(store, "memory://set"), cache_dir=tmp_path / "cache") as source:
        (entry,) = source.entries()
        assert (entry.caption, entry.open()) == ("red hat", make_picture())
    assert list((tmp_path / "cache").rglob("set.zip"))


def test_an_object_that_goes_away_is_a_broken_entry(make_picture: MakePicture) -> None:
    store = fill(MemoryStore(), {"a.png": make_picture(), "b.png": make_picture()})
    with open_tree(list_store(store, "memory://set")) as source:
        store.delete("a.png")
        gone, there = source.entries()
        with pytest.raises(InputError, match=r"a\.png cannot be fetched") as caught:
            gone.open()
        assert "\n" not in str(caught.value.message)
        assert there.open() == make_picture()


def test_an_archive_on_a_web_server(tmp_path: Path, make_picture: MakePicture) -> None:
    web = tmp_path / "web"
    web.mkdir()
    with zipfile.ZipFile(web / "my set.zip", "w") as archive:
        archive.writestr("red_hat.png", make_picture())
    with serving(partial(QuietHandler, directory=str(web))) as address:
        with open_source(f"{address}/my set.zip") as source:
            assert [entry.open() for entry in source.entries()] == [make_picture()]
        with pytest.raises(InputError, match="nothing at"):
            open_source(f"{address}/other.zip")


def test_a_bucket(make_picture: MakePicture, bucket_settings: Callable[[str], None]) -> None:
    objects = {"sets/hats/red_hat.png": make_picture(1), "sets/hats/b.png": make_picture(2)}
    with serving(bucket_handler({**objects, "other/c.png": b"?"})) as address:
        bucket_settings(address)
        with open_source("s3://bucket/sets/hats") as source:
            found = {entry.key: entry.open() for entry in source.entries()}
    assert found == {"b.png": make_picture(2), "red_hat.png": make_picture(1)}


def test_an_archive_in_a_bucket(
    tmp_path: Path, make_picture: MakePicture, bucket_settings: Callable[[str], None]
) -> None:
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        archive.writestr("hat.png", make_picture())
    data = (tmp_path / "set.zip").read_bytes()
    with serving(bucket_handler({"sets/set.zip": data})) as address:
        bucket_settings(address)
        with open_source("s3://bucket/sets/set.zip") as source:
            assert [entry.open() for entry in source.entries()] == [make_picture()]


def test_an_address_that_does_not_answer() -> None:
    with pytest.raises((FailedError, InputError)) as caught:
        open_source("http://127.0.0.1:9/set.zip")
    assert "127.0.0.1" in str(caught.value) or "set.zip" in str(caught.value)
    with pytest.raises(InputError, match="not understood"):
        open_source("s3://")


def test_without_obstore_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore", None)
    with pytest.raises(MissingExtraError, match=r"mezzotint\[data\]"):
        open_source("s3://bucket/sets")


@pytest.mark.parametrize("name", ["sets/hats/", "hat.png", "set.zip?download=1"])
def test_a_web_address_that_is_no_archive_is_refused_unasked(name: str) -> None:
    with pytest.raises(InputError, match="web site cannot list") as caught:
        open_source(f"https://127.0.0.1:9/{name}")
    assert ".zip" in str(caught.value.hint)


def test_reasons_are_one_short_sentence() -> None:
    with pytest.raises(InputError) as caught:
        open_source("http://127.0.0.1:9/set.zip")
    assert "retries" not in str(caught.value)
