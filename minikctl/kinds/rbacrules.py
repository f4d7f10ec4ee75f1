"""What Roles and ClusterRoles have in common: the rules of their rules, and how ``describe`` takes them apart.

Upstream: ``pkg/apis/rbac/validation`` and kubectl's ``util/rbac`` (``BreakdownRule``, ``CompactRules``).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Writer

    Obj = dict[str, Any]

#: the group of all kinds of RBAC
GROUP = "rbac.authorization.k8s.io"
#: the fields of a rule in the order of its protobuf message, by whose text kubectl sorts
_FIELDS = (
    ("Verbs", "verbs"), ("APIGroups", "apiGroups"), ("Resources", "resources"), ("ResourceNames", "resourceNames"),
    ("NonResourceURLs", "nonResourceURLs"),
)


def validate_rules(rules: Sequence[Obj], *, namespaced: bool) -> list[FieldError]:
    """The broken rules of ``rules`` (upstream: ``ValidatePolicyRule``); ``namespaced``: they are a Role's."""
    from minikctl.errors import invalid, required

    errors: list[FieldError] = []
    for index, rule in enumerate(rules):
        path = f"rules[{index}]"
        if not rule.get("verbs"):
            errors.append(required(f"{path}.verbs", "verbs must contain at least one value"))
        urls = rule.get("nonResourceURLs") or []
        if urls:
            where = f"{path}.nonResourceURLs"
            if namespaced:
                errors.append(invalid(where, urls, "namespaced rules cannot apply to non-resource URLs"))
            if any(rule.get(field) for field in ("apiGroups", "resources", "resourceNames")):
                both = "rules cannot apply to both regular resources and non-resource URLs"
                errors.append(invalid(where, urls, both))
            continue
        if not rule.get("apiGroups"):
            errors.append(required(f"{path}.apiGroups", "resource rules must supply at least one api group"))
        if not rule.get("resources"):
            errors.append(required(f"{path}.resources", "resource rules must supply at least one resource"))
    return errors


def describe_role(out: Writer, obj: Obj) -> None:
    """Write a Role or ClusterRole: a line for each resource, with all verbs that some rule allows on it."""
    from minikctl.kinds.describing import annotations_multiline, labels_multiline
    from minikctl.lib.gofmt import value

    metadata = obj["metadata"]
    out.write(0, f"Name:\t{metadata['name']}\n")
    labels_multiline(out, "Labels", metadata.get("labels"))
    annotations_multiline(out, "Annotations", metadata.get("annotations"))
    out.write(0, "PolicyRule:\n")
    out.write(1, "Resources\tNon-Resource URLs\tResource Names\tVerbs\n")
    out.write(1, "---------\t-----------------\t--------------\t-----\n")
    for rule in compact_rules(obj.get("rules") or ()):
        cells = (rule.get(field) or [] for field in ("nonResourceURLs", "resourceNames", "verbs"))
        out.write(1, f"{combine_resource_group(rule)}\t" + "\t".join(map(value, cells)) + "\n")


def compact_rules(rules: Sequence[Obj]) -> list[Obj]:
    """Return ``rules`` as one for each resource (and name of an object, and URL), in kubectl's order."""
    simple: dict[tuple[str, str, tuple[str, ...]], Obj] = {}
    compacted: list[Obj] = []
    for rule in (part for whole in rules for part in breakdown(whole)):
        if "resources" not in rule:
            compacted.append(rule)
            continue
        key = (rule["apiGroups"][0], rule["resources"][0], tuple(rule.get("resourceNames") or ()))
        if key in simple:
            simple[key]["verbs"].extend(rule["verbs"])
        else:
            simple[key] = rule
    return sorted([*compacted, *simple.values()], key=_proto_text)


def breakdown(rule: Obj) -> Iterator[Obj]:
    """The parts of a rule: one group, resource and verb each, or one URL and verb."""
    names = rule.get("resourceNames") or ()
    for group in rule.get("apiGroups") or ():
        for resource in rule.get("resources") or ():
            for verb in rule.get("verbs") or ():
                for name in names:
                    yield {"apiGroups": [group], "resources": [resource], "verbs": [verb], "resourceNames": [name]}
                if not names:
                    yield {"apiGroups": [group], "resources": [resource], "verbs": [verb]}
    for url in rule.get("nonResourceURLs") or ():
        for verb in rule.get("verbs") or ():
            yield {"nonResourceURLs": [url], "verbs": [verb]}


def _proto_text(rule: Obj) -> str:
    """The text of the Go type, generated from its protobuf message."""
    return "&PolicyRule{" + "".join(f"{name}:[{' '.join(rule.get(field) or ())}]," for name, field in _FIELDS) + "}"


def combine_resource_group(rule: Obj) -> str:
    """``deployments.apps/scale``: resource, group and subresource of a simple rule; "" for one of a URL."""
    if not rule.get("resources"):
        return ""
    resource, slash, subresource = rule["resources"][0].partition("/")
    group = rule["apiGroups"][0]
    return f"{resource}{'.' + group if group else ''}{slash}{subresource}"
