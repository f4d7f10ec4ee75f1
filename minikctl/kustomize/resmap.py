"""The resources of a kustomization in their order, and how they are found. Upstream: ``api/resmap``."""

from __future__ import annotations

from minikctl.kustomize.nodes import STRING, KustomizeError, Scalar, is_null, mapping, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from minikctl.kustomize.ids import ResId
    from minikctl.kustomize.resource import Resource


class ResMap:
    """Resources in the order in which they came; no two may be called the same."""

    __slots__ = ("resources",)

    def __init__(self, resources: Iterable[Resource] = ()) -> None:
        self.resources = list(resources)

    def append(self, resource: Resource) -> None:
        """Add one. Raises KustomizeError where another has its name."""
        wanted = resource.current_id
        if self.called(wanted):
            raise KustomizeError(f"may not add resource with an already registered id: {wanted}")
        self.resources.append(resource)

    def append_all(self, resources: Iterable[Resource]) -> None:
        """Add several; see ``append``."""
        for resource in resources:
            self.append(resource)

    def drop_empty(self) -> None:
        """Take out what has been deleted."""
        self.resources = [each for each in self.resources if each.node]

    def called(self, wanted: ResId) -> list[Resource]:
        """Those that are called so now."""
        # Each resource is held against all others: most of them are told apart by their names alone.
        same = [each for each in self.resources if each.name == wanted.name]
        return [each for each in same if each.node and each.current_id.equals(wanted)]

    def by_any_id(self, matches: Callable[[ResId], bool]) -> list[Resource]:
        """Those of which any name matches that they ever had."""
        return [each for each in self.resources if each.node and any(map(matches, each.all_ids))]

    def by_id(self, wanted: ResId) -> Resource:
        """The one with this name, present or earlier. Raises KustomizeError."""
        found = self.by_any_id(wanted.equals)
        if len(found) == 1:
            return found[0]
        what = "multiple" if found else "no"
        raise KustomizeError(f"{what} matches for Id {wanted}; failed to find unique target for patch {wanted}")

    def absorb(self, resource: Resource) -> None:
        """Add a generated resource, or merge it into the one that is there (upstream: ``appendReplaceOrMerge``)."""
        wanted = resource.current_id
        found = self.by_any_id(wanted.equals)
        if not found:
            if resource.behavior in {"merge", "replace"}:
                raise KustomizeError(f"id {wanted.go_syntax()} does not exist; cannot merge or replace")
            self.append(resource)
            return
        if len(found) > 1:
            shown = " ".join(_json(each) for each in found)
            raise KustomizeError(f"found multiple objects [{shown}] that could accept merge of {wanted}")
        old = found[0]
        if resource.behavior not in {"merge", "replace"}:
            raise KustomizeError(
                f"id {wanted.go_syntax()} exists; can not use behavior: '{resource.behavior}', "
                "behavior must be merge or replace"
            )
        merging, origin = resource.behavior == "merge", old.origin
        resource.take_metadata(old)
        if merging:
            for field in ("data", "binaryData"):
                _merge_data(resource, old, field)
            resource.origin = origin or resource.origin
        self.resources[self.resources.index(old)] = resource

    def select(self, selector: dict[str, Any]) -> list[Resource]:
        """Those that a patch's ``target`` names, whose fields are regular expressions. Raises KustomizeError."""
        from minikctl.kustomize.selecting import Matcher

        return [each for each in self.resources if each.node and Matcher.of(selector).matches(each)]

    def reachable_from(self, referrer: Resource) -> ResMap:
        """Those that ``referrer`` could refer to (upstream: ``SubsetThatCouldBeReferencedByResource``)."""
        here = referrer.current_id
        if here.gvk.cluster_scoped:
            return self
        others = _subject_namespaces(referrer)
        return ResMap(
            each
            for each in self.resources
            if each.current_id.gvk.cluster_scoped or each.current_id.same_namespace(here) or each.namespace in others
        )

    def grouped(self, identify: Callable[[Resource], ResId]) -> dict[str, list[Resource]]:
        """The namespaced ones by the namespace of what ``identify`` calls them."""
        found: dict[str, list[Resource]] = {}
        for each in self.resources:
            if not each.gvk.cluster_scoped:
                found.setdefault(identify(each).effective_namespace, []).append(each)
        return found


def _merge_data(resource: Resource, old: Resource, field: str) -> None:
    values = {**mapping(old.fields.get(field)), **mapping(resource.fields.get(field))}
    if values:
        resource.fields[field] = {
            key: Scalar(value.text, STRING) if isinstance(value, Scalar) else value for key, value in values.items()
        }
    else:
        resource.fields.pop(field, None)


def _subject_namespaces(referrer: Resource) -> set[str]:
    """The namespaces of the ServiceAccounts that a RoleBinding names."""
    subjects = referrer.fields.get("subjects") if referrer.kind == "RoleBinding" else None
    if not isinstance(subjects, list):
        return set()
    found = set()
    for each in map(mapping, subjects):
        if "namespace" in each and text_of(each.get("kind")) == "ServiceAccount":
            if is_null(each["namespace"]):
                raise KustomizeError(f'Invalid Input: namespace is blank for resource "{referrer.current_id}"\n')
            found.add(text_of(each["namespace"]))
    return found


def _json(resource: Resource) -> str:
    from minikctl.kustomize.texts import in_order
    from minikctl.lib import gojson

    return gojson.compact(in_order(resource.shown()))
