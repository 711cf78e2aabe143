"""The way back from a bundle: the weights that `export.averaged_weights` wrote, in a learner."""

from __future__ import annotations

from collections.abc import Mapping

from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor

from mezzotint.domain.errors import BundleError
from mezzotint.domain.message import Message
from mezzotint.training.learner import Learner


def load_exported_weights(learner: Learner, content: bytes) -> None:
    """Put the weights of a bundle into the averaged nets of a learner of the same recipe.

    Args:
        learner: Its averages are changed in place.
        content: `weights.safetensors` of the bundle.

    Raises:
        BundleError: `bundle.weights`: not weights, or those of other nets.
    """
    try:
        tensors = load(content)
        for name, average in learner.averages.items():
            average.load_state_dict(_under(tensors, f"{name}/"))
    except (SafetensorError, RuntimeError) as error:
        raise BundleError(
            "bundle.weights",
            Message("The weights of this model do not fit its recipe."),
            Message("Train the model again with this version."),
        ) from error


def _under(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {
        key.removeprefix(prefix): tensor
        for key, tensor in tensors.items()
        if key.startswith(prefix)
    }
