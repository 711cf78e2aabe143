"""Which ruler measures which pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezzotint.metrics.feature_extraction import Ruler, net_ruler
from mezzotint.metrics.feature_net_file import shipped_net

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

GREY_NET = "grey28"
COLOUR_NET = "colour64"


def choose_ruler(real_pixels: NDArray[np.uint8], *, device: str = "cpu") -> Ruler:
    """Return the best ruler there is for these pictures.

    Grey 28x28 pictures are measured on the net made for them, all others on the general net.

    Args:
        real_pixels: Training pictures, uint8 [N, H, W, C].
        device: Where a net runs: "cpu", "cuda".

    Example:
        >>> import numpy as np
        >>> choose_ruler(np.zeros((2, 28, 28, 1), dtype=np.uint8)).title[:18]
        'feature net grey28'
        >>> choose_ruler(np.zeros((2, 32, 32, 4), dtype=np.uint8)).title[:20]
        'feature net colour64'
    """
    if real_pixels.shape[1:] == (28, 28, 1):
        return net_ruler(shipped_net(GREY_NET), device=device)
    return net_ruler(shipped_net(COLOUR_NET), device=device)
