"""The rules of a pod spec and of a pod template.

The order of the errors is upstream's (``ValidatePodSpec`` and ``ValidatePodTemplateSpec`` in
``pkg/apis/core/validation``), because users see them as a list. A rule that only some owners of a template have
(restartPolicy Always under a ReplicaSet) is its owner's matter.
"""

from __future__ import annotations

from minikctl.errors import FieldError, forbidden, invalid, required, too_long
from minikctl.kinds.meta import validate_annotations, validate_labels
from minikctl.kinds.podspec.annotations import validate_pod_annotations, validate_profiles_match
from minikctl.kinds.podspec.containers import (
    Surroundings,
    validate_containers,
    validate_ephemeral_containers,
    validate_image_space,
    validate_init_containers,
)
from minikctl.kinds.podspec.environment import validate_file_ref_volumes
from minikctl.kinds.podspec.resource_rules import validate_overhead, validate_pod_resources
from minikctl.kinds.podspec.rules import MAX_INT32, dns_label, dns_subdomain, messages, unsupported
from minikctl.kinds.podspec.scheduling import (
    validate_affinity,
    validate_gates,
    validate_tolerations,
    validate_topology_spread,
)
from minikctl.kinds.podspec.security import (
    validate_host_process,
    validate_host_users,
    validate_os,
    validate_pod_security_context,
)
from minikctl.kinds.podspec.volumes import validate_volumes
from minikctl.lib.names import is_dns1123_subdomain, is_valid_ip, range_error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Obj = dict[str, Any]

RESTART_POLICIES = ("Always", "OnFailure", "Never")
DNS_POLICIES = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
_MAX_NAMESERVERS = 3
_MAX_SEARCH_PATHS = 32
_MAX_SEARCH_CHARACTERS = 2048


def validate_pod_template(template: Obj, path: str) -> list[FieldError]:
    """Return every broken rule of a pod template; ``path`` is its own, such as ``spec.template``.

    Labels are reported at ``PATH.labels``, without ``metadata``, as upstream does.
    """
    meta, spec = template.get("metadata") or {}, template.get("spec") or {}
    annotations = meta.get("annotations") or {}
    errors = validate_labels(meta.get("labels"), f"{path}.labels")
    errors += validate_annotations(annotations, f"{path}.annotations")
    errors += validate_pod_annotations(annotations, spec, f"{path}.annotations")
    errors += validate_pod_spec(spec, f"{path}.spec")
    errors += validate_profiles_match(annotations, spec, f"{path}.spec")
    if spec.get("ephemeralContainers"):
        errors.append(forbidden(
            f"{path}.spec.ephemeralContainers", "ephemeral containers not allowed in pod template"
        ))
    return errors


def validate_pod(pod: Obj) -> list[FieldError]:
    """Return every broken rule of a Pod at creation and at each update, but those of its metadata.

    Upstream: ``validatePodMetadataAndSpec``.
    """
    meta, spec = pod["metadata"], pod.get("spec") or {}
    errors = validate_pod_annotations(meta.get("annotations") or {}, spec, "metadata.annotations")
    errors += validate_pod_spec(spec, "spec", pod=pod)
    if not spec.get("serviceAccountName"):
        for index, volume in enumerate(spec.get("volumes") or ()):
            for number, source in enumerate((volume.get("projected") or {}).get("sources") or ()):
                if source.get("serviceAccountToken") is not None:
                    errors.append(forbidden(
                        f"spec.volumes[{index}].projected.sources[{number}].serviceAccountToken",
                        "must not be specified when serviceAccountName is not set",
                    ))
    for field in ("containers", "initContainers"):
        for index, container in enumerate(spec.get(field) or ()):
            errors += validate_image_space(container, f"spec.{field}[{index}]")
    return errors


def validate_pod_spec(spec: Obj, path: str, *, pod: Obj | None = None) -> list[FieldError]:
    """Return every broken rule of a pod spec; ``pod`` is the Pod that it is the spec of, None in a template."""
    errors: list[FieldError] = []
    if spec.get("terminationGracePeriodSeconds") is None:
        errors.append(required(f"{path}.terminationGracePeriodSeconds"))
    pod_name = "" if pod is None else pod["metadata"].get("name", "")
    volumes, wrong = validate_volumes(
        spec.get("volumes") or (), f"{path}.volumes", pod_name=pod_name, is_pod=pod is not None
    )
    errors += wrong
    errors += _validate_resource_claims(spec, f"{path}.resourceClaims")
    around = Surroundings(spec, volumes)
    errors += validate_containers(around, f"{path}.containers")
    errors += validate_init_containers(around, f"{path}.initContainers")
    errors += validate_ephemeral_containers(around, f"{path}.ephemeralContainers")
    errors += validate_pod_resources(spec, path)
    errors += _validate_host_ports(spec, f"{path}.containers", is_pod=pod is not None)
    errors += _validate_choice(spec.get("restartPolicy", ""), RESTART_POLICIES, f"{path}.restartPolicy")
    errors += _validate_choice(spec.get("dnsPolicy", ""), DNS_POLICIES, f"{path}.dnsPolicy")
    errors += validate_labels(spec.get("nodeSelector"), f"{path}.nodeSelector")
    errors += validate_pod_security_context(spec, f"{path}.securityContext")
    errors += validate_affinity(spec.get("affinity"), f"{path}.affinity")
    errors += _validate_dns_config(spec, f"{path}.dnsConfig")
    errors += validate_gates(spec, path)
    errors += validate_topology_spread(spec.get("topologySpreadConstraints") or (), f"{path}.topologySpreadConstraints")
    errors += validate_host_process(spec, path)
    errors += validate_host_users(spec, path)
    errors += _validate_names(spec, path)
    errors += validate_os(spec, path)
    group = spec.get("schedulingGroup")
    if group is not None:
        errors += _validate_scheduling_group(group, f"{path}.schedulingGroup.podGroupName")
    return errors + validate_file_ref_volumes(spec, path)


def _validate_names(spec: Obj, path: str) -> list[FieldError]:
    """Names, times and the like: the part of upstream's function that calls no other."""
    errors = _validate_hostname_override(spec, f"{path}.hostnameOverride")
    for field in ("serviceAccountName", "nodeName"):
        if spec.get(field):
            errors += dns_subdomain(spec[field], f"{path}.{field}")
    deadline = spec.get("activeDeadlineSeconds")
    if deadline is not None and not 1 <= deadline <= MAX_INT32:
        errors.append(invalid(f"{path}.activeDeadlineSeconds", deadline, range_error(1, MAX_INT32)))
    for field in ("hostname", "subdomain"):
        if spec.get(field):
            errors += dns_label(spec[field], f"{path}.{field}")
    errors += validate_tolerations(spec.get("tolerations") or (), f"{path}.tolerations")
    errors += _validate_host_aliases(spec, f"{path}.hostAliases")
    if spec.get("priorityClassName"):
        errors += dns_subdomain(spec["priorityClassName"], f"{path}.priorityClassName")
    if spec.get("runtimeClassName") is not None:
        errors += dns_subdomain(spec["runtimeClassName"], f"{path}.runtimeClassName")
    policy = spec.get("preemptionPolicy")
    if policy is not None:
        errors += _validate_choice(policy, ("PreemptLowerPriority", "Never"), f"{path}.preemptionPolicy")
    return errors + (validate_overhead(spec["overhead"], f"{path}.overhead") if spec.get("overhead") else [])


def _validate_host_aliases(spec: Obj, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    for index, alias in enumerate(spec.get("hostAliases") or ()):
        address = alias.get("ip", "")
        errors += messages(f"{path}[{index}].ip", address, is_valid_ip(address))
        for number, name in enumerate(alias.get("hostnames") or ()):
            errors += dns_subdomain(name, f"{path}[{index}].hostnames[{number}]")
    return errors


def _validate_choice(value: str, choices: tuple[str, ...], path: str) -> list[FieldError]:
    if not value:
        return [required(path)]
    return [] if value in choices else [unsupported(path, value, choices)]


def _validate_host_ports(spec: Obj, path: str, *, is_pod: bool) -> list[FieldError]:
    """On the host's network, ports of the host are the container's (upstream: ``validatePodHostNetworkDeps``)."""
    if not spec.get("hostNetwork"):
        return []
    errors: list[FieldError] = []
    for index, container in enumerate(spec.get("containers") or ()):
        for number, port in enumerate(container.get("ports") or ()):
            on_host = port.get("hostPort", 0)
            if (is_pod or on_host) and on_host != port.get("containerPort", 0):
                errors.append(invalid(
                    f"{path}[{index}].ports[{number}].hostPort", on_host,
                    "must match `containerPort` when `hostNetwork` is true",
                ))
    return errors


def _validate_dns_config(spec: Obj, path: str) -> list[FieldError]:
    config = spec.get("dnsConfig")
    if spec.get("dnsPolicy") == "None":
        if config is None:
            return [required(path, "must provide `dnsConfig` when `dnsPolicy` is None")]
        if not config.get("nameservers"):
            return [required(
                f"{path}.nameservers", "must provide at least one DNS nameserver when `dnsPolicy` is None"
            )]
    if config is None:
        return []
    servers = config.get("nameservers") or []
    errors: list[FieldError] = []
    if len(servers) > _MAX_NAMESERVERS:
        errors.append(invalid(
            f"{path}.nameservers", servers, f"must not have more than {_MAX_NAMESERVERS} nameservers"
        ))
    for index, server in enumerate(servers):
        errors += messages(f"{path}.nameservers[{index}]", server, is_valid_ip(server))
    errors += _validate_searches(config.get("searches") or [], f"{path}.searches")
    return errors + [
        required(f"{path}.options[{index}]", "must not be empty")
        for index, option in enumerate(config.get("options") or ())
        if not option.get("name")
    ]


def _validate_searches(searches: list[str], path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    if len(searches) > _MAX_SEARCH_PATHS:
        errors.append(invalid(path, searches, f"must not have more than {_MAX_SEARCH_PATHS} search paths"))
    if len(" ".join(searches)) > _MAX_SEARCH_CHARACTERS:
        errors.append(invalid(
            path, searches,
            f"must not have more than {_MAX_SEARCH_CHARACTERS} characters (including spaces) in the search list",
        ))
    for index, search in enumerate(searches):
        if search != ".":
            name = search.removesuffix(".")
            errors += messages(f"{path}[{index}]", name, is_dns1123_subdomain_with_underscore(name))
    return errors


def is_dns1123_subdomain_with_underscore(name: str) -> list[str]:
    """A DNS name as resolvers search for them: ``_tcp.example.com`` passes."""
    import re

    from minikctl.lib.names import SUBDOMAIN_MAX, max_length_error, regex_error

    part = "[a-z0-9_]([-_a-z0-9]*[a-z0-9])?"
    pattern = rf"{part}(\.{part})*"
    wrong = [max_length_error(SUBDOMAIN_MAX)] if len(name) > SUBDOMAIN_MAX else []
    if not re.fullmatch(pattern, name):
        wrong.append(regex_error(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and "
            "must start and end with an alphanumeric character", pattern, "example.com",
        ))
    return wrong


def _validate_hostname_override(spec: Obj, path: str) -> list[FieldError]:
    name = spec.get("hostnameOverride")
    if name is None:
        return []
    errors: list[FieldError] = []
    if spec.get("setHostnameAsFQDN"):
        errors.append(forbidden(path, "may not be specified when setHostnameAsFQDN is true"))
    if spec.get("hostNetwork"):
        errors.append(forbidden(path, "may not be specified when hostNetwork is true"))
    if len(name) > 64:
        errors.append(too_long(path, 64))
    return errors + dns_subdomain(name, path)


def _validate_resource_claims(spec: Obj, path: str) -> list[FieldError]:
    """``spec.resourceClaims`` (upstream: ``validatePodResourceClaims``)."""
    from minikctl.errors import duplicate

    errors: list[FieldError] = []
    names: set[str] = set()
    for index, claim in enumerate(spec.get("resourceClaims") or ()):
        where, name = f"{path}[{index}]", claim.get("name", "")
        if not name:
            errors.append(required(f"{where}.name"))
        elif name in names:
            errors.append(duplicate(f"{where}.name", name))
        else:
            errors += dns_label(name, f"{where}.name")
            names.add(name)
        errors += _validate_claim_source(claim, where)
    return errors


def _validate_claim_source(claim: Obj, path: str) -> list[FieldError]:
    from minikctl.kinds.podspec.gostruct import as_struct

    given = [f for f in ("resourceClaimName", "resourceClaimTemplateName") if claim.get(f) is not None]
    errors: list[FieldError] = []
    if len(given) != 1:
        wrong = (
            "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"
            if given else "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"
        )
        errors.append(invalid(path, as_struct(claim, "PodResourceClaim"), wrong))
    for field in given:
        errors += messages(f"{path}.{field}", claim[field], is_dns1123_subdomain(claim[field]))
    return errors


def _validate_scheduling_group(group: Obj, path: str) -> list[FieldError]:
    name = group.get("podGroupName")
    if name is None:
        return [invalid(path, None, "must specify one of: `podGroupName`")]
    return dns_subdomain(name, path)
