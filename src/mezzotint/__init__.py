"""Mezzotint: train a generative model on your own pictures, then prompt and edit on any CPU.

Importing this module is light; torch, ONNX Runtime and NumPy load when something first needs them.

Example:
    >>> import mezzotint as mz
    >>> studio = mz.Studio()
    >>> result = studio.imagine("ankle boot --seed 7")
    >>> len(result.images), result.images[0].record.seed
    (4, 7)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezzotint.domain.version import VERSION

if TYPE_CHECKING:
    from mezzotint.studio import Settings as Settings
    from mezzotint.studio import Studio as Studio

__version__ = VERSION
__all__ = ["Settings", "Studio", "__version__"]


def __getattr__(name: str) -> object:
    if name in ("Studio", "Settings"):
        from mezzotint import studio

        return getattr(studio, name)
    raise AttributeError(f"module 'mezzotint' has no attribute {name!r}")
