"""Objects that several look at without a copy of their own: nobody changes them, whatever happens in the passes."""

import pytest
from wholecluster import WholeCluster

from minikctl.controllers import disruption, horizontalpodautoscaler, resourcequota
from minikctl.store.texts import decode, encode, restamp


def deployment(name, replicas, **spec):
    return {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": "default"},
        "spec": {
            "replicas": replicas, "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": "c", "image": name}], **spec},
            },
        },
    }




def hold(store):
    """Compare what is shared with what is stored."""
    shared = [each for each in store._memory.objects.values() if each.shared is not None]
    for each in shared:
        assert each.shared == decode(each.body)
        assert encode(each.shared["metadata"]) == each.texts["metadata"]
    return len(shared)


def test_what_is_shared_stays_as_it_is_stored(tmp_path):
    cluster = WholeCluster(tmp_path)
    cluster.behave("slow", images=["slow"], pull={"after": "5s"}, ready={"after": "3s"})
    cluster.behave("crash", images=["crash"], exit={"after": "30s", "code": 1})
    cluster.apply(deployment("plain", 12), deployment("slow", 5), deployment("crash", 3), deployment("huge", 3, priority=None))
    assert hold(cluster.store) >= 20
    for _ in range(4):
        cluster.advance(20)
        hold(cluster.store)
    cluster.change("deployments.apps", "plain", lambda obj: obj["spec"].update(replicas=4))
    cluster.settle()
    hold(cluster.store)
    cluster.store.close()


def test_what_a_caller_gets_is_its_own(tmp_path):
    cluster = WholeCluster(tmp_path)
    cluster.apply(deployment("plain", 2))
    for pod in cluster.api.list("pods", "default"):
        mine = cluster.api.get("pods", "default", pod["metadata"]["name"])
        mine["spec"]["containers"][0]["image"] = mine["status"]["phase"] = "changed"
    hold(cluster.store)
    cluster.store.close()


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ('{"name":"a","resourceVersion":"7"}', '{"name":"a","resourceVersion":"8"}'),
        ('{"annotations":{"resourceVersion":"7"},"resourceVersion":"7"}',
         '{"annotations":{"resourceVersion":"7"},"resourceVersion":"8"}'),
        ('{"resourceVersion":"7","annotations":{"resourceVersion":"7"}}', None),
        ('{"resourceVersion":"7","name":"a"}', '{"resourceVersion":"8","name":"a"}'),
        ('{"annotations":{"a":"\\"resourceVersion\\":\\"7\\""},"resourceVersion":"7"}',
         '{"annotations":{"a":"\\"resourceVersion\\":\\"7\\""},"resourceVersion":"8"}'),
        ('{"name":"a","resourceVersion":"77"}', None),
    ],
)
def test_metadata_gets_another_version_as_text(metadata, expected):
    assert restamp(metadata, 7, 8) == expected


@pytest.mark.parametrize(
    ("controller", "served"),
    [
        (disruption, {
            "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "b", "namespace": "default"},
            "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}},
        }),
        (resourcequota, {
            "apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q", "namespace": "default"},
            "spec": {"hard": {"pods": "10"}},
        }),
        (horizontalpodautoscaler, {
            "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "h", "namespace": "default"},
            "spec": {"maxReplicas": 3, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}},
        }),
    ],
    ids=["budgets", "quotas", "autoscalers"],
)
def test_pods_are_shown_to_who_serves_something_that_is_there(tmp_path, monkeypatch, controller, served):
    cluster = WholeCluster(tmp_path)
    shown = []
    really = controller.CONTROLLER.keys

    def keys(self, change, context):
        shown.append(change.resource)
        return really(self, change, context)

    monkeypatch.setattr(controller.CONTROLLER, "keys", keys)
    cluster.apply(deployment("web", 2))
    cluster.settle()
    assert "pods" not in shown
    stored = cluster.apply(served)
    cluster.settle()
    own = shown[0]
    assert own == cluster.api.kind_of(stored).info.resource
    cluster.change("deployments.apps", "web", lambda obj: obj["spec"].update(replicas=3))
    cluster.settle()
    assert "pods" in shown
    shown.clear()
    cluster.api.delete(own, "default", stored["metadata"]["name"])
    cluster.settle()
    assert own in shown
    cluster.store.commit()  # within a transaction, what was there when it was looked for counts as being there
    cluster.store.begin()
    shown.clear()
    cluster.change("deployments.apps", "web", lambda obj: obj["spec"].update(replicas=1))
    cluster.settle()
    assert "pods" not in shown
    cluster.store.close()
