"""Pods that want to be near others, or away from them.

Upstream: ``plugins/interpodaffinity``. What counts is not the node but its topology: the value that it has of the label
in a term's topologyKey. So Pods are counted by (topologyKey, value).
"""

from __future__ import annotations

from minikctl.kinds.pod.sums import affinity_terms
from minikctl.lib.labels import from_label_selector

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.controllers.scheduler.nodes import NodeInfo, PodRequest, Snapshot

    Obj = dict[str, Any]
    #: by topologyKey and value
    Counts = dict[str, dict[str, int]]

AFFINITY = "node(s) didn't match pod affinity rules"
ANTI_AFFINITY = "node(s) didn't match pod anti-affinity rules"
EXISTING_ANTI_AFFINITY = "node(s) didn't satisfy existing pods anti-affinity rules"
#: what the required affinity of a Pod that is there counts when a new one is to be near it
HARD_WEIGHT = 1
_NONE: dict[str, int] = {}


class Term:
    """One term: which Pods it means, and the label whose value they are to share."""

    __slots__ = ("_everywhere", "_namespaces", "_selector", "key", "namespace_selector")

    def __init__(self, term: Obj, namespace: str) -> None:
        """``namespace`` is that of the Pod which has the term."""
        self.key: str = term["topologyKey"]
        self._selector = from_label_selector(term.get("labelSelector"))
        names = term.get("namespaces")
        selector = term.get("namespaceSelector")
        self._namespaces = frozenset(names) if names else frozenset(() if selector is not None else (namespace,))
        self.namespace_selector = None if selector is None else from_label_selector(selector)
        self._everywhere = self.namespace_selector is not None and self.namespace_selector.empty

    def means(self, namespace: str, labels: dict[str, str], snapshot: Snapshot) -> bool:
        """Whether the term means Pods of this namespace with these labels."""
        return self.spans(namespace, snapshot) and self._selector.matches(labels)

    def spans(self, namespace: str, snapshot: Snapshot) -> bool:
        """Whether Pods of this namespace count at all."""
        if namespace in self._namespaces or self._everywhere:
            return True
        return self.namespace_selector is not None and self.namespace_selector.matches(
            snapshot.namespaces().get(namespace, {})
        )


class PodAffinity:
    """How the Pods that are there and a new one get on with each other; brought up to date with ``catch_up``."""

    def __init__(self, snapshot: Snapshot, request: PodRequest) -> None:
        self.snapshot = snapshot
        self.request = request
        own = [(sort, weight, Term(term, request.namespace)) for sort, weight, term in affinity_terms(request.spec)]
        self.required = [term for sort, _, term in own if sort == "affinity"]
        self.avoided = [term for sort, _, term in own if sort == "anti-affinity"]
        self.preferred = [(weight, term) for sort, weight, term in own if sort == "preferred"]
        #: Pods that match all required terms, that are avoided, and that avoid the new one
        self._near: Counts = {}
        self._avoided: Counts = {}
        self._avoiding: Counts = {}
        self._scores: Counts = {}
        #: terms of others that mean the new one, by their text
        self._known: dict[str, Term | None] = {}
        others, position = snapshot.terms()
        for node, sort, namespace, weight, term, count in others:
            self._count_other(node, sort, namespace, weight, term, count)
        for node, bound in snapshot.log_of_terms[position:]:
            self._count_others_of(node, bound, 1)
        self._has_own = bool(own)
        if own:
            for namespace in self._namespaces():
                for each in snapshot.tally(namespace).sets:
                    for node, count in each.came:
                        self._count_own(node, namespace, each.labels, count)
        self._seen, self._seen_terms = len(snapshot.log), len(snapshot.log_of_terms)

    def catch_up(self) -> None:
        """Count what was put onto nodes since the last time."""
        snapshot = self.snapshot
        if self._has_own:
            for node, bound in snapshot.log[self._seen:]:
                self._count_own(node, bound.namespace, bound.labels, 1)
        for node, bound in snapshot.log_of_terms[self._seen_terms:]:
            self._count_others_of(node, bound, 1)
        self._seen, self._seen_terms = len(snapshot.log), len(snapshot.log_of_terms)

    def _namespaces(self) -> list[str]:
        terms = [*self.required, *self.avoided, *(term for _, term in self.preferred)]
        return [name for name in self.snapshot.namespaces() if any(term.spans(name, self.snapshot) for term in terms)]

    def add(self, node: NodeInfo, request: PodRequest, sign: int = 1) -> None:
        """Count a Pod that was put onto a node; with ``sign`` -1 one that is taken away."""
        self._count_own(node, request.namespace, request.labels, sign)
        self._count_others_of(node, request, sign)

    def _count_own(self, node: NodeInfo, namespace: str, labels: dict[str, str], count: int) -> None:
        """Count Pods that are there by the new one's terms."""
        if self.required and all(term.means(namespace, labels, self.snapshot) for term in self.required):
            for term in self.required:
                _count(self._near, node, term.key, count)
        for term in self.avoided:
            if term.means(namespace, labels, self.snapshot):
                _count(self._avoided, node, term.key, count)
        for weight, term in self.preferred:
            if term.means(namespace, labels, self.snapshot):
                _count(self._scores, node, term.key, weight * count)

    def _count_others_of(self, node: NodeInfo, request: PodRequest, count: int) -> None:
        for sort, weight, term in affinity_terms(request.spec):
            self._count_other(node, sort, request.namespace, weight, term, count)

    def _count_other(self, node: NodeInfo, sort: str, namespace: str, weight: int, term: Obj, count: int) -> None:
        """Count the new Pod by a term of Pods that are there."""
        text = f"{namespace}{term}"
        if text not in self._known:
            parsed = Term(term, namespace)
            means = parsed.means(self.request.namespace, self.request.labels, self.snapshot)
            self._known[text] = parsed if means else None
        known = self._known[text]
        if known is None:
            return
        if sort == "anti-affinity":
            _count(self._avoiding, node, known.key, count)
        else:
            _count(self._scores, node, known.key, (weight if sort == "preferred" else HARD_WEIGHT) * count)

    @property
    def is_bound_to_others(self) -> bool:
        """Whether any node can be refused."""
        return bool(self.required or self.avoided or self._avoiding)

    @property
    def has_scores(self) -> bool:
        """Whether nodes can differ."""
        return any(any(counts.values()) for counts in self._scores.values())

    def refusal(self, node: NodeInfo) -> tuple[str, bool]:
        """Why the node cannot take the Pod ("": it can), and whether the going of others could help."""
        labels = node.labels
        if self.required and not self._is_near(labels):
            return AFFINITY, False
        for term in self.avoided:
            if _at(self._avoided, labels, term.key):
                return ANTI_AFFINITY, True
        for key in self._avoiding:
            if _at(self._avoiding, labels, key):
                return EXISTING_ANTI_AFFINITY, True
        return "", False

    def _is_near(self, labels: dict[str, str]) -> bool:
        if any(term.key not in labels for term in self.required):
            return False
        if all(_at(self._near, labels, term.key) for term in self.required):
            return True
        # The first of Pods that want to be near each other has to begin somewhere.
        request = self.request
        return not any(any(counts.values()) for counts in self._near.values()) and all(
            term.means(request.namespace, request.labels, self.snapshot) for term in self.required
        )

    def score(self, node: NodeInfo) -> int:
        """How much the Pods of the node's topologies are wanted near, and do want to be."""
        return sum([_at(self._scores, node.labels, key) for key in self._scores])


def _at(counts: Counts, labels: dict[str, str], key: str) -> int:
    """What was counted in the topology of a node with these labels."""
    return counts.get(key, _NONE).get(labels.get(key, ""), 0) if key in labels else 0


def _count(counts: Counts, node: NodeInfo, key: str, count: int) -> None:
    if key in node.labels:
        by_value = counts.setdefault(key, {})
        value = node.labels[key]
        by_value[value] = by_value.get(value, 0) + count
