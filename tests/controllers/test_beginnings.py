"""Pods that begin alike are begun by the pattern of the first, and come out as the state machine would have made them."""

import copy

import pytest
from wholecluster import WholeCluster

from minikctl.controllers.kubelet import beginnings, pods


def deployment(name, replicas, *, template=None, labels=None, **spec):
    containers = [{"name": "c", "image": name}]
    labels = {"app": name, **(labels or {})}
    return {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": "default"},
        "spec": {
            "replicas": replicas, "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": containers, **(template or {}), **spec}},
        },
    }


def bare_pod(name, **spec):
    return {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "default"},
        "spec": {"containers": [{"name": "c", "image": "nginx"}], **spec},
    }


CONFIG = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings", "namespace": "default"}, "data": {"a": "b"}}
FROM_CONFIG = [{"name": "c", "image": "x", "envFrom": [{"configMapRef": {"name": "settings"}}]}]
TWO = [{"name": "c", "image": "50%(off)s"}, {"name": "d", "image": 'quoted"é'}]
SLOW = [{"name": "c", "image": "slow"}]
#: what is applied at once, one list a pass
STORIES = {
    "alike": [[deployment("web", 7)]],
    "two sets": [[deployment("web", 3), deployment("api", 3)]],
    "two containers, with odd images": [[deployment("web", 4, containers=TWO)]],
    "a mark in an image": [[deployment("web", 3, containers=[{"name": "c", "image": "a\0host;"}])]],
    "init containers": [[deployment("web", 3, initContainers=[{"name": "i", "image": "i"}])]],
    "ready after a while": [[deployment("web", 4, containers=SLOW)]],
    "some crash": [[deployment("crash", 3), deployment("web", 2)]],
    "on the network of their nodes": [[deployment("web", 3, hostNetwork=True)]],
    "other labels, which a behavior asks for": [[deployment("web", 2), deployment("wait", 2, labels={"wait": "yes"})]],
    "Pods of no set": [[bare_pod("a"), bare_pod("b"), bare_pod("c", restartPolicy="Never"), bare_pod("d", hostNetwork=True)]],
    "readiness gates": [[deployment("web", 3, readinessGates=[{"conditionType": "x/y"}])]],
    "a ConfigMap that comes later": [
        [deployment("web", 3, containers=FROM_CONFIG)], [CONFIG], [deployment("more", 3, containers=FROM_CONFIG)],
    ],
    "one pass and then another": [[deployment("web", 3)], [deployment("api", 3)]],
}


def played(folder, story):
    """The whole journal after a story."""
    folder.mkdir()
    cluster = WholeCluster(folder)
    cluster.behave("slow", images=["slow"], ready={"after": "3s"})
    cluster.behave("crash", images=["crash"], exit={"after": "30s", "code": 1})
    cluster.behave("wait", podSelector={"matchLabels": {"wait": "yes"}}, start={"after": "4s"})
    for objects in story:
        cluster.apply(*copy.deepcopy(objects))
        cluster.advance(10)
    cluster.advance(100)
    rows = cluster.store._execute("SELECT * FROM journal ORDER BY revision").fetchall()
    cluster.store.close()
    return rows


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_a_pattern_makes_what_the_state_machine_makes(tmp_path, monkeypatch, story):
    with_patterns = played(tmp_path / "a", story)
    monkeypatch.setattr(beginnings, "alike", lambda *_: None)
    assert with_patterns == played(tmp_path / "b", story)


@pytest.mark.parametrize(
    ("story", "expected"),
    [("alike", 1), ("two sets", 2), ("two containers, with odd images", 1), ("init containers", 3), ("a mark in an image", 3)],
)
def test_the_state_machine_is_asked_once_for_each_sort(tmp_path, monkeypatch, story, expected):
    asked = []
    really = pods.next_status
    monkeypatch.setattr(pods, "next_status", lambda *args: asked.append(args) or really(*args))
    cluster = WholeCluster(tmp_path)
    cluster.apply(*copy.deepcopy(STORIES[story][0]))
    assert len(asked) == expected
    cluster.store.close()


def test_each_container_has_an_id_of_its_own(tmp_path):
    cluster = WholeCluster(tmp_path)
    cluster.apply(deployment("web", 4, containers=TWO))
    ids = [
        status["containerID"] for pod in cluster.api.list("pods", "default") for status in pod["status"]["containerStatuses"]
    ]
    assert len(set(ids)) == 8
    assert all(each.startswith("containerd://") and len(each) == len("containerd://") + 64 for each in ids)
    cluster.store.close()


def test_a_node_without_an_address_gives_its_pods_none(tmp_path):
    cluster = WholeCluster(tmp_path)
    for number in (1, 2, 3):
        node = cluster.api.get("nodes", "", f"node-{number}")
        if number != 2:
            node["status"]["addresses"] = []
            cluster.api.update_status(node)
    cluster.apply(deployment("web", 6))
    for pod in cluster.api.list("pods", "default"):
        assert ("hostIP" in pod["status"]) is (pod["spec"]["nodeName"] == "node-2")
        assert pod["status"]["podIP"]
    cluster.store.close()


def begun(**more):
    """A Pod as the kubelet finds it; ``more``: of its container."""
    return {
        "metadata": {"name": "a", "namespace": "default", "labels": {"app": "web"}, "generation": 1},
        "spec": {
            "containers": [{"name": "c", "image": "i", "volumeMounts": [{"name": "drawn-1"}], **more}],
            "volumes": [{"name": "drawn-1", "projected": {}}], "nodeName": "node-1", "restartPolicy": "Always",
        },
        "status": {"phase": "Pending"},
    }


def without(obj, *path):
    inner = obj
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]


def put(obj, value, *path):
    inner = obj
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value


@pytest.mark.parametrize(
    ("change", "fits"),
    [
        (lambda _: None, True),
        (lambda pod: put(pod, "b", "metadata", "name"), True),
        (lambda pod: put(pod, "node-2", "spec", "nodeName"), True),
        (lambda pod: put(pod, "drawn-2", "spec", "volumes", 0, "name"), True),
        (lambda pod: put(pod, [{"name": "drawn-2"}], "spec", "containers", 0, "volumeMounts"), True),
        (lambda pod: without(pod, "spec", "containers", 0, "volumeMounts"), True),
        (lambda pod: put(pod, "other", "metadata", "labels", "app"), False),
        (lambda pod: put(pod, "other", "metadata", "namespace"), False),
        (lambda pod: put(pod, 2, "metadata", "generation"), False),
        (lambda pod: put(pod, "Running", "status", "phase"), False),
        (lambda pod: put(pod, "j", "spec", "containers", 0, "image"), False),
        (lambda pod: put(pod, [], "spec", "containers", 0, "envFrom"), False),
        (lambda pod: (without(pod, "spec", "containers", 0, "volumeMounts"), without(pod, "spec", "restartPolicy")), False),
        (lambda pod: put(pod, {"secret": {}}, "spec", "volumes", 0), False),
        (lambda pod: put(pod, [], "spec", "volumes"), False),
        (lambda pod: (without(pod, "spec", "volumes"), put(pod, None, "spec", "x")), False),
        (lambda pod: put(pod, [{"conditionType": "x"}], "spec", "readinessGates"), False),
    ],
)
def test_what_is_alike(change, fits):
    pod = begun()
    change(pod)
    for one, other in ((begun(), pod), (pod, begun())):
        assert beginnings._Pattern(one, None).fits(other) is fits


def test_a_field_more_in_the_place_of_one_that_may_be_missing_is_not_alike():
    one, other = begun(), begun(env=[])
    without(other, "spec", "containers", 0, "volumeMounts")
    assert not beginnings._Pattern(one, None).fits(other)
    assert not beginnings._Pattern(other, None).fits(one)
