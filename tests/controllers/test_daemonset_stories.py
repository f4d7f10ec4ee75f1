"""DaemonSets over the real API, scheduler and kubelet."""

import pytest
from wholecluster import WholeCluster, set_field, set_image

DS, PODS, REVISIONS, NODES = "daemonsets.apps", "pods", "controllerrevisions.apps", "nodes"


def agent(image="agent:1", **spec):
    return {
        "apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "agent"},
        "spec": {
            "selector": {"matchLabels": {"app": "agent"}},
            "template": {
                "metadata": {"labels": {"app": "agent"}}, "spec": {"containers": [{"name": "a", "image": image}]},
            },
            **spec,
        },
    }


@pytest.fixture
def cluster(tmp_path):
    return WholeCluster(tmp_path)


def on_nodes(cluster):
    return sorted((p["spec"].get("nodeName"), p["spec"]["containers"][0]["image"]) for p in cluster.pods(app="agent"))


def label(cluster, name, **labels):
    def change(obj):
        obj["metadata"]["labels"].update(labels)
        for key, value in labels.items():
            if value is None:
                del obj["metadata"]["labels"][key]

    cluster.change(NODES, name, change, namespace="")
    cluster.settle()


def test_one_pass_puts_a_pod_on_every_node(cluster):
    of = cluster.apply(agent())
    assert on_nodes(cluster) == [("node-1", "agent:1"), ("node-2", "agent:1"), ("node-3", "agent:1")]
    assert of["status"] == {
        "currentNumberScheduled": 3, "desiredNumberScheduled": 3, "numberAvailable": 3, "numberMisscheduled": 0,
        "numberReady": 3, "observedGeneration": 1, "updatedNumberScheduled": 3,
    }
    cluster.settle()
    assert cluster.run_pass().writes == 0


def test_nodes_that_come_get_a_pod(cluster):
    cluster.apply(agent())
    known = cluster.get(NODES, "node-1", "")
    cluster.apply({
        "apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-9", "labels": known["metadata"]["labels"]},
    })
    new = cluster.get(NODES, "node-9", "")
    new["status"] = known["status"]
    cluster.api.update_status(new)
    cluster.settle()
    # Whoever looks after nodes takes the taint that a new one has, which daemons do not put up with.
    cluster.change(NODES, "node-9", lambda obj: obj["spec"].pop("taints", None), namespace="")
    cluster.settle()
    assert "node-9" in [name for name, _ in on_nodes(cluster)]
    assert cluster.get(DS, "agent")["status"]["desiredNumberScheduled"] == 4


def test_labels_of_nodes_choose_them(cluster):
    of = agent()
    of["spec"]["template"]["spec"]["nodeSelector"] = {"disk": "ssd"}
    cluster.apply(of)
    assert on_nodes(cluster) == []
    label(cluster, "node-2", disk="ssd")
    assert on_nodes(cluster) == [("node-2", "agent:1")]
    label(cluster, "node-2", disk=None)
    assert on_nodes(cluster) == []
    assert cluster.get(DS, "agent")["status"]["desiredNumberScheduled"] == 0


@pytest.mark.parametrize(("effect", "nodes", "misscheduled"), [("NoSchedule", 3, 1), ("NoExecute", 2, 0)])
def test_a_taint_keeps_new_pods_off_or_takes_old_ones_too(cluster, effect, nodes, misscheduled):
    cluster.apply(agent())
    cluster.change(NODES, "node-3", set_field(taints=[{"key": "k", "value": "v", "effect": effect}]), namespace="")
    cluster.settle()
    assert len(on_nodes(cluster)) == nodes
    assert cluster.get(DS, "agent")["status"]["numberMisscheduled"] == misscheduled


def test_an_update_goes_from_node_to_node(cluster):
    cluster.apply(agent())
    cluster.settle()
    cluster.change(DS, "agent", set_image("agent:2"))
    seen = []
    for _ in range(12):
        cluster.run_pass()
        status = cluster.get(DS, "agent")["status"]
        seen.append(status.get("updatedNumberScheduled", 0))
        assert status.get("numberAvailable", 0) >= 2
    assert seen == sorted(seen)
    assert {image for _, image in on_nodes(cluster)} == {"agent:2"}
    assert sorted(r["revision"] for r in cluster.api.list(REVISIONS)) == [1, 2]
    labels = cluster.pods(app="agent")[0]["metadata"]["labels"]
    assert labels["pod-template-generation"] == "2"


def test_with_surge_there_is_never_one_less(cluster):
    cluster.behave("slow", ready={"after": "5s"})
    cluster.apply(agent(updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}))
    cluster.advance(10)
    cluster.change(DS, "agent", set_image("agent:2"))
    most = 0
    for _ in range(40):
        cluster.advance(1)
        assert cluster.get(DS, "agent")["status"]["numberAvailable"] == 3
        most = max(most, len(on_nodes(cluster)))
    assert most == 4
    assert {image for _, image in on_nodes(cluster)} == {"agent:2"}


def test_on_delete_updates_what_is_deleted(cluster):
    cluster.apply(agent(updateStrategy={"type": "OnDelete"}))
    cluster.change(DS, "agent", set_image("agent:2"))
    cluster.settle()
    assert {image for _, image in on_nodes(cluster)} == {"agent:1"}
    first = next(p for p in cluster.pods(app="agent") if p["spec"]["nodeName"] == "node-1")
    cluster.api.delete(PODS, "default", first["metadata"]["name"])
    cluster.settle()
    assert on_nodes(cluster)[0] == ("node-1", "agent:2")


def test_old_revisions_go_and_one_that_comes_back_is_the_newest(cluster):
    cluster.apply(agent(revisionHistoryLimit=1))
    for image in ("agent:2", "agent:3", "agent:2"):
        cluster.settle()
        cluster.change(DS, "agent", set_image(image))
    cluster.settle()
    assert sorted(r["revision"] for r in cluster.api.list(REVISIONS)) == [3, 4]


def test_a_pod_that_fails_again_and_again_is_replaced_ever_later(cluster):
    cluster.apply(agent())
    cluster.settle()

    def fail():
        pod = next(p for p in cluster.pods(app="agent") if p["spec"].get("nodeName") == "node-1")
        pod["status"]["phase"] = "Failed"
        cluster.api.update_status(pod)
        cluster.settle()
        return pod["metadata"]["name"] not in [p["metadata"]["name"] for p in cluster.pods(app="agent")]

    assert [fail(), fail()] == [True, False]
    cluster.advance(1)
    assert len(on_nodes(cluster)) == 3
    assert cluster.messages("agent")[3][0] == "FailedDaemonPod"


def test_an_update_whose_image_cannot_be_had_stops_at_the_first_node(cluster):
    cluster.behave("bad", images=["*bad*"], pull={"fail": "ImagePullBackOff"})
    cluster.apply(agent())
    cluster.change(DS, "agent", set_image("bad"))
    cluster.settle()
    assert sorted(image for _, image in on_nodes(cluster)) == ["agent:1", "agent:1", "bad"]
    cluster.change(DS, "agent", set_image("agent:1"))
    cluster.settle()
    assert {image for _, image in on_nodes(cluster)} == {"agent:1"}


def test_a_deleted_daemon_set_leaves_nothing(cluster):
    cluster.apply(agent())
    cluster.api.delete(DS, "default", "agent")
    cluster.settle()
    assert (cluster.names(PODS), cluster.names(REVISIONS)) == ([], [])
