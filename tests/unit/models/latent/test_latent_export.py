"""Every network as an ONNX graph of plain operators, against torch at several sizes."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Callable

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from torch import Tensor, nn
from torch.export import Dim

from mezzotint.models.latent.codec import PictureDecoder, PictureEncoder
from mezzotint.models.latent.generator import Generator
from mezzotint.models.latent.mapping import Mapping
from mezzotint.models.latent.spec import (
    CodecSpec,
    GeneratorSpec,
    ImageSpec,
    LatentSpace,
    MappingSpec,
    TextSpec,
    Trunk,
    UpscalerSpec,
    pixel_space,
)
from mezzotint.models.latent.upscaler import Upscaler
from mezzotint.models.latent.words import ImageEncoder, TextEncoder

MAX_ERROR = 1e-3  # issue: torch vs ONNX, every graph, several sizes
SIZES = ((1, 2, 2), (3, 4, 4), (2, 3, 7), (1, 5, 1))  # rows, coarse height and width
TRUNK = Trunk(widths=(8, 6, 4), group_width=0, pixel_width=3)
Make = Callable[[int, int, int], tuple[Tensor, ...]]
Shapes = tuple[dict[int, object], ...]


def awake(net: nn.Module) -> nn.Module:
    random = torch.Generator().manual_seed(0)
    for parameter in net.parameters():
        parameter.data = 0.3 * torch.randn(parameter.shape, generator=random)
    return net.eval()


def canvas(stride: int) -> dict[int, object]:
    return {0: Dim("n", max=64), 2: stride * Dim("a", max=256), 3: stride * Dim("b", max=256)}


def export(net: nn.Module, example: tuple[Tensor, ...], shapes: Shapes) -> bytes:
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            net, example, dynamic_shapes=shapes, dynamo=True, external_data=False, verbose=False
        )
    assert program is not None
    buffer = io.BytesIO()
    program.save(buffer)
    return buffer.getvalue()


def check(net: nn.Module, make: Make, shapes: Shapes) -> None:
    content = export(net, make(3, 3, 5), shapes)
    domains = {node.domain for node in onnx.load_from_string(content).graph.node}
    assert domains <= {"", "ai.onnx"}
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    names = [port.name for port in session.get_inputs()]
    for size in SIZES:
        inputs = make(*size)
        with torch.no_grad():
            expected = net(*inputs).numpy()
        feeds = {name: tensor.numpy() for name, tensor in zip(names, inputs, strict=True)}
        (found,) = session.run(None, feeds)
        assert found.shape == expected.shape
        np.testing.assert_allclose(found, expected, atol=MAX_ERROR, rtol=0)
        if isinstance(net, Generator):
            known, mask = inputs[2].numpy(), inputs[3].numpy()
            copies = known.shape[1] // mask.shape[1]
            is_known = np.tile(mask, (1, copies, 1, 1)) > 0.5
            assert found[is_known].tobytes() == known[is_known].tobytes()


@pytest.mark.slow
@pytest.mark.parametrize("space", [LatentSpace(channels=5), pixel_space(4)])
def test_generator(space: LatentSpace):
    spec = GeneratorSpec(space=space, trunk=TRUNK, style_dim=7, field_channels=3)

    def make(rows: int, height: int, width: int) -> tuple[Tensor, ...]:
        return (
            torch.randn(rows, spec.num_styles, 7),
            torch.randn(rows, 3, height, width),
            torch.randn(rows, space.channels, 4 * height, 4 * width),
            (torch.rand(rows, space.mask_channels, 4 * height, 4 * width) > 0.5).float(),
            (torch.rand(rows, 2) > 0.5).float(),
        )

    rows = {0: Dim("n", max=64)}
    check(awake(Generator(spec)), make, (rows, canvas(1), canvas(4), canvas(4), rows))


def test_mapping():
    def make(rows: int, height: int, width: int) -> tuple[Tensor, ...]:
        return torch.randn(rows, 6), torch.randn(rows, 5), torch.rand(rows, 1) * 3

    net = awake(Mapping(MappingSpec(noise_dim=6, embedding_dim=5, style_dim=7)))
    check(net, make, ({0: Dim("n", max=64)},) * 3)


def test_text():
    def make(rows: int, height: int, width: int) -> tuple[Tensor, ...]:
        tokens = torch.randint(1, 20, (rows, 6))
        tokens[:, 3:] *= torch.rand(rows, 1) > 0.5
        return (tokens,)

    spec = TextSpec(vocabulary_size=20, num_tokens=6, width=8, num_heads=2, embedding_dim=5)
    check(awake(TextEncoder(spec)), make, ({0: Dim("n", max=64)},))


CODEC = CodecSpec(
    channels=3,
    latent_channels=5,
    encoder_widths=(4, 6),
    decoder_widths=(6, 4),
    patch_px=2,
    encoder_pixel_width=3,
    decoder_pixel_width=3,
)
ON_CANVAS: dict[str, tuple[nn.Module, int, int]] = {
    "encoder": (PictureEncoder(CODEC), 3, 4),
    "decoder": (PictureDecoder(CODEC), 5, 1),
    "image": (ImageEncoder(ImageSpec(channels=3, widths=(4, 6), embedding_dim=5)), 3, 4),
    "upscaler": (Upscaler(UpscalerSpec(channels=3, width=4)), 3, 2),
}


@pytest.mark.parametrize("name", ON_CANVAS)
def test_networks_of_one_canvas(name: str):
    net, channels, stride = ON_CANVAS[name]

    def make(rows: int, height: int, width: int) -> tuple[Tensor, ...]:
        return (torch.rand(rows, channels, stride * height, stride * width) * 2 - 1,)

    check(awake(net), make, (canvas(stride),))
