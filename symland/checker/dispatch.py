"""The table of rules: for a kind of claim and the name of a rule the fields and the check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import (
    all_shapes as shapes,
    all_shapes_instance as shapes_instance,
    all_shapes_numbers as shapes_numbers,
    all_shapes_quantified as shapes_quantified,
    rules_cells as cells,
    rules_complete as complete,
    rules_complex as complexes,
    rules_convex as convex,
    rules_convex_cell as convex_cells,
    rules_curves as curves,
    rules_decreasing as decreasing,
    rules_deep_linear as deep,
    rules_degenerate as degenerate,
    rules_enclosures as enclosures,
    rules_exact_curves as exact_curves,
    rules_exact_fit as fit,
    rules_flat_minima as flat,
    rules_isolated as isolated,
    rules_landscape as landscape,
    rules_logarithms as logarithms,
    rules_morse_bott as bott,
    rules_not_finite as not_finite,
    rules_points as points,
    rules_residual as residual,
    rules_silent_copy as silent,
    rules_slices as slices,
    rules_strata as strata,
    rules_wiring as wiring,
)

Function = Callable[[Any, dict[str, Any], dict[str, Any]], str]
Table = dict[tuple[str, str], "Rule"]


@dataclass(frozen=True)
class Rule:
    """The fields a claim has besides its name and kind, those a step has, and the check."""

    claim: str
    step: str
    check: Function
    claim_optional: str = ""


RULES: Table = {
    ("value", "evaluate"): Rule("point value", "", points.evaluate_value),
    ("enclosure", "evaluate"): Rule("point lower upper", "", points.evaluate_enclosure),
    ("critical", "substitution"): Rule("point", "", points.substitution_critical),
    ("not_critical", "substitution"): Rule(
        "point parameter derivative", "", points.substitution_not_critical
    ),
    ("inertia", "ldl"): Rule("point positive negative zero", "", points.ldl_inertia),
    ("semidefinite", "ldl"): Rule("point", "", points.ldl_semidefinite),
    ("strict_minimum", "ldl"): Rule("point", "critical", points.ldl_strict_minimum),
    ("global_minimum", "zero_loss"): Rule("point", "", points.zero_loss),
    ("global_minimum", "pure_error"): Rule("point", "", points.pure_error),
    ("not_global", "evaluate"): Rule("point better", "", points.evaluate_not_global),
    ("constant", "no_input"): Rule("", "", points.no_input),
    ("not_convex", "midpoint"): Rule("ends middle", "", landscape.midpoint_not_convex),
    ("not_concave", "midpoint"): Rule("ends middle", "", landscape.midpoint_not_concave),
    ("data_rank", "minor"): Rule("matrix rank", "rows columns kernel", landscape.minor_data_rank),
    ("rank", "minor"): Rule("point product rank", "rows columns kernel", points.minor_rank, "data"),
    ("residual", "substitution"): Rule("point layer vanishes", "", residual.substitution_residual),
    ("loss_polynomial", "expand"): Rule("terms", "", points.expand_loss),
    ("gradient_polynomial", "expand"): Rule("parameter terms", "", points.expand_gradient),
    ("hessian_polynomial", "expand"): Rule("parameters terms", "", points.expand_hessian),
    ("strict_saddle", "direction"): Rule(
        "point", "critical direction ascent", curves.direction_strict_saddle
    ),
    ("not_minimum", "curve"): Rule("point", "descent", curves.curve_not_minimum),
    ("non_strict_saddle", "curve"): Rule(
        "point", "critical semidefinite descent ascent", curves.curve_non_strict_saddle
    ),
    ("global_minimum", "least_squares"): Rule("point", "least_squares", deep.least_squares),
    ("global_minimum", "best_rank"): Rule("point", "basis separator least_squares", deep.best_rank),
    ("semidefinite", "tight_pivots"): Rule(
        "point", "basis separator least_squares", deep.tight_pivots
    ),
    ("spectrum", "characteristic_polynomial"): Rule(
        "eigenvalues zero", "least_squares", strata.characteristic_polynomial
    ),
    ("inertia", "barcode"): Rule("point positive negative zero", "spectrum", deep.barcode_inertia),
    ("strata", "deep_linear_strata"): Rule(
        "spectrum by polynomials rows", "", strata.deep_linear_strata, "barcodes"
    ),
    ("representative", "wiring"): Rule(
        "point strata eigenvalues barcode kind inertia",
        "taken left kernel_left kernel_right",
        wiring.wiring,
    ),
    ("critical", "krawczyk"): Rule("point", "precision inverse", enclosures.krawczyk_critical),
    ("critical", "degenerate"): Rule(
        "point", "precision free pieces", isolated.degenerate_critical
    ),
    ("inertia", "congruence"): Rule(
        "point positive negative zero", "precision transform", enclosures.congruence_inertia
    ),
    ("strict_minimum", "degenerate"): Rule(
        "point", "precision free pieces radius", isolated.degenerate_minimum
    ),
    ("strict_minimum", "inertia"): Rule(
        "point", "critical inertia", enclosures.inertia_strict_minimum
    ),
    ("strict_maximum", "inertia"): Rule(
        "point", "critical inertia", enclosures.inertia_strict_maximum
    ),
    ("strict_saddle", "inertia"): Rule(
        "point", "critical inertia", enclosures.inertia_strict_saddle
    ),
    ("enclosure", "intervals"): Rule(
        "point lower upper", "precision", enclosures.intervals_enclosure
    ),
    ("not_critical", "intervals"): Rule(
        "point parameter lower upper", "precision", enclosures.intervals_not_critical
    ),
    ("not_global", "intervals"): Rule("point better", "precision", enclosures.intervals_not_global),
    ("all_critical", "branch_and_bound"): Rule(
        "lower upper points", "precision cover", complete.branch_and_bound_all_critical
    ),
    ("all_critical", "fundamental_domain"): Rule(
        "lower upper points",
        "precision cover symmetries",
        complete.fundamental_domain_all_critical,
    ),
    ("all_critical", "balanced_domain"): Rule(
        "lower upper points",
        "precision cover symmetries balances",
        complete.balanced_domain_all_critical,
    ),
    ("all_critical", "spanned_domain"): Rule(
        "lower upper points",
        "precision cover symmetries balances minors",
        complete.spanned_domain_all_critical,
    ),
    ("all_critical", "expanded_domain"): Rule(
        "lower upper points",
        "precision cover symmetries balances minors order",
        complete.expanded_domain_all_critical,
    ),
    ("all_critical", "scaled_domain"): Rule(
        "lower upper points",
        "precision cover symmetries balances minors order",
        complete.scaled_domain_all_critical,
    ),
    ("all_critical", "only_critical"): Rule(
        "lower upper points", "only", convex.only_critical_all_critical
    ),
    ("only_critical", "convex"): Rule("point", "critical", convex.convex_only_critical),
    ("complex_critical", "krawczyk"): Rule(
        "point", "precision inverse", complexes.krawczyk_complex_critical
    ),
    ("complex_real", "conjugation"): Rule("point", "", complexes.conjugation_complex_real),
    ("complex_not_real", "imaginary_part"): Rule(
        "point", "parameter", complexes.imaginary_part_complex_not_real
    ),
    ("complex_distinct", "disjoint_boxes"): Rule(
        "points", "", complexes.disjoint_boxes_complex_distinct
    ),
    ("critical", "logarithms"): Rule("point", "", logarithms.logarithms_critical),
    ("critical", "indeterminates"): Rule("point", "", logarithms.indeterminates_critical),
    ("inertia", "indeterminates"): Rule(
        "point positive negative zero", "", logarithms.indeterminates_inertia
    ),
    ("inertia", "logarithms"): Rule(
        "point positive negative zero", "", logarithms.logarithms_inertia
    ),
    ("global_minimum", "logarithms"): Rule("point", "", logarithms.logarithms_global_minimum),
    ("global_minimum", "balanced_outputs"): Rule(
        "point", "", logarithms.logarithms_balanced_outputs
    ),
    ("non_strict_saddle", "logarithms"): Rule(
        "point", "critical inertia descent ascent", exact_curves.logarithms_non_strict_saddle
    ),
    ("global_minimum", "pure_error_logarithms"): Rule(
        "point", "", logarithms.logarithms_pure_error
    ),
    ("value", "logarithms"): Rule("point value", "", logarithms.logarithms_value),
    **{
        ("replicated_form", rule): Rule("point layer neuron form sign", more, check)
        for rule, more, check in (
            ("substitution", "", degenerate.substitution_form),
            ("logarithms", "", degenerate.logarithms_form),
            ("intervals", "precision", degenerate.intervals_form),
        )
    },
    **{
        ("replicated_minima", rule): Rule(
            "point layer neuron shares copies", "critical inertia" + more, check
        )
        for rule, more, check in (
            ("substitution", "", degenerate.substitution_minima),
            ("logarithms", "", degenerate.logarithms_minima),
            ("intervals", " precision", degenerate.intervals_minima),
        )
    },
    **{
        ("replicated_saddles", rule): Rule(
            "point layer neuron shares", "critical inertia direction" + more, check
        )
        for rule, more, check in (
            ("substitution", "", degenerate.substitution_saddles),
            ("logarithms", "", degenerate.logarithms_saddles),
            ("intervals", " precision", degenerate.intervals_saddles),
        )
    },
    ("replicated_ends", "analytic"): Rule(
        "point layer neuron strict", "critical inertia incoming precision", silent.analytic_ends
    ),
    ("replicated_global_minima", "value"): Rule(
        "point layer neuron", "value", degenerate.value_global_minima
    ),
    ("replicated_global_minima", "outputs"): Rule(
        "point layer neuron", "minimum", degenerate.outputs_global_minima
    ),
    ("replicated_bound", "intervals"): Rule(
        "point layer neuron shares radius", "critical precision", flat.replicated_bound
    ),
    ("replicated_layers", "forms"): Rule(
        "point copies", "critical inertia forms", flat.replicated_layers
    ),
    ("minimum", "convex_region"): Rule("point", "shape transfer", flat.convex_region),
    ("minimum", "orbit"): Rule("point", "critical inertia generators", bott.orbit),
    ("minimum", "morse_bott"): Rule(
        "point", "critical inertia generators parameters manifold", bott.morse_bott
    ),
    ("maximum", "orbit"): Rule("point", "critical inertia generators", bott.orbit_maximum),
    ("maximum", "morse_bott"): Rule(
        "point", "critical inertia generators parameters manifold", bott.morse_bott_maximum
    ),
    ("critical", "krawczyk_slice"): Rule("point", "precision inverse flat", slices.slice_critical),
    ("inertia", "flat"): Rule(
        "point positive negative zero", "critical precision flat transform", slices.flat_inertia
    ),
    ("minimum", "flat"): Rule("point", "critical inertia", slices.flat_minimum),
    ("non_strict_saddle", "silent"): Rule(
        "point",
        "critical inertia layer neuron incoming precision",
        silent.silent_non_strict_saddle,
    ),
    ("critical", "krawczyk_cell"): Rule("point", "precision inverse flat", cells.cell_critical),
    ("inertia", "cell"): Rule(
        "point positive negative zero", "critical precision flat transform", cells.cell_inertia
    ),
    ("minimum", "kinks"): Rule(
        "point", "precision inverse flat transform absent", cells.kink_minimum
    ),
    ("minimum", "convex_cell"): Rule(
        "point",
        "precision inverse held_incoming translations",
        convex_cells.convex_cell,
    ),
    ("strict_saddle", "intervals"): Rule(
        "point", "critical precision descent ascent", slices.intervals_strict_saddle
    ),
    ("global_minimum", "convex"): Rule("point", "critical", convex.convex_global_minimum),
    ("global_minimum", "exact_fit"): Rule(
        "point", "precision inverse", fit.exact_fit_global_minimum
    ),
    ("path_to_exact_fit", "full_rank"): Rule(
        "point",
        "layer left_inverse right_inverses precision",
        fit.full_rank_path_to_exact_fit,
    ),
    ("not_finite", "slice"): Rule("point lower upper", "critical", not_finite.slice_not_finite),
    ("not_finite", "line"): Rule("point lower upper", "direction", not_finite.line_not_finite),
    ("not_finite", "best_outputs"): Rule(
        "point lower upper", "minimum", not_finite.best_outputs_not_finite
    ),
    ("global_minimum", "best_outputs"): Rule(
        "point", "precision inverse", not_finite.best_outputs_global_minimum
    ),
    ("decreasing_segment", "intervals"): Rule(
        "point direction length",
        "critical precision cells",
        decreasing.intervals_decreasing_segment,
        "image",
    ),
    ("non_attracting", "exit"): Rule("minima", "exit", decreasing.exit_non_attracting),
}

# Statements about matrices of all shapes ("shapes" in place of "problem") have their own table.
_IDENTITY, _TRACES = "given equation", "given traces"
SHAPE_RULES: Table = {
    ("identity", "cofactor"): Rule(_IDENTITY, "rows", shapes.cofactor),
    ("identity", "star"): Rule(_IDENTITY, "of squares index", shapes.star),
    ("identity", "variation"): Rule(_IDENTITY, "of letter", shapes_quantified.variation),
    ("trace_identity", "trace"): Rule(_TRACES, "rows", shapes.trace),
    ("trace_identity", "affine"): Rule(_TRACES, "of scalar", shapes_quantified.affine),
    ("nonnegative_trace", "sum_of_squares"): Rule(
        "given nonnegative", "squares sum rows", shapes.sum_of_squares
    ),
    ("trace_identity", "both_signs"): Rule(_TRACES, "above below", shapes_numbers.both_signs),
    ("nonzero_number", "one_sign"): Rule(
        "given nonzero", "sign strict sum", shapes_numbers.one_sign
    ),
    ("either", "prime"): Rule("given equations", "of letter", shapes_quantified.prime),
    ("instance", "evaluate_words"): Rule(
        "of letters", "", shapes_instance.evaluate_words, "network"
    ),
    ("counterexample", "evaluate_words"): Rule(
        "given letters",
        "",
        shapes_instance.evaluate_words,
        "equation traces nonnegative nonzero equations network",
    ),
    **{
        (kind, rule): Rule(about, witness, check)
        for kind, about in (
            ("identity", _IDENTITY),
            ("trace_identity", _TRACES),
            ("nonnegative_trace", "given nonnegative"),
        )
        for rule, witness, check in (
            ("substitute", "of letters dimensions facts", shapes_quantified.substitute),
            ("instantiate", "of letters", shapes_quantified.instantiate),
        )
    },
    **{
        (kind, rule): Rule(about, witness, check)
        for kind, about in (("identity", _IDENTITY), ("trace_identity", _TRACES))
        for rule, witness, check in (
            ("coefficient", "of scalar power", shapes_quantified.coefficient),
            ("cancel", "of nonzero", shapes_numbers.cancel),
        )
    },
}
