"""Losses as small pure functions of tensors."""
