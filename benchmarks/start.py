"""What a command takes to start and answer: CPU time, the shortest of runs that take turns."""

from __future__ import annotations

import sys

from benchmarks.measuring import Figure, shortest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.measuring import Sandbox, Sizes

COMMANDS = (
    ("get pods (20 rows)", ["get", "pods"]),
    ("get pods -o yaml", ["get", "pods", "-o", "yaml"]),
    ("get one deployment", ["get", "deployment", "web"]),
    ("version", ["version"]),
    ("completion of a name", ["__complete", "--", "get", "pods", "web"]),
    ("apply, unchanged", ["apply", "-f", "same.yaml"]),
    ("--help", ["--help"]),
)
REAL = "the real kubectl: version --client"
MANIFEST = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: same}
data: {a: b}
"""


def measure(sandbox: Sandbox, sizes: Sizes) -> Iterator[Figure]:
    """Each command, and what the real kubectl takes just to start."""
    sandbox.fresh()
    sandbox.write("same.yaml", MANIFEST)
    sandbox.minikctl("create", "deployment", "web", "--image=nginx", "--replicas=20")
    sandbox.minikctl("apply", "-f", "same.yaml")
    commands = [(name, [sys.executable, "-m", "minikctl", *words]) for name, words in COMMANDS]
    if sandbox.kubectl:
        commands.append((REAL, [sandbox.kubectl, "version", "--client"]))
    found = shortest(sandbox, [("pass", [sys.executable, "-c", "pass"]), *commands], sizes.runs)
    # What all are compared to has to be of the same minute.
    sandbox.unit["pass"] = found.pop("pass")
    for name, seconds in found.items():
        more = f"{seconds / found[REAL]:.2f} times the real kubectl's start" if sandbox.kubectl and name != REAL else ""
        yield Figure(name, seconds * 1000, "ms", more)
    if not sandbox.kubectl:
        yield Figure(REAL, 0, "ms", "it is not there: name it with --kubectl")
