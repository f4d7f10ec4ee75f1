"""Claims and volumes: who gets which, what is made, what becomes of it, and what is held while it is in use."""

import pytest
from realcluster import Cluster

from minikctl.controllers.persistentvolume.matching import find_matching_volume
from minikctl.errors import Forbidden

CLAIMS, VOLUMES = "persistentvolumeclaims", "persistentvolumes"


def volume(name, size="1Gi", class_name="manual", modes=("ReadWriteOnce",), labels=None, **spec):
    return {
        "apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name, "labels": labels or {}},
        "spec": {
            "capacity": {"storage": size}, "accessModes": list(modes), "storageClassName": class_name,
            "hostPath": {"path": "/data"}, **spec,
        },
    }


def claim(name="claim", size="500Mi", class_name="manual", modes=("ReadWriteOnce",), **spec):
    return {
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name, "namespace": "default"},
        "spec": {
            "accessModes": list(modes), "storageClassName": class_name, "resources": {"requests": {"storage": size}}, **spec,
        },
    }


def storage_class(name="fast", provisioner="minikctl.dev/simulated", **fields):
    return {
        "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": name},
        "provisioner": provisioner, **fields,
    }


def offered(obj):
    return {**obj, "status": {"phase": "Available"}}


A_CLAIM = {**claim(), "metadata": {"name": "claim", "namespace": "default", "uid": "c"}}
KEPT = {"claimRef": {"namespace": "default", "name": "claim"}}


@pytest.mark.parametrize(("volumes", "wanted", "expected"), [
    ([volume("big", "5Gi"), volume("small")], {}, "small"),
    ([volume("tiny", "1Mi")], {}, None),
    ([volume("other", class_name="x")], {}, None),
    ([volume("many", modes=("ReadWriteOnce", "ReadWriteMany")), volume("plain", "9Gi")], {}, "plain"),
    ([volume("plain")], {"accessModes": ["ReadWriteMany"]}, None),
    ([volume("block", volumeMode="Block")], {}, None),
    ([volume("a"), volume("b", labels={"tier": "x"})], {"selector": {"matchLabels": {"tier": "x"}}}, "b"),
    ([volume("a"), volume("kept", "9Gi", **KEPT)], {}, "kept"),
    ([volume("taken", claimRef={"namespace": "default", "name": "other"})], {}, None),
    ([volume("taken", claimRef={"namespace": "default", "name": "claim", "uid": "old"})], {}, None),
])
def test_the_smallest_volume_that_fits(volumes, wanted, expected):
    asked = {**A_CLAIM, "spec": {**A_CLAIM["spec"], **wanted}}
    found = find_matching_volume(asked, map(offered, volumes))
    assert (found and found["metadata"]["name"]) == expected


def test_only_what_is_available_is_given():
    assert find_matching_volume(A_CLAIM, [volume("a")]) is None
    assert find_matching_volume(A_CLAIM, [offered(volume("a"))], delayed=True) is None
    assert find_matching_volume(A_CLAIM, [offered(volume("a"))], taken={"a"}) is None


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    return Cluster(tmp_path, monkeypatch)


def phases(cluster):
    return {
        obj["metadata"]["name"]: obj["status"]["phase"]
        for resource in (CLAIMS, VOLUMES) for obj in cluster.api.list(resource)
    }


@pytest.mark.parametrize("order", [1, -1])
def test_binding_in_either_order(cluster, order):
    for obj in [volume("pv"), claim()][::order]:
        cluster.api.create(obj)
    cluster.settle()
    bound, pv = cluster.api.get(CLAIMS, "default", "claim"), cluster.api.get(VOLUMES, "", "pv")
    assert bound["status"] == {"phase": "Bound", "accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"}}
    assert bound["metadata"]["annotations"] == {
        "pv.kubernetes.io/bind-completed": "yes", "pv.kubernetes.io/bound-by-controller": "yes",
    }
    assert pv["spec"]["claimRef"]["uid"] == bound["metadata"]["uid"]
    assert pv["metadata"]["annotations"] == {"pv.kubernetes.io/bound-by-controller": "yes"}
    assert pv["status"]["phase"] == "Bound"
    before = cluster.store.revision
    cluster.settle()
    assert cluster.store.revision == before


@pytest.mark.parametrize(("asked", "words"), [
    (claim(class_name=""), "no persistent volumes available for this claim and no storage class is set"),
    (claim(class_name="none"), 'storageclass.storage.k8s.io "none" not found'),
    (claim(volumeName="pv", size="5Gi"), 'Cannot bind to requested volume "pv": requested PV is too small'),
    (claim(volumeName="pv", class_name="x"), 'Cannot bind to requested volume "pv": storageClassName does not match'),
    (claim(volumeName="pv", modes=["ReadWriteMany"]), 'Cannot bind to requested volume "pv": incompatible accessMode'),
    (claim(class_name="lazy"), "waiting for first consumer to be created before binding"),
    (claim(class_name="foreign"), (
        "Waiting for a volume to be created either by the external provisioner 'example.com/p' or manually by the system "
        "administrator. If volume creation is delayed, please verify that the provisioner is running and correctly "
        "registered."
    )),
])
def test_why_a_claim_waits(cluster, asked, words):
    cluster.api.create(storage_class("lazy", volumeBindingMode="WaitForFirstConsumer"))
    cluster.api.create(storage_class("foreign", "example.com/p"))
    cluster.api.create(volume("pv"))
    cluster.api.create(asked)
    cluster.settle()
    assert phases(cluster)["claim"] == "Pending"
    assert words in cluster.messages("claim")


def test_a_volume_of_somebody_else_is_not_had(cluster):
    cluster.api.create(volume("pv"))
    cluster.api.create(claim("first"))
    cluster.settle()
    cluster.api.create(claim("second", volumeName="pv"))
    cluster.settle()
    assert phases(cluster) == {"pv": "Bound", "first": "Bound", "second": "Pending"}
    assert cluster.messages("second") == ['volume "pv" already bound to a different claim.']


@pytest.mark.parametrize(("policy", "path", "phase", "message"), [
    ("Retain", "/data", "Released", None),
    ("Delete", "/data", "Failed", "host_path deleter only supports /tmp/.+ but received provided /data"),
    ("Delete", "/tmp/x", None, None),
    ("Recycle", "/data", "Available", None),
])
def test_what_becomes_of_a_volume(cluster, policy, path, phase, message):
    cluster.api.create(volume("pv", persistentVolumeReclaimPolicy=policy, hostPath={"path": path}))
    cluster.api.create(claim())
    cluster.settle()
    cluster.api.delete(CLAIMS, "default", "claim")
    cluster.settle()
    assert phases(cluster).get("pv") == phase
    if phase is not None:
        assert cluster.api.get(VOLUMES, "", "pv")["status"].get("message") == message


def test_volumes_are_made_and_go_with_their_claims(cluster):
    cluster.api.create(storage_class(mountOptions=["ro"]))
    made = cluster.api.create(claim(class_name="fast"))
    cluster.settle()
    (pv,) = cluster.api.list(VOLUMES)
    assert pv["metadata"]["name"] == f"pvc-{made['metadata']['uid']}"
    assert pv["metadata"]["annotations"] == {"pv.kubernetes.io/provisioned-by": "minikctl.dev/simulated"}
    assert (pv["spec"]["capacity"], pv["spec"]["mountOptions"]) == ({"storage": "500Mi"}, ["ro"])
    bound = cluster.api.get(CLAIMS, "default", "claim")
    assert bound["status"]["phase"] == "Bound"
    assert bound["metadata"]["annotations"]["volume.kubernetes.io/storage-provisioner"] == "minikctl.dev/simulated"
    cluster.api.delete(CLAIMS, "default", "claim")
    cluster.settle()
    assert phases(cluster) == {}


def test_every_default_class_is_provisioned_for(cluster):
    std = storage_class("std", "ebs.csi.aws.com")
    std["metadata"]["annotations"] = {"storageclass.kubernetes.io/is-default-class": "true"}
    cluster.api.create(std)
    cluster.api.create(claim(class_name=None))
    cluster.settle()
    assert phases(cluster)["claim"] == "Bound"
    cluster.api.delete(CLAIMS, "default", "claim")
    cluster.settle()
    assert phases(cluster) == {}


def test_a_claim_that_lost_its_volume_says_so(cluster):
    cluster.api.create(volume("pv"))
    cluster.api.create(claim())
    cluster.settle()
    cluster.change(VOLUMES, "pv", lambda obj: obj["metadata"].pop("finalizers"), namespace="")
    cluster.api.delete(VOLUMES, "", "pv")
    cluster.settle()
    assert phases(cluster) == {"claim": "Lost"}
    assert cluster.messages("claim") == ["Bound claim has lost its PersistentVolume. Data on the volume is lost!"]


def user_of(name="claim"):
    return {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "user", "namespace": "default"},
        "spec": {
            "containers": [{"name": "c", "image": "i"}],
            "volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": name}}],
        },
    }


def test_what_is_in_use_stays(cluster):
    cluster.api.create(volume("pv"))
    cluster.api.create(claim())
    cluster.api.create(user_of())
    cluster.settle()
    cluster.api.delete(CLAIMS, "default", "claim")
    cluster.api.delete(VOLUMES, "", "pv")
    cluster.settle()
    assert cluster.api.get(CLAIMS, "default", "claim")["metadata"]["deletionTimestamp"]
    assert cluster.api.get(VOLUMES, "", "pv")["metadata"]["deletionTimestamp"]
    cluster.api.delete("pods", "default", "user", grace_period=0)
    cluster.settle()
    assert phases(cluster) == {}


def test_claims_grow_where_their_class_lets_them(cluster):
    cluster.api.create(storage_class(allowVolumeExpansion=True))
    cluster.api.create(storage_class("fixed"))
    for name in ("fast", "fixed"):
        cluster.api.create(claim(name, class_name=name))
    cluster.settle()

    def grow(obj):
        obj["spec"]["resources"]["requests"]["storage"] = "2Gi"

    cluster.change(CLAIMS, "fast", grow)
    cluster.settle()
    grown = cluster.api.get(CLAIMS, "default", "fast")
    assert grown["status"]["capacity"] == {"storage": "2Gi"}
    assert cluster.api.get(VOLUMES, "", grown["spec"]["volumeName"])["spec"]["capacity"] == {"storage": "2Gi"}
    with pytest.raises(Forbidden, match="only dynamically provisioned pvc can be resized and the storageclass that"):
        cluster.change(CLAIMS, "fixed", grow)


def test_ephemeral_volumes_have_claims_that_go_with_their_pod(cluster):
    cluster.api.create(storage_class())
    pod = user_of()
    template = {"metadata": {"labels": {"a": "b"}}, "spec": claim(class_name="fast")["spec"]}
    pod["spec"]["volumes"] = [{"name": "scratch", "ephemeral": {"volumeClaimTemplate": template}}]
    cluster.api.create(pod)
    cluster.settle()
    made = cluster.api.get(CLAIMS, "default", "user-scratch")
    assert (made["metadata"]["labels"], made["status"]["phase"]) == ({"a": "b"}, "Bound")
    cluster.api.delete("pods", "default", "user", grace_period=0)
    cluster.settle()
    assert phases(cluster) == {}
