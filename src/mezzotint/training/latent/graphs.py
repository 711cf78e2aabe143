"""The graphs of a `latent` bundle: what each is made from, its inputs and their free sizes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from mezzotint.models.latent.spec import COARSE_STRIDE
from mezzotint.training.latent.tokens import END_ID, MAX_TOKENS, PAD_ID
from mezzotint.training.onnx_graph import GraphPlan, Port, for_export

if TYPE_CHECKING:
    from mezzotint.training.latent.model import LatentModel

Make = Callable[..., Tensor]
ASPECTS = ((1, 1), (1, 2), (3, 1))  # of the canvases compared, in units of the smallest one


def plan_graphs(model: LatentModel) -> tuple[GraphPlan, ...]:
    """Return the plans of all graphs that the model has."""
    plans = [_encoder(model), _decoder(model), _mapping(model), _generator(model)]
    if model.words is not None:
        plans += [_text(model, model.words), _image(model, model.words)]
    if model.upscaler is not None:
        plans.append(_upscaler(model, model.upscaler))
    return tuple(plans)


@torch.no_grad()
def halved(network: nn.Module) -> nn.Module:
    """Return a copy for export whose weights are what 16 bits can say; fixed filters stay exact."""
    copied = for_export(network)
    for weight in copied.parameters():
        weight.copy_(weight.half().float())
    return copied


# --- One graph each ----------------------------------------------------------------------------


def _text(model: LatentModel, words: nn.Module) -> GraphPlan:
    vocabulary = words.text.tokens.num_embeddings
    random = torch.Generator().manual_seed(0)

    def tokens(rows: int) -> Tensor:
        ids = torch.randint(END_ID + 1, vocabulary, (rows, MAX_TOKENS), generator=random)
        ids[:, 7] = END_ID
        ids[:, 8:] = PAD_ID
        return ids

    port = Port(name="tokens", example=tokens)
    return GraphPlan(
        name="text", module=halved(words.text), inputs=(port,), output="embedding", in_16_bits=True
    )


def _image(model: LatentModel, words: nn.Module) -> GraphPlan:
    network: nn.Module = words.image
    if model.codec.encoded is not None:  # it reads latents; a graph is given pixels
        network = nn.Sequential(model.codec.encoder, network)
    stride = model.image_stride_px
    return _canvas_plan("image", network, "pixels", model.shape.channels, stride, "embedding")


def _encoder(model: LatentModel) -> GraphPlan:
    channels, stride = model.shape.channels, model.codec.factor * COARSE_STRIDE
    return _canvas_plan("encoder", model.codec.encoder, "pixels", channels, stride, "latents")


def _decoder(model: LatentModel) -> GraphPlan:
    channels = model.gan.latent_shape[0]
    decoder = model.codec.decoder
    return _canvas_plan("decoder", decoder, "latents", channels, COARSE_STRIDE, "pixels")


def _upscaler(model: LatentModel, upscaler: nn.Module) -> GraphPlan:
    stride = model.codec.factor * COARSE_STRIDE
    return _canvas_plan("upscaler", upscaler, "pixels", model.shape.channels, stride, "upscaled")


def _mapping(model: LatentModel) -> GraphPlan:
    config = model.config
    random = torch.Generator().manual_seed(0)

    def normal(width: int) -> Callable[[int], Tensor]:
        return lambda rows: torch.randn(rows, width, generator=random)

    def embedding(rows: int) -> Tensor:
        return nn.functional.normalize(normal(config.embedding_dim)(rows), dim=1)

    ports = (
        Port(name="noise", example=normal(config.noise_dim)),
        Port(name="embedding", example=embedding),
        Port(name="guidance", example=lambda rows: 1 + torch.rand(rows, 1, generator=random)),
    )
    mapping = halved(model.painter.mapping)
    return GraphPlan(name="mapping", module=mapping, inputs=ports, output="style", in_16_bits=True)


def _generator(model: LatentModel) -> GraphPlan:
    base = _base_size(model)
    ports = [
        _generator_ports(model, tuple(a * b for a, b in zip(base, aspect, strict=True)))
        for aspect in ASPECTS
    ]
    return GraphPlan(
        name="generator",
        module=halved(model.painter.generator),
        inputs=ports[0],
        output="latents",
        other_sizes=tuple(ports[1:]),
        in_16_bits=True,
    )


def _generator_ports(model: LatentModel, size: tuple[int, ...]) -> tuple[Port, ...]:
    """Return the inputs for a canvas of `size` coarse positions."""
    random = torch.Generator().manual_seed(0)
    painter, space = model.painter, model.gan.spec.generator.space
    fine = tuple(COARSE_STRIDE * side for side in size)
    free_coarse = {2: ("height", 1), 3: ("width", 1)}
    free_fine = {2: ("height", COARSE_STRIDE), 3: ("width", COARSE_STRIDE)}

    def normal(*shape: int) -> Callable[[int], Tensor]:
        return lambda rows: torch.randn(rows, *shape, generator=random)

    def flags(*shape: int) -> Callable[[int], Tensor]:
        return lambda rows: (torch.rand(rows, *shape, generator=random) < 0.5).float()

    config = model.config
    return (
        Port(name="styles", example=normal(painter.num_styles, config.style_dim)),
        Port(name="field", example=normal(config.field_channels, *size), free=free_coarse),
        Port(name="known", example=normal(space.channels, *fine), free=free_fine),
        Port(name="mask", example=flags(space.mask_channels, *fine), free=free_fine),
        Port(name="wrap", example=flags(2)),
    )


def _base_size(model: LatentModel) -> tuple[int, int]:
    """Return the coarse positions of the model's own canvas; never one, which is special."""
    _, height, width = model.gan.field_shape
    return max(height, 2), max(width, 2)


def _canvas_plan(
    name: str, network: nn.Module, port: str, channels: int, stride: int, output: str
) -> GraphPlan:
    """Return the plan of a graph with one input [N, C, H, W], H and W multiples of `stride`."""
    random = torch.Generator().manual_seed(0)
    free = {2: ("height", stride), 3: ("width", stride)}

    def canvas(height: int, width: int) -> tuple[Port]:
        def example(rows: int) -> Tensor:
            return 2 * torch.rand(rows, channels, height, width, generator=random) - 1

        return (Port(name=port, example=example, free=free),)

    sizes = [canvas(2 * a * stride, 2 * b * stride) for a, b in ASPECTS]
    return GraphPlan(
        name=name,  # type: ignore[arg-type]
        module=halved(network),
        inputs=sizes[0],
        output=output,
        other_sizes=tuple(sizes[1:]),
        in_16_bits=True,
    )
