r"""Formulas of a derivation as LaTeX."""

from fractions import Fraction

from symland.report.formula import Notation
from symland.report.latex import escape

LETTERS = {
    "Σ": r"\Sigma",
    "λ": r"\lambda",
    "κ": r"\kappa",
    "σ": r"\sigma",
    "Δ": r"\Delta",
    "ℒ": r"\mathcal{L}",
    "Ω": r"\Omega",
    "Λ": r"\Lambda",
    "𝟏": r"\mathbf{1}",
    "Ṡ": r"\dot{S}",
    "Ż": r"\dot{Z}",
    "Δ̇": r"\dot{\Delta}",
    "Ḟ": r"\dot{F}",
    "Ė": r"\dot{E}",
}
SIGNS = {
    "=": "=",
    "≥": r"\ge",
    "≤": r"\le",
    "≠": r"\ne",
    "−": "-",
    "+": "+",
    "∘": r"\circ",
    "⊗": r"\otimes",
}


class LatexNotation(Notation):
    r"""LaTeX for a document that loads ``amsmath``.

    >>> LatexNotation().write(["transpose", ["symbol", "W", "1", ""]])
    'W_{1}^{\\mathsf{T}}'
    """

    minus, dots = "-", r"\cdots"
    circle, cross = r"\circ", r"\otimes"

    def letter(self, base: str, sub: str, sup: str) -> str:
        plain = len(base) == 1 or base in LETTERS
        head = LETTERS.get(base, base) if plain else rf"\mathrm{{{base}}}"
        low = f"_{{{sub.replace('−', '-')}}}" if sub else ""
        high = f"^{{{sup.replace('′', chr(92) + 'prime ').strip()}}}" if sup else ""
        return head + low + high

    def fraction(self, value: Fraction) -> str:
        if value.denominator == 1:
            return str(value)
        return rf"\tfrac{{{value.numerator}}}{{{value.denominator}}}"

    def parenthesized(self, text: str) -> str:
        return f"({text})"

    def transposed(self, text: str) -> str:
        # A letter that has a superscript already cannot take a second one.
        base = f"{{{text}}}" if "^" in text and not text.endswith(")") else text
        return base + r"^{\mathsf{T}}"

    def times(self, factors: list[str]) -> str:
        return r" \, ".join(factors).replace(r"- \, ", "-")

    def joined(self, operator: str, parts: list[str]) -> str:
        return f" {SIGNS.get(operator, operator)} ".join(parts)

    def called(self, function: str, arguments: list[str]) -> str:
        return rf"{function}\bigl({', '.join(arguments)}\bigr)"

    def word(self, name: str) -> str:
        return rf"\operatorname{{{name}}}"

    def norm(self, text: str) -> str:
        return rf"\lVert {text} \rVert^{{2}}"

    def angles(self, left: str, right: str) -> str:
        return rf"\bigl\langle {left},\; {right} \bigr\rangle"

    def total(self, text: str) -> str:
        return rf"\sum_{{i,j}} \bigl[{text}\bigr]_{{ij}}"

    def differentiated(self, body: str, variables: list[tuple[str, int]]) -> str:
        order = sum(n for _, n in variables)
        sign = "d" if len(variables) == 1 else r"\partial "
        power = f"^{{{order}}}" if order > 1 else ""
        by = r"\,".join(f"{sign}{x}" + (f"^{{{n}}}" if n > 1 else "") for x, n in variables)
        place = "=".join([*(x for x, _ in variables), "0"])
        return rf"\frac{{{sign}{power}}}{{{by}}} {body} \Big|_{{{place}}}"

    def nabla(self, letter: str) -> str:
        return rf"\nabla_{{{letter}}} \mathcal{{L}}"

    def partials(self, entries: list[str]) -> str:
        if len(entries) == 2 and entries[0] == entries[1]:
            return rf"\frac{{\partial^{{2}} \mathcal{{L}}}}{{\partial {entries[0]}^{{2}}}}"
        power = f"^{{{len(entries)}}}" if len(entries) > 1 else ""
        by = r"\, ".join(rf"\partial {entry}" for entry in entries)
        return rf"\frac{{\partial{power} \mathcal{{L}}}}{{{by}}}"

    def indexed(self, letter: str, places: list[str]) -> str:
        return rf"({letter})_{{{','.join(places)}}}"

    def grid(self, rows: list[list[str]]) -> str:
        body = r" \\ ".join(" & ".join(row) for row in rows)
        return rf"\begin{{pmatrix}} {body} \end{{pmatrix}}"

    def raised(self, base: str, exponent: int) -> str:
        return f"{base}^{{{exponent}}}"

    def words(self, text: str) -> str:
        return rf"\text{{{escape(text)}}}"
