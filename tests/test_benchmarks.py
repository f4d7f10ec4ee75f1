"""The benchmarks run, with tiny sizes: what they measure is nobody's business here."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_all_parts_measure_something(tmp_path):
    out = tmp_path / "out.json"
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--small", "--json", str(out)], cwd=ROOT,
        env={**os.environ, "PATH": str(tmp_path)}, capture_output=True, text=True, check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(out.read_text())
    figures = {name: figure for name, figure in told["figures"].items() if not name.startswith("start: the real kubectl")}
    assert all(figure["value"] >= 0 and figure["unit"] for figure in figures.values())
    assert {name.partition(": ")[0] for name in figures} == {"start", "bulk", "growth", "validate"}
    for part in ("read", "validate", "merge", "store", "reconcile", "rest"):
        assert f"bulk: 5 Deployments of 3: of it, {part}" in figures
    assert all(line in done.stdout for line in ("growth: 100 Pods: get of one Deployment", "times that of 10"))


def test_a_part_that_is_not_there_is_refused():
    done = subprocess.run([sys.executable, "-m", "benchmarks", "speed"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "no such part: speed (there are start, bulk, growth, validate)" in done.stderr


def test_what_was_recorded_is_of_this_command():
    recorded = json.loads((ROOT / "benchmarks" / "recorded.json").read_text())
    assert recorded["machine"]
    assert recorded["unit"].keys() == {"pass", "python"}
    assert {name.partition(": ")[0] for name in recorded["figures"]} <= {"start", "bulk", "growth", "validate"}
