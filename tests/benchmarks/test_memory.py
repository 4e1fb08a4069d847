"""Memory of `symland classify` on a network of 396 weights, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from random import Random

MEASURED = """
import sys
from symland.__main__ import main
try:
    main()
finally:
    # The largest size of this process alone: getrusage counts that of its parent before exec too.
    with open("/proc/self/status") as status:
        print(*(line.split()[1] for line in status if line.startswith("VmHWM")), file=sys.stderr)
"""


def test_396_weights_take_less_than_400_megabytes(tmp_path: Path) -> None:
    draw = Random(2)

    def rows(width: int) -> list[list[str]]:
        return [[str(draw.randint(-20, 20) / 10) for _ in range(width)] for _ in range(40)]

    problem = {
        "network": {"widths": [11, 33, 1], "activation": "tanh"},
        "data": {"inputs": rows(11), "targets": rows(1)},
        "regularizer": {"l2": "1/2"},
    }
    point = {
        "W1": [[str(draw.randint(-9, 9) / 100) for _ in range(11)] for _ in range(33)],
        "W2": [[str(draw.randint(-9, 9) / 10) for _ in range(33)]],
    }
    for name, value in (("problem", problem), ("weights", point)):
        (tmp_path / f"{name}.json").write_text(json.dumps(value))
    command = ["classify", "problem.json", "--at", "weights.json", "--json", "--budget", "120"]
    found = subprocess.run(
        [sys.executable, "-c", MEASURED, *command], cwd=tmp_path, capture_output=True, text=True
    )
    kilobytes = int(found.stderr.split()[-1])
    refined = json.loads(found.stdout)["refined"]
    print(f"\n396 weights: {kilobytes / 1024:.0f} MB, {refined['status']}")
    assert refined["status"] in ("numerical", "undecided")
    assert "a proof about 396 parameters would take about" in refined["reason"]
    assert kilobytes < 400 * 1024
