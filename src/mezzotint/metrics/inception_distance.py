"""FID proper: the Frechet distance on the features of Inception, computed by torch-fidelity.

The only figure of this package that compares with those in papers, and only at the same N against
the same real pictures. torch-fidelity fetches the weights of Inception when it first runs.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from mezzotint.domain.card import MetricSpec
from mezzotint.domain.errors import FailedError, MissingExtraError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from numpy.typing import NDArray

PAPER = 255  # what shows through transparent pixels


class InceptionInput(Dataset[Tensor]):
    """Offer pictures as Inception's extractor takes them: uint8 [3, H, W]."""

    def __init__(self, pixels: NDArray[np.uint8]) -> None:
        self._pixels = pixels

    def __len__(self) -> int:
        """Return N."""
        return len(self._pixels)

    def __getitem__(self, index: int) -> Tensor:
        """Return a picture in RGB: grey ones three times, transparent ones on white."""
        picture = self._pixels[index]
        if picture.shape[2] == 4:
            opacity = picture[..., 3:].astype(np.float64) / 255
            picture = (picture[..., :3] * opacity + PAPER * (1 - opacity)).round().astype(np.uint8)
        colour = np.broadcast_to(picture, (*picture.shape[:2], 3))
        return torch.from_numpy(np.array(colour)).permute(2, 0, 1)


def inception_distance(
    first: NDArray[np.uint8], second: NDArray[np.uint8], *, device: str = "cpu"
) -> float:
    """Return the FID between two sets of pictures, uint8 [N, H, W, C].

    Raises:
        MissingExtraError: torch-fidelity is not installed.
        FailedError: It did not succeed, for example because the weights cannot be fetched.
    """
    if find_spec("torch_fidelity") is None:
        raise MissingExtraError("fid", "FID")
    import torch_fidelity

    try:
        figures = torch_fidelity.calculate_metrics(
            input1=InceptionInput(first),
            input2=InceptionInput(second),
            fid=True,
            cuda=device == "cuda",
            verbose=False,
        )
    except Exception as error:
        raise FailedError(
            "metrics.fid",
            Message("FID could not be computed: {reason}.", reason=str(error)),
            Message("torch-fidelity needs the network once, to fetch the weights of Inception."),
        ) from error
    return float(figures["frechet_inception_distance"])


def fid_metric(
    generated: NDArray[np.uint8], real: NDArray[np.uint8], held_out: NDArray[np.uint8]
) -> MetricSpec:
    """Return FID for a model card; as many training pictures in the model's place are its floor.

    Args:
        generated: What the model made, uint8 [N, H, W, C].
        real: Its training pictures.
        held_out: Real pictures it was not trained on.
    """
    from importlib.metadata import version

    count = min(len(generated), len(real))
    chosen = np.linspace(0, len(real) - 1, count).astype(np.int64)
    value = inception_distance(generated, held_out)
    return MetricSpec(
        name=f"FID (Inception, torch-fidelity {version('torch-fidelity')})",
        value=value,
        num_samples=len(generated),
        real_floor=inception_distance(real[chosen], held_out),
        note=f"against {len(held_out)} held-out pictures",
    )
