"""The prompt language: scan, parse, expand, render."""
