"""The picture of a critical set: critical values over rank, or points over their index, by kind."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from symland.claims.writing import write_whole
from symland.report.number import rational
from symland.report.vocabulary import KINDS, kind

#: File types that can be written.
TYPES = ("png", "pdf", "svg")
#: With more values than this, they are not annotated.
ANNOTATED = 24
#: Inches that an entry of the legend takes.
COLUMN = 2.0


class NothingToDraw(ValueError):
    """The document has nothing to draw, or losses that no axis can show; the text says which."""


def plot_critical_set(document: Mapping[str, Any], path: str | Path) -> Path:
    """Draw a `symland critical` document: its strata over rank, or where it lists points, these
    over the number of negative eigenvalues; the type is taken from the file's suffix.

    Raises
    ------
    ValueError
        The suffix is not one of png, pdf, svg.
    NothingToDraw
        The document has neither strata nor points, or a loss beyond the range of floats.
    ImportError
        Matplotlib is not installed.
    """
    path = Path(path)
    suffix = file_type(path)
    try:
        marks = _marks(document)
    except OverflowError:
        raise NothingToDraw(f"--plot {path}: a loss is too large to draw") from None
    if not marks:
        raise NothingToDraw(f"--plot {path}: the answer has no strata or points to draw")

    def draw(axes: Any) -> None:
        _draw_marks(axes, marks)
        _label(axes, document, marks)

    return write_whole(path, picture(suffix, [draw], (7.2, 4.8)))


def file_type(path: Path) -> str:
    """The type that the suffix names; ValueError where it is none that can be written."""
    suffix = path.suffix.lstrip(".").lower()
    if suffix not in TYPES:
        raise ValueError(f"--plot {path}: type {suffix or 'missing'!r}, expected png, pdf or svg")
    return suffix


def _marks(document: Mapping[str, Any]) -> dict[tuple[int, float, str], list[Mapping[str, Any]]]:
    """Strata that share rank, loss and kind are one mark; points, index, loss and kind."""
    strata = document.get("strata")
    marks: dict[tuple[int, float, str], list[Mapping[str, Any]]] = {}
    for entry in strata or document.get("points") or ():
        loss = entry.get("loss") or {}
        value = loss.get("exact") or loss.get("lower")
        place = entry.get("rank") if strata else (entry.get("inertia") or {}).get("negative")
        if value is None or place is None:
            continue
        key = (int(place), float(rational(value)), str(entry.get("kind")))
        marks.setdefault(key, []).append(entry)
    return marks


def picture(
    suffix: str,
    panels: Sequence[Callable[[Any], None]],
    size: tuple[float, float],
    title: str | None = None,
) -> bytes:
    """A figure of panels side by side, each drawn by its function, as a file of that type."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    style: Any = {"font.size": 10, "svg.fonttype": "none", "svg.hashsalt": "symland"}
    with rc_context(style):
        figure = Figure(figsize=size, layout="constrained", facecolor="white")
        FigureCanvasAgg(figure)
        for number, draw in enumerate(panels, start=1):
            draw(figure.add_subplot(1, len(panels), number))
        _legend(figure)
        if title is not None:
            figure.suptitle(title, x=0.01, ha="left", fontsize=11)
        buffer = BytesIO()
        metadata = {"Date": None} if suffix == "svg" else None
        figure.savefig(buffer, format=suffix, dpi=180, metadata=metadata)
    return buffer.getvalue()


def _legend(figure: Any) -> None:
    """One legend for all panels, below them: among the data its markers would read as data."""
    entries: dict[str, Any] = {}
    for axes in figure.axes:
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
            entries.setdefault(label, handle)
    if entries:
        columns = max(1, min(len(entries), int(figure.get_figwidth() / COLUMN)))
        figure.legend(
            entries.values(),
            entries.keys(),
            loc="outside lower center",
            ncols=columns,
            frameon=False,
            fontsize=9,
        )


def _draw_marks(axes: Any, marks: Mapping[Any, Any]) -> None:
    names = [name for name in KINDS if any(key[2] == name for key in marks)]
    crowded = len(marks) > ANNOTATED
    scale = max(0.2, (ANNOTATED / len(marks)) ** 0.5) if crowded else 1.0
    for name in names:
        term = KINDS[name]
        places = [(rank, value) for rank, value, mark in marks if mark == name]
        axes.scatter(
            *zip(*places, strict=True),
            s=(170 if term.marker == "*" else 75) * scale,
            marker=term.marker,
            color=term.light,
            edgecolor="white",
            linewidth=0 if crowded else 0.8,
            label=term.label,
            alpha=0.7 if crowded else 0.9,
            zorder=3,
        )
    if len(marks) <= ANNOTATED:
        _annotate(axes, marks)


def _annotate(axes: Any, marks: Mapping[Any, Any]) -> None:
    """Dimension and inertia beside each mark, pushed apart where values are close."""
    values = [value for _, value, _ in marks]
    gap = (max(values) - min(values) or 1.0) / 22
    lowest: dict[int, float] = {}
    for (rank, value, name), strata in sorted(marks.items(), key=lambda item: item[0][:2]):
        height = max(value, lowest.get(rank, value - gap) + gap)
        lowest[rank] = height
        moved = height - value > gap / 3
        line = {"arrowstyle": "-", "relpos": (0, 0.5), "color": "#9aa0a6", "lw": 0.6, "shrinkB": 5}
        axes.annotate(
            _caption(strata),
            xy=(rank, value),
            xytext=(rank + 0.07, height),
            va="center",
            fontsize=8,
            color=kind(name).light,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
            arrowprops=line if moved else None,
            zorder=2,
        )


def _caption(strata: Iterable[Mapping[str, Any]]) -> str:
    """Dimension and inertia of the strata at one mark, as ranges where they differ; of points
    that share a mark their number.

    >>> point = {"inertia": {"positive": 2, "negative": 1, "zero": 0}}
    >>> _caption([point, point])
    '2 points, inertia (2, 1, 0)'
    """
    strata = list(strata)
    dimensions = [int(s["dimension"]) for s in strata if s.get("dimension") is not None]
    parts = [f"dim {_spread(dimensions)}"] if dimensions else []
    if len(strata) > 1 and not any("dimension" in s for s in strata):
        parts.append(f"{len(strata)} points")
    counts = [
        [count for stratum in strata for count in _counts(stratum, key)]
        for key in ("positive", "negative", "zero")
    ]
    if all(counts):
        parts.append(f"inertia ({', '.join(map(_spread, counts))})")
    return ", ".join(parts)


def _counts(stratum: Mapping[str, Any], key: str) -> list[int]:
    if stratum.get("inertia"):
        return [int(stratum["inertia"][key])]
    return list((stratum.get("inertia_range") or {}).get(key) or ())


def _spread(numbers: list[int]) -> str:
    low, high = min(numbers), max(numbers)
    return str(low) if low == high else f"{low}-{high}"


def _label(axes: Any, document: Mapping[str, Any], marks: Mapping[Any, Any]) -> None:
    ranks = sorted({rank for rank, _, _ in marks})
    axes.set_xticks(range(ranks[0], ranks[-1] + 1))
    axes.set_xlim(ranks[0] - 0.35, ranks[-1] + (0.9 if len(marks) <= ANNOTATED else 0.35))
    strata = bool(document.get("strata"))
    index = "negative eigenvalues of the Hessian"
    axes.set_xlabel("rank of the network's map on the data" if strata else index)
    axes.set_ylabel("loss")
    widths = "-".join(map(str, (document.get("network") or {}).get("widths") or ()))
    title = (
        f"Critical {'values' if strata else 'points'} of {document.get('problem') or 'the problem'}"
    )
    axes.set_title(title + (f" ({widths})" if widths else ""), loc="left", fontsize=11)
    axes.grid(axis="y", color="#d7dade", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.margins(y=0.08)
