"""The model card: what a bundle is, what it knows, where it comes from and how good it is.

Plain frozen dataclasses, so that the training path writes them without further libraries;
`bundles` reads them back through pydantic with unknown fields refused. Changing a field means a
new FORMAT_VERSION.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

FORMAT_VERSION = 1
FORMAT_SINCE = "0.1.0"  # the first Mezzotint that reads FORMAT_VERSION

Family = Literal["dcgan", "cgan", "acgan", "vae", "vaegan", "latent"]
GraphName = Literal["text", "image", "encoder", "decoder", "mapping", "generator", "upscaler"]
Scalar = str | int | float | bool | None

_FORBID_EXTRA = {"extra": "forbid", "allow_inf_nan": False}


@dataclass(frozen=True, kw_only=True)
class TensorSpec:
    """Describe one input or output of a graph; a None dimension is dynamic."""

    __pydantic_config__: ClassVar = _FORBID_EXTRA

    name: str  # "noise", "class_weights", "known", "mask", "pixels", ...
    dtype: Literal["float32", "int64"]
    shape: tuple[int | None, ...]


@dataclass(frozen=True, kw_only=True)
class GraphSpec:
    """Describe one ONNX file of the bundle."""

    __pydantic_config__: ClassVar = _FORBID_EXTRA

    name: GraphName
    file: str  # file name inside the bundle: "generator.onnx"
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]
    max_parity_error: float  # largest |torch - ONNX| seen at export


@dataclass(frozen=True, kw_only=True)
class ClassSpec:
    """Name one class in every language a prompt may use."""

    __pydantic_config__: ClassVar = _FORBID_EXTRA

    index: int  # position in `class_weights`
    name: str  # canonical English name: "ankle boot"
    words: tuple[str, ...]  # every word or phrase that picks it, both languages, the name included
    num_images: int  # training pictures of this class


@dataclass(frozen=True, kw_only=True)
class WordSpec:
    """Count one word of the training captions."""

    __pydantic_config__: ClassVar = _FORBID_EXTRA

    text: str
    count: int


@dataclass(frozen=True, kw_only=True)
class DataSpec:
    """Say what the model was trained on."""

    __pydantic_config__: ClassVar = _FORBID_EXTRA

    name: str  # "Fashion-MNIST"
    num_images: int
    manifest_sha256: str  # hash of the data manifest: which pictures, exactly
    licence: str  # SPDX id where there is one; "unknown" is an honest value
    source: str  # where the pictures come from, in words or an address


@dataclass(frozen=True, kw_only=True)
class TrainingSpec:
    """Say how the model was trained, so that anyone can do it again."""

    __pydantic_config__: ClassVar = _FORBID_EXTRA

    command: str  # the exact command line
    seed: int
    minutes: float  # wall-clock minutes of all sessions together
    num_images_seen: int
    machine: str  # "2 cores AMD EPYC, CPU" or the GPU's name
    software: str  # "mezzotint 0.1.0, torch 2.13.0"
    recipe: Mapping[str, Scalar]  # resolved configuration, flat


@dataclass(frozen=True, kw_only=True)
class MetricSpec:
    """Report one measured figure with its sample count and its floor."""

    __pydantic_config__: ClassVar = _FORBID_EXTRA

    name: str  # "conditional accuracy", "Frechet distance (feature net abc123)"
    value: float
    num_samples: int
    real_floor: float | None  # the same figure, real pictures against real; None = has none
    per_class: Mapping[str, float] = field(default_factory=dict[str, float])
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class FileSpec:
    """Pin one file of the bundle by size and hash."""

    __pydantic_config__: ClassVar = _FORBID_EXTRA

    size_bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Card:
    """Describe a bundle completely; the content of `card.json`."""

    __pydantic_config__: ClassVar = _FORBID_EXTRA

    format_version: int
    name: str  # slug, also the folder's name: "fashion"
    title: Mapping[str, str]  # language -> title: {"en": ..., "zh": ...}
    description: Mapping[str, str]  # language -> a sentence or two
    family: Family
    height_px: int
    width_px: int
    channels: Literal[1, 3, 4]
    noise_dim: int  # Z; 0 for a model without noise input
    graphs: tuple[GraphSpec, ...]
    classes: tuple[ClassSpec, ...]  # empty for models without classes
    words: tuple[WordSpec, ...]  # the caption vocabulary; empty for models without captions
    data: tuple[DataSpec, ...]
    training: TrainingSpec
    metrics: tuple[MetricSpec, ...]
    licence: str  # of the weights
    limits: tuple[str, ...]  # known weaknesses, and where it must not be used
    files: Mapping[str, FileSpec]  # every file of the bundle but card.json
    needs_mezzotint: str = FORMAT_SINCE  # oldest version that reads this; older ones name it

    def graph(self, name: GraphName) -> GraphSpec | None:
        """Return the graph called `name`, or None if this bundle has none."""
        return next((graph for graph in self.graphs if graph.name == name), None)
