"""Skybox: the six sides of a cube from a panorama that goes all around."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.imaging.cube_map import FACES, Face, cube_face

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Where each face stands on the unfolded cube: (row, column).
_CROSS: Mapping[Face, tuple[int, int]] = {
    "top": (0, 1),
    "left": (1, 0),
    "front": (1, 1),
    "right": (1, 2),
    "back": (1, 3),
    "bottom": (2, 1),
}
_ASPECT_TOLERANCE = 0.02


@dataclass(frozen=True, kw_only=True)
class SkyboxRequest:
    """Ask for the faces of a cube.

    Attributes:
        face_px: Side of a face; None = a quarter of the panorama's width, which keeps its detail.
    """

    face_px: int | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Skybox:
    """Hold the faces of a cube, uint8 [S, S, C] each, in the order +x, -x, +y, -y, +z, -z."""

    faces: Mapping[Face, NDArray[np.uint8]]
    warnings: tuple[Message, ...]

    def cross(self) -> NDArray[np.uint8]:
        """Lay the faces out as an unfolded cube, black or transparent where there is none."""
        import numpy as np

        side, _, channels = self.faces["front"].shape
        sheet = np.zeros((3 * side, 4 * side, channels), np.uint8)
        for face, (row, column) in _CROSS.items():
            sheet[row * side : (row + 1) * side, column * side : (column + 1) * side] = self.faces[
                face
            ]
        return sheet


def skybox(
    request: SkyboxRequest,
    panorama: NDArray[np.uint8],
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Skybox:
    """Cut an equirectangular panorama into the faces of a cube.

    Args:
        request: How large.
        panorama: uint8 [H, W, C], W twice H.
        progress: Told how many faces of six are done.

    Raises:
        InputError: "skybox.size": the panorama is not at least 4 x 2 px.
    """
    height, width = panorama.shape[:2]
    if width < 4 or height < 2:
        raise InputError(
            "skybox.size",
            Message(
                "A panorama of {width} x {height} px is too small.", width=width, height=height
            ),
            Message("Use one of 4 x 2 px or more."),
        )
    warnings: tuple[Message, ...] = ()
    if abs(width / (2 * height) - 1) > _ASPECT_TOLERANCE:
        warnings = (
            Message(
                "The panorama is {width} x {height} px, not twice as wide as high; it is taken "
                "for the whole sphere all the same.",
                width=width,
                height=height,
            ),
        )
    face_px = request.face_px or max(1, width // 4)
    faces: dict[Face, NDArray[np.uint8]] = {}
    for face in FACES:
        faces[face] = cube_face(panorama, face, face_px)
        if progress is not None:
            progress(len(faces), len(FACES))
    return Skybox(faces=faces, warnings=warnings)
