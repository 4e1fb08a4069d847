"""The picture of a classified point: the loss along lines and curves through it."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from textwrap import fill
from typing import Any

from symland.claims.writing import write_whole
from symland.report.plot import NothingToDraw, file_type, picture
from symland.report.vocabulary import KINDS, kind

WIDTH, HEIGHT = 3.6, 3.9
LETTERS = 11
"""Of the title, on an inch."""


def plot_profiles(
    document: Mapping[str, Any], profiles: Sequence[Mapping[str, Any]], path: str | Path
) -> Path:
    """Draw what `symland.questions.loss_profiles.loss_profiles` computed for a `symland classify`
    document, one panel a profile; the type is taken from the file's suffix.

    Raises
    ------
    ValueError
        The suffix is not one of png, pdf, svg.
    NothingToDraw
        There are no profiles: losses beside the point are beyond the range of floats.
    ImportError
        Matplotlib is not installed.
    """
    path = Path(path)
    suffix = file_type(path)
    if not profiles:
        raise NothingToDraw(f"--plot {path}: no losses near the point are floats")
    panels = [partial(_draw, profile, first=k == 0) for k, profile in enumerate(profiles)]
    size = (WIDTH * max(len(panels), 2), HEIGHT)
    title = fill(_title(document), int(LETTERS * size[0]))
    return write_whole(path, picture(suffix, panels, size, title))


def _title(document: Mapping[str, Any]) -> str:
    centre = document.get("refined") or document["given"]
    where = "the critical point nearby" if document.get("refined") else "the given point"
    name = document.get("problem") or "the problem"
    widths = "-".join(map(str, (document.get("network") or {}).get("widths") or ()))
    words = (kind(centre.get("kind")).label, str(centre.get("status")))
    what = ", ".join(dict.fromkeys(words))
    about = f"{name} ({widths})" if widths else str(name)
    return f"{about}: {where} ({what}). Curves in floating point, no proof"


def _draw(profile: Mapping[str, Any], axes: Any, first: bool) -> None:
    axes.plot(profile["x"], profile["loss"], color="#3c4043", linewidth=1.6, zorder=2)
    for x, loss, name in profile["marks"]:
        term = KINDS.get(name)
        color, marker = ("#5f6368", "o") if term is None else (term.light, term.marker)
        axes.axhline(loss, color=color, linewidth=0.7, linestyle=":", zorder=1)
        axes.scatter(
            [x],
            [loss],
            s=170 if marker == "*" else 70,
            marker=marker,
            color=color,
            edgecolor="white",
            label=kind(name).label,
            zorder=3,
        )
    axes.set_title(profile["title"], fontsize=9.5, loc="left")
    axes.set_xlabel("step", fontsize=9)
    if first:
        axes.set_ylabel("loss")
    axes.grid(color="#e3e6ea", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=8)
    axes.locator_params(axis="x", nbins=6)
    axes.margins(y=0.08)
