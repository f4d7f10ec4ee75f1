"""``kustomize`` and ``-k``: what verbs make of what a kustomization builds. What is built stands in ``tests/kustomize``."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from minikctl.commands.kustomize import COMMAND

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "kustomize"
PRODUCTION = str(SAMPLES / "overlays" / "production")
STAGING = str(SAMPLES / "overlays" / "staging")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "kustomization.yaml").write_text("namePrefix: my-\nresources: [a.yaml]\n")
    (tmp_path / "a.yaml").write_text("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {k: v}}\n")
    return tmp_path


def test_verbs_take_what_is_built(cluster, folder):
    assert cluster.ok("apply", "-k", str(folder)) == "configmap/my-a created\n"
    assert cluster.ok("label", "-k", str(folder), "x=y") == "configmap/my-a labeled\n"
    assert cluster.ok("get", "-k", str(folder), "-o", "jsonpath={.metadata.labels.x}") == "y", "one object is no list"
    assert cluster.ok("describe", "-k", str(folder)).startswith("Name:         my-a\n")
    assert cluster.ok("replace", "-k", str(folder)) == "configmap/my-a replaced\n"
    assert cluster.ok("delete", "-k", str(folder)) == 'configmap "my-a" deleted from default namespace\n'
    assert cluster.ok("create", "-k", str(folder)) == "configmap/my-a created\n"
    again = cluster("create", "-k", str(folder))
    assert again.err == (
        f'Error from server (AlreadyExists): error when creating "{folder}": configmaps "my-a" already exists\n'
    )


@pytest.mark.parametrize("example", [line for _, line in COMMAND.examples])
def test_the_examples_in_the_help(cluster, tmp_path, monkeypatch, example):
    copytree(SAMPLES, tmp_path / "samples" / "kustomize")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kustomization.yaml").write_text("resources: [samples/kustomize/base]\n")
    assert cluster(*example.split()).err == ""


def test_generated_names_are_followed(cluster):
    cluster.ok("apply", "-k", PRODUCTION)
    cluster.settle()
    name = cluster.ok("get", "deployment", "live-shop", "-o", "jsonpath={..configMapRef.name}")
    assert cluster.ok("get", "configmap", name, "-o", "jsonpath={.data.LOG_LEVEL}") == "info"
    assert cluster.ok("rollout", "status", "deployment/live-shop").endswith("successfully rolled out\n")


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("apply", "-f", "x", "-k", "."), "error: only one of -f or -k can be specified\n"),
        (("create", "-R", "-k", "."), "error: the -k flag can't be used with -f or -R\n"),
        (("get", "-k", ".", "pods"), "error: when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well\n"),
        (("wait", "-k", ".", "--for=delete"), "error: unknown shorthand flag: 'k' in -k\nSee 'minikctl wait --help' for usage.\n"),
        (("kustomize", "a", "b"), "error: specify one path to kustomization.yaml\n"),
        (("kustomize", "--enable-helm"), "error: --enable-helm is not supported: no plugins, functions and Helm charts are run\n"),
        (("kustomize", "https://github.com/a/b"), "error: https://github.com/a/b cannot be fetched: URLs and repositories are not supported, copy it and name the folder\n"),
    ],
)
def test_what_does_not_go(cluster, words, error):
    done = cluster(*words)
    assert (done.code, done.out, done.err) == (1, "", error)


@pytest.mark.parametrize(("verb", "head"), [("create", "error: "), ("delete", "error: "), ("get", ""), ("describe", "")])
def test_a_folder_that_is_not_there(cluster, tmp_path, verb, head):
    missing = tmp_path.resolve() / "missing"
    done = cluster(verb, "-k", str(missing))
    assert done.code == 1
    assert done.err == (
        f"{head}must build at directory: not a valid directory: evalsymlink failure on '{missing}' : "
        f"lstat {missing}: no such file or directory\n"
    )


def test_an_order_of_its_own_is_remarked_by_verbs_alone(cluster, folder):
    with open(folder / "kustomization.yaml", "a") as file:
        file.write("sortOptions: {order: fifo}\n")
    assert cluster("kustomize", str(folder)).err == ""
    assert cluster("apply", "-k", str(folder)).err.startswith("Warning: Sorting order is set both in 'kustomization.yaml'")


def test_output_goes_to_a_file_or_to_files(cluster, folder, tmp_path):
    (tmp_path / "out").mkdir()
    shown = cluster.ok("kustomize", str(folder))
    assert cluster.ok("kustomize", str(folder), "-o", str(tmp_path / "all.yaml")) == ""
    assert (tmp_path / "all.yaml").read_text() == shown
    cluster.ok("kustomize", STAGING, "-o", str(tmp_path / "out"))
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names[0] == "apps_v1_deployment_shop-staging.yaml"
    assert len(names) == 3
    lost = cluster("kustomize", str(folder), "-o", str(tmp_path / "none" / "x"))
    assert lost.err == f"error: open {tmp_path}/none/x: no such file or directory\n"


def test_validate_looks_at_what_is_built(cluster, folder):
    assert cluster.ok("validate", "-k", PRODUCTION) == "5 documents in 1 file: valid\n"
    (folder / "a.yaml").write_text("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, dat: {k: v}}\n")
    done = cluster("validate", "-k", str(folder))
    assert done.code == 1
    assert f"{folder}:2:1:" in done.out
