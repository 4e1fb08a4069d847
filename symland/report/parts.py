"""Parts that every page has: the network in words, the certificate, the last line, warnings."""

from collections.abc import Mapping
from typing import Any

from symland.report.page import Cell, Lines


def network_text(document: Mapping[str, Any]) -> str:
    """The network in words.

    >>> network_text({"network": {"widths": [4, 3, 3], "activations": ["linear"],
    ...                           "parameters": 21, "samples": 150}})
    'network 4-3-3, linear, 21 weights, 150 samples'
    """
    network = document.get("network")
    if not network:
        return ""
    activations = network.get("activations") or []
    name = ", ".join(dict.fromkeys(map(str, activations))) or "linear"
    widths = "-".join(map(str, network["widths"]))
    weights = counted(network.get("parameters"), "weight")
    samples = counted(network.get("samples"), "sample")
    return ", ".join(part for part in (f"network {widths}", name, weights, samples) if part)


def certificate_lines(certificate: Mapping[str, Any]) -> Lines:
    """What the checker did with the certificate, and where the two files are."""
    accepted = bool(certificate.get("accepted"))
    size = " and ".join(
        counted(certificate.get(key), key[:-1]) for key in ("claims", "steps") if key in certificate
    )
    verb = "accepted" if accepted else "not accepted"
    state = Cell(
        f"{verb} by the checker" + (f" ({size})" if size else ""),
        term="certified" if accepted else "undecided",
    )
    lines = [("certificate", state)]
    for key in ("statement", "certificate"):
        if certificate.get(key):
            lines.append((f"{key} file", Cell(str(certificate[key]))))
    if not certificate.get("statement") and accepted:
        lines.append(("files", Cell("not written; --certificates DIR keeps them")))
    return Lines("Certificate", tuple(lines))


def footer(document: Mapping[str, Any]) -> str:
    """Time taken, version and seed.

    >>> footer({"seconds": 0.4217, "symland": "0.1.0", "seed": 0})
    '0.42 s, symland 0.1.0, seed 0'
    """
    parts = []
    if document.get("seconds") is not None:
        parts.append(f"{float(document['seconds']):.2f} s")
    if document.get("symland"):
        parts.append(f"symland {document['symland']}")
    if document.get("seed") is not None:
        parts.append(f"seed {document['seed']}")
    return ", ".join(parts)


def reason_of(document: Mapping[str, Any]) -> str:
    """Why something is not decided, without the words that the verdict before it says.

    >>> reason_of({"reason": "not decided: an activation has a kink"}), reason_of({})
    ('an activation has a kink', '')
    """
    return str(document.get("reason") or "").removeprefix("not decided: ")


def warnings_of(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The warnings of a document, as text."""
    return tuple(map(str, document.get("warnings") or ()))


def counted(count: Any, noun: str, plural: str | None = None) -> str:
    """A count with its noun; nothing where the count is not known.

    >>> counted(1, "row"), counted(2, "stratum", "strata"), counted(None, "row")
    ('1 row', '2 strata', '')
    """
    if count is None:
        return ""
    return f"{count} {noun if count == 1 else plural or noun + 's'}"
