"""Sessions of ONNX Runtime: made from checked bytes, one thread each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, cast

from mezzotint.domain.errors import BundleError, InputError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.bundles.read import Bundle
    from mezzotint.domain.card import GraphSpec
    from mezzotint.engines.settings import Provider

# Our word -> what ONNX Runtime calls it, and what to install for it.
_RUNTIME_NAMES: Mapping[Provider, tuple[str, str]] = {
    "cpu": ("CPUExecutionProvider", "onnxruntime"),
    "cuda": ("CUDAExecutionProvider", "onnxruntime-gpu"),
    "coreml": ("CoreMLExecutionProvider", "onnxruntime"),
    "directml": ("DmlExecutionProvider", "onnxruntime-directml"),
}
# float32 stays float32 (no TF32), and the choice of kernels does not depend on timing.
_CUDA_OPTIONS = {"use_tf32": "0", "cudnn_conv_algo_search": "HEURISTIC"}
_ERRORS_ONLY = 3  # log severity; what fails is raised as well


class Session(Protocol):
    """The part of onnxruntime.InferenceSession that is used here."""

    def run(
        self,
        output_names: Sequence[str] | None,
        input_feed: Mapping[str, NDArray[np.float32 | np.int64]],
        run_options: RunOptions | None = None,
    ) -> list[NDArray[np.float32]]:
        """Compute the outputs."""
        ...

    def get_providers(self) -> list[str]:
        """Return what computes, first choice first."""
        ...

    def get_modelmeta(self) -> ModelNotes:
        """Return what the file says about itself."""
        ...


class ModelNotes(Protocol):
    """The part of onnxruntime.ModelMetadata that is used here."""

    custom_metadata_map: Mapping[str, str]


class RunOptions(Protocol):
    """The part of onnxruntime.RunOptions that is used here."""

    terminate: bool  # set to True from another thread: the run stops soon, with an error


def runtime_version() -> str:
    """Return the version of ONNX Runtime."""
    return str(_runtime().__version__)


def new_run_options() -> RunOptions:
    """Return options that stop every run they were given to, once `terminate` is set."""
    return cast("RunOptions", _runtime().RunOptions())


def list_providers() -> tuple[Provider, ...]:
    """List the providers that the installed ONNX Runtime was built with."""
    available = set(_runtime().get_available_providers())
    return tuple(
        name for name, (runtime_name, _) in _RUNTIME_NAMES.items() if runtime_name in available
    )


def open_session(bundle: Bundle, graph: GraphSpec, provider: Provider) -> Session:
    """Load a graph of a checked bundle.

    Raises:
        InputError: `engine.provider`: this machine or installation lacks the provider.
        BundleError: The file changed since it was checked, or `bundle.graph`: ONNX Runtime
            refuses it.
    """
    if provider not in list_providers():
        raise _lacking(provider)
    runtime = _runtime()
    content = bundle.read_file(graph.file)
    try:
        session = cast(
            "Session",
            runtime.InferenceSession(
                content, _session_options(), providers=_provider_list(provider)
            ),
        )
    except Exception as error:  # its errors have no common base
        raise BundleError(
            "bundle.graph",
            Message(
                "ONNX Runtime cannot load {file}: {reason}", file=graph.file, reason=str(error)
            ),
            Message("Get the bundle again, or update onnxruntime."),
        ) from error
    # It falls back to the CPU when, say, the CUDA libraries are missing, and only logs that.
    if session.get_providers()[0] != _RUNTIME_NAMES[provider][0]:
        raise _lacking(provider)
    return session


def _session_options() -> Any:
    options = _runtime().SessionOptions()
    # One thread a run: kernels split sums by thread count, and then round differently.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.use_deterministic_compute = True
    options.log_severity_level = _ERRORS_ONLY
    return options


def _provider_list(provider: Provider) -> list[str | tuple[str, dict[str, str]]]:
    name = _RUNTIME_NAMES[provider][0]
    if provider == "cpu":
        return [name]
    fallback = _RUNTIME_NAMES["cpu"][0]  # for single operations that the device lacks
    return [(name, _CUDA_OPTIONS) if provider == "cuda" else name, fallback]


def _lacking(provider: Provider) -> InputError:
    return InputError(
        "engine.provider",
        Message(
            "This machine cannot compute on {provider}; it can on: {available}.",
            provider=provider,
            available=", ".join(list_providers()),
        ),
        Message(
            "Choose one of these, or install {package} and the drivers it needs.",
            package=_RUNTIME_NAMES[provider][1],
        ),
    )


def _runtime() -> Any:
    import onnxruntime

    runtime: Any = onnxruntime  # it has no type information
    runtime.set_default_logger_severity(_ERRORS_ONLY)
    runtime.disable_telemetry_events()
    return runtime
