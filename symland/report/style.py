"""The style sheet of the HTML rendering, with the colours of the vocabulary."""

from symland.report.vocabulary import KINDS, VERDICTS, Term

_LAYOUT = """
.symland { --line: rgba(127, 127, 127, .28); --soft: rgba(127, 127, 127, .09);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  color: inherit; text-align: left; max-width: 74rem; overflow-wrap: anywhere; }
.symland h2 { font-size: 1.5rem; margin: 0 0 .1rem; font-weight: 650; }
.symland h3 { font-size: 1rem; margin: 1.7rem 0 .5rem; font-weight: 600; }
.symland .about { margin: 0; opacity: .75; }
.symland .headline { margin: .7rem 0 0; }
.symland .badge { display: inline-block; border: 1px solid currentColor; border-radius: 1rem;
  padding: 0 .65rem; margin-right: .6rem; font-size: .85rem; font-weight: 600; }
.symland .scroll { overflow-x: auto; }
.symland table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 0;
  border: 0; font-size: .94rem; }
.symland th, .symland td { padding: .32rem .8rem; text-align: left; vertical-align: top;
  white-space: nowrap; border: 0; background: none; color: inherit; }
.symland td { max-width: 34rem; white-space: normal; overflow-wrap: break-word; }
.symland th { border-bottom: 1px solid currentColor; font-weight: 600; }
.symland th[title]:not([title=""]) { text-decoration: underline dotted; text-underline-offset: 3px;
  text-decoration-color: var(--line); cursor: help; }
.symland tbody tr { background: none; }
.symland tbody tr + tr td { border-top: 1px solid var(--line); }
.symland tbody tr:hover { background: var(--soft); }
.symland .right { text-align: right; }
.symland .term { font-weight: 600; white-space: nowrap; }
.symland td .certified { font-weight: 400; }
.symland dl { display: grid; grid-template-columns: fit-content(45%) 1fr; gap: .25rem 1.2rem;
  margin: 0; }
.symland dt { opacity: .72; margin: 0; font-weight: 400; }
.symland dd { margin: 0; min-width: 0; }
.symland dd .term { white-space: normal; }
.symland ul { margin: 0; padding-left: 1.2rem; }
.symland .matrices { display: flex; flex-wrap: wrap; gap: .8rem; }
.symland pre { font: .88rem/1.45 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
  margin: 0; padding: .6rem .8rem; background: var(--soft); border-radius: .4rem; color: inherit;
  overflow-x: auto; }
.symland .more, .symland footer { opacity: .7; font-size: .88rem; }
.symland footer { margin-top: 1.6rem; border-top: 1px solid var(--line); padding-top: .5rem; }
.symland .warning { border-left: 3px solid #d9822b; padding-left: .7rem; }
.symland-page { margin: 2.2rem auto; padding: 0 1.4rem; max-width: 74rem; background: #fff;
  color: #1c1e21; }
"""

_DERIVATION = """
.symland .derivation { max-width: 46rem; }
.symland .derivation h3 { font-size: 1.2rem; margin-top: 2.4rem; }
.symland .derivation p { margin: 1rem 0 .3rem; }
.symland .formula { display: flex; align-items: center; gap: 1rem; padding: .35rem 0; }
.symland .formula .scroll { flex: 1; overflow-y: hidden; padding: .2rem 0; }
.symland .formula .number { opacity: .6; font-variant-numeric: tabular-nums; }
.symland math { font-size: 1.12rem; }
.symland .math { font-family: "STIX Two Math", "Latin Modern Math", "Cambria Math", serif;
  white-space: nowrap; }
.symland .derivation .evidence { margin: 0; font-size: .84rem; opacity: .85; }
.symland .derivation .evidence .term { font-weight: 500; }
.symland details { margin: .1rem 0 .4rem; font-size: .9rem; }
.symland details math { font-size: .95rem; display: block math; text-align: left; }
.symland details .scroll { overflow-y: hidden; padding: .15rem 0; }
.symland summary { cursor: pointer; opacity: .75; }
"""

_DARK_PAGE = ".symland-page { background: #16181b; color: #e6e7e9; }"


def _colours(terms: dict[str, Term], shade: str, prefix: str = "") -> str:
    return "\n".join(
        f"{prefix}.symland .{name} {{ color: {getattr(term, shade)}; }}"
        for name, term in terms.items()
    )


def _style() -> str:
    terms = {**VERDICTS, **KINDS}
    light, dark = _colours(terms, "light"), _colours(terms, "dark")
    # JupyterLab and furo switch their ground by an attribute, whatever the system prefers.
    themed = "\n".join(
        _colours(terms, shade, f"{switch} ")
        for switch, shade in (
            ('[data-jp-theme-light="true"]', "light"),
            ('[data-jp-theme-light="false"]', "dark"),
            ('[data-theme="light"]', "light"),
            ('[data-theme="dark"]', "dark"),
        )
    )
    query = f"@media (prefers-color-scheme: dark) {{ {_DARK_PAGE}\n{dark} }}"
    return f"{_LAYOUT}{_DERIVATION}{light}\n{query}\n{themed}"


STYLE = _style()
