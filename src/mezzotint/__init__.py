"""Mezzotint: train a generative model on your own pictures, then prompt and edit on any CPU.

Importing this module is light; torch, ONNX Runtime and NumPy load when something first needs them.

Example:
    >>> import mezzotint as mz
    >>> mz.__version__
    '0.1.0'
"""

__version__ = "0.1.0"
