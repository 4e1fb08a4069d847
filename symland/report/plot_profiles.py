"""The picture of a classified point: the loss along lines and curves through it."""

from collections.abc import Mapping, Sequence
from functools import partial
from math import ceil, floor, log10
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
    title = _title(document, int(LETTERS * size[0]))
    return write_whole(path, picture(suffix, panels, size, title))


def _title(document: Mapping[str, Any], letters: int) -> str:
    """What is shown; on one line of so many letters, or the two sentences on lines of their own."""
    centre = document.get("refined") or document["given"]
    where = "the critical point nearby" if document.get("refined") else "the given point"
    name = document.get("problem") or "the problem"
    widths = "-".join(map(str, (document.get("network") or {}).get("widths") or ()))
    words = (kind(centre.get("kind")).label, str(centre.get("status")))
    what = ", ".join(dict.fromkeys(words))
    about = f"{name} ({widths})" if widths else str(name)
    sentences = (f"{about}: {where} ({what})", "Curves in floating point, no proof")
    whole = ". ".join(sentences)
    return whole if len(whole) <= letters else "\n".join(fill(x, letters) for x in sentences)


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
    axes.locator_params(axis="x", nbins=6)
    # The common factor of the losses, beside the axis: above it would be under the title.
    axes.yaxis.get_offset_text().set(horizontalalignment="right", fontsize=8)
    _scale(profile, axes)
    axes.grid(color="#e3e6ea", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=8)
    axes.margins(y=0.08)


def _scale(profile: Mapping[str, Any], axes: Any) -> None:
    """Logarithms beyond a unit of distance and above a level of the loss, where there are any."""
    unit, level = profile.get("unit"), profile.get("level")
    for axis, bound, values in (("x", unit, profile["x"]), ("y", level, profile["loss"])):
        if bound is not None:
            getattr(axes, f"set_{axis}scale")("asinh", linear_width=bound)
            ticks = _ticks(bound, max(values))
            labels = ["0" if not tick else f"$10^{{{log10(tick):.0f}}}$" for tick in ticks]
            getattr(axes, f"set_{axis}ticks")(ticks, labels)
            axes.minorticks_off()
    if unit is not None:
        axes.set_xlabel(f"distance, logarithmic beyond {unit:.2g}", fontsize=9)
    if level is not None:
        axes.set_ylabel(f"loss, logarithmic above {level:.2g}", fontsize=9)


def _ticks(bound: float, most: float) -> list[float]:
    """0 and at most five powers of ten between the bound and the largest value.

    >>> _ticks(5.6, 340000.0)
    [0.0, 10.0, 100.0, 1000.0, 10000.0, 100000.0]
    >>> _ticks(3.6, 4e7)
    [0.0, 10.0, 1000.0, 100000.0, 10000000.0]
    """
    first, last = ceil(log10(bound)), floor(log10(most))
    step = max(1, ceil((last - first + 1) / 5))
    return [0.0, *(10.0**k for k in range(first, last + 1, step))]
