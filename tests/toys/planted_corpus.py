"""A folder with everything wrong in it, each fault planted by name, among sound pictures."""

import struct
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter, ImageOps

from mezzotint.imaging.formats import OutputFormat
from mezzotint.imaging.metadata import Metadata, embed_metadata

NUM_CATS, NUM_DOGS = 14, 6
XMP = (
    "<x:xmpmeta xmlns:x='adobe:ns:meta/'>"
    "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
    "<rdf:Description xmlns:Iptc4xmpExt='http://iptc.org/std/Iptc4xmpExt/2008-02-29/' "
    "xmlns:plus='http://ns.useplus.org/ldf/xmp/1.0/' {}/></rdf:RDF></x:xmpmeta>"
)
AI_SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
NO_MINING = "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-AIMLTRAINING"

BROKEN = {
    "cats/bomb.png": "picture.bomb",
    "cats/cut.jpg": "picture.truncated",
    "cats/empty.png": "picture.empty",
    "cats/folder.png": "data.unreadable",
    "cats/note.png": "picture.not-a-picture",
    "cats/scan.psd.jpg": "picture.unsupported",
}
EXACT = (("cats/00.jpg", "dogs/same as 00.jpg"),)
NEAR = (
    ("cats/01.jpg", "cats/01 saved again.jpg", "dogs/01 small.png"),
    ("cats/02.jpg", "cats/02 mirrored.png"),
)
BLURRED = ("cats/soft.jpg", "dogs/very soft.png")
FLAT = ("cats/flat.jpg",)
MADE_BY_AI = {
    "dogs/a1111.png": ("A1111 parameters",),
    "dogs/aigc.webp": ("TC260 AIGC",),
    "dogs/comfy.png": ("ComfyUI workflow",),
    "dogs/iptc.jpg": ("IPTC trainedAlgorithmicMedia",),
    "dogs/signed.png": ("C2PA trainedAlgorithmicMedia",),
}
NO_TRAINING = {
    "cats/mining.jpg": ("IPTC Data Mining PROHIBITED-AIMLTRAINING",),
    "cats/noai.png": ("noai",),
    "cats/reserved.webp": ("tdm-reservation",),
    "cats/signed refusal.png": ("C2PA training-mining",),
}
WRONG_EXTENSION = "cats/really a png.jpg"
OPTED_OUT = "cats/03.jpg"
NEAR_OPTED_OUT = "dogs/03 copy.png"


def photograph(seed: int, size: tuple[int, int] = (90, 120)) -> Image.Image:
    """Make a colour picture with the spectrum of a photograph; size is (height, width)."""
    noise = np.random.default_rng(seed).standard_normal((*size, 3))
    frequency = np.hypot(np.fft.fftfreq(size[0])[:, None], np.fft.fftfreq(size[1])[None])
    frequency[0, 0] = 1
    pixels = np.fft.ifft2(np.fft.fft2(noise, axes=(0, 1)) / frequency[..., None], axes=(0, 1)).real
    pixels = 128 + 50 * (pixels - pixels.mean()) / pixels.std()
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def encoded(picture: Image.Image, kind: str = "PNG", **options: int) -> bytes:
    """Return the bytes of a file."""
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def with_metadata(seed: int, kind: OutputFormat, metadata: Metadata) -> bytes:
    """Return a photograph that says something about itself."""
    return embed_metadata(encoded(photograph(seed), kind.upper()), kind, metadata)


def with_chunk(png: bytes, kind: bytes, data: bytes) -> bytes:
    """Put a chunk behind the header of a PNG."""
    chunk = struct.pack(">I", len(data)) + kind + data
    return png[:33] + chunk + struct.pack(">I", zlib.crc32(kind + data)) + png[33:]


def png_of_size(width_px: int, height_px: int) -> bytes:
    """Return a PNG whose header promises a size and that holds next to nothing."""
    header = struct.pack(">IIBBBBB", width_px, height_px, 8, 2, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + header
    png += struct.pack(">I", zlib.crc32(b"IHDR" + header))
    return with_chunk(png, b"IDAT", zlib.compress(bytes(1000)))


def sound_files() -> dict[str, bytes]:
    """Return photographs of two classes, with captions beside them."""
    files: dict[str, bytes] = {}
    for folder, first, num in (("cats", 0, NUM_CATS), ("dogs", 100, NUM_DOGS)):
        for number in range(num):
            picture = photograph(first + number)
            files[f"{folder}/{number:02d}.jpg"] = encoded(picture, "JPEG", quality=92)
            caption = "一只红色的猫" if number == 0 else f"a red {folder[:-1]} number {number % 4}"
            files[f"{folder}/{number:02d}.txt"] = caption.encode()
    return files


def faulty_files(sound: dict[str, bytes]) -> dict[str, bytes]:
    """Return everything that is wrong, by the names at the head of this module."""
    jpeg = sound["cats/05.jpg"]
    soft = ImageFilter.GaussianBlur(5)
    return {
        "cats/bomb.png": png_of_size(60_000, 60_000),
        "cats/cut.jpg": jpeg[: len(jpeg) // 2],
        "cats/empty.png": b"",
        "cats/note.png": b"not a picture",
        "cats/scan.psd.jpg": b"8BPS" + bytes(100),
        "dogs/same as 00.jpg": sound["cats/00.jpg"],
        "cats/01 saved again.jpg": encoded(photograph(1), "JPEG", quality=60),
        "dogs/01 small.png": encoded(photograph(1).resize((60, 45))),
        "cats/02 mirrored.png": encoded(ImageOps.mirror(photograph(2))),
        "dogs/03 copy.png": encoded(photograph(3)),
        "cats/soft.jpg": encoded(photograph(40).filter(soft), "JPEG", quality=92),
        "dogs/very soft.png": encoded(photograph(41).filter(ImageFilter.GaussianBlur(9))),
        "cats/flat.jpg": encoded(Image.new("RGB", (120, 90), (90, 120, 40)), "JPEG"),
        WRONG_EXTENSION: encoded(photograph(42)),
        **_marked_files(),
    }


def _marked_files() -> dict[str, bytes]:
    recipe = "a fox\nSteps: 20, Sampler: Euler, Seed: 7"
    source = XMP.format(f"Iptc4xmpExt:DigitalSourceType='{AI_SOURCE}'")
    aigc = XMP.format("xmlns:TC260='http://www.tc260.org.cn/ns/AIGC/1.0/' TC260:AIGC='{}'")
    aigc = aigc.replace("{}", "{&quot;Label&quot;:&quot;1&quot;}")
    mining = XMP.format(f"plus:DataMining='{NO_MINING}'")
    reserved = XMP.format("xmlns:tdm='http://www.w3.org/ns/tdmrep#' tdm:reservation='1'")
    claim = b"jumbc2pa.actions trainedAlgorithmicMedia"
    refusal = b"jumbc2pa cawg.training-mining use notAllowed"
    return {
        "dogs/a1111.png": with_metadata(50, "png", Metadata(texts=(("parameters", recipe),))),
        "dogs/comfy.png": with_metadata(51, "png", Metadata(texts=(("workflow", "{}"),))),
        "dogs/iptc.jpg": with_metadata(52, "jpeg", Metadata(xmp=source)),
        "dogs/aigc.webp": with_metadata(53, "webp", Metadata(xmp=aigc)),
        "dogs/signed.png": with_chunk(encoded(photograph(54)), b"caBX", claim),
        "cats/mining.jpg": with_metadata(55, "jpeg", Metadata(xmp=mining)),
        "cats/noai.png": with_metadata(
            56, "png", Metadata(texts=(("Comment", "noai, noimageai"),))
        ),
        "cats/reserved.webp": with_metadata(57, "webp", Metadata(xmp=reserved)),
        "cats/signed refusal.png": with_chunk(encoded(photograph(58)), b"caBX", refusal),
    }


def plant(folder: Path) -> Path:
    """Write the whole corpus below a folder and return the folder."""
    sound = sound_files()
    for name, content in (sound | faulty_files(sound)).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder / "cats" / "folder.png").mkdir()
    return folder
