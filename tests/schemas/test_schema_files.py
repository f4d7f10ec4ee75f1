"""The schema files: each is valid by itself, every reference leads somewhere, and the generator makes them just so."""

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from minikctl import kinds
from minikctl.api.schemas import schema_folder, schema_for

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(schema_folder())
FILES = [path for path in sorted(FOLDER.rglob("*.json")) if path.parent.name != "_descriptions"]


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def nodes(schema):
    """Every schema in a file, by where schemas stand."""
    yield schema
    for field in schema.get("properties", {}).values():
        yield from nodes(field)
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from nodes(schema[key])


def test_every_file_is_a_valid_schema():
    meta = Draft202012Validator(Draft202012Validator.META_SCHEMA)
    wrong = [f"{path.name}: {error.message}" for path in FILES for error in meta.iter_errors(load(path))]
    assert wrong == []
    assert len(FILES) > 400


def test_every_reference_leads_to_a_file():
    known = set(FILES)
    for path in FILES:
        for node in nodes(load(path)):
            if "$ref" in node:
                assert (path.parent / node["$ref"]).resolve() in known, f"{path}: {node['$ref']}"


def test_objects_are_closed_and_named():
    for path in FILES:
        schema = load(path)
        assert schema["title"], path
        for node in nodes(schema):
            if node.get("type") == "object":
                assert "additionalProperties" in node, path
            for name in node.get("required", ()):
                assert name in node["properties"], path
            if node.get("x-kubernetes-list-type") == "map":
                assert node["x-kubernetes-list-map-keys"], path


def test_every_kind_has_its_schema():
    for info in kinds.all_kinds():
        schema = schema_for(info.api_version, info.kind)
        assert schema is not None, info
        assert schema.title == info.kind


@pytest.mark.parametrize(("api_version", "kind"), [
    ("v1", "PersistentVolumeClaim"), ("batch/v1", "CronJob"), ("apps/v1", "StatefulSet"), ("apps/v1", "DaemonSet"),
    ("autoscaling/v1", "HorizontalPodAutoscaler"), ("autoscaling/v2", "HorizontalPodAutoscaler"),
    ("autoscaling/v1", "Scale"),
    ("policy/v1", "PodDisruptionBudget"), ("policy/v1", "Eviction"), ("networking.k8s.io/v1", "Ingress"),
    ("rbac.authorization.k8s.io/v1", "ClusterRole"), ("storage.k8s.io/v1", "StorageClass"),
    ("scheduling.k8s.io/v1", "PriorityClass"), ("coordination.k8s.io/v1", "Lease"), ("events.k8s.io/v1", "Event"),
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition"), ("apiregistration.k8s.io/v1", "APIService"),
    ("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"), ("node.k8s.io/v1", "RuntimeClass"),
    ("certificates.k8s.io/v1", "CertificateSigningRequest"), ("flowcontrol.apiserver.k8s.io/v1", "FlowSchema"),
])
def test_kinds_beyond_those_that_are_stored_have_schemas_too(api_version, kind):
    assert schema_for(api_version, kind).title == kind


def test_the_tree_stays_small():
    assert sum(path.stat().st_size for path in FILES) < 3_000_000


def test_texts_of_the_files_are_in_order():
    """Sorted keys and one space of indent: a new version shows as what has changed in it."""
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        keys = [match[1] for match in re.finditer(r'^ "([^"]+)":', text, re.MULTILINE)]
        assert keys == sorted(keys), path
        assert text.endswith("}\n"), path


@pytest.mark.skipif(
    importlib.util.find_spec("kubernetes_validate") is None,
    reason="kubernetes-validate is not installed (pip install --group schemas)",
)
def test_the_generator_makes_the_tree_just_so():
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "make_schemas.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.stdout == ""
    assert done.returncode == 0, done.stderr
