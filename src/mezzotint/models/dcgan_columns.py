"""The tutorial's generator once more, as processors compute it fastest: a picture a column.

The same function as `TutorialGenerator` after training: batch norm is folded away, the two wide
convolutions are products of spectra (`SpectralConvTranspose2d`), the last one is a product a
position whose taps are added up by two matrices of zeros and ones. It takes a tenth of the
multiplications. This is what a bundle holds; training and reading are for the other form.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import leaky_relu

from mezzotint.models.dcgan import KERAS_SLOPE, TutorialGenerator
from mezzotint.models.spectral import SpectralConvTranspose2d

# Pictures that a processor computes at a time: matrix products are fast from 16 columns on, and a
# picture comes out the same to the bit in each of them.
COLUMNS = 16
BASE = (7, 7)  # height and width of the coarsest map
TOP = {1: 2, 2: 1}  # stride -> rows that "same" padding takes off above, of a 5x5 kernel


class TutorialGeneratorInColumns(nn.Module):
    """Paint 28x28 pictures from noise [N, Z].

    Args:
        generator: In evaluation mode; its weights are copied.

    Example:
        >>> generator, noise = TutorialGenerator(noise_dim=100).eval(), torch.randn(2, 100)
        >>> painted = TutorialGeneratorInColumns(generator)(noise)
        >>> torch.allclose(painted, generator(noise), atol=1e-5)
        True
    """

    def __init__(self, generator: TutorialGenerator) -> None:
        super().__init__()
        scale1, shift1 = _affine(generator.norm1)
        scale2, shift2 = _affine(generator.norm2)
        scale3, shift3 = _affine(generator.norm3)
        self.conv1 = SpectralConvTranspose2d(generator.conv1, BASE, TOP[1], scale2)
        self.conv2 = SpectralConvTranspose2d(generator.conv2, BASE, TOP[2], scale3)
        kernel = generator.conv3.weight.detach()  # [64, C, 5, 5]
        constants = {
            "dense": generator.dense.weight.detach(),
            "scale1": scale1[:, None],
            "shift1": shift1[:, None],
            "shift2": shift2[:, None],
            "shift3": shift3.repeat(4)[:, None],  # four phases
            "taps": kernel.flatten(1).T.contiguous(),  # [C * 25, 64]
            "gather": _gather(14, 5, TOP[2]),
        }
        for name, values in constants.items():
            self.register_buffer(name, values.clone())

    def forward(self, noise: Tensor) -> Tensor:
        """Return pixels [N, C, 28, 28] in (-1, 1)."""
        dense = torch.relu(self.dense @ noise.T) * self.scale1 + self.shift1
        features = dense.reshape(49, 256, -1)  # places, channels, pictures
        features = leaky_relu(self.conv1(features) + self.shift2, KERAS_SLOPE)  # 7x7
        features = leaky_relu(self.conv2(features) + self.shift3, KERAS_SLOPE)  # four phases
        return torch.tanh(self._last(features.reshape(49, 4, 64, -1)))

    def _last(self, features: Tensor) -> Tensor:
        """Double the map [49, 4, 64, N] once more, and put pictures first."""
        count = features.shape[-1]
        # [y, x, down, right, C, ky, kx, N], a value for each tap of each place of the 14x14 map
        values = (self.taps @ features).reshape(7, 7, 2, 2, -1, 5, 5, count)
        values = values.permute(
            4, 0, 2, 5, 1, 3, 6, 7
        )  # C, rows and their taps, columns and theirs
        across = self.gather @ values.reshape(-1, 70, count)  # [C * 70, 28, N]
        pixels = self.gather @ across.reshape(-1, 70, 28 * count)  # [C, 28, 28 * N]
        return pixels.reshape(-1, 28, 28, count).permute(3, 0, 1, 2)


def _affine(norm: nn.BatchNorm1d | nn.BatchNorm2d) -> tuple[Tensor, Tensor]:
    """Return what a trained batch norm multiplies by and adds."""
    assert norm.running_mean is not None
    assert norm.running_var is not None
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    return scale.detach(), (norm.bias - norm.running_mean * scale).detach()


def _gather(size: int, side: int, top: int) -> Tensor:
    """Return [2 * size, size * side]: which taps of which places add up to a row of the picture."""
    matrix = torch.zeros(2 * size, size, side)
    for place in range(size):
        for tap in range(side):
            row = 2 * place + tap - top
            if 0 <= row < 2 * size:
                matrix[row, place, tap] = 1
    return matrix.flatten(1)
