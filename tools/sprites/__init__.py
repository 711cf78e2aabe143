"""Captioned game sprites from openly licensed tiles."""
