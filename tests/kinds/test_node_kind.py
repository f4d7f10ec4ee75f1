import pytest
from workload_fakes import BORN, NOW, described, load, pod

from minikctl.kinds.node import find_node_roles, node_status
from minikctl.kinds.node.describe import taint_text


def node(spec=None, status=None, **metadata):
    return {
        "apiVersion": "v1", "kind": "Node",
        "metadata": {"name": "node-1", "creationTimestamp": BORN, "uid": "n", **metadata},
        "spec": spec or {}, "status": status or {},
    }


def defaulted(**parts):
    obj = node(**parts)
    load("nodes").default(obj)
    return obj


def errors(obj, old=None):
    kind = load("nodes")
    found = kind.validate(obj) if old is None else kind.validate_update(obj, old)
    return [str(error) for error in found]


@pytest.mark.parametrize(("spec", "expected"), [
    ({"podCIDR": "10.0.0.0/24"}, {"podCIDR": "10.0.0.0/24", "podCIDRs": ["10.0.0.0/24"]}),
    ({"podCIDRs": ["10.0.0.0/24", "fd00::/64"]}, {"podCIDR": "10.0.0.0/24", "podCIDRs": ["10.0.0.0/24", "fd00::/64"]}),
    ({"unschedulable": False, "taints": []}, {}),
    ({"unschedulable": True}, {"unschedulable": True}),
])
def test_defaults_of_the_spec(spec, expected):
    assert defaulted(spec=spec)["spec"] == expected


def test_what_there_is_can_be_allocated_and_a_status_is_kept():
    obj = defaulted(status={"capacity": {"cpu": "8"}})
    load("nodes").prepare_for_create(obj)
    assert obj["status"]["allocatable"] == {"cpu": "8"}
    assert obj["status"]["daemonEndpoints"] == {"kubeletEndpoint": {"Port": 0}}
    assert obj["status"]["nodeInfo"]["kubeletVersion"] == ""


def ready(status):
    return {"conditions": [{"type": "MemoryPressure", "status": "True"}, {"type": "Ready", "status": status}]}


@pytest.mark.parametrize(("spec", "status", "text"), [
    ({}, ready("True"), "Ready"), ({}, ready("False"), "NotReady"), ({}, ready("Unknown"), "NotReady"),
    ({}, {}, "Unknown"),
    ({"unschedulable": True}, ready("True"), "Ready,SchedulingDisabled"),
])
def test_status(spec, status, text):
    assert node_status(node(spec, status)) == text


@pytest.mark.parametrize(("labels", "roles"), [
    ({}, []),
    ({"node-role.kubernetes.io/worker": "", "node-role.kubernetes.io/control-plane": ""}, ["control-plane", "worker"]),
    ({"kubernetes.io/role": "infra"}, ["infra"]), ({"node-role.kubernetes.io/": "", "kubernetes.io/role": ""}, []),
])
def test_roles(labels, roles):
    assert find_node_roles(node(labels=labels)) == roles


def test_columns():
    status = ready("True") | {
        "addresses": [{"type": "Hostname", "address": "node-1"}, {"type": "InternalIP", "address": "172.18.0.2"}],
        "nodeInfo": {"kubeletVersion": "v1.36.2", "containerRuntimeVersion": "containerd://2.0.0", "osImage": ""},
    }
    kind = load("nodes")
    row = kind.row(node(status=status), NOW + 600)
    assert dict(zip([column.name for column in kind.columns], row, strict=True)) == {
        "NAME": "node-1", "STATUS": "Ready", "ROLES": "<none>", "AGE": "10m", "VERSION": "v1.36.2",
        "INTERNAL-IP": "172.18.0.2", "EXTERNAL-IP": "<none>", "OS-IMAGE": "<unknown>", "KERNEL-VERSION": "<unknown>",
        "CONTAINER-RUNTIME": "containerd://2.0.0",
    }


@pytest.mark.parametrize(("spec", "value"), [({}, "false"), ({"unschedulable": True}, "true")])
def test_field_selectors_see_whether_it_is_cordoned(spec, value):
    assert load("nodes").field_value(node(spec), "spec.unschedulable") == value


@pytest.mark.parametrize(("taints", "expected"), [
    ([{"key": "k", "value": "v", "effect": "NoSchedule"}, {"key": "k", "effect": "NoExecute"}], []),
    ([{"key": "k"}], ["metadata.taints[0].effect: Required value"]),
    ([{"key": "k", "effect": "Never"}], [
        ('metadata.taints[0].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", '
        '"NoExecute"'),
    ]),
    ([{"key": "k", "effect": "NoSchedule"}, {"key": "k", "value": "v", "effect": "NoSchedule"}], [
        ('metadata.taints[1]: Duplicate value: {"Key":"k","Value":"v","Effect":"NoSchedule","TimeAdded":null}: '
        "taints must be unique by key and effect pair"),
    ]),
])
def test_taints(taints, expected):
    obj = node({"taints": taints})
    assert errors(obj) == expected
    assert errors(obj, node()) == expected


@pytest.mark.parametrize(("cidrs", "expected"), [
    (["10.0.0.0/24"], []), (["10.0.0.0/24", "fd00::/64"], []),
    (["10.0.0.0"], [
        'spec.podCIDRs[0]: Invalid value: "10.0.0.0": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
    ]),
    (["10.0.0.0/24", "10.1.0.0/24"], [
        ('spec.podCIDRs: Invalid value: ["10.0.0.0/24","10.1.0.0/24"]: may specify no more than one CIDR for each IP '
        "family"),
    ]),
])
def test_networks_of_a_new_node(cidrs, expected):
    assert errors(node({"podCIDRs": cidrs})) == expected


@pytest.mark.parametrize(("status", "expected"), [
    ({"capacity": {"cpu": "-1"}}, ['status.capacity.cpu: Invalid value: "-1": must be greater than or equal to 0']),
    ({"allocatable": {"example.com/gpu": "1500m"}},
     ['status.allocatable.example.com/gpu: Invalid value: "1500m": must be an integer']),
])
def test_amounts(status, expected):
    assert errors(node(status=status)) == expected


NETWORK_STAYS = 'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid'


@pytest.mark.parametrize(("old", "new", "expected"), [
    ({}, {"podCIDRs": ["10.0.0.0/24"], "providerID": "a"}, []),
    ({"podCIDRs": ["10.0.0.0/24"]}, {}, [NETWORK_STAYS]),
    ({"podCIDRs": ["10.0.0.0/24"]}, {"podCIDRs": ["10.1.0.0/24"]}, [NETWORK_STAYS]),
    ({"providerID": "a"}, {"providerID": "b"},
     ['spec.providerID: Forbidden: node updates may not change providerID except from "" to valid']),
    ({}, {"unschedulable": True}, []),
])
def test_what_is_set_once_stays(old, new, expected):
    assert errors(node(new), node(old)) == expected


@pytest.mark.parametrize(("taint", "text"), [
    ({"key": "k"}, "k"), ({"key": "k", "value": "v"}, "k=v:"), ({"key": "k", "effect": "E"}, "k:E"),
    ({"key": "k", "value": "v", "effect": "E"}, "k=v:E"),
])
def test_taints_as_text(taint, text):
    assert taint_text(taint) == text


def test_describe():
    taints = [{"key": "b", "effect": "NoSchedule"}, {"key": "a", "value": "v", "effect": "NoSchedule"}]
    obj = node({"taints": taints, "podCIDR": "10.244.1.0/24", "podCIDRs": ["10.244.1.0/24"]}, {
        "addresses": [{"type": "InternalIP", "address": "172.18.0.2"}],
        "capacity": {"pods": "110", "cpu": "8", "memory": "32Gi"},
        "allocatable": {"cpu": "8", "memory": "32Gi", "pods": "110", "example.com/gpu": "2"},
        "conditions": [{
            "type": "Ready", "status": "True", "lastHeartbeatTime": BORN, "lastTransitionTime": BORN,
            "reason": "KubeletReady", "message": "kubelet is posting ready status",
        }],
        "nodeInfo": {"operatingSystem": "linux", "kubeletVersion": "v1.36.2"},
    }, labels={"kubernetes.io/os": "linux"})
    resources = {"requests": {"cpu": "100m", "memory": "1Gi"}, "limits": {"cpu": "1", "example.com/gpu": "1"}}
    here = pod("here", "x", nodeName="node-1", containers=[{"name": "c", "image": "i", "resources": resources}])
    done = pod("done", "x", "Succeeded", nodeName="node-1")
    elsewhere = pod("elsewhere", "x", nodeName="node-2")
    time = "Sat, 21 Nov 2026 14:45:17 +0000"
    assert described(obj, here, done, elsewhere) == (
        "Name:\tnode-1\nRoles:\t<none>\nLabels:\tkubernetes.io/os=linux\nAnnotations:\t<none>\n"
        f"CreationTimestamp:\t{time}\nTaints:\ta=v:NoSchedule\n\tb:NoSchedule\nUnschedulable:\tfalse\n"
        'Lease:\tFailed to get lease: leases.coordination.k8s.io "node-1" not found\n'
        "Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage\n"
        "  ----\t------\t-----------------\t------------------\t------\t-------\n"
        f"  Ready \tTrue \t{time} \t{time} \tKubeletReady \tkubelet is posting ready status\n"
        "Addresses:\n  InternalIP:\t172.18.0.2\n"
        "Capacity:\n  cpu:\t8\n  memory:\t32Gi\n  pods:\t110\n"
        "Allocatable:\n  cpu:\t8\n  example.com/gpu:\t2\n  memory:\t32Gi\n  pods:\t110\n"
        "System Info:\n  Machine ID:\t\n  System UUID:\t\n  Boot ID:\t\n  Kernel Version:\t\n  OS Image:\t\n"
        "  Operating System:\tlinux\n  Architecture:\t\n  Container Runtime Version:\t\n  Kubelet Version:\tv1.36.2\n"
        "PodCIDR:\t10.244.1.0/24\nPodCIDRs:\t10.244.1.0/24\n"
        "Non-terminated Pods:\t(1 in total)\n"
        "  Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge\n"
        "  ---------\t----\t\t------------\t----------\t---------------\t-------------\t---\n"
        "  default\there\t\t100m (1%)\t1 (12%)\t1Gi (3%)\t0 (0%)\t0s\n"
        "Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)\n"
        "  Resource\tRequests\tLimits\n  --------\t--------\t------\n"
        "  cpu\t100m (1%)\t1 (12%)\n  memory\t1Gi (3%)\t0 (0%)\n  ephemeral-storage\t0 (0%)\t0 (0%)\n"
        "  example.com/gpu\t0\t1\nEvents of node-1\n"
    )


def test_fields_that_are_not_used_any_more_are_warned_of():
    obj = node({"configSource": {}, "externalID": "x", "podCIDRs": ["10.0.0.0/24"]})
    assert load("nodes").warnings(obj) == [
        "spec.configSource: the feature is no longer supported",
        "spec.externalID: this field is deprecated, and is unused by Kubernetes",
    ]
