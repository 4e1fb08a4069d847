"""Sphinx configuration: built offline, warnings are errors."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "extensions"), str(HERE.parent)]

from symland import __version__  # noqa: E402

project = "symland"
author = "symland contributors"
copyright = author
release = version = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "mathml", "run"]
exclude_patterns = ["_build", "examples/README.md"]
myst_enable_extensions = ["dollarmath", "deflist", "colon_fence"]
myst_heading_anchors = 3

autodoc_typehints = "none"
autodoc_member_order = "bysource"
default_role = "code"

html_theme = "furo"
html_title = "symland"
html_math_renderer = "mathml"
# Lines of a hundred characters, as the program prints them, fit beside the contents.
html_theme_options = {
    "top_of_page_buttons": [],
    "light_css_variables": {"code-font-size": "73%"},
}
html_show_copyright = False
# Furo's own fonts are the system's; nothing is loaded from elsewhere.
html_static_path: list[str] = []
