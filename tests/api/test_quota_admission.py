"""ResourceQuotas and LimitRanges over the real API: what is refused, in which words, and what is charged."""

import io

import pytest

from minikctl.api.bootstrap import fill
from minikctl.api.server import Api
from minikctl.env import Env
from minikctl.errors import Forbidden
from minikctl.reconcile import Reconciler
from minikctl.store import Store


@pytest.fixture
def api(tmp_path):
    env = Env(io.StringIO(), io.StringIO(), io.StringIO(), {"MINIKCTL_NOW": "2026-06-01T12:00:00Z", "MINIKCTL_SEED": "1"})
    store = Store(str(tmp_path / "state.db"), lambda store: fill(store, env))
    store.begin()
    yield Api(store, env)
    store.close()


def quota(api, name="q", hard=None, **spec):
    return api.create({
        "apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": name}, "spec": {"hard": hard or {}, **spec},
    })


def pod(api, name, requests=None, limits=None, init=(), **spec):
    resources = {key: value for key, value in (("requests", requests), ("limits", limits)) if value}
    containers = [{"name": "c", "image": "i", "resources": resources}]
    return api.create({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name},
        "spec": {"containers": containers, "initContainers": list(init), **spec},
    })


def refused(act, *args, **kwargs):
    with pytest.raises(Forbidden) as caught:
        act(*args, **kwargs)
    return caught.value.message


def used(api, name="q"):
    return api.get("resourcequotas", "default", name)["status"].get("used")


def test_pods_are_counted_as_they_come(api):
    quota(api, hard={"pods": "2", "requests.cpu": "1"})
    pod(api, "a", {"cpu": "100m"})
    pod(api, "b", {"cpu": "300m"})
    assert used(api) == {"pods": "2", "requests.cpu": "400m"}
    assert refused(pod, api, "c", {"cpu": "100m"}) == (
        'pods "c" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2'
    )
    assert used(api) == {"pods": "2", "requests.cpu": "400m"}


def test_every_exceeded_resource_is_named(api):
    quota(api, hard={"pods": "1", "limits.memory": "1Gi"})
    pod(api, "a", limits={"memory": "512Mi"})
    assert refused(pod, api, "b", limits={"memory": "768Mi"}) == (
        'pods "b" is forbidden: exceeded quota: q, requested: limits.memory=768Mi,pods=1, '
        "used: limits.memory=512Mi,pods=1, limited: limits.memory=1Gi,pods=1"
    )


@pytest.mark.parametrize(("requests", "init", "words"), [
    ({}, (), "must specify limits.cpu for: c; requests.memory for: c"),
    ({"memory": "1"}, (), "must specify limits.cpu for: c"),
    ({"memory": "1"}, ({"name": "b", "image": "i"},), "must specify limits.cpu for: b,c; requests.memory for: b"),
])
def test_what_is_limited_has_to_be_asked_for(api, requests, init, words):
    quota(api, hard={"limits.cpu": "1", "requests.memory": "1Gi"})
    assert refused(pod, api, "x", requests, init=init) == f'pods "x" is forbidden: failed quota: q: {words}'


def test_the_controller_takes_off_what_went_and_what_ended(api):
    quota(api, hard={"pods": "2", "count/pods": "5"})
    first, second = pod(api, "a"), pod(api, "b")
    first["status"] = {"phase": "Succeeded"}
    api.update_status(first)
    passes = Reconciler(api)
    passes.run_pass()
    assert used(api) == {"pods": "1", "count/pods": "2"}
    api.delete("pods", "default", second["metadata"]["name"], grace_period=0)
    passes.until_stable()
    assert used(api) == {"pods": "0", "count/pods": "1"}


def test_other_limits_are_counted_anew(api):
    pod(api, "a", {"cpu": "1"})
    obj = quota(api, hard={"pods": "2"})
    Reconciler(api).until_stable()
    assert used(api) == {"pods": "1"}
    obj = api.get("resourcequotas", "default", "q")
    obj["spec"]["hard"] = {"cpu": "3", "configmaps": "9"}
    api.update(obj)
    Reconciler(api).until_stable()
    assert api.get("resourcequotas", "default", "q")["status"] == {
        "hard": {"cpu": "3", "configmaps": "9"}, "used": {"cpu": "1", "configmaps": "1"},
    }


def config_map(api, name):
    return api.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}})


def service(api, name, **spec):
    return api.create({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": name},
        "spec": {"ports": [{"port": 80}, {"port": 81, "name": "b"}], "selector": {"a": "b"}, **spec},
    })


def claim(api, name, size="1Gi", class_name="gold"):
    return api.create({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name},
        "spec": {
            "accessModes": ["ReadWriteOnce"], "storageClassName": class_name, "resources": {"requests": {"storage": size}},
        },
    })


GOLD = "gold.storageclass.storage.k8s.io/"


@pytest.mark.parametrize(("hard", "make", "expected"), [
    ({"configmaps": "9"}, lambda api: config_map(api, "x"), {"configmaps": "2"}),
    ({"count/configmaps": "9"}, lambda api: config_map(api, "x"), {"count/configmaps": "2"}),
    ({"services": "9", "services.nodeports": "9"}, lambda api: service(api, "x", type="NodePort"),
     {"services": "2", "services.nodeports": "2"}),
    ({"services.loadbalancers": "9", "services.nodeports": "9"}, lambda api: service(api, "x", type="LoadBalancer"),
     {"services.loadbalancers": "1", "services.nodeports": "2"}),
    ({"persistentvolumeclaims": "9", "requests.storage": "9Gi", f"{GOLD}requests.storage": "9Gi",
      f"{GOLD}persistentvolumeclaims": "9", "iron.storageclass.storage.k8s.io/requests.storage": "9Gi"},
     lambda api: claim(api, "x"),
     {"persistentvolumeclaims": "1", "requests.storage": "1Gi", f"{GOLD}requests.storage": "1Gi",
      f"{GOLD}persistentvolumeclaims": "1", "iron.storageclass.storage.k8s.io/requests.storage": "0"}),
    ({"count/deployments.apps": "9", "configmaps": "9"}, lambda api: config_map(api, "x"),
     {"count/deployments.apps": "0", "configmaps": "2"}),
    ({"requests.example.com/gpu": "4"}, lambda api: pod(api, "x", limits={"example.com/gpu": "2"}),
     {"requests.example.com/gpu": "2"}),
])
def test_what_objects_count_as(api, hard, make, expected):
    quota(api, hard=hard)
    Reconciler(api).until_stable()
    make(api)
    charged = used(api)
    Reconciler(api).until_stable()
    assert (charged, used(api)) == (expected, expected)


SCOPED = [
    ({"scopes": ["BestEffort"]}, {}, {}, 1), ({"scopes": ["NotBestEffort"]}, {}, {}, 0),
    ({"scopes": ["BestEffort"]}, {"cpu": "1"}, {}, 0), ({"scopes": ["NotBestEffort"]}, {"cpu": "1"}, {}, 1),
    ({"scopes": ["Terminating"]}, {}, {"activeDeadlineSeconds": 5}, 1), ({"scopes": ["NotTerminating"]}, {}, {}, 1),
    ({"scopes": ["Terminating", "BestEffort"]}, {}, {}, 0),
    ({"scopeSelector": {"matchExpressions": [
        {"scopeName": "PriorityClass", "operator": "In", "values": ["system-node-critical"]},
    ]}}, {}, {"priorityClassName": "system-node-critical"}, 1),
    ({"scopeSelector": {"matchExpressions": [
        {"scopeName": "PriorityClass", "operator": "NotIn", "values": ["system-node-critical"]},
    ]}}, {}, {"priorityClassName": "system-node-critical"}, 0),
    ({"scopeSelector": {"matchExpressions": [{"scopeName": "PriorityClass", "operator": "Exists"}]}}, {}, {}, 0),
]


@pytest.mark.parametrize(("spec", "requests", "fields", "count"), SCOPED)
def test_scopes(api, spec, requests, fields, count):
    quota(api, hard={"pods": "5"}, **spec)
    pod(api, "x", requests, **fields)
    assert used(api) in (None, {"pods": str(count)})
    Reconciler(api).until_stable()
    assert used(api) == {"pods": str(count)}


def limit_range(api, *items, name="lr"):
    return api.create({"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": name}, "spec": {"limits": list(items)}})


def test_containers_get_defaults(api):
    limit_range(api, {"type": "Container", "default": {"cpu": "200m"}, "defaultRequest": {"cpu": "100m"}})
    made = pod(api, "a", init=[{"name": "i", "image": "i"}])
    assert made["spec"]["containers"][0]["resources"] == {"limits": {"cpu": "200m"}, "requests": {"cpu": "100m"}}
    assert made["metadata"]["annotations"]["kubernetes.io/limit-ranger"] == (
        "LimitRanger plugin set: cpu request for container c; cpu limit for container c; "
        "cpu request for init container i; cpu limit for init container i"
    )
    assert made["status"]["qosClass"] == "Burstable"


@pytest.mark.parametrize(("item", "requests", "limits", "expected"), [
    ({"type": "Container", "max": {"cpu": "500m"}}, {}, {"cpu": "2"},
     "maximum cpu usage per Container is 500m, but limit is 2"),
    ({"type": "Container", "min": {"cpu": "500m"}}, {"cpu": "100m"}, {},
     "minimum cpu usage per Container is 500m, but request is 100m"),
    ({"type": "Container", "max": {"cpu": "1", "memory": "1Gi"}}, {}, {"cpu": "2", "memory": "2Gi"},
     ("[maximum cpu usage per Container is 1, but limit is 2, maximum memory usage per Container is 1Gi, but limit is 2Gi]")),
    ({"type": "Pod", "max": {"memory": "1Gi"}}, {}, {}, "maximum memory usage per Pod is 1Gi.  No limit is specified"),
    ({"type": "Pod", "min": {"memory": "1Gi"}}, {}, {}, "minimum memory usage per Pod is 1Gi.  No request is specified"),
    ({"type": "Container", "maxLimitRequestRatio": {"cpu": "2"}}, {"cpu": "1"}, {"cpu": "4"},
     "cpu max limit to request ratio per Container is 2, but provided ratio is 4.000000"),
    ({"type": "Container", "maxLimitRequestRatio": {"cpu": "2"}}, {}, {},
     "cpu max limit to request ratio per Container is 2, but no request is specified or request is 0"),
])
def test_bounds(api, item, requests, limits, expected):
    limit_range(api, item)
    assert refused(pod, api, "x", requests, limits) == f'pods "x" is forbidden: {expected}'


def test_bounds_of_claims(api):
    limit_range(api, {"type": "PersistentVolumeClaim", "max": {"storage": "2Gi"}, "min": {"storage": "1Gi"}})
    assert refused(claim, api, "x", "5Gi") == (
        'persistentvolumeclaims "x" is forbidden: maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 5Gi'
    )
    assert refused(claim, api, "x", "5Mi").endswith(
        "minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 5Mi"
    )
    claim(api, "x", "1Gi")


def test_a_runtime_class_has_to_be_there_and_costs(api):
    assert refused(pod, api, "x", runtimeClassName="rc") == 'pods "x" is forbidden: pod rejected: RuntimeClass "rc" not found'
    api.create({
        "apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "rc"}, "handler": "h",
        "overhead": {"podFixed": {"cpu": "10m"}},
        "scheduling": {"nodeSelector": {"a": "b"}, "tolerations": [{"key": "k", "operator": "Exists"}]},
    })
    spec = pod(api, "x", runtimeClassName="rc")["spec"]
    assert spec["overhead"] == {"cpu": "10m"}
    assert spec["nodeSelector"] == {"a": "b"}
    assert {"key": "k", "operator": "Exists"} in spec["tolerations"]
    assert refused(pod, api, "y", runtimeClassName="rc", nodeSelector={"a": "c"}) == (
        'pods "y" is forbidden: conflict: runtimeClass.scheduling.nodeSelector[a] = b; pod.spec.nodeSelector[a] = c'
    )


def test_only_one_priority_class_is_the_default(api):
    def default(name):
        return api.create({
            "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": name}, "value": 5,
            "globalDefault": True,
        })

    default("a")
    assert refused(default, "b") == (
        'priorityclasses.scheduling.k8s.io "b" is forbidden: PriorityClass a is already marked as default. '
        "Only one default can exist"
    )
    assert pod(api, "x")["spec"]["priority"] == 5


def test_default_classes_are_filled_in(api):
    for kind, group, annotation, rest in (
        ("StorageClass", "storage.k8s.io", "storageclass", {"provisioner": "p"}),
        ("IngressClass", "networking.k8s.io", "ingressclass", {"spec": {"controller": "a/b"}}),
    ):
        api.create({
            "apiVersion": f"{group}/v1", "kind": kind, **rest,
            "metadata": {"name": "std", "annotations": {f"{annotation}.kubernetes.io/is-default-class": "true"}},
        })
    assert claim(api, "x", class_name=None)["spec"]["storageClassName"] == "std"
    assert claim(api, "y", class_name="")["spec"]["storageClassName"] == ""
    ingress = api.create({
        "apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "x"}, "spec": {},
    })
    assert ingress["spec"]["ingressClassName"] == "std"
    assert claim(api, "z")["metadata"]["finalizers"] == ["kubernetes.io/pvc-protection"]
