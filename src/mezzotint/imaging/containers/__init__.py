"""The outer structure of PNG, JPEG and WebP files: find metadata blocks, put new ones in."""
