"""The builtin plugins: what the fields of a kustomization do, and what ``generators`` and ``transformers`` may name.

Plugins of other kinds are programs that kustomize would run; kubectl has them switched off, and so they are here. Upstream:
``api/internal/plugins/builtinhelpers``, ``api/internal/target/kusttarget_configplugin.go``.
"""

from __future__ import annotations

from minikctl.kustomize import patches, replacements, transformers
from minikctl.kustomize.fieldpaths import FieldSpec
from minikctl.kustomize.nodes import KustomizeError, plain
from minikctl.kustomize.ordering import ordered

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from minikctl.kustomize.loading import Loader
    from minikctl.kustomize.resmap import ResMap
    from minikctl.kustomize.resource import Resource

    Transform = Callable[[ResMap], None]

_GENERATORS = {"ConfigMapGenerator": "ConfigMap", "SecretGenerator": "Secret"}


def is_builtin(resource: Resource) -> bool:
    """Whether a plugin is one of kustomize's own."""
    return resource.gvk.api_version == "builtin" or resource.gvk.group == "builtin"


def refuse(resource: Resource) -> KustomizeError:
    """The error for a plugin of another kind."""
    return KustomizeError(f"external plugins disabled; unable to load external plugin '{resource.kind}'")


def generate(resource: Resource, loader: Loader) -> Resource:
    """What a generator of ``generators`` makes. Raises KustomizeError."""
    from minikctl.kustomize.generators import make

    fields = plain(resource.node)
    if not is_builtin(resource) or resource.kind not in _GENERATORS:
        raise refuse(resource)
    name = fields.get("name") or resource.name
    return make(_GENERATORS[resource.kind], {**fields, "name": name}, None, loader)


def transformer(resource: Resource, loader: Loader) -> Transform:
    """What a transformer of ``transformers`` does. Raises KustomizeError."""
    if not is_builtin(resource):
        raise refuse(resource)
    fields = plain(resource.node)
    specs = [FieldSpec.of(row) for row in fields.get("fieldSpecs") or ()]
    make = _TRANSFORMERS.get(resource.kind)
    if make is None:
        raise KustomizeError(f"unable to load builtin {resource.gvk}")
    return make(fields, specs, loader)


def _annotations(fields: dict[str, Any], specs: list[FieldSpec], _: Loader) -> Transform:
    return lambda found: transformers.set_entries(found, fields.get("annotations") or {}, specs)


def _labels(fields: dict[str, Any], specs: list[FieldSpec], _: Loader) -> Transform:
    return lambda found: transformers.set_entries(found, fields.get("labels") or {}, specs)


def _namespace(fields: dict[str, Any], specs: list[FieldSpec], _: Loader) -> Transform:
    namespace = (fields.get("metadata") or {}).get("namespace") or ""
    subjects = fields.get("setRoleBindingSubjects") or "defaultOnly"
    if subjects not in {"defaultOnly", "allServiceAccounts", "none"}:
        raise KustomizeError(
            f'invalid value "{subjects}" for setRoleBindingSubjects: must be one of "defaultOnly", '
            '"none" or "allServiceAccounts"'
        )

    def transform(found: ResMap) -> None:
        if namespace:
            transformers.set_namespace(
                found, namespace, specs, unset_only=bool(fields.get("unsetOnly")), subjects=subjects
            )

    return transform


def _affix(fields: dict[str, Any], specs: list[FieldSpec], _: Loader) -> Transform:
    def transform(found: ResMap) -> None:
        for field in ("prefix", "suffix"):
            if fields.get(field):
                transformers.add_affix(found, fields[field], specs, prefix=field == "prefix")

    return transform


def _image(fields: dict[str, Any], specs: list[FieldSpec], _: Loader) -> Transform:
    return lambda found: transformers.set_image(found, fields.get("imageTag") or {}, specs)


def _replicas(fields: dict[str, Any], specs: list[FieldSpec], _: Loader) -> Transform:
    return lambda found: transformers.set_replicas(found, fields.get("replica") or {}, specs)


def _patch(fields: dict[str, Any], _: list[FieldSpec], loader: Loader) -> Transform:
    return patches.Patch(
        {name: fields[name] for name in ("path", "patch", "target", "options") if name in fields}, loader
    ).apply


def _strategic(fields: dict[str, Any], _: list[FieldSpec], loader: Loader) -> Transform:
    entries = [*(fields.get("paths") or ()), *([fields["patches"]] if fields.get("patches") else ())]
    return lambda found: patches.apply_strategic(found, entries, loader)


def _json6902(fields: dict[str, Any], _: list[FieldSpec], loader: Loader) -> Transform:
    entry = {"target": fields.get("target"), "path": fields.get("path"), "patch": fields.get("jsonOp")}
    return lambda found: patches.apply_json6902(found, entry, loader)


def _replacements(fields: dict[str, Any], _: list[FieldSpec], loader: Loader) -> Transform:
    rows = [row for each in fields.get("replacements") or () for row in replacements.read(each, loader)]

    def transform(found: ResMap) -> None:
        for row in rows:
            replacements.apply(found, row)

    return transform


def _order(fields: dict[str, Any], _: list[FieldSpec], __: Loader) -> Transform:
    def transform(found: ResMap) -> None:
        found.resources = ordered(found.resources, fields.get("sortOptions") or {"order": "fifo"})

    return transform


_TRANSFORMERS: dict[str, Callable[[dict[str, Any], list[FieldSpec], Loader], Transform]] = {
    "AnnotationsTransformer": _annotations,
    "LabelTransformer": _labels,
    "NamespaceTransformer": _namespace,
    "PrefixTransformer": _affix,
    "SuffixTransformer": _affix,
    "PrefixSuffixTransformer": _affix,
    "ImageTagTransformer": _image,
    "ReplicaCountTransformer": _replicas,
    "PatchTransformer": _patch,
    "PatchStrategicMergeTransformer": _strategic,
    "PatchJson6902Transformer": _json6902,
    "ReplacementTransformer": _replacements,
    "SortOrderTransformer": _order,
}
