"""The file ``kustomization.yaml``: found, read strictly, with its deprecated fields moved to where they belong.

Upstream: ``types.Kustomization`` (``Unmarshal``, ``CheckDeprecatedFields``, ``FixKustomization``, ``EnforceFields``).
"""

from __future__ import annotations

from minikctl.kustomize.nodes import KustomizeError
from minikctl.kustomize.settings import load_settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.kustomize.loading import Loader

FILE_NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
KIND, COMPONENT = "Kustomization", "Component"
_VERSIONS = {KIND: "kustomize.config.k8s.io/v1beta1", COMPONENT: "kustomize.config.k8s.io/v1alpha1"}

_FIX = "Run 'kustomize edit fix' to update your Kustomization automatically."
#: deprecated field -> what to use instead, in the order in which kustomize warns
_DEPRECATED = {
    "bases": ("resources", _FIX),
    "commonLabels": ("labels", _FIX),
    "imageTags": ("images", _FIX),
    "patchesJson6902": ("patches", _FIX),
    "patchesStrategicMerge": ("patches", _FIX),
    "vars": ("replacements", f"[EXPERIMENTAL] {_FIX}"),
}

# The types of the fields, as Go's decoder sees them: "string", "bool", "int", [element], {"": value} for a map, or
# (name, {field: type}) for a struct.
_STRINGS: Any = ["string"]
_MAP: Any = {"": "string"}
_GVK: Any = dict.fromkeys(("group", "version", "kind"), "string")
_ID: Any = {**_GVK, "name": "string", "namespace": "string"}
_SELECTOR: Any = ("Selector", {**_ID, "labelSelector": "string", "annotationSelector": "string"})
_FIELD_SPEC: Any = ("FieldSpec", {**_GVK, "path": "string", "create": "bool"})
_GENERATOR_OPTIONS: Any = (
    "GeneratorOptions",
    {"labels": _MAP, "annotations": _MAP, "disableNameSuffixHash": "bool", "immutable": "bool"},
)
_GENERATOR: Any = {
    "name": "string", "namespace": "string", "behavior": "string", "literals": _STRINGS, "files": _STRINGS,
    "envs": _STRINGS, "env": "string", "options": _GENERATOR_OPTIONS, "fileMergeMode": "string",
}
_PATCH: Any = ("Patch", {"path": "string", "patch": "string", "target": _SELECTOR, "options": {"": "bool"}})
_FIELD_OPTIONS: Any = (
    "FieldOptions", {"delimiter": "string", "index": "int", "encoding": "string", "create": "bool"},
)
_IMAGE: Any = ("Image", dict.fromkeys(("name", "newName", "newTag", "tagSuffix", "digest"), "string"))
_OBJECT_META: Any = (
    "ObjectMeta", {"name": "string", "namespace": "string", "labels": _MAP, "annotations": _MAP},
)
_FIELDS: dict[str, Any] = {
    "apiVersion": "string", "kind": "string", "metadata": _OBJECT_META, "openapi": _MAP,
    "namePrefix": "string", "nameSuffix": "string", "namespace": "string",
    "commonLabels": _MAP, "commonAnnotations": _MAP,
    "labels": [("Label", {
        "pairs": _MAP, "includeSelectors": "bool", "includeTemplates": "bool", "fields": [_FIELD_SPEC],
    })],
    "patchesStrategicMerge": _STRINGS, "patchesJson6902": [_PATCH], "patches": [_PATCH],
    "images": [_IMAGE], "imageTags": [_IMAGE],
    "replacements": [("ReplacementField", {
        "path": "string", "sourceValue": "string",
        "source": ("SourceSelector", {**_ID, "fieldPath": "string", "options": _FIELD_OPTIONS}),
        "targets": [("TargetSelector", {
            "select": _SELECTOR, "reject": [_SELECTOR], "fieldPaths": _STRINGS, "options": _FIELD_OPTIONS,
        })],
    })],
    "replicas": [("Replica", {"name": "string", "count": "int64"})],
    "vars": [("Var", {
        "name": "string",
        "objref": ("Target", {"apiVersion": "string", **_ID}),
        "fieldref": ("FieldSelector", {"fieldpath": "string", "fieldPath": "string"}),
    })],
    "sortOptions": ("SortOptions", {
        "order": "string",
        "legacySortOptions": ("LegacySortOptions", {"orderFirst": _STRINGS, "orderLast": _STRINGS}),
    }),
    "resources": _STRINGS, "components": _STRINGS, "crds": _STRINGS, "bases": _STRINGS,
    "configMapGenerator": [("ConfigMapArgs", _GENERATOR)],
    "secretGenerator": [("SecretArgs", {**_GENERATOR, "type": "string"})],
    "generatorOptions": _GENERATOR_OPTIONS,
    "helmGlobals": "any", "helmCharts": "any", "helmChartInflationGenerator": "any",
    "configurations": _STRINGS, "generators": _STRINGS, "transformers": _STRINGS, "validators": _STRINGS,
    "inventory": "any", "buildMetadata": _STRINGS, "validate": "any",
}

#: struct -> field -> the embedded struct that Go names in between
_EMBEDDED: dict[str, dict[str, str]] = {
    "ConfigMapArgs": dict.fromkeys(_GENERATOR, "GeneratorArgs"),
    "SecretArgs": dict.fromkeys(_GENERATOR, "GeneratorArgs"),
    "ReplacementField": dict.fromkeys(("source", "sourceValue", "targets"), "Replacement"),
    "Selector": dict.fromkeys(_ID, "ResId"),
    "SourceSelector": dict.fromkeys(_ID, "ResId"),
}
_CHART: Any = dict.fromkeys(
    ("name", "version", "repo", "releaseName", "namespace", "valuesFile", "valuesMerge", "nameTemplate", "kubeVersion"),
    "string",
)
_FIELDS["helmCharts"] = [("HelmChart", {
    **_CHART, "valuesInline": "any", "includeCRDs": "bool", "skipHooks": "bool", "skipTests": "bool", "debug": "bool",
    "additionalValuesFiles": _STRINGS, "apiVersions": _STRINGS, "devel": "bool",
})]


class Kustomization:
    """What a kustomization file says. ``fields`` are its fields as plain values; ``file`` is its name."""

    __slots__ = ("fields", "file")

    def __init__(self, fields: dict[str, Any], file: str) -> None:
        self.fields = fields
        self.file = file

    def list_of(self, field: str) -> list[Any]:
        """A field that is a list, [] where it is not there."""
        return self.fields.get(field) or []

    def text(self, field: str) -> str:
        """A field that is a string, "" where it is not there."""
        return self.fields.get(field) or ""

    @property
    def kind(self) -> str:
        """Kustomization or Component."""
        return self.text("kind")


def load(loader: Loader, warnings: list[str]) -> Kustomization:
    """Read the kustomization of a folder; what is deprecated in it goes to ``warnings``. Raises KustomizeError."""
    file, text = _find(loader)
    fields = _parse(text, file)
    for field, (instead, how) in _DEPRECATED.items():
        if fields.get(field) is not None:
            warnings.append(f"# Warning: '{field}' is deprecated. Please use '{instead}' instead. {how}")
    _fix(fields)
    _enforce(fields, loader.root)
    return Kustomization(fields, file)


def _find(loader: Loader) -> tuple[str, str]:
    found = []
    for name in FILE_NAMES:
        try:
            found.append((name, loader.load(name)))
        except KustomizeError:
            continue
    if not found:
        raise KustomizeError(
            "unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory "
            f"'{loader.root}'"
        )
    if len(found) > 1:
        raise KustomizeError(f"Found multiple kustomization files under: {loader.root}\n")
    return found[0]


def _parse(text: str, file: str) -> dict[str, Any]:
    try:
        fields = load_settings(text)
    except KustomizeError as error:
        raise KustomizeError(f"invalid Kustomization: {error}") from error
    if not fields:
        raise KustomizeError(f"{file} is empty")
    if not isinstance(fields, dict):
        raise KustomizeError(
            f"invalid Kustomization: json: cannot unmarshal {_json_type(fields)} into Go value of type types.Kustomization"
        )
    fields = dict(sorted(fields.items()))
    problem = _problem(fields, (KIND, _FIELDS), KIND, "")
    if problem:
        raise KustomizeError(f"invalid Kustomization: json: {problem}")
    return fields


def _problem(value: Any, expected: Any, struct: str, path: str) -> str:
    """What Go's decoder says of the first value that does not fit, "" for nothing."""
    if value is None or expected == "any":
        return ""
    where = f"Go struct field {struct}.{path}"
    if isinstance(expected, str):
        return _scalar_problem(value, expected, where)
    if not isinstance(value, list if isinstance(expected, list) else dict):
        return f"cannot unmarshal {_json_type(value)} into {where} of type {_go_type(expected)}"
    if isinstance(expected, list):
        return next(filter(None, (_problem(each, expected[0], struct, path) for each in value)), "")
    if isinstance(expected, dict):
        found = (_problem(value[key], expected[""], struct, path) for key in sorted(value))
    else:
        found = (_field_problem(key, value[key], expected, path) for key in sorted(value))
    return next(filter(None, found), "")


def _scalar_problem(value: Any, expected: str, where: str) -> str:
    wanted = {"int": "number", "int64": "number"}.get(expected, expected)
    if _json_type(value) == wanted and (wanted != "number" or isinstance(value, int)):
        return ""
    found = f"number {value}" if wanted == "number" and isinstance(value, float) else _json_type(value)
    return f"cannot unmarshal {found} into {where} of type {expected}"


def _field_problem(key: str, value: Any, struct: tuple[str, dict[str, Any]], path: str) -> str:
    """The same for a field of a struct, whose name Go looks up without regard to case."""
    name, fields = struct
    known = key if key in fields else next((each for each in fields if each.lower() == key.lower()), "")
    if not known:
        return f'unknown field "{key}"'
    embedded = _EMBEDDED.get(name, {}).get(known)
    steps = [step for step in (path, embedded, key) if step]
    return _problem(value, fields[known], name, ".".join(steps))


def _json_type(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"


def _go_type(expected: Any) -> str:
    if isinstance(expected, list):
        return f"[]{_go_type(expected[0])}"
    if isinstance(expected, dict):
        return f"map[string]{_go_type(expected[''])}"
    return expected if isinstance(expected, str) else f"types.{expected[0]}"


def _fix(fields: dict[str, Any]) -> None:
    """Fill in what is left out, and move what is deprecated (upstream: ``FixKustomization``)."""
    fields["kind"] = fields.get("kind") or KIND
    fields["apiVersion"] = fields.get("apiVersion") or _VERSIONS.get(fields["kind"], _VERSIONS[KIND])
    for old, new in (("bases", "resources"), ("imageTags", "images")):
        fields[new] = [*(fields.get(new) or []), *(fields.pop(old, None) or [])]
    for generator in ("configMapGenerator", "secretGenerator"):
        for each in fields.get(generator) or ():
            if each.get("env"):
                each["envs"] = [*(each.get("envs") or []), each.pop("env")]


def _enforce(fields: dict[str, Any], root: str) -> None:
    kind, version = fields["kind"], fields["apiVersion"]
    problems = []
    if kind not in _VERSIONS:
        problems.append(f"kind should be {KIND} or {COMPONENT}")
    wanted = _VERSIONS.get(kind, _VERSIONS[KIND])
    if version != wanted:
        problems.append(f"apiVersion for {kind} should be {wanted}")
    if problems:
        raise KustomizeError(f"Failed to read kustomization file under {root}:\n" + "\n".join(problems))
