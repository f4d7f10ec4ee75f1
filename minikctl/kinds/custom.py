"""Kinds that a state defines by CustomResourceDefinitions: their names, as rows beside those of ``KINDS``.

Nothing here reads the state: ``Definitions`` is handed the names of the definitions (``crontabs.stable.example.com``, which
is also their resource) and a way to read one, and reads no more of them than a question needs. A kind is there as soon as
its definition is established, one row for each version that is served, the preferred one first. Upstream: the discovery
of ``apiextensions-apiserver`` and apimachinery ``version.CompareKubeAwareVersionStrings``.
"""

from __future__ import annotations

import re

from minikctl.kinds import KindInfo, choose, choose_short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from minikctl.kinds.base import Kind

    Obj = dict[str, Any]

#: the verbs in the order in which discovery has them for custom resources
VERBS = ("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch")

_VERSION = re.compile(r"v([1-9][0-9]*)(?:(alpha|beta)([1-9][0-9]*))?")
#: finished versions come before beta ones, and these before alpha ones
_STAGES = {None: 2, "beta": 1, "alpha": 0}


class CustomKindInfo(KindInfo):
    """The row of one version of a kind that ``definition`` defines. Its names are those that were accepted."""

    __slots__ = ("definition", "kind_of_version", "list_kind", "schema_node", "served", "storage_version", "version_spec")

    custom = True

    def __init__(self, definition: Obj, version: Obj, names: Obj | None = None) -> None:
        """``version`` is one of ``spec.versions``; ``names`` as in the definition's spec."""
        spec = definition["spec"]
        names = names or spec["names"]
        super().__init__(
            f"{spec['group']}/{version['name']}",
            names["kind"],
            names["plural"],
            namespaced=spec.get("scope") != "Cluster",
            short=tuple(names.get("shortNames") or ()),
            categories=tuple(names.get("categories") or ()),
            module="customresource",
            verbs=VERBS,
        )
        self.singular = names.get("singular") or names["kind"].lower()
        self.list_kind: str = names.get("listKind") or f"{names['kind']}List"
        self.served = bool(version.get("served"))
        self.definition = definition
        self.version_spec = version
        #: the version in which objects are stored
        self.storage_version: str = next((v["name"] for v in spec["versions"] if v.get("storage")), version["name"])
        #: what the kind does, once it was asked for
        self.kind_of_version: Kind | None = None
        #: the schema as ``api.schemas`` has it, once it was asked for
        self.schema_node: Any = None

    @property
    def schema(self) -> Obj:
        """The version's ``openAPIV3Schema``; without one, everything is taken."""
        found = (self.version_spec.get("schema") or {}).get("openAPIV3Schema")
        return found if isinstance(found, dict) else {"type": "object", "x-kubernetes-preserve-unknown-fields": True}

    @property
    def storage_api_version(self) -> str:
        """The apiVersion in which objects are stored."""
        return f"{self.group}/{self.storage_version}"

    @property
    def preserves_unknown_fields(self) -> bool:
        """Whether nothing is pruned (``spec.preserveUnknownFields``, which only old definitions have)."""
        return bool(self.definition["spec"].get("preserveUnknownFields"))

    def behavior(self) -> Kind:
        """What the kind does (``kinds.customresource``)."""
        if self.kind_of_version is None:
            from minikctl.kinds.customresource import CustomResource

            self.kind_of_version = CustomResource(self)
        return self.kind_of_version


def version_priority(version: str) -> tuple[int, int, int, int, str]:
    """A key to sort versions by, the preferred one first: v10, v2, v1, v11beta2, v10beta3, v3alpha1, foo1, foo10.

    Upstream: ``CompareKubeAwareVersionStrings``.
    """
    match = _VERSION.fullmatch(version)
    if match is None:
        return 1, 0, 0, 0, version
    major, stage, minor = match.groups()
    return 0, -_STAGES[stage], -int(major), -int(minor or 0), ""


def is_established(definition: Obj) -> bool:
    """Whether the kind of a definition is there for users."""
    conditions = (definition.get("status") or {}).get("conditions") or ()
    return any(each.get("type") == "Established" and each.get("status") == "True" for each in conditions)


def established_kinds(definition: Obj) -> list[CustomKindInfo]:
    """A row for each version that is served, the preferred one first, and for the one that objects are stored in.

    None while the definition is not established.
    """
    if not is_established(definition):
        return []
    names = (definition.get("status") or {}).get("acceptedNames")
    versions = [each for each in definition["spec"]["versions"] if each.get("served") or each.get("storage")]
    versions.sort(key=lambda version: (not version.get("served"), version_priority(version["name"])))
    return [CustomKindInfo(definition, version, names) for version in versions]


class Definitions:
    """The kinds that a state defines. ``names`` are those of its definitions, ``read`` gives one of them."""

    def __init__(self, names: Sequence[str], read: Callable[[str], Obj | None]) -> None:
        self._names = list(names)
        self._read = read
        self._known: dict[str, list[CustomKindInfo]] = {}

    def kinds(self, name: str) -> list[CustomKindInfo]:
        """The rows of one definition, the preferred version first."""
        found = self._known.get(name)
        if found is None:
            definition = self._read(name)
            found = self._known[name] = established_kinds(definition) if definition is not None else []
        return found

    def preferred(self) -> Iterator[CustomKindInfo]:
        """Each kind in its preferred version, by the definitions' names."""
        for name in self._names:
            yield from [info for info in self.kinds(name)[:1] if info.served]

    def versions(self) -> Iterator[CustomKindInfo]:
        """Each kind in each version that is served."""
        for name in self._names:
            yield from [info for info in self.kinds(name) if info.served]

    def by_resource(self, resource: str) -> CustomKindInfo | None:
        """The preferred version of a resource (``crontabs.stable.example.com``), None where there is none."""
        found = self.kinds(resource) if resource in self._names else []
        return found[0] if found else None

    def by_kind(self, api_version: str, kind: str) -> CustomKindInfo | None:
        """The row of a kind in a version, None where there is none. Reads only definitions of the group."""
        group = api_version.rpartition("/")[0]
        for name in self._names:
            if group and name.partition(".")[2] == group:
                for info in self.kinds(name):
                    if (info.api_version, info.kind) == (api_version, kind):
                        return info
        return None

    def find(self, name: str, rest: str) -> KindInfo | None:
        """The kind that a user means by ``name`` (plural, singular, short) and ``rest`` (group, version and group)."""
        # Plurals are told by the definitions' names: only where none fits must all definitions be read.
        lowered = name.lower()
        plurals = [each for each in self._names if each.partition(".")[0] == lowered]
        found = choose([info for each in plurals for info in self.kinds(each) if info.served], rest)
        if found is not None:
            return found
        versions = list(self.versions())
        found = choose([info for info in versions if lowered == info.singular], rest)
        return found or choose_short([info for info in versions if name in info.short_names], rest)
