"""What a command imports: nothing that it does not need. Modules are counted, not seconds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

#: never on the way of a plain command
HEAVY = {
    "argparse", "asyncio", "attr", "click", "copy", "ctypes", "dataclasses", "decimal", "email", "fractions", "http", "importlib.metadata",
    "inspect", "jsonschema", "pathlib", "platformdirs", "pygments", "referencing", "rich", "shutil", "socket", "sqlite_utils",
    "string", "subprocess", "tempfile", "textwrap", "typer", "typing", "unittest", "urllib", "uuid", "yaml",
}

SCRIPT = """
import io, json, os, sys
before = set(sys.modules)
from minikctl.cli import main
from minikctl.env import Env
out = io.StringIO()
code = main(sys.argv[1:], Env(sys.stdin, out, sys.stderr, os.environ))
print(json.dumps([code, sorted(set(sys.modules) - before)]))
"""

DEPLOYMENT = """\
{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {"replicas": 2,
 "selector": {"matchLabels": {"app": "web"}}, "template": {"metadata": {"labels": {"app": "web"}},
 "spec": {"containers": [{"name": "c", "image": "nginx"}]}}}}
"""


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("start")
    (folder / "web.json").write_text(DEPLOYMENT)
    environ = {
        **os.environ, "MINIKCTL_STATE": str(folder / "state.db"), "HOME": str(folder), "PYTHONPATH": str(ROOT),
        "MINIKCTL_NOW": "1767323045",
    }
    environ.pop("KUBECONFIG", None)

    def run(*words):
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, *words], env=environ, cwd=folder, capture_output=True, text=True, check=True,
            stdin=subprocess.DEVNULL,
        )
        code, modules = json.loads(done.stdout.splitlines()[-1])
        assert code == 0, done.stderr
        return set(modules)

    run("apply", "-f", "web.json")
    return run


CASES = [
    # words, allowed of the heavy ones, the most modules of our own
    (["get", "pods"], set(), 45),
    (["get", "pods", "-o", "wide"], set(), 45),
    (["get", "deployments", "-o", "yaml"], set(), 45),
    (["get", "pods", "-o", "jsonpath={.items[*].metadata.name}"], set(), 50),
    (["version"], set(), 20),
    (["--help"], set(), 12),
    (["get", "--help"], set(), 18),
    (["__complete", "--", "get", "pods", ""], set(), 34),
    (["apply", "-f", "web.json"], set(), 110),
]


@pytest.mark.parametrize(("words", "allowed", "most"), CASES, ids=[" ".join(case[0]) for case in CASES])
def test_imports(imported, words, allowed, most):
    modules = imported(*words)
    heavy = {name for name in modules if name.partition(".")[0] in HEAVY or name in HEAVY}
    assert heavy <= allowed
    own = [name for name in modules if name.startswith("minikctl")]
    assert len(own) <= most, f"{len(own)} modules: {own}"
