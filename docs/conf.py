"""Sphinx settings: MyST Markdown, both languages in one site."""

from mezzotint import __version__

project = "Mezzotint"
author = "The Mezzotint authors"
release = __version__
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "images"]
html_theme = "furo"
html_title = f"Mezzotint {__version__}"
html_copy_source = False
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]
# Pages link to files of the repository (ADRs, benchmarks) that are not pages of the site.
suppress_warnings = ["myst.xref_missing"]
