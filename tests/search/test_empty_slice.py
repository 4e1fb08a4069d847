"""A slice without directions: nothing is left in which a critical point could be isolated."""

import numpy as np
import pytest

from symland.landscape.ball_landscape import BallLandscape
from symland.problem import Dataset, Loss, Network, Problem
from symland.search import flat_slice
from symland.search.critical_box import NoBox
from symland.search.deadline import Deadline
from symland.search.flat_reasons import flat_reasons


def test_a_slice_without_directions_proves_nothing(monkeypatch):
    data = Dataset([[1], [1], [1]], [[1, 0], [0, 1], [0, 1]])
    problem = Problem(Network([1, 2]), data, Loss("cross_entropy"))
    start = np.array([0.0, 0.693])
    monkeypatch.setattr(flat_slice, "_across", lambda flows, directions: [])
    with pytest.raises(NoBox, match="constant along all directions"):
        flat_slice.critical_slice(
            BallLandscape(problem), start, flat_reasons(problem, start), Deadline(9)
        )
