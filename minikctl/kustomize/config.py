"""The configuration of the transformers: the built-in one, with what ``configurations`` and ``crds`` add to it.

Upstream: ``api/internal/plugins/builtinconfig`` (``TransformerConfig``), ``accumulator.LoadConfigFromCRDs``.
"""

from __future__ import annotations

from minikctl.kustomize import fieldspecs
from minikctl.kustomize.fieldpaths import FieldSpec, merge_specs
from minikctl.kustomize.ids import Gvk
from minikctl.kustomize.nodes import KustomizeError
from minikctl.kustomize.ordering import rank
from minikctl.kustomize.settings import load_settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from minikctl.kustomize.loading import Loader

_DEFAULTS: dict[str, Callable[[], list[FieldSpec]]] = {
    "namePrefix": fieldspecs.names,
    "nameSuffix": fieldspecs.names,
    "namespace": fieldspecs.namespaces,
    "commonLabels": fieldspecs.common_labels,
    "labels": list,
    "templateLabels": fieldspecs.template_labels,
    "commonAnnotations": fieldspecs.common_annotations,
    "varReference": fieldspecs.variable_references,
    "images": fieldspecs.images,
    "replicas": fieldspecs.replicas,
}
#: what a custom resource's schema says of a field, and the specs that this makes
_CRD_FIELDS = {
    "x-kubernetes-annotation": "commonAnnotations",
    "x-kubernetes-label-selector": "commonLabels",
    "x-kubernetes-identity": "namePrefix",
}


class Config:
    """Field specs by what they are for, and the references to names: (kind that is referred to, where)."""

    __slots__ = ("references", "specs")

    def __init__(self) -> None:
        self.specs: dict[str, list[FieldSpec]] = {name: [] for name in _DEFAULTS}
        self.references: list[tuple[Gvk, list[FieldSpec]]] = []

    @classmethod
    def default(cls) -> Config:
        """The built-in configuration."""
        config = cls()
        config.specs = {name: sorted(make(), key=lambda spec: rank(spec.gvk)) for name, make in _DEFAULTS.items()}
        config.references = fieldspecs.name_references()
        return config

    def merged(self, other: Config) -> Config:
        """Both, each spec once. Raises KustomizeError."""
        config = Config()
        config.specs = {name: merge_specs(specs, other.specs[name]) for name, specs in self.specs.items()}
        config.references = list(self.references)
        for gvk, specs in other.references:
            config.refer(gvk, specs)
        return config

    def refer(self, gvk: Gvk, specs: Iterable[FieldSpec]) -> None:
        """Add places that refer to objects of a kind."""
        for place, (known, there) in enumerate(self.references):
            if known.key == gvk.key:
                self.references[place] = (known, merge_specs(there, specs))
                return
        self.references.append((gvk, list(specs)))

    def sorted_references(self) -> list[tuple[Gvk, list[FieldSpec]]]:
        """In the order in which kustomize goes through them: by the rank of the kinds that are referred to."""
        return sorted(self.references, key=lambda row: rank(row[0]))


def from_files(loader: Loader, paths: Iterable[str]) -> Config:
    """The built-in configuration, and that of ``configurations``. Raises KustomizeError."""
    config = Config.default()
    for path in paths:
        config = config.merged(_from_document(load_settings(loader.load(path))))
    return config


def _from_document(document: Any) -> Config:
    config = Config()
    if not isinstance(document, dict):
        raise KustomizeError("json: cannot unmarshal into Go value of type builtinconfig.TransformerConfig")
    for name, rows in document.items():
        if name == "nameReference":
            for row in rows or ():
                gvk = Gvk(row.get("group") or "", row.get("version") or "", row.get("kind") or "")
                config.refer(gvk, map(FieldSpec.of, row.get("fieldSpecs") or ()))
        elif name in config.specs:
            config.specs[name] = merge_specs([], map(FieldSpec.of, rows or ()))
    return config


# ---------------------------------------------------------------------------------------------------------------------
# From the schemas of custom resources
# ---------------------------------------------------------------------------------------------------------------------


def from_crds(loader: Loader, paths: Iterable[str]) -> Config:
    """What the OpenAPI definitions of ``crds`` say of their fields. Raises KustomizeError."""
    config = Config()
    for path in paths:
        definitions = load_settings(loader.load(path))
        if not isinstance(definitions, dict):
            raise KustomizeError(f"unable to parse open API definition from '{path}'")
        for name in sorted(definitions):
            properties = _properties(definitions, name)
            if {"kind", "apiVersion", "metadata"} <= set(properties):
                _from_definition(config, Gvk(kind=name.rpartition(".")[2]), definitions, name, [])
    return config


def _properties(definitions: dict[str, Any], name: str) -> dict[str, Any]:
    definition = definitions.get(name)
    schema = (definition.get("Schema") or definition.get("schema") or {}) if isinstance(definition, dict) else {}
    found: dict[str, Any] = schema.get("properties") or {}
    return found


def _from_definition(config: Config, gvk: Gvk, definitions: dict[str, Any], name: str, path: list[str]) -> None:
    for field, node in sorted(_properties(definitions, name).items()):
        here = [*path, field]
        for extension, what in _CRD_FIELDS.items():
            if isinstance(node.get(extension), str):
                config.specs[what] = merge_specs(config.specs[what], [FieldSpec("/".join(here), gvk)])
        version, kind = node.get("x-kubernetes-object-ref-api-version"), node.get("x-kubernetes-object-ref-kind")
        if version is not None and kind is not None:
            key = node.get("x-kubernetes-object-ref-name-key") or "name"
            config.refer(Gvk("", version, kind), [FieldSpec("/".join([*here, key]), gvk)])
        reference = node.get("$ref")
        if reference and len(here) < 50:  # a type may lead back to itself
            _from_definition(config, gvk, definitions, reference.removeprefix("#/definitions/"), here)
