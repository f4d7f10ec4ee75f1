"""Which kinds there are for a validation: the built-in ones, custom ones by their definitions, and those of ``--schema-dir``.

Without custom kinds the process's own registry of schemas serves; with them there is one of their own, so that nothing
of it is left behind. A catalog is made anew in each worker process, from what ``Catalog`` was made of.
"""

from __future__ import annotations

import os

from minikctl import kinds
from minikctl.api.schemas import CORE, Registry, default_registry, schema_folder
from minikctl.kinds import KindInfo
from minikctl.kinds.custom import CustomKindInfo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from minikctl.api.schemas import Schema

    Obj = dict[str, Any]

DEFINITION = "CustomResourceDefinition"
_EXTENSIONS = "apiextensions.k8s.io/"


class DefinitionError(ValueError):
    """A CustomResourceDefinition or a schema that cannot be used. ``path`` is the field that is to blame, or ""."""

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(message)
        self.path = path


class Catalog:
    """The kinds of one run. ``definitions`` are CustomResourceDefinitions, ``schema_dirs`` folders with JSON Schemas."""

    def __init__(self, definitions: Iterable[Obj] = (), schema_dirs: Iterable[str] = ()) -> None:
        """Raises DefinitionError for a definition or a folder that cannot be used."""
        self._custom: dict[tuple[str, str], KindInfo] = {}
        self._files: dict[tuple[str, str], tuple[str, str]] = {}
        #: kinds whose files of --schema-dir turned out to be no schemas, and why
        self._broken: dict[tuple[str, str], str] = {}
        self._registry: Registry | None = None
        for definition in definitions:
            self.define(definition)
        for folder in schema_dirs:
            for api_version, kind, path in schema_files(folder):
                self._files[(api_version, kind.lower())] = (path, kind)

    @property
    def registry(self) -> Registry:
        """The schemas."""
        if self._registry is None:
            self._registry = Registry(schema_folder()) if self._custom or self._files else default_registry()
        return self._registry

    def define(self, definition: Obj) -> None:
        """Add the kinds of a CustomResourceDefinition, every version. Raises DefinitionError."""
        spec = definition.get("spec")
        spec = spec if isinstance(spec, dict) else {}
        names = spec.get("names")
        names = names if isinstance(names, dict) else {}
        group, kind, plural = spec.get("group"), names.get("kind"), names.get("plural")
        if not all(isinstance(word, str) and word for word in (group, kind, plural)):
            raise DefinitionError("a CustomResourceDefinition needs spec.group, spec.names.kind and spec.names.plural", "spec")
        for index, version in enumerate(spec.get("versions") or ()):
            if not isinstance(version, dict) or not isinstance(version.get("name"), str):
                raise DefinitionError("a version needs a name", f"spec.versions[{index}]")
            api_version = f"{group}/{version['name']}"
            # One whose schema cannot be used is there by its names.
            self._custom[(api_version, str(kind))] = KindInfo(
                api_version, str(kind), str(plural), namespaced=spec.get("scope") != "Cluster",
            )
            if self._registry is None or self._registry is default_registry():
                self._registry = Registry(schema_folder())
            schema = version.get("schema")
            schema = schema.get("openAPIV3Schema") if isinstance(schema, dict) else None
            if not isinstance(schema, dict):
                schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
            problem = schema_problem(schema)
            if problem:
                raise DefinitionError(problem, f"spec.versions[{index}].schema.openAPIV3Schema")
            self._registry.add(api_version, str(kind), schema, custom=True)
            self._custom[(api_version, str(kind))] = CustomKindInfo(definition, version)

    def custom_kinds(self) -> list[KindInfo]:
        """The kinds that were defined."""
        return list(self._custom.values())

    def find(self, api_version: str, kind: str) -> KindInfo | None:
        """The names of a kind, None for one that there is not."""
        info = kinds.info_for_object(api_version, kind) or self._custom.get((api_version, kind))
        if info is None and self.schema(api_version, kind) is not None:
            # An older version of a kind (autoscaling/v1), or one that only --schema-dir knows.
            group = api_version.rpartition("/")[0]
            known = next((each for each in kinds.built_in_kinds() if (each.group, each.kind) == (group, kind)), None)
            info = KindInfo(
                api_version, kind, known.plural if known else f"{kind.lower()}s",
                namespaced=known.namespaced if known else True,
            )
            self._custom[(api_version, kind)] = info
        return info

    def schema(self, api_version: str, kind: str) -> Schema | None:
        """The schema of a kind, None where there is none. Raises DefinitionError for a file that cannot be used."""
        key = (api_version, kind.lower())
        if key in self._broken:
            raise DefinitionError(self._broken[key])
        found = self._files.pop(key, None)
        if found is not None:
            try:
                self._load(api_version, kind, found[0])
            except DefinitionError as error:
                self._broken[key] = str(error)
                raise
        return self.registry.schema_for(api_version, kind)

    def _load(self, api_version: str, kind: str, path: str) -> None:
        import json

        registry = self.registry
        if registry is default_registry():
            registry = self._registry = Registry(schema_folder())
        try:
            with open(path, "rb") as file:
                schema = json.loads(file.read())
        except (OSError, ValueError, RecursionError) as error:
            raise DefinitionError(f"the schema {path} cannot be used: {error}") from error
        problem = schema_problem(schema)
        if problem:
            raise DefinitionError(f"the schema {path} cannot be used: {problem}")
        # A schema as tools/make_schemas.py makes it speaks of a built-in kind; any other is that of a custom resource.
        built_in = bool(schema.get("x-kubernetes-group-version-kind")) and not schema.get("x-kubernetes-custom-resource")
        name = os.path.abspath(path).replace(os.sep, "/")
        registry.add(api_version, kind, schema, document=name, custom=not built_in)
        for reference in set(_references(schema)):
            try:
                registry.follow(name, reference)
            except (OSError, ValueError, LookupError, TypeError) as error:
                raise DefinitionError(f"the schema {path} cannot be used: {reference} leads nowhere") from error

    def versions_of(self, kind: str) -> list[str]:
        """The apiVersions in which there is a kind of this name."""
        known = [each.api_version for each in kinds.built_in_kinds() if each.kind == kind]
        return known + [version for version, name in self._custom if name == kind and version not in known]

    def kinds_of(self, api_version: str) -> list[str]:
        """The names of the kinds of an apiVersion."""
        known = [each.kind for each in kinds.built_in_kinds() if each.api_version == api_version]
        return known + [name for version, name in self._custom if version == api_version and name not in known]

    def all_names(self) -> list[str]:
        """The name of every kind."""
        return list(dict.fromkeys([*(each.kind for each in kinds.built_in_kinds()), *(name for _, name in self._custom)]))


def is_definition(obj: Any) -> bool:
    """Whether an object is a CustomResourceDefinition."""
    return (
        isinstance(obj, dict) and obj.get("kind") == DEFINITION and isinstance(obj.get("apiVersion"), str)
        and obj["apiVersion"].startswith(_EXTENSIONS)
    )


def schema_problem(schema: Any) -> str:
    """Why ``schema`` is no JSON Schema to work with, "" where it is one.

    What the quick way and jsonschema take for granted is looked at. Patterns that are no regular expressions of Go's are
    taken out.
    """
    from minikctl.lib.goregexp import RegexpError, compile_regexp

    stack: list[Any] = [schema]
    while stack:
        node = stack.pop()
        if isinstance(node, bool):
            continue
        if not isinstance(node, dict):
            return "a schema has to be an object"
        for keyword, expected in _KEYWORDS.items():
            if keyword in node and not isinstance(node[keyword], expected):
                return f"{keyword} is of a wrong type"
        try:
            compile_regexp(node.get("pattern") or "")
        except RegexpError:
            del node["pattern"]
        stack += (node.get("properties") or {}).values()
        stack += [node[keyword] for keyword in ("items", "additionalProperties", "not") if keyword in node]
        for keyword in ("allOf", "anyOf", "oneOf"):
            stack += node.get(keyword) or ()
    return ""


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"]
        for value in schema.values():
            yield from _references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _references(value)


_KEYWORDS: dict[str, Any] = {
    "type": (str, list), "properties": dict, "items": (dict, bool), "additionalProperties": (dict, bool),
    "required": list, "enum": list, "pattern": str, "format": str, "minimum": (int, float), "maximum": (int, float),
    "minLength": int, "maxLength": int, "minItems": int, "maxItems": int, "allOf": list, "anyOf": list, "oneOf": list,
}


def schema_files(folder: str) -> Iterator[tuple[str, str, str]]:
    """Yield apiVersion, kind and path of every JSON Schema in a folder and its folders.

    What a file is about says its ``x-kubernetes-group-version-kind``; else its name, in one of the layouts that are
    common: ``<group>/<kind>_<version>.json``, ``<group>_<version>/<kind>.json``, ``<kind>-<group>-<version>.json`` (with
    the first word of the group). Raises DefinitionError for a folder that cannot be read.
    """
    if not os.path.isdir(folder):
        raise DefinitionError(f'the folder "{folder}" does not exist')
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(("_", ".")))
        for name in sorted(names):
            if name.endswith(".json") and not name.startswith(("_", ".")):
                yield from _meaning(os.path.join(where, name))


def _meaning(path: str) -> Iterator[tuple[str, str, str]]:
    import json

    try:
        with open(path, "rb") as file:
            text = file.read()
        gvks = json.loads(text).get("x-kubernetes-group-version-kind") if b"x-kubernetes-group-version-kind" in text else ()
    except (OSError, ValueError, AttributeError, RecursionError) as error:
        raise DefinitionError(f"the schema {path} cannot be used: {error}") from error
    if gvks:
        for gvk in gvks:
            group = gvk.get("group") or ""
            yield f"{group}/{gvk['version']}" if group else gvk["version"], gvk["kind"], path
        return
    stem = os.path.basename(path).removesuffix(".json")
    folder = os.path.basename(os.path.dirname(path))
    if "_" in stem:
        kind, _, version = stem.rpartition("_")
        yield _api_version(folder, version), kind, path
    elif "_" in folder:
        group, _, version = folder.rpartition("_")
        yield _api_version(group, version), stem, path
    elif stem.count("-") >= 2:
        kind, group, version = stem.split("-", 2)
        known = next((each.group for each in kinds.built_in_kinds() if each.group.partition(".")[0] == group), group)
        yield _api_version(known, version), kind, path


def _api_version(group: str, version: str) -> str:
    return version if group in {"", CORE} else f"{group}/{version}"
