"""Pixels without models: read, write, geometry, contact sheets, metadata chunks."""
