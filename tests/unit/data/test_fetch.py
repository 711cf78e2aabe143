import hashlib
import re
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlparse

import pytest

from mezzotint.data.catalogue import DataSet, RemoteFile
from mezzotint.data.fetch import FetchProgress, fetch, fetch_data_set
from mezzotint.domain.errors import FailedError, InputError

CONTENT = bytes(range(256)) * 4000


@dataclass
class Behaviour:
    """Say how the server treats each path, and note what it was asked."""

    content: dict[str, bytes] = field(default_factory=dict[str, bytes])
    breaks_after: list[int] = field(default_factory=list[int])  # bytes, for one answer each
    ranges: bool = True
    status: int = 200
    asked: list[tuple[str, str | None]] = field(default_factory=list[tuple[str, str | None]])


def handler_of(behaviour: Behaviour) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlparse(self.path).path
            wanted = self.headers.get("Range")
            behaviour.asked.append((path, wanted))
            if behaviour.status != 200 or path not in behaviour.content:
                self.send_error(404 if behaviour.status == 200 else behaviour.status)
                return
            data = behaviour.content[path]
            start = 0
            match = re.fullmatch(r"bytes=(\d+)-", wanted or "")
            if match and behaviour.ranges:
                start = int(match[1])
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(data) - start))
            self.end_headers()
            end = start + behaviour.breaks_after.pop(0) if behaviour.breaks_after else len(data)
            self.wfile.write(data[start:end])

        def log_message(self, format: str, *args: object) -> None:
            del format, args

    return Handler


@contextmanager
def serving(behaviour: Behaviour) -> Generator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(behaviour))
    thread = threading.Thread(target=partial(server.serve_forever, poll_interval=0.01))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def data_set(*addresses: str, content: bytes = CONTENT) -> DataSet:
    file = RemoteFile(
        name="a.bin",
        addresses=addresses,
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    return DataSet(
        name="toy",
        title={"en": "Toy", "zh": "玩具"},
        about="",
        licence="MIT",
        homepage="",
        files=(file,),
        classes=(),
    )


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("toy/*"))


def test_a_set_is_fetched_and_not_fetched_twice(tmp_path: Path) -> None:
    behaviour = Behaviour(content={"/a.bin": CONTENT})
    seen: list[FetchProgress] = []
    with serving(behaviour) as host:
        wanted = data_set(f"{host}/a.bin")
        fetched = fetch_data_set(wanted, tmp_path, progress=seen.append)
        again = fetch_data_set(wanted, tmp_path)
    assert (tmp_path / "toy" / "a.bin").read_bytes() == CONTENT
    assert (fetched.num_downloaded, again.num_downloaded) == (1, 0)
    assert fetched.path == tmp_path / "toy"
    assert len(behaviour.asked) == 1
    assert seen[-1] == FetchProgress(
        file_name="a.bin", num_bytes=len(CONTENT), total_bytes=len(CONTENT)
    )
    assert files_in(tmp_path) == ["a.bin"]


def test_a_transfer_that_breaks_off_goes_on(tmp_path: Path) -> None:
    behaviour = Behaviour(content={"/a.bin": CONTENT}, breaks_after=[300_000, 300_000])
    with serving(behaviour) as host:
        fetch_data_set(data_set(f"{host}/a.bin"), tmp_path)
    assert (tmp_path / "toy" / "a.bin").read_bytes() == CONTENT
    assert [wanted for _, wanted in behaviour.asked] == [None, "bytes=300000-", "bytes=600000-"]


def test_a_later_call_goes_on_where_the_last_one_failed(tmp_path: Path) -> None:
    behaviour = Behaviour(content={"/a.bin": CONTENT}, breaks_after=[1000] * 3)
    with serving(behaviour) as host:
        with pytest.raises(FailedError, match=r"a\.bin cannot be fetched"):
            fetch_data_set(data_set(f"{host}/a.bin"), tmp_path)
        assert files_in(tmp_path) == [".a.bin.part"]
        fetch_data_set(data_set(f"{host}/a.bin"), tmp_path)
    assert behaviour.asked[-1] == ("/a.bin", "bytes=3000-")
    assert files_in(tmp_path) == ["a.bin"]


def test_a_server_without_ranges_starts_anew(tmp_path: Path) -> None:
    behaviour = Behaviour(content={"/a.bin": CONTENT}, breaks_after=[5000], ranges=False)
    with serving(behaviour) as host:
        fetch_data_set(data_set(f"{host}/a.bin"), tmp_path)
    assert (tmp_path / "toy" / "a.bin").read_bytes() == CONTENT


@pytest.mark.parametrize(
    "content", [CONTENT[:-1] + b"!", CONTENT + b"more"], ids=["other bytes", "longer"]
)
def test_wrong_content_is_thrown_away(tmp_path: Path, content: bytes) -> None:
    with (
        serving(Behaviour(content={"/a.bin": content})) as host,
        pytest.raises(FailedError, match=r"SHA-256|longer"),
    ):
        fetch_data_set(data_set(f"{host}/a.bin"), tmp_path)
    assert files_in(tmp_path) == []


def test_a_spoilt_part_is_not_trusted(tmp_path: Path) -> None:
    (tmp_path / "toy").mkdir()
    part = tmp_path / "toy" / ".a.bin.part"
    with serving(Behaviour(content={"/a.bin": CONTENT})) as host:
        part.write_bytes(bytes(len(CONTENT)))
        fetch_data_set(data_set(f"{host}/a.bin"), tmp_path)
        assert files_in(tmp_path) == ["a.bin"]
        (tmp_path / "toy" / "a.bin").unlink()
        part.write_bytes(bytes(100))
        with pytest.raises(FailedError, match="SHA-256"):
            fetch_data_set(data_set(f"{host}/a.bin"), tmp_path)
        assert files_in(tmp_path) == []


def test_a_file_that_was_changed_is_fetched_again(tmp_path: Path) -> None:
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy" / "a.bin").write_bytes(b"something else")
    with serving(Behaviour(content={"/a.bin": CONTENT})) as host:
        assert fetch_data_set(data_set(f"{host}/a.bin"), tmp_path).num_downloaded == 1
    assert (tmp_path / "toy" / "a.bin").read_bytes() == CONTENT


def test_the_next_address_is_tried(tmp_path: Path) -> None:
    behaviour = Behaviour(content={"/mirror/a.bin": CONTENT})
    with serving(behaviour) as host:
        fetch_data_set(data_set(f"{host}/a.bin", f"{host}/mirror/a.bin"), tmp_path)
    assert [path for path, _ in behaviour.asked] == ["/a.bin", "/mirror/a.bin"]


@pytest.mark.parametrize(("status", "num_tries"), [(404, 1), (503, 3)])
def test_a_server_that_says_no(tmp_path: Path, status: int, num_tries: int) -> None:
    behaviour = Behaviour(content={"/a.bin": CONTENT}, status=status)
    with serving(behaviour) as host, pytest.raises(FailedError, match=str(status)):
        fetch_data_set(data_set(f"{host}/a.bin"), tmp_path)
    assert len(behaviour.asked) == num_tries
    assert files_in(tmp_path) == []


def test_no_server_at_all(tmp_path: Path) -> None:
    with pytest.raises(FailedError, match=r"a\.bin cannot be fetched"):
        fetch_data_set(data_set("http://127.0.0.1:9/a.bin"), tmp_path)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "toy").write_text("a file")
    with pytest.raises(FailedError, match="cannot be written"):
        fetch_data_set(data_set("http://127.0.0.1:9/a.bin"), tmp_path)


def test_an_unknown_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="catalogue"):
        fetch("nothing-like-it", tmp_path)


def test_a_failure_leaves_no_empty_folder_and_tells_wrong_content_from_a_bad_network(
    tmp_path: Path,
) -> None:
    spoilt = Behaviour(content={"/a.bin": bytes(len(CONTENT))})
    with serving(spoilt) as host, pytest.raises(FailedError, match="SHA-256") as caught:
        fetch_data_set(data_set(f"{host}/a.bin"), tmp_path)
    assert "Nothing was kept" in str(caught.value.hint)
    with pytest.raises(FailedError, match=r"refused\. ") as caught:
        fetch_data_set(data_set("http://127.0.0.1:9/a.bin"), tmp_path)
    assert "network" in str(caught.value.hint)
    assert list(tmp_path.iterdir()) == []
