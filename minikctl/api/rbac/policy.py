"""The roles and bindings that a new cluster comes with, as objects and as rows of a state file.

Upstream: ``bootstrappolicy`` and the post-start hook ``rbac/bootstrap-roles``, which makes them before anything else;
the roles admin, edit and view are as the aggregation controller has filled them. They are some 150 objects that most
states never look at: so they are written as text, at once, and the controllers are not shown them.
"""

from __future__ import annotations

from minikctl.api.rbac import policytext
from minikctl.lib.times import format_time
from minikctl.store.texts import encode

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

_READ = ("get", "list", "watch")
_WRITE = ("create", "update", "patch", "delete", "deletecollection")
_VERBS: dict[str, tuple[str, ...]] = {
    "R": _READ, "RU": (*_READ, "update", "patch"), "W": _WRITE, "RW": (*_READ, *_WRITE),
}
_EVENTS: Obj = {"apiGroups": ["", "events.k8s.io"], "resources": ["events"], "verbs": ["create", "patch", "update"]}
_AGGREGATE = "rbac.authorization.k8s.io/aggregate-to-"


def fill(store: Store, env: Env, now: float) -> None:
    """Write the policy's objects into a state that has none of that name. Belongs into a transaction."""
    random = env.random("policy")
    time = format_time(now)
    rows = []
    for resource, meta, rest in _texts():
        if not store.revision or not store.exists(resource, meta.get("namespace", ""), meta["name"]):
            bits = f"{random.getrandbits(128):032x}"
            uid = f"{bits[:8]}-{bits[8:12]}-4{bits[13:16]}-{'89ab'[int(bits[16], 16) & 3]}{bits[17:20]}-{bits[20:]}"
            rows.append((resource, {**meta, "uid": uid, "creationTimestamp": time}, rest))
    store.insert_prepared(rows, now)
    store.policy = EDITION


def objects() -> Iterator[tuple[str, Obj]]:
    """Each object of the policy with its resource, without UID, times and version, in the order in which they are made."""
    roles: dict[str, Obj] = {}
    for name, marks, rules in _parse(policytext.CLUSTER_ROLES):
        roles[name] = _role("ClusterRole", name, rules, marks)
    for name, _, rules in _parse(policytext.CONTROLLER_ROLES):
        full = f"system:controller:{name}"
        roles[full] = _role("ClusterRole", full, rules)
    _aggregate(roles)
    for obj in roles.values():
        yield f"clusterroles.{GROUP}", obj
    for line in policytext.CLUSTER_ROLE_BINDINGS.splitlines():
        name, *subjects = line.split()
        yield f"clusterrolebindings.{GROUP}", _binding("ClusterRole", name, name, subjects)
    for name, _, _ in _parse(policytext.CONTROLLER_ROLES):
        full = f"system:controller:{name}"
        subjects = ["ServiceAccount", f"kube-system/{name}"]
        yield f"clusterrolebindings.{GROUP}", _binding("ClusterRole", full, full, subjects)
    for name, _, rules in _parse(policytext.ROLES):
        yield f"roles.{GROUP}", _role("Role", name, rules)
    for line in policytext.ROLE_BINDINGS.splitlines():
        name, role, *subjects = line.split()
        yield f"rolebindings.{GROUP}", _binding("Role", name, role, subjects)


def _texts() -> Iterator[tuple[str, Obj, str]]:
    """Each object's resource, metadata, and the JSON of its other fields, which goes behind that of the metadata."""
    for resource, obj in objects():
        rest = encode({field: value for field, value in obj.items() if field != "metadata"})
        yield resource, obj["metadata"], rest


def _parse(text: str) -> Iterator[tuple[str, list[str], list[Obj]]]:
    """The name, the marks and the rules of each role of a text."""
    name = ""
    marks: list[str] = []
    rules: list[Obj] = []
    for line in text.splitlines():
        if line[0] == "[":
            if name:
                yield name, marks, rules
            name, *marks = line[1:-1].split()
            rules = []
        else:
            rules.append(_rule(line))
    yield name, marks, rules


def _rule(line: str) -> Obj:
    """A rule, with everything in it sorted (upstream: ``PolicyRuleBuilder.Rule``)."""
    if line == "events":
        return _EVENTS
    words = line.split()
    verbs = sorted(_VERBS.get(words[0]) or words[0].split(","))
    if len(words) == 2:
        return {"nonResourceURLs": sorted(words[1].split(",")), "verbs": verbs}
    groups = sorted("" if group == "-" else group for group in words[1].split(","))
    rule: Obj = {"apiGroups": groups, "resources": sorted(words[2].split(",")), "verbs": verbs}
    if len(words) > 3:
        rule["resourceNames"] = sorted(words[3].split(","))
    return rule


def _metadata(name: str) -> Obj:
    namespace, slash, short = name.partition("/")
    meta: Obj = {
        "annotations": {"rbac.authorization.kubernetes.io/autoupdate": "true"},
        "labels": {"kubernetes.io/bootstrapping": "rbac-defaults"},
        "name": short if slash else name,
    }
    if slash:
        meta["namespace"] = namespace
    return meta


def _role(kind: str, name: str, rules: list[Obj], marks: list[str] | None = None) -> Obj:
    obj: Obj = {"apiVersion": f"{GROUP}/v1", "kind": kind, "metadata": _metadata(name), "rules": rules}
    for mark in marks or ():
        label = _AGGREGATE + mark[1:]
        if mark[0] == "+":
            obj["metadata"]["labels"][label] = "true"
        else:
            obj["aggregationRule"] = {"clusterRoleSelectors": [{"matchLabels": {label: "true"}}]}
    return obj


def _aggregate(roles: dict[str, Obj]) -> None:
    """Fill view, edit and admin, each of which takes the one before."""
    for name in ("view", "edit", "admin"):
        rules: list[Obj] = []
        for other in sorted(roles):
            if other != name and roles[other]["metadata"]["labels"].get(_AGGREGATE + name):
                rules += [rule for rule in roles[other]["rules"] if rule not in rules]
        roles[name]["rules"] = rules


def _binding(role_kind: str, name: str, role: str, subjects: list[str]) -> Obj:
    """A binding of ``subjects``: kind and name of each, one after the other."""
    obj: Obj = {
        "apiVersion": f"{GROUP}/v1", "kind": "ClusterRoleBinding" if role_kind == "ClusterRole" else "RoleBinding",
        "metadata": _metadata(name), "roleRef": {"apiGroup": GROUP, "kind": role_kind, "name": role},
    }
    found: list[Obj] = []
    for kind, subject in zip(subjects[::2], subjects[1::2], strict=True):
        if kind == "ServiceAccount":
            namespace, _, account = subject.partition("/")
            found.append({"kind": kind, "name": account, "namespace": namespace})
        else:
            found.append({"apiGroup": GROUP, "kind": kind, "name": subject})
    if found:
        obj["subjects"] = found
    return obj
