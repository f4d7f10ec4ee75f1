"""What is allowed in a pod spec but unwise: the warnings that the API server sends with its answer.

Upstream: ``pkg/api/pod/warnings.go``, in its order.
"""

from __future__ import annotations

from minikctl.errors import quote
from minikctl.kinds.podspec.annotations import APP_ARMOR, SECCOMP_CONTAINER, SECCOMP_POD
from minikctl.kinds.podspec.rules import each_container
from minikctl.kinds.podspec.scheduling import PREFERRED_TERMS, REQUIRED_TERMS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    Obj = dict[str, Any]

#: labels of nodes that have another name today: since when, and which
DEPRECATED_NODE_LABELS = {
    "beta.kubernetes.io/arch": ("v1.14", "kubernetes.io/arch"),
    "beta.kubernetes.io/os": ("v1.14", "kubernetes.io/os"),
    "failure-domain.beta.kubernetes.io/region": ("v1.17", "topology.kubernetes.io/region"),
    "failure-domain.beta.kubernetes.io/zone": ("v1.17", "topology.kubernetes.io/zone"),
    "beta.kubernetes.io/instance-type": ("v1.17", "node.kubernetes.io/instance-type"),
}
_ANNOTATIONS = (
    ("scheduler.alpha.kubernetes.io/critical-pod",
     'non-functional in v1.16+; use the "priorityClassName" field instead'),
    ("security.alpha.kubernetes.io/sysctls", 'non-functional in v1.11+; use the "sysctls" field instead'),
    ("security.alpha.kubernetes.io/unsafe-sysctls", 'non-functional in v1.11+; use the "sysctls" field instead'),
)
_VOLUMES = (
    ("photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"),
    ("gitRepo", "deprecated in v1.11, and disabled by default in v1.33+"),
    ("scaleIO", "deprecated in v1.16, non-functional in v1.22+"),
    ("flocker", "deprecated in v1.22, non-functional in v1.25+"),
    ("storageos", "deprecated in v1.22, non-functional in v1.25+"),
    ("quobyte", "deprecated in v1.22, non-functional in v1.25+"),
    ("glusterfs", "deprecated in v1.25, non-functional in v1.26+"),
    ("cephfs", "deprecated in v1.28, non-functional in v1.31+"),
    ("rbd", "deprecated in v1.28, non-functional in v1.31+"),
)
_MATCHES_NOTHING = "a null labelSelector results in matching no pod"


def pod_warnings(pod: Obj) -> list[str]:
    """The warnings of a Pod."""
    return _warnings(pod["metadata"], pod.get("spec") or {}, "")


def pod_template_warnings(template: Obj, path: str) -> list[str]:
    """The warnings of a pod template; ``path`` is its own, such as ``spec.template``."""
    return _warnings(template.get("metadata") or {}, template.get("spec") or {}, f"{path}.")


def _warnings(metadata: Obj, spec: Obj, prefix: str) -> list[str]:
    annotations = metadata.get("annotations") or {}
    path, annotations_path = f"{prefix}spec", f"{prefix}metadata.annotations"
    warnings = list(_scheduling(spec, path))
    warnings += [f"{annotations_path}[{key}]: {message}" for key, message in _ANNOTATIONS if key in annotations]
    warnings += _volumes(spec.get("volumes") or (), f"{path}.volumes")
    warnings += _duplicates(spec.get("hostAliases") or (), "ip", f"{path}.hostAliases")
    secrets = spec.get("imagePullSecrets") or ()
    warnings += _duplicates(secrets, "name", f"{path}.imagePullSecrets")
    warnings += [
        f'{path}.imagePullSecrets[{index}].name: invalid empty name ""'
        for index, secret in enumerate(secrets) if not secret.get("name")
    ]
    warnings += fraction_warnings(spec.get("overhead") or {}, f"{path}.overhead")
    if (spec.get("securityContext") or {}).get("seccompProfile") is None and SECCOMP_POD in annotations:
        warnings.append(_use_seccomp_field(f"{annotations_path}[{SECCOMP_POD}]"))
    has_app_armor = (spec.get("securityContext") or {}).get("appArmorProfile") is not None
    for container, where in each_container(spec, path):
        warnings += _profiles(container, annotations, annotations_path, has_app_armor=has_app_armor)
        for names in (("memory",), ("ephemeral-storage",)):
            for field in ("limits", "requests"):
                amounts = (container.get("resources") or {}).get(field) or {}
                warnings += fraction_warnings(amounts, f"{where}.resources.{field}", names)
        warnings += _variables(container.get("env") or (), f"{where}.env")
    warnings += _ports(spec, path)
    if spec.get("terminationGracePeriodSeconds", 0) < 0:
        warnings.append(
            f"{path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1"
        )
    return warnings + list(_pod_affinity(spec.get("affinity") or {}, f"{path}.affinity"))


# ---------------------------------------------------------------------------------------------------------------------
# Scheduling
# ---------------------------------------------------------------------------------------------------------------------


def _scheduling(spec: Obj, path: str) -> Iterable[str]:
    for key in sorted(spec.get("nodeSelector") or ()):
        if key in DEPRECATED_NODE_LABELS:
            yield f"{path}.nodeSelector[{key}]: {node_label_message(key)}"
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    where = f"{path}.affinity.nodeAffinity"
    for index, term in enumerate((affinity.get(REQUIRED_TERMS) or {}).get("nodeSelectorTerms") or ()):
        yield from _node_term(term, f"{where}.{REQUIRED_TERMS}.nodeSelectorTerms[{index}]", check_values=False)
    for index, term in enumerate(affinity.get(PREFERRED_TERMS) or ()):
        preference = term.get("preference") or {}
        yield from _node_term(preference, f"{where}.{PREFERRED_TERMS}[{index}].preference", check_values=True)
    for index, constraint in enumerate(spec.get("topologySpreadConstraints") or ()):
        where, key = f"{path}.topologySpreadConstraints[{index}]", constraint.get("topologyKey", "")
        if key in DEPRECATED_NODE_LABELS:
            yield f"{where}.topologyKey: {key} is {node_label_message(key)}"
        if constraint.get("labelSelector") is None:
            yield f"{where}.labelSelector: {_MATCHES_NOTHING}"


def node_label_message(key: str) -> str:
    """What is said of a deprecated label (upstream: ``GetNodeLabelDeprecatedMessage``)."""
    since, successor = DEPRECATED_NODE_LABELS[key]
    return f'deprecated since {since}; use "{successor}" instead'


def _node_term(term: Obj, path: str, *, check_values: bool) -> Iterable[str]:
    from minikctl.lib.names import is_valid_label_value

    for index, requirement in enumerate(term.get("matchExpressions") or ()):
        where, key = f"{path}.matchExpressions[{index}]", requirement.get("key", "")
        if key in DEPRECATED_NODE_LABELS:
            yield f"{where}.key: {key} is {node_label_message(key)}"
        if check_values:
            for number, value in enumerate(requirement.get("values") or ()):
                for message in is_valid_label_value(value):
                    yield f"{where}.values[{number}]: {value} is invalid, {message}"


def _pod_affinity(affinity: Obj, path: str) -> Iterable[str]:
    for field in ("podAffinity", "podAntiAffinity"):
        for terms in (REQUIRED_TERMS, PREFERRED_TERMS):
            inner = ".podAffinityTerm" if terms == PREFERRED_TERMS else ""
            for index, term in enumerate((affinity.get(field) or {}).get(terms) or ()):
                if (term.get("podAffinityTerm", term) if inner else term).get("labelSelector") is None:
                    yield f"{path}.{field}.{terms}[{index}]{inner}.labelSelector: {_MATCHES_NOTHING}"


# ---------------------------------------------------------------------------------------------------------------------
# Volumes and lists
# ---------------------------------------------------------------------------------------------------------------------


def _volumes(volumes: Iterable[Obj], path: str) -> list[str]:
    volumes = list(volumes)
    warnings = []
    for index, volume in enumerate(volumes):
        for field, message in _VOLUMES:
            if volume.get(field) is not None:
                shown = "storageOS" if field == "storageos" else field
                warnings.append(f"{path}[{index}].{shown}: {message}")
        template = (volume.get("ephemeral") or {}).get("volumeClaimTemplate")
        if template is not None:
            requests = ((template.get("spec") or {}).get("resources") or {}).get("requests") or {}
            where = f"{path}[{index}].ephemeral.volumeClaimTemplate.spec.resources.requests"
            warnings += fraction_warnings(requests, where, ("storage",))
    return warnings + list(_token_clashes(volumes, path))


def _token_clashes(volumes: Iterable[Obj], path: str) -> Iterable[str]:
    """Files of projected volumes where a token lies too."""
    sources = [
        (index, source)
        for index, volume in enumerate(volumes)
        for source in (volume.get("projected") or {}).get("sources") or ()
    ]
    tokens = {
        source["serviceAccountToken"].get("path", "")
        for _, source in sources if source.get("serviceAccountToken") is not None
    }
    for index, source in sources:
        where = f"{path}[{index}].projected.sources"
        for field, shown in (("configMap", "configMap"), ("secret", "secrets"), ("downwardAPI", "downwardAPI")):
            for number, item in enumerate((source.get(field) or {}).get("items") or ()):
                if item.get("path") in tokens:
                    path_text = quote(item["path"])
                    yield f"{where}.{shown}[{number}]: has duplicated path with ServiceAccountToken {path_text}"
        bundle = source.get("clusterTrustBundle") or {}
        if bundle.get("path") in tokens:
            yield f"{where}.ClusterTrustBundle: has duplicated path with ServiceAccountToken {quote(bundle['path'])}"


def _duplicates(items: Iterable[Obj], field: str, path: str) -> list[str]:
    warnings = []
    seen = set()
    for index, item in enumerate(items):
        value = item.get(field, "")
        if value in seen:
            warnings.append(f"{path}[{index}].{field}: duplicate {field} {quote(value)}")
        seen.add(value)
    return warnings


def fraction_warnings(
    amounts: Obj, path: str, names: tuple[str, ...] = ("memory", "ephemeral-storage")
) -> list[str]:
    """Bytes come whole: the warnings about those of ``amounts`` at ``path`` that do not."""
    from minikctl.lib.quantity import parse_quantity

    warnings = []
    for name in names:
        if name in amounts:
            quantity = parse_quantity(amounts[name])
            if quantity.milli_value() % 1000:
                warnings.append(
                    f"{path}[{name}]: fractional byte value {quote(str(quantity))} is invalid, must be an integer"
                )
    return warnings


# ---------------------------------------------------------------------------------------------------------------------
# Containers
# ---------------------------------------------------------------------------------------------------------------------


def _profiles(container: Obj, annotations: Obj, path: str, *, has_app_armor: bool) -> list[str]:
    """Profiles that are given by annotation alone."""
    context, name = container.get("securityContext") or {}, container.get("name", "")
    warnings = []
    if context.get("seccompProfile") is None and SECCOMP_CONTAINER + name in annotations:
        warnings.append(_use_seccomp_field(f"{path}[{SECCOMP_CONTAINER}{name}]"))
    if not has_app_armor and context.get("appArmorProfile") is None and APP_ARMOR + name in annotations:
        warnings.append(
            f'{path}[{APP_ARMOR}{name}]: deprecated since v1.30; use the "appArmorProfile" field instead'
        )
    return warnings


def _use_seccomp_field(path: str) -> str:
    return f'{path}: non-functional in v1.27+; use the "seccompProfile" field instead'


def _variables(variables: Iterable[Obj], path: str) -> list[str]:
    """A variable that is given twice hides the first, unless the second is made of it (``X="$(X)123"``)."""
    warnings = []
    seen = set()
    for index, variable in enumerate(variables):
        name, value = variable.get("name", ""), variable.get("value", "")
        reference = f"$({name})"
        hides = variable.get("valueFrom") is not None or value == reference or reference not in value
        if name in seen and hides:
            warnings.append(
                f"{path}[{index}]: hides previous definition of {quote(name)}, which may be dropped when using apply"
            )
        seen.add(name)
    return warnings


def _ports(spec: Obj, path: str) -> list[str]:
    """Ports that say the same twice, or nearly the same."""
    warnings = []
    known: dict[tuple[int, str], list[tuple[str, Obj]]] = {}
    for container, container_path in each_container(spec, path):
        for index, port in enumerate(container.get("ports") or ()):
            where = f"{container_path}.ports[{index}]"
            if port.get("hostIP") and not port.get("hostPort"):
                warnings.append(f"{where}: hostIP set without hostPort: {_port_struct(port)}")
            others = known.setdefault((port.get("containerPort", 0), port.get("protocol", "")), [])
            for other_where, other in others:
                how = _how_ports_clash(port, other)
                if how:
                    warnings.append(f"{where}: {how} port definition with {other_where}")
            others.append((where, port))
    return warnings


def _how_ports_clash(port: Obj, other: Obj) -> str:
    address, on_host = port.get("hostIP", ""), port.get("hostPort", 0)
    other_address, other_on_host = other.get("hostIP", ""), other.get("hostPort", 0)
    if address == other_address and on_host == other_on_host:
        return "duplicate"
    if not on_host or not other_on_host:
        return "overlapping"
    if on_host == other_on_host and bool(address) != bool(other_address):
        return "dangerously ambiguous"
    return ""


def _port_struct(port: Obj) -> str:
    """A port as Go's ``%+v`` prints the internal struct."""
    from minikctl.kinds.podspec.gostruct import as_struct

    return "{" + " ".join(f"{field}:{value}" for field, value in as_struct(port, "ContainerPort").items()) + "}"
