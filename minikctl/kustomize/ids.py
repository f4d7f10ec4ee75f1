"""What a resource is called while a kustomization is built: group, version, kind, name and namespace.

Upstream: kyaml ``resid``.
"""

from __future__ import annotations

from minikctl.kustomize import openapi

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: where cluster-scoped objects are said to be
NOT_A_NAMESPACE = "_non_namespaceable_"
DEFAULT_NAMESPACE = "default"


class Gvk:
    """Group, version and kind; as a selector, an empty field means any."""

    __slots__ = ("group", "kind", "version")

    def __init__(self, group: str = "", version: str = "", kind: str = "") -> None:
        self.group = group
        self.version = version
        self.kind = kind

    @classmethod
    def of(cls, api_version: str, kind: str) -> Gvk:
        """From an object's own fields."""
        group, slash, version = api_version.partition("/")
        if not slash:
            return cls("builtin", "", kind) if api_version == "builtin" else cls("", api_version, kind)
        return cls(group, version, kind)

    @property
    def key(self) -> tuple[str, str, str]:
        """For comparisons."""
        return self.group, self.version, self.kind

    @property
    def api_version(self) -> str:
        """``apps/v1``."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def cluster_scoped(self) -> bool:
        """Whether it is known to be cluster-scoped; what kustomize does not know counts as namespaced."""
        return openapi.is_cluster_scoped(self.api_version, self.kind)

    def is_selected(self, selector: Gvk) -> bool:
        """Whether ``selector`` selects it."""
        return (
            selector.group in {"", self.group}
            and selector.version in {"", self.version}
            and selector.kind in {"", self.kind}
        )

    def __str__(self) -> str:
        return f"{self.kind or '[noKind]'}.{self.version or '[noVer]'}.{self.group or '[noGrp]'}"

    def sort_text(self) -> str:
        """What resources of kinds without a rank are sorted by (upstream: ``legacyGVKSortString``)."""
        return f"{self.group or '~G'}_{self.version or '~V'}_{self.kind or '~K'}"


class ResId:
    """A resource's identity; as a selector, empty fields mean any."""

    __slots__ = ("gvk", "name", "namespace")

    def __init__(self, gvk: Gvk, name: str = "", namespace: str = "") -> None:
        self.gvk = gvk
        self.name = name
        self.namespace = namespace

    @classmethod
    def selector(cls, fields: dict[str, Any]) -> ResId:
        """From the fields of a ``select``, ``source`` or ``objref``."""
        gvk = Gvk(fields.get("group") or "", fields.get("version") or "", fields.get("kind") or "")
        return cls(gvk, fields.get("name") or "", fields.get("namespace") or "")

    @property
    def effective_namespace(self) -> str:
        """The namespace for comparisons: none and ``default`` are the same."""
        if self.gvk.cluster_scoped:
            return NOT_A_NAMESPACE
        return self.namespace or DEFAULT_NAMESPACE

    @property
    def empty(self) -> bool:
        """Whether nothing is said."""
        return not (any(self.gvk.key) or self.name or self.namespace)

    def same_namespace(self, other: ResId) -> bool:
        """Whether both are in one effective namespace."""
        return self.effective_namespace == other.effective_namespace

    def equals(self, other: ResId) -> bool:
        """Whether both name the same resource."""
        return self.name == other.name and self.gvk.key == other.gvk.key and self.same_namespace(other)

    def is_selected_by(self, selector: ResId) -> bool:
        """Whether ``selector`` selects it."""
        return (
            selector.name in {"", self.name}
            and (not selector.namespace or selector.same_namespace(self))
            and self.gvk.is_selected(selector.gvk)
        )

    def __str__(self) -> str:
        return f"{self.gvk}/{self.name or '[noName]'}.{self.namespace or '[noNs]'}"

    def go_syntax(self) -> str:
        """How Go's ``%#v`` shows it."""
        from minikctl.errors import quote

        gvk = (
            f"resid.Gvk{{Group:{quote(self.gvk.group)}, Version:{quote(self.gvk.version)}, Kind:{quote(self.gvk.kind)}, "
            f"isClusterScoped:{'true' if self.gvk.cluster_scoped else 'false'}}}"
        )
        return f"resid.ResId{{Gvk:{gvk}, Name:{quote(self.name)}, Namespace:{quote(self.namespace)}}}"
