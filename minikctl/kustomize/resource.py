"""One object on its way through a kustomization: its node, and what is remembered of how it was called before.

kustomize keeps that memory in annotations of the object and takes them off at the end; here it stands beside the node.
Two things show through and are kept: an empty ``annotations`` field goes, and all annotations have become strings.
Upstream: ``api/resource``.
"""

from __future__ import annotations

from minikctl.kustomize.ids import Gvk, ResId
from minikctl.kustomize.nodes import STRING, KustomizeError, Scalar, copy, is_null, mapping, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: objects with this annotation are there for the kustomization alone
LOCAL_CONFIG = "config.kubernetes.io/local-config"
ORIGIN = "config.kubernetes.io/origin"
TRANSFORMATIONS = "alpha.config.kubernetes.io/transformations"
_PREFIX = "internal.config.kubernetes.io/"


class Resource:
    """An object. ``node`` is a mapping, or None once it has been deleted."""

    __slots__ = (
        "allow_kind_change", "allow_name_change", "behavior", "needs_hash", "node", "origin", "prefixes",
        "previous", "suffixes", "transformations", "variables",
    )

    def __init__(self, node: dict[str, Any]) -> None:
        self.node: dict[str, Any] | None = node
        #: what it was called before, oldest first: (namespace, name, kind)
        self.previous: list[tuple[str, str, str]] = []
        self.prefixes: list[str] = []
        self.suffixes: list[str] = []
        #: "" (it is no generated one), unspecified, create, merge or replace
        self.behavior = ""
        self.needs_hash = False
        self.allow_name_change = False
        self.allow_kind_change = False
        #: the names of the vars that take their value from it
        self.variables: list[str] = []
        #: where it comes from, for ``buildMetadata: [originAnnotations]``
        self.origin: dict[str, Any] | None = None
        self.transformations: list[dict[str, Any]] = []

    # -- its fields --------------------------------------------------------------------------------------------------

    @property
    def fields(self) -> dict[str, Any]:
        """The node, which has to be there."""
        assert self.node is not None
        return self.node

    @property
    def metadata(self) -> dict[str, Any]:
        """``metadata``, {} where there is none."""
        return mapping(mapping(self.node).get("metadata"))

    @property
    def kind(self) -> str:
        """Its kind."""
        return text_of(mapping(self.node).get("kind"))

    @property
    def name(self) -> str:
        """Its name."""
        return text_of(self.metadata.get("name"))

    @property
    def namespace(self) -> str:
        """The namespace that is written in it."""
        return text_of(self.metadata.get("namespace"))

    @property
    def gvk(self) -> Gvk:
        """Its kind, with group and version."""
        return Gvk.of(text_of(mapping(self.node).get("apiVersion")), self.kind)

    def strings(self, field: str) -> dict[str, str]:
        """Its labels or annotations."""
        return {key: text_of(value) for key, value in mapping(self.metadata.get(field)).items()}

    def set_strings(self, field: str, values: dict[str, str]) -> None:
        """Set its labels or annotations; none at all take the field away."""
        if not values:
            self.metadata.pop(field, None)
            return
        self._own_metadata()[field] = {key: Scalar(value) for key, value in values.items()}

    def set_name(self, name: str) -> None:
        """Set ``metadata.name``."""
        self._own_metadata()["name"] = Scalar(name)

    def set_namespace(self, namespace: str) -> None:
        """Set ``metadata.namespace``; "" takes it away."""
        if namespace:
            self._own_metadata()["namespace"] = Scalar(namespace)
        else:
            self.metadata.pop("namespace", None)

    def _own_metadata(self) -> dict[str, Any]:
        if not isinstance(self.fields.get("metadata"), dict):
            self.fields["metadata"] = {}
        found: dict[str, Any] = self.fields["metadata"]
        return found

    # -- what it is called -------------------------------------------------------------------------------------------

    @property
    def current_id(self) -> ResId:
        """What it is called now."""
        return ResId(self.gvk, self.name, self.namespace)

    @property
    def previous_ids(self) -> list[ResId]:
        """What it was called before, oldest first."""
        gvk = self.gvk
        return [ResId(Gvk(gvk.group, gvk.version, kind), name, space) for space, name, kind in self.previous]

    @property
    def original_id(self) -> ResId:
        """What it was called at first."""
        return self.previous_ids[0] if self.previous else self.current_id

    @property
    def all_ids(self) -> list[ResId]:
        """Every name that it ever had."""
        return [*self.previous_ids, self.current_id]

    def store_previous_id(self) -> None:
        """Remember what it is called now, before that changes."""
        current = self.current_id
        self.previous.append((current.effective_namespace, current.name, current.gvk.kind))

    def same_affixes(self, other: Resource, *, allow_empty: bool) -> bool:
        """Whether both went through the same prefixes and suffixes (upstream: ``PrefixesSuffixesEquals``)."""
        return all(
            (allow_empty and not (mine and theirs)) or _same_ending(mine, theirs)
            for mine, theirs in ((self.prefixes, other.prefixes), (self.suffixes, other.suffixes))
        )

    # -- copies ------------------------------------------------------------------------------------------------------

    def copy(self) -> Resource:
        """A deep copy."""
        other = Resource(copy(self.node))
        for slot in self.__slots__:
            if slot != "node":
                value = getattr(self, slot)
                setattr(other, slot, list(value) if isinstance(value, list) else value)
        return other

    def take_metadata(self, other: Resource) -> None:
        """Become what ``other`` was, with what this one says of labels and annotations laid over it.

        Upstream: ``CopyMergeMetaDataFieldsFrom``.
        """
        self.set_strings("labels", dict(sorted({**other.strings("labels"), **self.strings("labels")}.items())))
        annotations = {**other.strings("annotations"), **self.strings("annotations")}
        self.set_strings("annotations", annotations)
        self.needs_hash = self.needs_hash and other.needs_hash
        self.behavior = other.behavior
        self.previous, self.prefixes, self.suffixes = other.previous, other.prefixes, other.suffixes
        self.set_name(other.name)
        self.set_namespace(other.namespace)
        self.variables = list(other.variables)

    def finish(self, *, origin: bool, transformations: bool) -> None:
        """Leave the annotations as kustomize does when it takes its own off, but for those that are asked for."""
        from minikctl.kustomize.texts import dump

        found = self.strings("annotations")
        if origin and self.origin is not None:
            found[ORIGIN] = dump(self.origin)
        if transformations and self.transformations:
            found[TRANSFORMATIONS] = dump(self.transformations)
        self.set_strings("annotations", found)

    def shown(self) -> dict[str, Any]:
        """The object as error messages show it, with kustomize's own annotations."""
        from minikctl.kustomize.nodes import plain

        found: dict[str, Any] = plain(self.node)
        own = {
            "previousKinds": [kind for _, _, kind in self.previous],
            "previousNames": [name for _, name, _ in self.previous],
            "previousNamespaces": [space for space, _, _ in self.previous],
            "prefixes": self.prefixes,
            "suffixes": self.suffixes,
            "generatorBehavior": [self.behavior] if self.behavior else [],
            "needsHashSuffix": ["enabled"] if self.needs_hash else [],
        }
        annotations = {_PREFIX + key: ",".join(values) for key, values in own.items() if values}
        if annotations:
            meta = found.setdefault("metadata", {})
            meta["annotations"] = {**(meta.get("annotations") or {}), **annotations}
        return found


def _same_ending(left: list[str], right: list[str]) -> bool:
    """Whether the shorter list is the end of the longer one (upstream: ``SameEndingSubSlice``)."""
    size = min(len(left), len(right))
    if not size:  # nothing is the end of nothing alone
        return not left and not right
    return left[len(left) - size :] == right[len(right) - size :]


def from_text(text: str) -> list[Resource]:
    """The resources of a text: its documents, and what is in the Lists among them.

    Raises KustomizeError for what is no object. Upstream: ``Factory.SliceFromBytes``.
    """
    from minikctl.kustomize.nodes import load_all

    waiting = load_all(text)
    if len(waiting) == 1 and text_of(mapping(waiting[0]).get("kind")) in {"List", "ResourceList"}:
        items = waiting[0].get("items")
        waiting = items if isinstance(items, list) else waiting
    waiting = [node for node in waiting if _usable(node)]
    found = []
    while waiting:
        node = waiting.pop(0)
        kind = text_of(node.get("kind"))
        if not kind.endswith("List"):
            found.append(Resource(node))
            continue
        items = node.get("items")
        if is_null(items):
            continue
        if not isinstance(items, list):
            raise KustomizeError(f"expected array in {kind}/items, but found {_go_type(items)}")
        waiting += [copy(each) for each in items if _usable(each)]
    return found


def _usable(node: Any) -> bool:
    """Whether a document is an object; empty ones are left out. Raises KustomizeError (``GetValidatedMetadata``)."""
    if is_null(node) or node == {}:
        return False
    if not isinstance(node, dict) or not any(key in node for key in ("apiVersion", "kind", "metadata")):
        raise KustomizeError("missing Resource metadata")
    kind = text_of(node.get("kind"))
    meta = mapping(node.get("metadata"))
    shown = (
        f"{{{{{text_of(node.get('apiVersion'))} {kind}}} {{{{{text_of(meta.get('name'))} {text_of(meta.get('namespace'))}}} "
        f"{_go_map(meta.get('labels'))} {_go_map(meta.get('annotations'))}}}}}"
    )
    if not kind:
        raise KustomizeError(f"missing kind in object {shown}")
    if not text_of(meta.get("name")) and not kind.endswith("List"):
        raise KustomizeError(f"missing metadata.name in object {shown}")
    return True


def _go_map(node: Any) -> str:
    return "map[" + " ".join(f"{key}:{text_of(value)}" for key, value in sorted(mapping(node).items())) + "]"


def _go_type(node: Any) -> str:
    if isinstance(node, dict):
        return "map[string]interface {}"
    return "string" if isinstance(node, Scalar) and node.tag == STRING else "int"
