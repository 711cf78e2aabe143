"""Torch modules, one architecture a file, in reading order."""
