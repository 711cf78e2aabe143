"""Transposed convolution on small maps as a product of spectra: the same sums, a tenth of the work.

Shift-invariant sums on a grid become products, one a frequency, under a Fourier transform (the
convolution theorem), and on a map of 7x7 the transforms themselves are two small matrices. A 5x5
kernel then costs 121 multiplications for each pair of channels in place of 49 * 25 = 1225. That is
the idea of Winograd's minimal filtering (Lavin & Gray 2016) with points on the unit circle, where
it is as exact as the plain sum.

Pictures lie last: [position, channel, picture]. Each picture is a column of every matrix product,
so what is computed for one does not depend on the others.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

Point = tuple[int, int]  # row and column


@dataclass(frozen=True, kw_only=True)
class Transforms:
    """Hold the three matrices of a bilinear algorithm: y = output @ ((taps @ w) * (input @ x)).

    Attributes:
        input: [M, h * w], of a map; M multiplications.
        taps: [M, T], of a kernel's taps.
        output: [h * w, M].
    """

    input: Tensor
    taps: Tensor
    output: Tensor


def cyclic_transforms(size: Point, taps: list[Point]) -> Transforms:
    """Return the transforms of y[i] = sum over taps m of w[m] x[i - m], zero beyond the edges.

    Args:
        size: Height and width of x and y.
        taps: Row and column of each tap, from the middle.

    Returns:
        float64 matrices. A pair of conjugate frequencies takes three real multiplications, since
        (a + bi)(c + di) = k1 - k3 + (k1 + k2) i with k1 = c (a + b), k2 = a (d - c),
        k3 = b (c + d); a frequency that is its own conjugate takes one.

    Example:
        >>> matrices = cyclic_transforms((1, 3), [(0, 0), (0, 1)])  # y[i] = w0 x[i] + w1 x[i - 1]
        >>> spectrum = matrices.taps @ torch.tensor([2.0, 10.0]).double()
        >>> seen = matrices.input @ torch.tensor([1.0, 0.0, 3.0]).double()
        >>> (matrices.output @ (spectrum * seen)).round().tolist()
        [2.0, 10.0, 6.0]
    """
    # Long enough that what comes round falls beyond the edges.
    lengths = [side + max(abs(tap[axis]) for tap in taps) for axis, side in enumerate(size)]
    alone, pairs = _half_of_frequencies(*lengths)
    places = [(row, column) for row in range(size[0]) for column in range(size[1])]
    angles = _angles(alone, places, lengths), _angles(pairs, places, lengths)
    tap_angles = _angles(alone, taps, lengths), _angles(pairs, taps, lengths)
    # x -> a + bi = sum of x exp(-i angle), and w -> c + di in the same way.
    single, a, b = angles[0].cos(), angles[1].cos(), -angles[1].sin()
    tap_single, c, d = tap_angles[0].cos(), tap_angles[1].cos(), -tap_angles[1].sin()
    # y = sum of re cos - im sin over all frequencies; of a pair, twice that of one.
    re, im = 2 * angles[1].cos(), -2 * angles[1].sin()
    return Transforms(
        input=torch.cat([single, a + b, a, b]),
        taps=torch.cat([tap_single, c, d - c, c + d]),
        output=torch.cat([single, re + im, im, -re]).T / math.prod(lengths),
    )


def _half_of_frequencies(height: int, width: int) -> tuple[list[Point], list[Point]]:
    """Return the frequencies that are their own conjugates, and one of each pair of the others."""
    alone: list[Point] = []
    pairs: list[Point] = []
    for row in range(height):
        for column in range(width):
            conjugate = (-row % height, -column % width)
            if conjugate == (row, column):
                alone.append(conjugate)
            elif (row, column) < conjugate:
                pairs.append((row, column))
    return alone, pairs


def _angles(frequencies: list[Point], places: list[Point], lengths: list[int]) -> Tensor:
    """Return 2 pi <frequency, place> / length as [frequencies, places]."""
    turns = torch.tensor(frequencies, dtype=torch.float64).reshape(-1, 2) / torch.tensor(lengths)
    return 2 * math.pi * turns @ torch.tensor(places, dtype=torch.float64).T


class SpectralConvTranspose2d(nn.Module):
    """Compute what `SameConvTranspose2d` does, on maps of one size, a picture a column.

    Args:
        layer: A square kernel and stride, without bias; its weights are copied.
        size: Height and width of the maps that come in.
        top: Rows that "same" padding takes off above; as many columns on the left.
        scale: [C'], what each map that goes out is multiplied by: that of a batch norm.
    """

    def __init__(self, layer: nn.ConvTranspose2d, size: Point, top: int, scale: Tensor) -> None:
        super().__init__()
        side, self.stride = layer.kernel_size[0], layer.stride[0]
        # Picture row stride * i + p takes kernel row stride * m + p + top from map row i - m.
        reach = [m for m in range(-side, side) if _meets(m, side, self.stride, top)]
        taps = [(row, column) for row in reach for column in reach]
        matrices = cyclic_transforms(size, taps)
        weight = layer.weight.detach() * scale.detach()[:, None, None]
        self.register_buffer("input", matrices.input.float())
        self.register_buffer("tap", matrices.taps.float())
        self.register_buffer("output", matrices.output.float().contiguous())
        self.register_buffer("weight", _by_phase(weight, taps, self.stride, top))

    def forward(self, features: Tensor) -> Tensor:
        """Map [h * w, C, N] to [h * w, stride * stride * C', N]: phases of rows, of columns."""
        places, channels, count = features.shape
        # Runtimes do this product of constants once, when they load the graph.
        spectra = (self.tap @ self.weight.flatten(1)).unflatten(1, self.weight.shape[1:])
        seen = self.input @ features.reshape(places, -1)
        products = spectra @ seen.reshape(-1, channels, count)
        painted = self.output @ products.reshape(len(spectra), -1)
        return painted.reshape(places, -1, count)


def _meets(m: int, side: int, stride: int, top: int) -> bool:
    return any(0 <= stride * m + phase + top < side for phase in range(stride))


def _by_phase(weight: Tensor, taps: list[Point], stride: int, top: int) -> Tensor:
    """Sort a kernel [C, C', k, k] by tap: [T, stride * stride * C', C]; 0 where there is none."""
    side = weight.shape[2]
    sorted_ = weight.new_zeros(len(taps), stride, stride, weight.shape[1], weight.shape[0])
    for index, tap in enumerate(taps):
        for down in range(stride):
            for right in range(stride):
                row, column = stride * tap[0] + down + top, stride * tap[1] + right + top
                if 0 <= row < side and 0 <= column < side:
                    sorted_[index, down, right] = weight[:, :, row, column].T
    return sorted_.flatten(1, 3)
