"""The question: network, activation, loss, dataset, regularizer, problem and weights files."""
