"""What is wrong between objects: selectors that select nothing, references that lead nowhere, one name for two objects.

All of these are warnings: what is not among the files may be in the cluster. They come as (facts of the object, path of
the field, problem without a place); who has the files gives them their places.
"""

from __future__ import annotations

from minikctl import kinds
from minikctl.api.validating import facts as known
from minikctl.api.validating.problems import Problem
from minikctl.api.validating.spelling import closest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from minikctl.api.validating.facts import Facts, Reference, Selection

    Complaint = tuple[Facts, Problem]

#: what every cluster has
_ALWAYS = {
    (known.SERVICE_ACCOUNTS, "default"), (known.CONFIG_MAPS, "kube-root-ca.crt"), (known.SERVICES, "kubernetes"),
    *((known.CLUSTER_ROLES, name) for name in ("admin", "cluster-admin", "edit", "view")),
}
_WORDS = {
    known.CONFIG_MAPS: "ConfigMap", known.SECRETS: "Secret", known.CLAIMS: "PersistentVolumeClaim",
    known.SERVICES: "Service", known.SERVICE_ACCOUNTS: "ServiceAccount", known.ROLES: "Role",
    known.CLUSTER_ROLES: "ClusterRole",
}
_CLAIM_OWNERS = "statefulsets.apps"
#: in a larger crowd of Pods no near ones are looked for
_MOST_COMPARED = 1000


def cross_checks(objects: Iterable[Facts], *, complete: bool = False) -> Iterator[Complaint]:
    """Yield what is wrong between ``objects``; stored ones (``facts.stored``) count, and are not complained of.

    ``complete``: there are no others. Otherwise files without any Pods say nothing of which Pods a Service would find,
    and files without any Service nothing of which an Ingress leads to; what a Pod needs is always missed.
    """
    world = _World(objects, complete=complete)
    yield from world.twice
    for each in world.objects:
        if each.stored:
            continue
        for reference in each.references:
            yield from _check_reference(each, reference, world)
        for selection in each.selections:
            yield from _check_selection(each, selection, world)


class _World:
    """All objects, and the ways to find them."""

    def __init__(self, objects: Iterable[Facts], *, complete: bool) -> None:
        self.complete = complete
        self.objects: list[Facts] = []
        self.twice: list[Complaint] = []
        self._by_name: dict[tuple[str, str, str], Facts] = {}
        self._names: dict[tuple[str, str], list[str]] = {}
        self._claims: set[tuple[str, str]] = set()
        #: the Pods of a namespace, all and by each of their labels
        self.pods: dict[str, list[tuple[Any, frozenset[str]]]] = {}
        self._by_label: dict[tuple[str, str, str], list[tuple[Any, frozenset[str]]]] = {}
        for each in objects:
            self._add(each)

    def _add(self, each: Facts) -> None:
        key = (each.resource, each.namespace, each.name)
        first = self._by_name.get(key) if each.name else None
        if first is not None and not first.stored and not each.stored:
            where = f"{first.source}:{first.line}"
            self.twice.append((each, Problem(
                "duplicate-object", f"{each.display} stands in {where} too; the second changes the first",
                path="metadata.name",
            )))
        if first is not None and each.stored:
            return  # the manifest says how it will be
        self.objects.append(each)
        if each.name:
            self._by_name[key] = each
            self._names.setdefault(key[:2], []).append(each.name)
        if each.resource == _CLAIM_OWNERS:
            self._claims.update((each.namespace, str(prefix)) for prefix in each.has or ())
        for pod in each.pods:
            self.pods.setdefault(each.namespace, []).append(pod)
            for label, value in pod[0].items():
                self._by_label.setdefault((each.namespace, label, value), []).append(pod)

    def find(self, resource: str, namespace: str, name: str) -> Facts | None:
        return self._by_name.get((resource, namespace, name))

    def names(self, resource: str, namespace: str) -> list[str]:
        return self._names.get((resource, namespace), [])

    def can_tell(self, reference: Reference, namespace: str) -> bool:
        """Whether what ``reference`` names would be here if it was anywhere."""
        if self.complete:
            return True
        if reference.rule == "missing-scale-target":
            return bool(self.pods.get(namespace))
        return not reference.elsewhere or bool(self.names(reference.resource, namespace))

    def makes_claim(self, namespace: str, name: str) -> bool:
        """Whether a StatefulSet makes this claim: ``data-web-0``."""
        prefix, _, number = name.rpartition("-")
        return number.isdigit() and (namespace, prefix) in self._claims

    def selected(self, selection: Selection, namespace: str) -> list[tuple[Any, frozenset[str]]] | None:
        """The Pods that are selected; None for a selector that makes no sense."""
        from minikctl.lib.labels import SelectorError, from_label_selector

        try:
            selector = from_label_selector(selection.selector)
        except SelectorError:
            return None
        pairs = (selection.selector.get("matchLabels") or {}).items()
        lists = [self._by_label.get((namespace, label, value), []) for label, value in pairs]
        candidates = min(lists, key=len) if lists else self.pods.get(namespace, [])
        return [pod for pod in candidates if selector.matches(pod[0])]


def _check_reference(each: Facts, reference: Reference, world: _World) -> Iterator[Complaint]:
    resource, name = reference.resource, reference.name
    namespace = "" if resource == known.CLUSTER_ROLES else reference.namespace or each.namespace
    target = world.find(resource, namespace, name)
    if target is None:
        if (resource, name) in _ALWAYS or (resource == known.CLUSTER_ROLES and name.startswith("system:")):
            return
        if resource == known.CLAIMS and world.makes_claim(namespace, name):
            return
        if world.can_tell(reference, namespace):
            yield each, _missing(reference, namespace, world)
        return
    if target.has is None:
        return
    for path, key in reference.keys:
        if key not in target.has:
            yield each, Problem(
                "missing-key", f'{_WORDS[resource]} "{name}" has no key "{key}"', path=path,
                suggestion=_near(key, (one for one in target.has if isinstance(one, str))),
            )
    if reference.port is not None and reference.port[1] not in target.has:
        path, port = reference.port
        shown = f'"{port}"' if isinstance(port, str) else str(port)
        ports = ", ".join(sorted(str(one) for one in target.has))
        yield each, Problem(
            reference.rule, f'Service "{name}" has no port {shown}', path=path,
            suggestion=_near(str(port), (one for one in target.has if isinstance(one, str))) or f"it has {ports}",
        )


def _missing(reference: Reference, namespace: str, world: _World) -> Problem:
    resource, name = reference.resource, reference.name
    word = _WORDS.get(resource) or kinds.info_for(resource).kind
    where = f" in namespace {namespace}" if namespace and namespace != "default" else ""
    return Problem(
        reference.rule, f'{word} "{name}" is not among the objects{where}', path=reference.path,
        suggestion=_near(name, world.names(resource, namespace)),
    )


def _near(word: str, words: Iterable[str]) -> str:
    near = closest(word, words)
    return f"did you mean {near}?" if near else ""


def _check_selection(each: Facts, selection: Selection, world: _World) -> Iterator[Complaint]:
    there = world.pods.get(each.namespace)
    pods = world.selected(selection, each.namespace) if there or world.complete else None
    if pods is None:
        return
    if not pods:
        yield each, Problem(
            selection.rule, "the selector matches no Pod template", path=selection.path,
            suggestion=_label_advice(selection, there or []),
        )
        return
    for path, name in selection.ports:
        if not any(name in ports for _, ports in pods):
            names = sorted({port for _, ports in pods for port in ports})
            yield each, Problem(
                "missing-target-port", f'no container of the selected Pods has a port named "{name}"', path=path,
                suggestion=_near(name, names) or (f"they have {', '.join(names)}" if names else ""),
            )


def _label_advice(selection: Selection, pods: list[tuple[Any, frozenset[str]]]) -> str:
    """Which label of the selector no Pod has, where the Pods have all the others."""
    wanted = selection.selector.get("matchLabels") or {}
    if len(pods) > _MOST_COMPARED:
        return ""
    for label, value in wanted.items():
        rest = [pod for pod, _ in pods if all(pod.get(k) == v for k, v in wanted.items() if k != label)]
        if len(wanted) > 1 and rest:
            values = sorted({pod[label] for pod in rest if label in pod})
            return f"{label} is {' or '.join(values[:3])} there" if values else f"the Pods have no label {label}"
        near = closest(value, {pod[label] for pod, _ in pods if label in pod})
        if near and len(wanted) == 1:
            return f"did you mean {label}: {near}?"
    return ""
