"""What a kustomization does to every resource: namespace, prefix, suffix, labels, annotations, replicas, images.

Upstream: ``api/internal/builtins`` and the filters that they use (``api/filters``).
"""

from __future__ import annotations

from minikctl.kustomize.fieldpaths import FieldSpec, change
from minikctl.kustomize.ids import Gvk
from minikctl.kustomize.nodes import INT, STRING, KustomizeError, Scalar, is_null, mapping, text_of
from minikctl.lib.goregexp import CostlyError, RegexpError, compile_regexp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from minikctl.kustomize.ids import ResId
    from minikctl.kustomize.resmap import ResMap
    from minikctl.kustomize.resource import Resource

#: kinds whose names have a meaning of their own
_KEEP_THEIR_NAMES = (Gvk(kind="CustomResourceDefinition"), Gvk("apiregistration.k8s.io", "", "APIService"))
_NAMESPACE = Gvk(kind="Namespace")
_BINDINGS = ("RoleBinding", "ClusterRoleBinding")


def set_namespace(
    resources: ResMap, namespace: str, specs: list[FieldSpec], *, unset_only: bool = False, subjects: str = ""
) -> None:
    """``namespace``. ``subjects``: which subjects of bindings get it: defaultOnly (""), allServiceAccounts or none."""
    for resource in resources.resources:
        if not resource.node:
            continue
        resource.store_previous_id()
        _set_namespace(resource, namespace, specs, unset_only=unset_only, subjects=subjects)
        same = resources.called(resource.current_id)
        if len(same) != 1:
            from minikctl.kustomize.texts import in_order
            from minikctl.lib import gojson

            shown = " ".join(gojson.compact(in_order(each.shown())) for each in same)
            raise KustomizeError(f"namespace transformation produces ID conflict: [{shown}]")


def _set_namespace(
    resource: Resource, namespace: str, specs: list[FieldSpec], *, unset_only: bool, subjects: str
) -> None:
    node, gvk = resource.fields, resource.gvk

    def setter(there: Any) -> Any:
        if not isinstance(there, Scalar):
            raise KustomizeError("wrong node kind: expected ScalarNode")
        if not (unset_only and there.text):
            there.set(namespace, STRING)
        return there

    if not gvk.cluster_scoped:
        change(node, gvk, FieldSpec("metadata/namespace", Gvk(), create=True), setter, make=lambda: Scalar(""))
    if gvk.kind in _BINDINGS and subjects != "none":
        found = node.get("subjects")
        for each in map(mapping, found if isinstance(found, list) else ()):
            every = subjects == "allServiceAccounts" and text_of(each.get("kind")) == "ServiceAccount"
            if every or (subjects != "allServiceAccounts" and text_of(each.get("name")) == "default"):
                each["namespace"] = setter(each.get("namespace") or Scalar(""))
    for spec in specs:
        bound = spec.path == "subjects" and spec.gvk.kind in _BINDINGS
        if spec.path != "metadata/namespace" and not bound:
            change(node, gvk, spec, setter, make=lambda: Scalar(""))


def add_affix(resources: ResMap, text: str, specs: list[FieldSpec], *, prefix: bool) -> None:
    """``namePrefix`` or ``nameSuffix``."""
    for resource in resources.resources:
        first = resource.original_id
        if any(first.gvk.is_selected(each) for each in (*_KEEP_THEIR_NAMES, _NAMESPACE)):
            continue
        for spec in specs:
            if not first.gvk.is_selected(spec.gvk):
                continue
            if spec.path == "metadata/name" and text:
                (resource.prefixes if prefix else resource.suffixes).append(text)
                resource.store_previous_id()

            def setter(there: Any) -> Any:
                there.set(text + there.text if prefix else there.text + text, STRING)
                return there

            change(resource.fields, resource.gvk, spec, setter, make=lambda: Scalar(""))


def set_entries(resources: ResMap, entries: dict[str, str], specs: list[FieldSpec]) -> None:
    """Labels or annotations, in every place of ``specs``.

    An entry is one node in all places of a resource, and one that is there is changed in place, as kustomize does it: who
    sets it again in one place sets it in the others.
    """
    if not entries:
        return
    for resource in resources.resources:
        shared = {key: Scalar(entries[key]) for key in sorted(entries)}

        def setter(there: Any, shared: dict[str, Scalar] = shared) -> Any:
            return _with_entries(there, shared)

        for spec in specs:
            change(resource.fields, resource.gvk, spec, setter, make=dict)


def _with_entries(there: Any, entries: dict[str, Scalar]) -> dict[str, Any]:
    if is_null(there):
        there = {}
    if not isinstance(there, dict):
        kind = "ScalarNode" if isinstance(there, Scalar) else "SequenceNode"
        from minikctl.kustomize.texts import dump

        raise KustomizeError(f"wrong node kind: expected MappingNode but got {kind}: node contents:\n{dump(there)}")
    for key, value in entries.items():
        if isinstance(there.get(key), Scalar):
            there[key].set(value.text, STRING)
        else:
            there[key] = value
    return there


def set_replicas(resources: ResMap, replica: dict[str, Any], specs: list[FieldSpec]) -> None:
    """One entry of ``replicas``. Raises KustomizeError where no resource has its name."""
    name, found = replica.get("name") or "", False

    def setter(_: Any) -> Any:
        return Scalar(str(replica.get("count") or 0), INT)

    for spec in specs:

        def wanted(known: ResId, spec: FieldSpec = spec) -> bool:
            return known.name == name and known.gvk.is_selected(spec.gvk)

        for resource in resources.by_any_id(wanted):
            found = True
            change(resource.fields, resource.gvk, spec, setter, make=lambda: Scalar("0", INT))
    if not found:
        shown = " ".join(str(spec.gvk) for spec in specs)
        raise KustomizeError(
            f"resource with name {name} does not match a config with the following GVK [{shown}]"
        )


# ---------------------------------------------------------------------------------------------------------------------
# Images
# ---------------------------------------------------------------------------------------------------------------------


def set_image(resources: ResMap, image: dict[str, Any], specs: list[FieldSpec]) -> None:
    """One entry of ``images``: in all containers, wherever they are, and in the places of ``specs``."""

    def setter(there: Any) -> Any:
        if not isinstance(there, Scalar):
            raise KustomizeError("wrong node kind: expected ScalarNode")
        changed = changed_image(there.text, image)
        if changed is not None:
            there.set(changed, STRING)
        return there

    for resource in resources.resources:
        if resource.kind == "CustomResourceDefinition":
            continue
        for container in _containers(resource.fields):
            if "image" in container:
                container["image"] = setter(container["image"])
        for spec in specs:
            change(resource.fields, resource.gvk, spec, setter)


def _containers(node: Any) -> Iterable[dict[str, Any]]:
    """The elements of everything that is called containers or initContainers."""
    if isinstance(node, list):
        for each in node:
            yield from _containers(each)
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from _containers(value)
            if key in {"containers", "initContainers"} and isinstance(value, list):
                yield from (each for each in value if isinstance(each, dict))


def changed_image(reference: str, image: dict[str, Any]) -> str | None:
    """An image's new name, or None where ``image`` is not about it.

    >>> changed_image("nginx:1.7", {"name": "nginx", "newTag": "1.8"})
    'nginx:1.8'
    """
    suffix = r"(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$"
    try:
        if not compile_regexp(f"^{image.get('name') or ''}{suffix}").search(reference):
            return None
    except (RegexpError, CostlyError):
        return None
    name, tag, digest = _split_image(reference)
    name = image.get("newName") or name
    new_tag, new_digest = image.get("newTag") or "", image.get("digest") or ""
    if new_tag or new_digest:
        tag, digest = new_tag, new_digest
    elif image.get("tagSuffix"):
        tag, digest = tag + image["tagSuffix"], ""
    return name + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")


def _split_image(reference: str) -> tuple[str, str, str]:
    """Name, tag and digest; a colon before the first slash is a registry's port."""
    rest, at, digest = reference.partition("@")
    if not at:
        digest = ""
    slash = max(rest.find("/"), 0)
    colon = rest.find(":", slash)
    if colon < 0:
        return rest, "", digest
    return rest[:colon], rest[colon + 1 :], digest
