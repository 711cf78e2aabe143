"""Compose: finished things from pictures: adverts, atlases, skies and surfaces. No model."""
