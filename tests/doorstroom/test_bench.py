"""The benchmark runs and prints ratios; how fast it is, is for a reader to judge."""

import os
import re
import subprocess
import sys
from pathlib import Path


def test_the_benchmark_prints_a_ratio_for_each_step() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "doorstroom.bench"],
        cwd=Path(__file__).parents[2],
        env=dict(os.environ) | {"ROWS": "300"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    ratios = dict(re.findall(r"^(.+?) +([0-9]+\.[0-9]{2})$", done.stdout, flags=re.MULTILINE))
    steps = {"innemen / pandas", "beoordelen / pandas", "opvolgen / pandas"}
    assert set(ratios) == {*steps, "geheugen / pandas", "tweede nacht / eerste"}
    assert all(float(ratio) >= 0 for ratio in ratios.values())
    rates = dict(re.findall(r"^(\w+): ([0-9]+) rijen/s van 300$", done.stdout, flags=re.MULTILINE))
    assert set(rates) == {"pandas", "innemen", "beoordelen", "opvolgen"}
    assert all(int(rate) > 0 for rate in rates.values())
