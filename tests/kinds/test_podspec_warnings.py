"""The warnings that come with pod specs."""

from __future__ import annotations

from typing import Any

import pytest

from minikctl.kinds.podspec.warnings import pod_template_warnings, pod_warnings

Obj = dict[str, Any]

NOTHING = "a null labelSelector results in matching no pod"
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def of_container(**fields: Any) -> Obj:
    return {"containers": [{"name": "c", **fields}]}


@pytest.mark.parametrize(("spec", "warnings"), [
    ({"containers": [{"name": "c", "image": "nginx"}]}, []),
    ({"nodeSelector": {"beta.kubernetes.io/os": "linux"}}, [
        'nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead',
    ]),
    ({"affinity": {"nodeAffinity": {PREFERRED: [{"preference": {"matchExpressions": [
        {"key": "failure-domain.beta.kubernetes.io/zone", "values": ["-"]},
    ]}}]}}}, [
        (f"affinity.nodeAffinity.{PREFERRED}[0].preference.matchExpressions[0].key: "
         'failure-domain.beta.kubernetes.io/zone is deprecated since v1.17; use "topology.kubernetes.io/zone" instead'),
        (f"affinity.nodeAffinity.{PREFERRED}[0].preference.matchExpressions[0].values[0]: - is invalid, a valid label "
         "must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
         "alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
         "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"),
    ]),
    ({"topologySpreadConstraints": [{"topologyKey": "beta.kubernetes.io/arch"}]}, [
        ("topologySpreadConstraints[0].topologyKey: beta.kubernetes.io/arch is deprecated since v1.14; use "
         '"kubernetes.io/arch" instead'),
        f"topologySpreadConstraints[0].labelSelector: {NOTHING}",
    ]),
    ({"affinity": {"podAntiAffinity": {REQUIRED: [{"topologyKey": "a"}], PREFERRED: [{"podAffinityTerm": {}}]}}}, [
        f"affinity.podAntiAffinity.{REQUIRED}[0].labelSelector: {NOTHING}",
        f"affinity.podAntiAffinity.{PREFERRED}[0].podAffinityTerm.labelSelector: {NOTHING}",
    ]),
    ({"volumes": [{"gitRepo": {}}, {"storageos": {}}]}, [
        "volumes[0].gitRepo: deprecated in v1.11, and disabled by default in v1.33+",
        "volumes[1].storageOS: deprecated in v1.22, non-functional in v1.25+",
    ]),
    ({"volumes": [{"projected": {"sources": [
        {"serviceAccountToken": {"path": "t"}}, {"configMap": {"items": [{"path": "x"}, {"path": "t"}]}},
    ]}}]}, [
        'volumes[0].projected.sources.configMap[1]: has duplicated path with ServiceAccountToken "t"',
    ]),
    ({"hostAliases": [{"ip": "1.1.1.1"}, {"ip": "1.1.1.1"}]}, ['hostAliases[1].ip: duplicate ip "1.1.1.1"']),
    ({"imagePullSecrets": [{"name": "a"}, {"name": "a"}, {}]}, [
        'imagePullSecrets[1].name: duplicate name "a"', 'imagePullSecrets[2].name: invalid empty name ""',
    ]),
    ({"terminationGracePeriodSeconds": -1}, [
        "terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1",
    ]),
    (of_container(resources={"limits": {"memory": "1m"}, "requests": {"cpu": "1m", "ephemeral-storage": "0.5"}}), [
        'containers[0].resources.limits[memory]: fractional byte value "1m" is invalid, must be an integer',
        ('containers[0].resources.requests[ephemeral-storage]: fractional byte value "500m" is invalid, must be an '
         "integer"),
    ]),
    (of_container(env=[{"name": "A", "value": "1"}, {"name": "A", "value": "2"}, {"name": "A", "value": "$(A)3"}]), [
        'containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply',
    ]),
    (of_container(ports=[{"containerPort": 80, "protocol": "TCP"}, {"containerPort": 80, "protocol": "TCP"}]), [
        "containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]",
    ]),
    (of_container(ports=[
        {"containerPort": 80, "protocol": "TCP"}, {"containerPort": 80, "protocol": "TCP", "hostPort": 8},
    ]), ["containers[0].ports[1]: overlapping port definition with spec.containers[0].ports[0]"]),
    (of_container(ports=[
        {"containerPort": 80, "hostPort": 8}, {"containerPort": 80, "hostPort": 8, "hostIP": "1.1.1.1"},
    ]), ["containers[0].ports[1]: dangerously ambiguous port definition with spec.containers[0].ports[0]"]),
    (of_container(ports=[{"containerPort": 80, "protocol": "TCP"}, {"containerPort": 80, "protocol": "UDP"}]), []),
])
def test_warnings(spec: Obj, warnings: list[str]) -> None:
    assert pod_warnings({"metadata": {}, "spec": spec}) == [f"spec.{warning}" for warning in warnings]
    template = pod_template_warnings({"spec": spec}, "spec.template")
    wanted = [f"spec.template.spec.{warning}" for warning in warnings]
    assert template == [warning.replace("with spec.", "with spec.template.spec.") for warning in wanted]


def test_profiles_by_annotation() -> None:
    annotations = {
        "seccomp.security.alpha.kubernetes.io/pod": "x", "container.apparmor.security.beta.kubernetes.io/c": "y",
    }
    spec: Obj = {"containers": [{"name": "c"}]}
    where = "metadata.annotations"
    assert pod_warnings({"metadata": {"annotations": annotations}, "spec": spec}) == [
        (f'{where}[seccomp.security.alpha.kubernetes.io/pod]: non-functional in v1.27+; use the "seccompProfile" field '
         "instead"),
        (f'{where}[container.apparmor.security.beta.kubernetes.io/c]: deprecated since v1.30; use the "appArmorProfile" '
         "field instead"),
    ]
    spec["securityContext"] = {"seccompProfile": {}, "appArmorProfile": {}}
    assert pod_warnings({"metadata": {"annotations": annotations}, "spec": spec}) == []
