"""Services, their Pods and what leads from the one to the other, over the real API and real passes."""

import io

import pytest
from servicebuilders import TIME, pod, service

from minikctl import reconcile
from minikctl.api.bootstrap import fill
from minikctl.api.server import Api
from minikctl.controllers import CONTROLLERS
from minikctl.env import Env
from minikctl.errors import Invalid
from minikctl.reconcile import Reconciler
from minikctl.store import Store

SLICES = "endpointslices.discovery.k8s.io"
OURS = ("garbagecollector", "kubernetesservice", "endpoints", "endpointslice", "endpointslicemirroring")


class Cluster:
    def __init__(self, folder, monkeypatch):
        env = Env(io.StringIO(), io.StringIO(), io.StringIO(), {"MINIKCTL_NOW": TIME, "MINIKCTL_SEED": "1"})
        self.store = Store(str(folder / "state.db"), lambda store: fill(store, env))
        self.store.begin()
        self.api = Api(self.store, env)
        monkeypatch.setattr(reconcile, "CONTROLLERS", tuple(row for row in CONTROLLERS if row[0] in OURS))
        self.reconciler = Reconciler(self.api)
        self.settle()

    def settle(self):
        passes = self.reconciler.until_stable()
        assert [failed for done in passes for failed in done.failed] == []
        return sum(done.writes for done in passes)

    def apply(self, **spec):
        """Make a Service as a client does."""
        name = spec.pop("name", "web")
        manifest = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}
        return self.api.create(manifest, client=True)

    def patch(self, resource, name, change):
        def changed(obj):
            change(obj)
            return obj

        return self.api.patch(resource, "default", name, changed)[0]

    def add(self, *pods):
        for one in pods:
            one["metadata"].pop("uid")
            status = one["status"]
            made = self.api.create(one)
            self.api.update_status({**made, "status": status})

    def endpoints(self, name="web"):
        found = self.api.get("endpoints", "default", name)
        return None if found is None else [
            ([one["targetRef"]["name"] for one in subset.get("addresses", ())], [p["port"] for p in subset["ports"]])
            for subset in found.get("subsets", ())
        ]

    def slices(self, name="web"):
        return [
            one for one in self.api.list(SLICES, "default")
            if one["metadata"]["labels"]["kubernetes.io/service-name"] == name
        ]


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    return Cluster(tmp_path, monkeypatch)


PORTS = [{"name": "http", "port": 80, "targetPort": "http"}, {"name": "metrics", "port": 9090}]


def test_a_service_leads_to_its_pods_from_beginning_to_end(cluster):
    cluster.apply(selector={"app": "web"}, ports=PORTS)
    cluster.settle()
    assert cluster.endpoints() == []
    assert [one["metadata"]["generation"] for one in cluster.slices()] == [1]

    cluster.add(pod("p1", 1), pod("p2", 2), pod("p3", 3, named="", ready=False))
    cluster.settle()
    assert cluster.endpoints() == [(["p1", "p2"], [9090]), (["p1", "p2"], [8080])]
    assert sorted(len(one["endpoints"]) for one in cluster.slices()) == [1, 2]

    cluster.api.delete("services", "default", "web")
    cluster.settle()
    assert cluster.endpoints() is None
    assert cluster.slices() == []


def test_the_generation_of_a_slice_is_as_if_each_pod_had_come_alone(cluster):
    cluster.apply(selector={"app": "web"}, ports=[{"port": 80, "targetPort": "http"}])
    cluster.add(pod("p1", 1), pod("p2", 2), pod("p3", 3))
    cluster.settle()
    assert [one["metadata"]["generation"] for one in cluster.slices()] == [4]


def test_at_rest_nothing_is_written(cluster):
    cluster.apply(selector={"app": "web"}, ports=PORTS)
    cluster.apply(name="headless", clusterIP="None", selector={"app": "web"}, ports=[{"port": 80}])
    cluster.apply(name="bare", ports=[{"port": 80}])
    cluster.api.create({
        "apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": "bare"},
        "subsets": [{"addresses": [{"ip": "192.0.2.7"}], "ports": [{"port": 80}]}],
    }, client=True)
    cluster.add(pod("p1", 1), pod("p2", 2, ready=False))
    assert cluster.settle() > 0
    assert cluster.settle() == 0
    assert cluster.reconciler.run_pass().synced == []


def test_what_does_not_show_in_endpoints_wakes_nobody(cluster):
    cluster.apply(selector={"app": "web"}, ports=PORTS)
    cluster.add(pod("p1", 1))
    cluster.settle()
    one = cluster.api.get("pods", "default", "p1")
    one["status"]["startTime"] = TIME
    cluster.api.update_status(one)
    assert cluster.reconciler.run_pass().synced == []


def test_a_service_that_loses_its_type_loses_its_node_ports(cluster):
    made = cluster.apply(type="NodePort", selector={"app": "web"}, ports=[{"port": 80, "nodePort": 30080}])
    assert made["spec"]["ports"][0]["nodePort"] == 30080
    changed = cluster.patch("services", "web", lambda obj: obj["spec"].update(type="ClusterIP"))
    assert "nodePort" not in changed["spec"]["ports"][0]
    assert changed["spec"]["clusterIP"] == made["spec"]["clusterIP"]
    # and now it is free for another
    cluster.apply(name="other", type="NodePort", ports=[{"port": 80, "nodePort": 30080}])


def test_what_is_taken_cannot_be_had(cluster):
    first = cluster.apply(type="NodePort", ports=[{"port": 80, "nodePort": 31111}])
    with pytest.raises(Invalid) as caught:
        cluster.apply(name="dup", type="NodePort", ports=[{"port": 80, "nodePort": 31111}])
    assert caught.value.user_message() == (
        'The Service "dup" is invalid: spec.ports[0].nodePort: Invalid value: 31111: provided port is already allocated'
    )
    with pytest.raises(Invalid, match="provided IP is already allocated"):
        cluster.apply(name="dup", clusterIP=first["spec"]["clusterIP"], ports=[{"port": 80}])
    cluster.api.delete("services", "default", "web")
    cluster.apply(name="dup", clusterIP=first["spec"]["clusterIP"], ports=[{"port": 80}])


def test_an_address_may_not_change_once_set(cluster):
    cluster.apply(ports=[{"port": 80}])
    with pytest.raises(Invalid) as caught:
        cluster.patch("services", "web", lambda obj: obj["spec"].update(clusterIP="10.96.9.9"))
    assert caught.value.user_message() == (
        'The Service "web" is invalid: spec.clusterIPs[0]: Invalid value: ["10.96.9.9"]: may not change once set'
    )


def test_a_trusted_service_keeps_what_it_says():
    """The builder's Service is one that the API would take as it is."""
    from minikctl import kinds

    kind = kinds.load(kinds.info_for("services"))
    obj = service()
    kind.default(obj)
    assert kind.validate(obj) == []


def test_the_service_of_the_api_server_comes_back(cluster):
    def shown(resource):
        obj = cluster.api.must_get(resource, "default", "kubernetes")
        return [obj.get(field) for field in ("spec", "subsets", "endpoints", "ports")]

    before = [shown(resource) for resource in ("services", "endpoints", SLICES)]
    uid = cluster.api.must_get("services", "default", "kubernetes")["metadata"]["uid"]
    cluster.api.delete("services", "default", "kubernetes")
    cluster.settle()
    assert [shown(resource) for resource in ("services", "endpoints", SLICES)] == before
    assert cluster.api.must_get("services", "default", "kubernetes")["metadata"]["uid"] != uid
    assert cluster.settle() == 0
