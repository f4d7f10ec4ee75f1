"""What the tests of pod specs share: specs that are in order, and the errors of specs that are not."""

from __future__ import annotations

from typing import Any

from minikctl.kinds.podspec.defaults import default_pod
from minikctl.kinds.podspec.validation import validate_pod_spec

Obj = dict[str, Any]


def spec_of(container: Obj | None = None, **fields: Any) -> Obj:
    """A spec as the API server has it at validation, with one container ``c`` and what the case changes."""
    spec: Obj = {"containers": [{"name": "c", "image": "i:1", **(container or {})}], **fields}
    default_pod(spec)
    return spec


def errors_of(spec: Obj, *, name: str = "p") -> list[str]:
    """The errors of a Pod's spec, as text."""
    pod = {"metadata": {"name": name, "namespace": "default"}, "spec": spec}
    return [str(error) for error in validate_pod_spec(spec, "spec", pod=pod)]


def container_errors(container: Obj, **fields: Any) -> list[str]:
    """The errors of a container, without ``spec.containers[0].`` before them."""
    return [error.removeprefix("spec.containers[0].") for error in errors_of(spec_of(container, **fields))]
