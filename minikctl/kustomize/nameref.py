"""References to objects by name, put right where names have changed (prefixes, suffixes, hashes, namespaces).

Upstream: ``accumulator.nameReferenceTransformer``, ``api/filters/nameref``.
"""

from __future__ import annotations

from minikctl.kustomize.fieldpaths import FieldSpec, change
from minikctl.kustomize.ids import Gvk
from minikctl.kustomize.nodes import UNTYPED, KustomizeError, Scalar, is_null, mapping, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from minikctl.kustomize.config import Config
    from minikctl.kustomize.resmap import ResMap
    from minikctl.kustomize.resource import Resource


def fix_references(resources: ResMap, config: Config) -> None:
    """Write the present names into all fields that refer to what has been renamed. Raises KustomizeError."""
    references = config.sorted_references()
    for referrer in resources.resources:
        candidates: ResMap | None = None
        first = referrer.original_id.gvk
        for target, specs in references:
            for spec in specs:
                if not first.is_selected(spec.gvk):
                    continue
                if candidates is None:
                    candidates = resources.reachable_from(referrer)
                _Field(referrer, spec, target, candidates).fix()


class _Field:
    """One field of a referrer that names an object of a kind."""

    __slots__ = ("candidates", "referrer", "spec", "target")

    def __init__(self, referrer: Resource, spec: FieldSpec, target: Gvk, candidates: ResMap) -> None:
        self.referrer = referrer
        self.spec = spec
        self.target = target
        self.candidates = candidates

    def fix(self) -> None:
        """Put it right, wherever it stands."""
        anywhere = FieldSpec(self.spec.path, Gvk(), create=self.spec.create)
        try:
            change(self.referrer.fields, self.referrer.gvk, anywhere, self._set)
        except KustomizeError as error:
            raise KustomizeError(
                f"updating name reference in '{self.spec.path}' field of '{self.referrer.current_id}': {error}"
            ) from error

    def _set(self, node: Any) -> Any:
        if is_null(node):
            return node
        if isinstance(node, list):
            for each in node:
                self._set(each)
        elif isinstance(node, dict):
            self._set_mapping(node)
        else:
            self._set_scalar(node)
        return node

    def _set_scalar(self, node: Scalar) -> None:
        found = self._select(node.text, self.candidates.resources, lambda each: each.name)
        if found is not None and found.name != node.text:
            node.set(found.name)

    def _set_mapping(self, node: dict[str, Any]) -> None:
        """A reference of name and namespace (subjects, a webhook's service)."""
        if "name" not in node:
            raise KustomizeError("path config error; no 'name' field in node")
        name = text_of(node["name"])
        found = self._select(name, self._in_namespace_of(node), lambda each: (each.name, each.namespace))
        if found is None or (found.name == name and not found.namespace):
            return
        node["name"] = Scalar(found.name, UNTYPED)
        if found.namespace:
            node["namespace"] = Scalar(found.namespace, UNTYPED)

    def _in_namespace_of(self, node: dict[str, Any]) -> list[Resource]:
        if "namespace" not in node:
            return self.candidates.resources
        namespace = text_of(node["namespace"])
        before = self.candidates.grouped(lambda each: each.original_id)
        if namespace in before:
            return before[namespace]
        return self.candidates.grouped(lambda each: each.current_id).get(namespace, [])

    def _select(
        self, name: str, candidates: list[Resource], identity: Callable[[Resource], Any]
    ) -> Resource | None:
        """The resource that is meant by a name that it once had; None for none.

        ``identity`` is what of a resource is written into the field: those that agree in it are as good as one.
        """
        found = [each for each in candidates if any(known.name == name for known in each.previous_ids)]
        found = [each for each in found if _was(each, self.target)]
        if self.spec.path.endswith("roleRef/name"):
            role = _role(self.referrer)
            found = [each for each in found if role is None or _was(each, role)]
        found = [each for each in found if self._in_reach(each)]
        for allow_empty in (True, False):
            if len(found) <= 1:
                break
            found = [each for each in found if self.referrer.same_affixes(each, allow_empty=allow_empty)]
        if not found:
            return None
        if len({identity(each) for each in found}) == 1:
            return found[0]
        raise KustomizeError(self._too_many(found))

    def _in_reach(self, candidate: Resource) -> bool:
        here, there = self.referrer.current_id, candidate.current_id
        return (
            here.gvk.cluster_scoped
            or there.gvk.cluster_scoped
            or candidate.kind == "ServiceAccount"
            or here.same_namespace(there)
        )

    def _too_many(self, found: list[Resource]) -> str:
        from minikctl.kustomize.texts import dump

        ids = ", ".join(str(each.current_id) for each in found)
        shown = "".join(
            f"--- possible referral {number}:\n{dump(each.shown())}\n" for number, each in enumerate(found)
        )
        return (
            f" found multiple possible referrals: {ids}\n\n**** Too many possible referral targets to referrer:\n"
            f"{dump(self.referrer.shown())}\n{shown}"
        )


def _was(resource: Resource, gvk: Gvk) -> bool:
    """Whether it was of a kind under one of its earlier names."""
    return any(known.gvk.is_selected(gvk) for known in resource.previous_ids)


def _role(referrer: Resource) -> Gvk | None:
    """The kind that a binding's ``roleRef`` names, None where it does not say."""
    role = mapping(referrer.fields.get("roleRef"))
    if "apiGroup" not in role or "kind" not in role:
        return None
    return Gvk(text_of(role["apiGroup"]), "", text_of(role["kind"]))
