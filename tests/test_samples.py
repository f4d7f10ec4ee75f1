"""Every sample applies, comes to rest, and is unchanged when it is applied again."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from minikctl import kinds

SAMPLES = Path(__file__).resolve().parents[1] / "samples"


def is_stored(path):
    """Whether the file has objects that are kept: a SubjectAccessReview, say, is only answered."""
    found = [kinds.info_for_object(each["apiVersion"], each["kind"]) for each in yaml.safe_load_all(path.read_text())]
    return all(info is not None and "patch" in info.verbs for info in found)


FILES = [
    path
    for path in sorted(SAMPLES.rglob("*.yaml"))
    if "kustomize" not in path.relative_to(SAMPLES).parts and is_stored(path)
]
KUSTOMIZATIONS = sorted(path.parent for path in SAMPLES.rglob("kustomization.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SAMPLES)))
def test_it_applies_and_comes_to_rest(path, cluster):
    created = cluster("apply", "-f", str(path))
    assert (created.code, created.err.replace(DEPRECATED, "")) == (0, ""), created
    assert all(line.endswith(" created") for line in created.out.splitlines())
    cluster.settle()
    assert cluster.ok("reconcile", "--until-stable").splitlines()[0] == "1 pass, 0 writes"
    before = cluster.revision()
    cluster.ok("apply", "-f", str(path))
    assert cluster.revision() == before, "applying the same again writes nothing (kubectl may still say configured)"
    assert cluster.ok("describe", "-f", str(path))


@pytest.mark.parametrize("folder", KUSTOMIZATIONS, ids=lambda path: str(path.relative_to(SAMPLES)))
def test_a_kustomization_applies_and_comes_to_rest(folder, cluster):
    assert cluster("apply", "-k", str(folder)).err == ""
    cluster.settle()
    before = cluster.revision()
    cluster.ok("apply", "-k", str(folder))
    assert cluster.revision() == before, "applying the same again writes nothing"


#: what the API says of one of the samples, and rightly
DEPRECATED = "Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\n"


def test_a_kind_of_ones_own(cluster):
    folder = SAMPLES / "customresources"
    cluster.ok("apply", "-f", str(folder / "definition.yaml"))
    for _ in range(2):
        cluster.ok("apply", "-f", str(folder / "crontab.yaml"))
    assert cluster.ok("get", "ct").splitlines()[1].split() == ["nightly", "0", "3", "*", "*", "*", "1", "0s"]
    cluster.ok("delete", "-f", str(folder / "definition.yaml"))
    assert cluster("get", "ct").code == 1


def test_a_whole_folder(cluster, tmp_path):
    folder = tmp_path / "samples"
    folder.mkdir()
    for path in FILES:
        if path.parent.name == "kinds" and path.name != "node.yaml":  # Pods of a node that goes stay for a while
            (folder / path.name).write_text(path.read_text())
    created = cluster("apply", "-f", str(folder))
    assert created.code == 0, created.err
    cluster.settle()
    deleted = cluster("delete", "-f", str(folder))
    assert deleted.code == 0, deleted.err
    cluster.settle()
    assert cluster.ok("get", "pods", "-A") == ""
