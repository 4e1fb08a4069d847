"""Formulas of a derivation as MathML, which browsers show by themselves."""

from fractions import Fraction
from html import escape
from itertools import pairwise

from symland.report.formula import Notation


def _row(*parts: str) -> str:
    return f"<mrow>{''.join(parts)}</mrow>"


def _sign(character: str) -> str:
    if character.isdecimal():
        return f"<mn>{character}</mn>"
    return f"<mi>{character}</mi>" if character.isalpha() else f"<mo>{escape(character)}</mo>"


def _operator(text: str, attributes: str = "") -> str:
    return f"<mo{attributes}>{escape(text)}</mo>"


def _above(text: str, high: str) -> str:
    """With a superscript, which stands above the index of a letter that has one."""
    if text.startswith("<msub>") and text.endswith("</msub>"):
        inside = text.removeprefix("<msub>").removesuffix("</msub>")
        return f"<msubsup>{inside}{high}</msubsup>"
    return f"<msup>{text}{high}</msup>"


class MathmlNotation(Notation):
    """MathML, without the surrounding ``math`` element.

    >>> MathmlNotation().write(["transpose", ["symbol", "W", "1", ""]])
    '<msubsup><mi>W</mi><mn>1</mn><mi mathvariant="normal">T</mi></msubsup>'
    """

    minus, plus, circle, cross = "−", "+", "∘", "⊗"
    dots, comma = "<mo>⋯</mo>", "<mo>,</mo>"

    def letter(self, base: str, sub: str, sup: str) -> str:
        upright = ' mathvariant="normal"' if len(base) > 2 or base == "𝟏" else ""
        text = f"<mi{upright}>{escape(base)}</mi>"
        low = f"<mn>{sub}</mn>" if sub.isdecimal() else _row(*map(_sign, sub))
        high = f"<mo>{escape(sup)}</mo>"
        if sub and sup:
            return f"<msubsup>{text}{low}{high}</msubsup>"
        if sub:
            return f"<msub>{text}{low}</msub>"
        return f"<msup>{text}{high}</msup>" if sup else text

    def fraction(self, value: Fraction) -> str:
        if value.denominator == 1:
            return f"<mn>{value}</mn>"
        return f"<mfrac><mn>{value.numerator}</mn><mn>{value.denominator}</mn></mfrac>"

    def parenthesized(self, text: str) -> str:
        return _row(_operator("("), text, _operator(")"))

    def transposed(self, text: str) -> str:
        return _above(text, '<mi mathvariant="normal">T</mi>')

    def times(self, factors: list[str]) -> str:
        parts = [_operator("−") if factor == self.minus else factor for factor in factors]
        text = parts[0]
        for before, part in pairwise(parts):
            text += part if before == _operator("−") else f'<mspace width=".12em"/>{part}'
        return _row(text)

    def joined(self, operator: str, parts: list[str]) -> str:
        return _row(_operator(operator).join(parts))

    def called(self, function: str, arguments: list[str]) -> str:
        inside = _operator(",").join(arguments)
        return _row(function, _operator("("), inside, _operator(")"))

    def word(self, name: str) -> str:
        return f'<mi mathvariant="normal">{escape(name)}</mi>'

    def norm(self, text: str) -> str:
        fence = ' fence="true" stretchy="true"'
        return f"<msup>{_row(_operator('‖', fence), text, _operator('‖', fence))}<mn>2</mn></msup>"

    def angles(self, left: str, right: str) -> str:
        return _row(_operator("⟨"), left, _operator(","), right, _operator("⟩"))

    def total(self, text: str) -> str:
        index = f"{_row('<mi>i</mi>', _operator(','), '<mi>j</mi>')}"
        return _row(
            f"<munder><mo>∑</mo>{index}</munder>",
            f"<msub>{_row(_operator('['), text, _operator(']'))}<mi>ij</mi></msub>",
        )

    def differentiated(self, body: str, variables: list[tuple[str, int]]) -> str:
        order = sum(n for _, n in variables)
        sign = f"<mo>{'d' if len(variables) == 1 else '∂'}</mo>"
        top = f"<msup>{sign}<mn>{order}</mn></msup>" if order > 1 else sign
        by = "".join(sign + (f"<msup>{x}<mn>{n}</mn></msup>" if n > 1 else x) for x, n in variables)
        place = _row(_operator("=").join([*(x for x, _ in variables), "<mn>0</mn>"]))
        bar = _operator("|", ' stretchy="true" fence="true"')
        return _row(f"<mfrac>{top}{_row(by)}</mfrac>", body, f"<msub>{bar}{place}</msub>")

    def nabla(self, letter: str) -> str:
        return _row(f"<msub><mo>∇</mo>{letter}</msub>", "<mi>ℒ</mi>")

    def partials(self, entries: list[str]) -> str:
        sign, loss = "<mo>∂</mo>", "<mi>ℒ</mi>"
        if len(entries) == 2 and entries[0] == entries[1]:
            return (
                f"<mfrac>{_row(f'<msup>{sign}<mn>2</mn></msup>', loss)}"
                f"{_row(sign, f'<msup>{entries[0]}<mn>2</mn></msup>')}</mfrac>"
            )
        top = f"<msup>{sign}<mn>{len(entries)}</mn></msup>" if len(entries) > 1 else sign
        return f"<mfrac>{_row(top, loss)}{_row(*(sign + entry for entry in entries))}</mfrac>"

    def indexed(self, letter: str, places: list[str]) -> str:
        inside = _row(_operator(",").join(f"<mn>{place}</mn>" for place in places))
        return f"<msub>{self.parenthesized(letter)}{inside}</msub>"

    def grid(self, rows: list[list[str]]) -> str:
        body = "".join(
            "<mtr>" + "".join(f"<mtd>{entry}</mtd>" for entry in row) + "</mtr>" for row in rows
        )
        return _row(_operator("("), f"<mtable>{body}</mtable>", _operator(")"))

    def raised(self, base: str, exponent: int) -> str:
        return _above(base, f"<mn>{exponent}</mn>")

    def words(self, text: str) -> str:
        return f"<mtext>{escape(text).replace(' ', '&#160;')}</mtext>"
