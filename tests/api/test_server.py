"""What the API does around the store: names, versions, generations, conflicts, finalizers, graceful deletion, patches."""

from __future__ import annotations

import io

import pytest

from minikctl.api.bootstrap import fill
from minikctl.api.patches import from_text
from minikctl.api.server import Api
from minikctl.env import Env
from minikctl.errors import AlreadyExists, BadRequest, Conflict, Forbidden, Invalid, NotFound
from minikctl.store import Store

NOW = 1_767_323_045.0  # 2026-01-02T03:04:05Z


@pytest.fixture
def api(tmp_path):
    env = Env(io.StringIO(), io.StringIO(), io.StringIO(), {"MINIKCTL_NOW": str(NOW), "MINIKCTL_SEED": "1"})
    store = Store(str(tmp_path / "state.db"), lambda draft: fill(draft, env))
    store.begin()
    return Api(store, env)


def config_map(name="c", **data):
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "default"}, "data": data}


def deployment(replicas=1, image="x"):
    return {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d", "namespace": "default"},
        "spec": {
            "replicas": replicas, "selector": {"matchLabels": {"app": "d"}},
            "template": {"metadata": {"labels": {"app": "d"}}, "spec": {"containers": [{"name": "c", "image": image}]}},
        },
    }


def pod(**meta):
    return {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "default", **meta},
        "spec": {"containers": [{"name": "c", "image": "x"}]},
    }


class TestCreate:
    def test_what_the_api_adds(self, api):
        meta = api.create(config_map(), client=True)["metadata"]
        assert meta["creationTimestamp"] == "2026-01-02T03:04:05Z"
        assert meta["uid"].count("-") == 4
        assert meta["resourceVersion"] == str(api.store.revision)
        assert "generation" not in meta

    def test_generation_is_for_kinds_that_have_one(self, api):
        assert api.create(deployment(), client=True)["metadata"]["generation"] == 1

    def test_twice(self, api):
        api.create(config_map(), client=True)
        with pytest.raises(AlreadyExists, match='configmaps "c" already exists'):
            api.create(config_map(), client=True)

    def test_generated_names(self, api):
        obj = config_map()
        obj["metadata"] = {"generateName": "c-", "namespace": "default"}
        name = api.create(obj, client=True)["metadata"]["name"]
        assert name.startswith("c-")
        assert len(name) == 7

    def test_the_namespace_has_to_be_there(self, api):
        obj = config_map()
        obj["metadata"]["namespace"] = "nowhere"
        with pytest.raises(NotFound, match='namespaces "nowhere" not found'):
            api.create(obj, client=True)

    def test_a_namespace_on_its_way_out_takes_nothing_new(self, api):
        api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "old"}}, client=True)
        api.delete("namespaces", "", "old")
        obj = config_map()
        obj["metadata"]["namespace"] = "old"
        with pytest.raises(Forbidden, match="unable to create new content in namespace old because it is being terminated"):
            api.create(obj, client=True)

    def test_status_is_not_taken_from_clients(self, api):
        obj = {**deployment(), "status": {"replicas": 7}}
        assert "replicas" not in api.create(obj, client=True).get("status", {})

    def test_unknown_fields_are_errors_unless_the_client_says_otherwise(self, api):
        obj = {**config_map(), "datum": {}}
        with pytest.raises(BadRequest, match='unknown field "datum"'):
            api.create(obj, client=True)
        assert "datum" not in api.create(obj, client=True, validation="warn")
        assert api.warnings == ['unknown field "datum"']

    def test_every_broken_rule_at_once(self, api):
        obj = deployment(replicas=-1)
        obj["spec"]["template"]["spec"]["containers"][0]["image"] = ""
        with pytest.raises(Invalid) as caught:
            api.create(obj, client=True)
        assert [error.path for error in caught.value.errors] == ["spec.replicas", "spec.template.spec.containers[0].image"]


class TestUpdate:
    def test_no_change_is_no_write(self, api):
        stored = api.create(deployment(), client=True)
        before = api.store.revision
        again = api.update(deployment(), client=True)
        assert (api.store.revision, again["metadata"]["resourceVersion"]) == (before, stored["metadata"]["resourceVersion"])

    def test_generation_counts_changes_of_the_spec_alone(self, api):
        api.create(deployment(), client=True)
        labelled = deployment()
        labelled["metadata"]["labels"] = {"a": "b"}
        assert api.update(labelled, client=True)["metadata"]["generation"] == 1
        assert api.update(deployment(replicas=2), client=True)["metadata"]["generation"] == 2

    def test_a_stale_version_is_a_conflict(self, api):
        stale = api.create(config_map(a="1"), client=True)
        api.update(config_map(a="2"), client=True)
        with pytest.raises(Conflict, match="the object has been modified; please apply"):
            api.update(stale, client=True)

    def test_another_uid_is_a_conflict(self, api):
        api.create(config_map(), client=True)
        other = config_map(a="1")
        other["metadata"]["uid"] = "another"
        with pytest.raises(Conflict, match="Precondition failed: UID in precondition: another"):
            api.update(other, client=True)

    def test_absent(self, api):
        with pytest.raises(NotFound, match='configmaps "c" not found'):
            api.update(config_map(), client=True)

    def test_an_update_of_the_status_says_so_and_shows_the_object_as_it_is_stored(self, api):
        obj = api.create(deployment())
        seen = []
        api.store.on_write = seen.append
        obj["status"], obj["spec"]["replicas"] = {"replicas": 1}, 9
        returned = api.update_status(obj)
        api.store.on_write = None
        (change,) = seen
        stored = api.get("deployments.apps", "default", obj["metadata"]["name"])
        assert change.changed == {"status"}
        assert change.after == returned == stored
        assert change.before.get("status") != stored["status"]
        assert change.before["spec"] == stored["spec"]
        assert stored["spec"]["replicas"] != 9

    def test_the_same_status_in_another_order_is_no_write(self, api):
        obj = api.create(deployment())
        obj["status"] = {"replicas": 1, "readyReplicas": 1}
        obj = api.update_status(obj)
        obj["status"] = {"readyReplicas": 1, "replicas": 1}
        assert api.update_status(obj)["metadata"]["resourceVersion"] == obj["metadata"]["resourceVersion"]

    def test_a_plain_update_leaves_the_status_and_a_status_update_leaves_the_rest(self, api):
        obj = api.create(deployment(), client=True)
        obj["status"] = {"replicas": 1}
        obj["spec"]["replicas"] = 9
        api.update_status(obj)
        stored = api.get("deployments.apps", "default", "d")
        assert (stored["spec"]["replicas"], stored["status"]["replicas"]) == (1, 1)
        api.update(deployment(replicas=2), client=True)
        stored = api.get("deployments.apps", "default", "d")
        assert (stored["spec"]["replicas"], stored["status"]["replicas"]) == (2, 1)

    def test_what_the_api_set_stays(self, api):
        stored = api.create(config_map(), client=True)
        changed = config_map(a="1")
        changed["metadata"]["creationTimestamp"] = "2000-01-01T00:00:00Z"
        assert api.update(changed, client=True)["metadata"]["creationTimestamp"] == stored["metadata"]["creationTimestamp"]


class TestDelete:
    def test_at_once(self, api):
        api.create(config_map(), client=True)
        api.delete("configmaps", "default", "c")
        assert api.get("configmaps", "default", "c") is None

    def test_absent(self, api):
        with pytest.raises(NotFound):
            api.delete("configmaps", "default", "c")

    @pytest.mark.parametrize("precondition", [{"uid": "another"}, {"resource_version": "0"}])
    def test_preconditions(self, api, precondition):
        api.create(config_map(), client=True)
        with pytest.raises(Conflict, match="Precondition failed"):
            api.delete("configmaps", "default", "c", **precondition)

    def test_finalizers_hold_it_until_the_last_is_gone(self, api):
        obj = config_map()
        obj["metadata"]["finalizers"] = ["example.com/a", "example.com/b"]
        api.create(obj, client=True)
        api.delete("configmaps", "default", "c")
        held = api.get("configmaps", "default", "c")
        assert held["metadata"]["deletionTimestamp"] == "2026-01-02T03:04:05Z"
        held["metadata"]["finalizers"] = ["example.com/b"]
        api.update(held, client=True)
        held = api.get("configmaps", "default", "c")
        assert held["metadata"]["finalizers"] == ["example.com/b"]
        del held["metadata"]["finalizers"]
        api.update(held, client=True)
        assert api.get("configmaps", "default", "c") is None

    @pytest.mark.parametrize(("policy", "finalizer"), [("Foreground", "foregroundDeletion"), ("Orphan", "orphan")])
    def test_propagation_is_done_by_finalizers(self, api, policy, finalizer):
        api.create(deployment(), client=True)
        api.delete("deployments.apps", "default", "d", propagation=policy)
        assert api.get("deployments.apps", "default", "d")["metadata"]["finalizers"] == [finalizer]

    def test_a_pod_on_a_node_is_given_its_grace_period(self, api):
        created = api.create(pod(), client=True)
        created["spec"]["nodeName"] = "node-1"
        api.bind(created)
        left = api.delete("pods", "default", "p")
        assert left["metadata"]["deletionTimestamp"] == "2026-01-02T03:04:35Z"
        assert left["metadata"]["deletionGracePeriodSeconds"] == 30
        sooner = api.delete("pods", "default", "p", grace_period=5)
        assert sooner["metadata"]["deletionTimestamp"] == "2026-01-02T03:04:10Z"
        later = api.delete("pods", "default", "p", grace_period=60)
        assert later["metadata"]["deletionTimestamp"] == "2026-01-02T03:04:10Z", "a deletion is brought forward, never put off"
        api.delete("pods", "default", "p", grace_period=0)
        assert api.get("pods", "default", "p") is None

    def test_a_pod_on_no_node_goes_at_once(self, api):
        api.create(pod(), client=True)
        api.delete("pods", "default", "p")
        assert api.get("pods", "default", "p") is None

    @pytest.mark.parametrize("name", ["default", "kube-system", "kube-public"])
    def test_namespaces_that_may_not_go(self, api, name):
        with pytest.raises(Forbidden, match=f'namespaces "{name}" is forbidden: this namespace may not be deleted'):
            api.delete("namespaces", "", name)


class TestPatch:
    def patch(self, api, text, kind="strategic"):
        patch = from_text(text, kind, "apps/v1", "Deployment")
        return api.patch("deployments.apps", "default", "d", patch.apply, patch=patch.content if kind == "strategic" else None)

    def test_it_says_whether_anything_changed(self, api):
        api.create(deployment(), client=True)
        assert self.patch(api, '{"spec":{"replicas":3}}')[1] is True
        assert self.patch(api, '{"spec":{"replicas":3}}')[1] is False

    @pytest.mark.parametrize("kind", ["strategic", "merge"])
    def test_what_it_makes_is_validated(self, api, kind):
        api.create(deployment(), client=True)
        with pytest.raises(Invalid, match="Invalid value: -1"):
            self.patch(api, '{"spec":{"replicas":-1}}', kind)
        assert api.get("deployments.apps", "default", "d")["spec"]["replicas"] == 1

    def test_selectors_do_not_change(self, api):
        api.create(deployment(), client=True)
        with pytest.raises(Invalid, match="field is immutable"):
            self.patch(api, '{"spec":{"selector":{"matchLabels":{"x":"y"}}}}')


class TestTime:
    def test_it_moves_forwards_only(self, api):
        api.advance_to(NOW + 60)
        api.advance_to(NOW + 30)
        assert api.now() == NOW + 60
        api.tick()
        assert api.now() == NOW + 60, "the offset is kept in the state"

    def test_a_clock_that_went_back_does_not_take_the_state_along(self, api):
        api.create(config_map(), client=True)
        api.env.fixed_now = NOW - 1000
        api.tick()
        assert api.now() == NOW


def test_the_same_seed_gives_the_same_state(tmp_path):
    def make(name):
        env = Env(io.StringIO(), io.StringIO(), io.StringIO(), {"MINIKCTL_NOW": str(NOW), "MINIKCTL_SEED": "1"})
        store = Store(str(tmp_path / name), lambda draft: fill(draft, env))
        store.begin()
        api = Api(store, env)
        api.create(pod(), client=True)
        return [(c.revision, c.verb, c.after) for c in store.changes_since(0)]

    assert make("one.db") == make("two.db")
