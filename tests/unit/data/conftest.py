from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

MakePicture = Callable[..., bytes]
MakeFiles = Callable[[Path, Mapping[str, bytes | str]], Path]


@pytest.fixture
def make_picture() -> MakePicture:
    """Return a function that encodes a picture: no two numbers give the same."""

    def make(
        number: int = 0, *, size: tuple[int, int] = (6, 5), mode: str = "RGB", kind: str = "PNG"
    ) -> bytes:
        height, width = size
        random = np.random.default_rng(number)
        pixels = random.integers(0, 256, (height, width, 4), dtype=np.uint8)
        file = BytesIO()
        options = {"quality": 95} if kind == "JPEG" else {}
        Image.fromarray(pixels).convert(mode).save(file, kind, **options)
        return file.getvalue()

    return make


@pytest.fixture
def make_files() -> MakeFiles:
    """Return a function that writes files by path below a folder and returns the folder."""

    def make(folder: Path, files: Mapping[str, bytes | str]) -> Path:
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return folder

    return make
