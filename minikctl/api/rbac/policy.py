"""The roles and bindings that a new cluster comes with, as rows of a state file.

Upstream: ``bootstrappolicy`` and the post-start hook ``rbac/bootstrap-roles``, which makes them before anything else;
the roles admin, edit and view are as the aggregation controller has filled them. They are some 130 objects that most
states never look at. So they are put together as text, without making the objects, stored at once, and the controllers
are not shown them: a new state is not to be slower for them than it must.
"""

from __future__ import annotations

from minikctl.api.rbac import policytext
from minikctl.lib.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from minikctl.env import Env
    from minikctl.store import Store

    Obj = dict[str, Any]

GROUP = "rbac.authorization.k8s.io"
#: the newest edition of the policy: a state that has an older one gets this one
EDITION = 1

#: lists of words as JSON, by their text; some verbs have a name together
_lists = {
    "R": '["get","list","watch"]',
    "RU": '["get","list","patch","update","watch"]',
    "W": '["create","delete","deletecollection","patch","update"]',
    "RW": '["create","delete","deletecollection","get","list","patch","update","watch"]',
}
_AGGREGATE = "rbac.authorization.k8s.io/aggregate-to-"
_BOOTSTRAPPING, _DEFAULTS = "kubernetes.io/bootstrapping", "rbac-defaults"


class Draft:
    """An object to be: its place, its labels, and the text of its fields besides metadata."""

    __slots__ = ("kind", "labels", "name", "namespace", "rest")

    def __init__(self, kind: str, name: str, rest: str, labels: tuple[str, ...] = ()) -> None:
        """``name`` may have a namespace and a slash before it; ``labels`` are those that are ``true``."""
        namespace, slash, short = name.partition("/")
        self.kind = kind
        self.namespace, self.name = (namespace, short) if slash else ("", name)
        self.labels = dict.fromkeys(labels, "true") | {_BOOTSTRAPPING: _DEFAULTS}
        self.rest = rest

    @property
    def resource(self) -> str:
        """The plural with its group."""
        return f"{self.kind.lower()}s.{GROUP}"

    def texts(self, uid: str, time: str) -> tuple[str, str]:
        """The object as JSON, up to its resourceVersion and from there on."""
        place = f',"namespace":"{self.namespace}"' if self.namespace else ""
        labels = ",".join([f'"{key}":"{value}"' for key, value in sorted(self.labels.items())])
        head = (
            f'{{"apiVersion":"{GROUP}/v1","kind":"{self.kind}","metadata":{{'
            '"annotations":{"rbac.authorization.kubernetes.io/autoupdate":"true"},'
            f'"creationTimestamp":"{time}","labels":{{{labels}}},"name":"{self.name}"{place},"uid":"{uid}",'
            '"resourceVersion":"'
        )
        return head, f'"}},{self.rest}}}'


def fill(store: Store, env: Env, now: float) -> None:
    """Write the policy's objects into a state that has none of that name. Belongs into a transaction."""
    bits = env.random("policy").getrandbits
    time = format_time(now)
    is_new = not store.revision
    rows = []
    for draft in drafts():
        if is_new or not store.exists(draft.resource, draft.namespace, draft.name):
            digits = f"{bits(128):032x}"
            uid = f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
            head, tail = draft.texts(uid, time)
            rows.append((draft.resource, draft.namespace, draft.name, uid, draft.labels, head, tail))
    store.insert_prepared(rows, now)
    store.policy = EDITION


def objects() -> Iterator[tuple[str, Obj]]:
    """Each object of the policy with its resource, in the order in which they are made."""
    from json import loads

    for draft in drafts():
        yield draft.resource, loads("0".join(draft.texts("", "")))


def drafts() -> Iterator[Draft]:
    """Everything that a new cluster has, in the order in which it is made."""
    roles: dict[str, tuple[list[str], list[str]]] = {
        name: (marks, rules) for name, marks, rules in _parse(policytext.CLUSTER_ROLES)
    }
    controllers = list(_parse(policytext.CONTROLLER_ROLES))
    roles.update((f"system:controller:{name}", (marks, rules)) for name, marks, rules in controllers)
    for name in ("view", "edit", "admin"):  # each takes the one before
        mark = f"+{name}"
        taken = (rule for other in sorted(roles) if mark in roles[other][0] for rule in roles[other][1])
        roles[name][1].extend(dict.fromkeys(taken))
    for name, (marks, rules) in roles.items():
        labels = tuple(_AGGREGATE + mark[1:] for mark in marks if mark[0] == "+")
        collects = [mark[1:] for mark in marks if mark[0] == "="]
        rest = _rules(rules)
        if collects:
            selector = f'{{"matchLabels":{{"{_AGGREGATE}{collects[0]}":"true"}}}}'
            rest = f'"aggregationRule":{{"clusterRoleSelectors":[{selector}]}},{rest}'
        yield Draft("ClusterRole", name, rest, labels)
    for line in policytext.CLUSTER_ROLE_BINDINGS.splitlines():
        name, *subjects = line.split()
        yield _binding("ClusterRoleBinding", name, "ClusterRole", name, subjects)
    for name, _, _ in controllers:
        full = f"system:controller:{name}"
        yield _binding("ClusterRoleBinding", full, "ClusterRole", full, ["ServiceAccount", f"kube-system/{name}"])
    for name, _, rules in _parse(policytext.ROLES):
        yield Draft("Role", name, _rules(rules))
    for line in policytext.ROLE_BINDINGS.splitlines():
        name, role, *subjects = line.split()
        yield _binding("RoleBinding", name, "Role", role, subjects)


def _parse(text: str) -> Iterator[tuple[str, list[str], list[str]]]:
    """The name, the marks and the rules (as JSON) of each role of a text."""
    for part in text.split("\n["):
        head, _, body = part.strip("[\n").partition("]")
        name, *marks = head.split()
        yield name, marks, [_rule(line) for line in body.split("\n") if line]


def _rule(line: str) -> str:
    """A rule, with everything in it sorted (upstream: ``PolicyRuleBuilder.Rule``)."""
    if line == "events":
        return _EVENTS
    words = line.split()
    verbs = _list(words[0])
    if len(words) == 2:
        return f'{{"nonResourceURLs":{_list(words[1])},"verbs":{verbs}}}'
    names = f'"resourceNames":{_list(words[3])},' if len(words) > 3 else ""
    return f'{{"apiGroups":{_list(words[1])},{names}"resources":{_list(words[2])},"verbs":{verbs}}}'


def _list(text: str) -> str:
    """Words without anything that JSON would escape, sorted; the same ones come again and again."""
    known = _lists.get(text)
    if known is None:
        words = ["" if word == "-" else word for word in text.split(",")]
        known = _lists[text] = '["' + '","'.join(sorted(words)) + '"]'
    return known


def _rules(rules: list[str]) -> str:
    return f'"rules":[{",".join(rules)}]'


_EVENTS = '{"apiGroups":["","events.k8s.io"],"resources":["events"],"verbs":["create","patch","update"]}'


def _binding(kind: str, name: str, role_kind: str, role: str, subjects: list[str]) -> Draft:
    """A binding of ``subjects``: kind and name of each, one after the other."""
    rest = f'"roleRef":{{"apiGroup":"{GROUP}","kind":"{role_kind}","name":"{role}"}}'
    found = []
    for each, subject in zip(subjects[::2], subjects[1::2], strict=True):
        if each == "ServiceAccount":
            namespace, _, account = subject.partition("/")
            found.append(f'{{"kind":"{each}","name":"{account}","namespace":"{namespace}"}}')
        else:
            found.append(f'{{"apiGroup":"{GROUP}","kind":"{each}","name":"{subject}"}}')
    return Draft(kind, name, f'{rest},"subjects":[{",".join(found)}]' if found else rest)
