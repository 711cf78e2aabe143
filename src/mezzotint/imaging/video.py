"""Frames to MP4 (H.264) with the ffmpeg that the part `video` brings along."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mezzotint.domain.errors import FailedError, MissingExtraError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_QUALITY = 14  # x264's constant rate factor: 0 lossless, 18 visually lossless, 51 worst


def encode_mp4(frames: Sequence[NDArray[np.uint8]], *, frames_per_s: float) -> bytes:
    """Encode frames of one size as MP4 that plays everywhere: H.264, 4:2:0, header in front.

    One thread and no time stamps, so that the same frames give the same bytes on one machine.

    Args:
        frames: uint8 [H, W, 1 or 3].
        frames_per_s: Speed.

    Raises:
        MissingExtraError: The part `video` is not installed.
        FailedError: "video.failed".
    """
    program = _ffmpeg()
    height, width = (side + side % 2 for side in frames[0].shape[:2])
    with tempfile.TemporaryDirectory(prefix="mezzotint-") as folder:
        target = Path(folder) / "film.mp4"
        command = [
            *(program, "-loglevel", "error", "-nostdin", "-y"),
            *("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}"),
            *("-r", f"{frames_per_s:g}", "-i", "pipe:0"),
            *("-c:v", "libx264", "-preset", "medium", "-crf", str(_QUALITY)),
            *("-pix_fmt", "yuv420p", "-threads", "1", "-map_metadata", "-1"),
            *("-fflags", "+bitexact", "-flags:v", "+bitexact", "-movflags", "+faststart"),
            str(target),
        ]
        _run(command, frames)
        return target.read_bytes()


def _run(command: Sequence[str], frames: Sequence[NDArray[np.uint8]]) -> None:
    # The program is our own wheel's; no word of the command comes from the user.
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        try:
            for frame in frames:
                process.stdin.write(_even(frame).tobytes())
            _, said = process.communicate()
        except BrokenPipeError:
            said = process.stderr.read() if process.stderr else b""
            process.wait()
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        reason = said.decode(errors="replace").strip().splitlines()
        raise FailedError(
            "video.failed",
            Message("ffmpeg could not write the film: {reason}", reason=(reason or ["?"])[-1]),
            Message("Write it as GIF or WebP instead."),
        )


def _even(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    # uint8 [H, W, C] => [H', W', 3] with even sides, as 4:2:0 colour asks.
    import numpy as np

    height, width, channels = frame.shape
    if height % 2 or width % 2:
        frame = np.pad(frame, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    return np.ascontiguousarray(frame if channels == 3 else frame.repeat(3, axis=2))


def _ffmpeg() -> str:
    try:
        from imageio_ffmpeg import get_ffmpeg_exe
    except ImportError as error:
        raise MissingExtraError("video", "MP4") from error
    try:
        return str(get_ffmpeg_exe())
    except RuntimeError as error:  # a wheel without a program for this machine
        raise MissingExtraError("video", "MP4") from error
