"""The critical set of a deep linear network with squared loss, for all data, widths and depths."""
