"""Record what a kubectl makes of the kustomizations in ``cases/``: ``python tests/kustomize/record_kustomize.py KUBECTL [FILE...]``."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from kustomize_cases import CASES, cases, readable


def record(kubectl, case):
    """Build a case with a kubectl; returns its exit code, output and errors as they stand in a case."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        case.write(root)
        done = subprocess.run(
            [kubectl, "kustomize", str(root / case.folder).rstrip("/."), *case.words], capture_output=True, check=False
        )
        out, err = done.stdout.decode(), readable(done.stderr.decode(), root)
        return {"code": str(done.returncode), "out": out, "err": err}


def main():
    """Record the files that are named, or all."""
    kubectl, *names = sys.argv[1:]
    for path in [Path(name) for name in names] or sorted(CASES.glob("*.txt")):
        recorded = cases(path)
        for case in recorded:
            case.expected = record(kubectl, case)
        path.write_text("".join(case.text() for case in recorded))


if __name__ == "__main__":
    main()
