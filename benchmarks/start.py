"""How long a command takes to start and answer, as a ratio to ``python -c pass`` of the same interpreter, in one run.

Usage: python benchmarks/start.py [--runs N]

The runs of all commands take turns, so that a busy moment of the machine hits all of them alike; the median counts.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

COMMANDS = (
    ("python -c pass", None),
    ("get pods (20 rows)", ["get", "pods"]),
    ("get pods -o yaml", ["get", "pods", "-o", "yaml"]),
    ("get one deployment", ["get", "deployment", "web"]),
    ("version", ["version"]),
    ("completion of a name", ["__complete", "--", "get", "pods", "web"]),
    ("apply, unchanged", ["apply", "-f", "-"]),
    ("--help", ["--help"]),
)

MANIFEST = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: same}
data: {a: b}
"""


def main() -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=25)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        environ = {**os.environ, "MINIKCTL_STATE": os.path.join(folder, "state.db"), "HOME": folder}
        environ.pop("PYTHONDONTWRITEBYTECODE", None)

        def run(words: list[str]) -> float:
            begin = time.perf_counter()
            subprocess.run(words, env=environ, input=MANIFEST, text=True, stdout=subprocess.DEVNULL, check=True)
            return time.perf_counter() - begin

        def command(words: list[str] | None) -> list[str]:
            return [sys.executable, "-c", "pass"] if words is None else [sys.executable, "-m", "minikctl", *words]

        run(command(["create", "deployment", "web", "--image=nginx", "--replicas=20"]))
        run(command(["apply", "-f", "-"]))
        times: dict[str, list[float]] = {name: [] for name, _ in COMMANDS}
        for _ in range(runs):
            for name, words in COMMANDS:
                times[name].append(run(command(words)))
    floor = statistics.median(times["python -c pass"])
    print(f"{'command':24} {'ms':>7} {'x pass':>7}")
    for name, _ in COMMANDS:
        middle = statistics.median(times[name])
        print(f"{name:24} {middle * 1000:7.1f} {middle / floor:7.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
