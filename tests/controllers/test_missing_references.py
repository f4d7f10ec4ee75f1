"""Pods whose ConfigMaps and Secrets are not there, and what becomes of them when those come."""

from __future__ import annotations

import copy

import pytest
from wholecluster import WholeCluster

MAP = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}, "data": {"color": "blue"}}
SECRET = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "token"}, "data": {"key": "YQ=="}}


class Cluster(WholeCluster):
    def apply(self, *objects):
        return super().apply(*copy.deepcopy(objects))


@pytest.fixture
def cluster(tmp_path):
    return Cluster(tmp_path)


def pod(*volumes, init=None, **container):
    spec = {"containers": [{"name": "c", "image": "x", **container}]}
    if volumes:
        spec["volumes"] = [{"name": f"v{number}", **each} for number, each in enumerate(volumes)]
    if init:
        spec["initContainers"] = [{"name": "i", "image": "x", **init}]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec}


def env(**source):
    return {"env": [{"name": "A", "valueFrom": source}]}


def map_key(key="color", **more):
    return env(configMapKeyRef={"name": "settings", "key": key, **more})


def projected(*names):
    return {"projected": {"sources": [{"configMap": {"name": name}} for name in names]}}


def waits(cluster):
    status = cluster.get("pods", "p")["status"]
    waiting = status["containerStatuses"][0]["state"].get("waiting") or {}
    return status["phase"], waiting.get("reason"), waiting.get("message")


MOUNTS = [
    ({"configMap": {"name": "settings"}}, 'configmap "settings" not found'),
    ({"secret": {"secretName": "token"}}, 'secret "token" not found'),
    ({"configMap": {"name": "settings", "optional": True}}, None),
    (projected("settings"), 'configmap "settings" not found'),
    (projected("settings", "more"), '[configmap "settings" not found, configmap "more" not found]'),
]


@pytest.mark.parametrize(("volume", "problem"), MOUNTS)
def test_a_volume_that_cannot_be_mounted_holds_up_the_pod(cluster, volume, problem):
    cluster.apply(pod(volume))
    cluster.settle()
    events = [message for reason, message in cluster.messages("p") if reason == "FailedMount"]
    if problem is None:
        assert (waits(cluster)[0], events) == ("Running", [])
        return
    assert waits(cluster) == ("Pending", "ContainerCreating", None)
    assert events == [f'MountVolume.SetUp failed for volume "v0" : {problem}']
    assert "podIP" not in cluster.get("pods", "p")["status"]


def test_a_key_that_is_not_there_holds_it_up_too(cluster):
    cluster.apply(MAP, pod({"configMap": {"name": "settings", "items": [{"key": "size", "path": "s"}]}}))
    events = [message for reason, message in cluster.messages("p") if reason == "FailedMount"]
    assert events == ['MountVolume.SetUp failed for volume "v0" : configmap references non-existent config key: size']


VARIABLES = [
    (map_key(), 'configmap "settings" not found'),
    (env(secretKeyRef={"name": "token", "key": "key"}), 'secret "token" not found'),
    (map_key(optional=True), None),
    ({"envFrom": [{"configMapRef": {"name": "settings"}}]}, 'configmap "settings" not found'),
    ({"envFrom": [{"secretRef": {"name": "token", "optional": True}}]}, None),
]


@pytest.mark.parametrize(("container", "problem"), VARIABLES)
def test_a_variable_that_cannot_be_set_keeps_a_container_from_starting(cluster, container, problem):
    cluster.apply(pod(**container))
    cluster.settle()
    if problem is None:
        assert waits(cluster)[0] == "Running"
        return
    assert waits(cluster) == ("Pending", "CreateContainerConfigError", problem)
    assert ("Failed", f"Error: {problem}") in cluster.messages("p")


def test_a_key_that_is_not_there(cluster):
    cluster.apply(MAP, pod(**map_key("size")))
    assert waits(cluster) == ("Pending", "CreateContainerConfigError", "couldn't find key size in ConfigMap default/settings")
    cluster.change("configmaps", "settings", lambda found: found["data"].update(size="3"))
    cluster.settle()
    assert waits(cluster)[0] == "Running"


@pytest.mark.parametrize(("wanted", "missing"), [
    (pod({"configMap": {"name": "settings"}}), MAP), (pod({"secret": {"secretName": "token"}}), SECRET),
    (pod(**map_key()), MAP), (pod(init=map_key()), MAP), (pod({"configMap": {"name": "settings"}}, init={}), MAP),
])
def test_it_goes_on_when_what_is_missing_comes(cluster, wanted, missing):
    cluster.apply(wanted)
    cluster.settle()
    assert waits(cluster)[0] == "Pending"
    cluster.advance(100)
    cluster.apply(missing)
    cluster.settle()
    assert waits(cluster) == ("Running", None, None)
    started = cluster.get("pods", "p")["status"]["containerStatuses"][0]["state"]["running"]["startedAt"]
    assert started == "2026-06-01T12:01:40Z", "not before it could"


def test_an_init_container_holds_up_the_others(cluster):
    cluster.apply(pod(init=map_key()))
    cluster.settle()
    status = cluster.get("pods", "p")["status"]
    assert status["initContainerStatuses"][0]["state"]["waiting"]["reason"] == "CreateContainerConfigError"
    assert status["containerStatuses"][0]["state"]["waiting"]["reason"] == "PodInitializing"


def test_what_goes_later_does_no_harm(cluster):
    cluster.apply(MAP, pod({"configMap": {"name": "settings"}}, **map_key()))
    cluster.settle()
    cluster.api.delete("configmaps", "default", "settings")
    cluster.settle()
    assert waits(cluster)[0] == "Running"
