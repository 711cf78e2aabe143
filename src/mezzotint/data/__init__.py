"""Folders of pictures: scan, check, captions, manifest, packed data set, procedural scenes."""
