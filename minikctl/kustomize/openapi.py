"""What kustomize knows of Kubernetes' types: which lists are merged by which keys, and which kinds have no namespace.

kustomize carries the schema of Kubernetes 1.21.2, whatever the version of kubectl around it; a kind that came later is
merged without keys and gets a namespace. ``openapi.json`` is the part of it that matters (see
``tools/make_kustomize_openapi.py``). A kustomization's own ``openapi.path`` replaces it. Upstream: kyaml ``openapi``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_DEFINITIONS = "#/definitions/"


class _Table:
    """The schema in force; it is read when a kind is first asked for."""

    def __init__(self) -> None:
        self.kinds: dict[str, str] = {}
        #: type -> field -> (type of the value or its elements, whether it is a list, keys of a merged list or None)
        self.types: dict[str, dict[str, list[Any]]] = {}
        self.cluster_scoped: frozenset[str] = frozenset()
        self.known = False
        self.own = False

    def read(self) -> None:
        """Read the built-in table, once."""
        if self.known:
            return
        import json
        import os.path

        with open(os.path.join(os.path.dirname(__file__), "openapi.json"), encoding="utf-8") as file:
            table = json.load(file)
        self.cluster_scoped = frozenset(table["clusterScoped"])
        if not self.own:
            self.kinds, self.types = table["kinds"], table["types"]
        self.known = True


_table = _Table()


class Schema:
    """A place in an object, as far as merging is concerned."""

    __slots__ = ("is_list", "keys", "name")

    def __init__(self, name: str, *, is_list: bool = False, keys: list[str] | None = None) -> None:
        #: the type of the value, or of the elements of a list
        self.name = name
        self.is_list = is_list
        #: the merge keys of a list that is merged ([] where it is one of scalars), None otherwise
        self.keys = keys

    def field(self, name: str) -> Schema | None:
        """The schema of a field, None where nothing below it is merged."""
        row = None if self.is_list else _table.types.get(self.name, {}).get(name)
        return Schema(row[0], is_list=row[1], keys=row[2]) if row else None

    @property
    def elements(self) -> Schema | None:
        """The schema of a list's elements."""
        return Schema(self.name) if self.name else None


def schema_for(api_version: str, kind: str) -> Schema | None:
    """The schema of a kind, None for one that kustomize does not know."""
    _table.read()
    name = _table.kinds.get(f"{api_version}/{kind}")
    return Schema(name) if name else None


def is_cluster_scoped(api_version: str, kind: str) -> bool:
    """Whether a kind is certainly cluster-scoped."""
    _table.read()
    return f"{api_version}/{kind}" in _table.cluster_scoped


def reset() -> None:
    """Use the built-in schema."""
    _table.__init__()  # type: ignore[misc] # as new


def use(document: dict[str, Any]) -> None:
    """Use the definitions of an OpenAPI document (``openapi.path``) instead of the built-in ones."""
    _table.__init__()  # type: ignore[misc] # as new
    _table.own = True
    for name, definition in (document.get("definitions") or {}).items():
        _enter(name, definition)
        for gvk in definition.get("x-kubernetes-group-version-kind") or ():
            version = f"{gvk['group']}/{gvk['version']}" if gvk.get("group") else gvk["version"]
            _table.kinds[f"{version}/{gvk['kind']}"] = name


def _enter(name: str, definition: dict[str, Any]) -> None:
    """Take note of a type's fields; types that stand within it get names made up for them."""
    rows: dict[str, list[Any]] = {}
    _table.types[name] = rows
    for field, node in (definition.get("properties") or {}).items():
        elements = node.get("items") or {}
        keys = None
        if "merge" in (node.get("x-kubernetes-patch-strategy") or "").split(","):
            key = node.get("x-kubernetes-patch-merge-key")
            keys = node.get("x-kubernetes-list-map-keys") or ([key] if key else [])
        inner = (node.get("$ref") or elements.get("$ref") or "").removeprefix(_DEFINITIONS)
        within = node if "properties" in node else elements
        if not inner and "properties" in within:
            inner = f"{name}.{field}"
            _enter(inner, within)
        rows[field] = [inner, bool(elements) or node.get("type") == "array", keys]
