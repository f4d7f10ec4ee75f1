"""The wheel holds the schemas and works in an empty environment."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def run(*words, **settings):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, **settings)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    (found,) = folder.glob("*.whl")
    return found


def test_it_holds_every_schema_and_no_test(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    schemas = {str(path.relative_to(ROOT)) for path in (ROOT / "schemas").rglob("*.json")}
    assert {f"minikctl/{name}" for name in schemas} <= set(names)
    assert not [name for name in names if name.startswith(("tests/", "samples/", "benchmarks/"))]


def test_where_there_is_no_cel_all_other_dependencies_are_in_a_group():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needed = [words for words in project["project"]["dependencies"] if not words.startswith("cel-expr-python")]
    assert project["dependency-groups"]["musl"] == needed


def test_it_works_in_an_empty_environment(wheel, tmp_path):
    run(sys.executable, "-m", "venv", tmp_path / "venv")
    python = tmp_path / "venv/bin/python"
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel)
    program = tmp_path / "venv/bin/minikctl"
    environ = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "KUBECONFIG")}
    environ |= {"HOME": str(tmp_path), "MINIKCTL_STATE": str(tmp_path / "state.db")}
    manifest = ROOT / "samples/webshop/shop-v1.yaml"
    out = run(program, "apply", "-f", manifest, env=environ, cwd=tmp_path)
    assert out == "deployment.apps/shop created\nservice/shop created\n"
    out = run(program, "rollout", "status", "deployment/shop", env=environ, cwd=tmp_path)
    assert out == 'deployment "shop" successfully rolled out\n'
    out = run(program, "explain", "pod.spec.containers", env=environ, cwd=tmp_path)
    assert out.startswith("KIND:       Pod\nVERSION:    v1\n\nFIELD: containers <[]Container>")
    out = run(program, "kustomize", ROOT / "samples/kustomize/overlays/production", env=environ, cwd=tmp_path)
    assert "\nkind: Deployment\n" in out
    out = run(program, "validate", "-f", manifest, env=environ, cwd=tmp_path)
    assert out == "2 documents in 1 file: valid\n"
    run(program, "shim", tmp_path / "bin", env=environ, cwd=tmp_path)
    out = run(tmp_path / "bin/kubectl", "get", "deployments", "-o", "name", env=environ, cwd=tmp_path)
    assert out == "deployment.apps/shop\n"
    wrong = subprocess.run(
        [str(program), "apply", "-f", "-"],
        env=environ,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        input="apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndatum: {a: b}\n",
    )
    assert (wrong.returncode, 'unknown field "datum"' in wrong.stderr) == (1, True), wrong.stderr
