"""Passes: each controller once over what is due, in order; timers, back-off, and rest."""

from __future__ import annotations

import gc
import io

import pytest

from minikctl import reconcile
from minikctl.api.bootstrap import fill
from minikctl.api.server import Api
from minikctl.controllers.base import Controller
from minikctl.env import Env
from minikctl.errors import Conflict
from minikctl.store import Store

NOW = 1_767_323_045.0


@pytest.fixture
def api(tmp_path):
    env = Env(io.StringIO(), io.StringIO(), io.StringIO(), {"MINIKCTL_NOW": str(NOW), "MINIKCTL_SEED": "1"})
    store = Store(str(tmp_path / "state.db"), lambda draft: fill(draft, env))
    store.begin()
    return Api(store, env)


def config_map(name):
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "default"}}


class Recorder(Controller):
    watches = ("configmaps",)

    def __init__(self, name, act=None):
        self.name = name
        self.act = act
        self.seen = []

    def sync(self, context, key):
        self.seen.append(key)
        if self.act:
            self.act(context, key)


@pytest.fixture
def controllers(monkeypatch):
    def use(*found):
        by_name = {each.name: each for each in found}
        monkeypatch.setattr(reconcile, "CONTROLLERS", tuple((each.name, tuple(each.watches)) for each in found))
        monkeypatch.setattr(reconcile, "load", lambda name: by_name[name])

    return use


def settled(api):
    """A reconciler whose controllers have seen what a new state has in it."""
    reconciler = reconcile.Reconciler(api)
    reconciler.until_stable()
    return reconciler


def test_a_controller_sees_each_object_that_changed_once(api, controllers):
    one = Recorder("one")
    controllers(one)
    reconciler = settled(api)
    one.seen.clear()
    api.create(config_map("a"))
    api.create(config_map("b"))
    api.update({**config_map("a"), "data": {"x": "1"}})
    reconciler.run_pass()
    reconciler.run_pass()
    assert one.seen == ["default/a", "default/b"]


def test_later_controllers_see_what_earlier_ones_wrote_in_the_same_pass_and_earlier_ones_in_the_next(api, controllers):
    def make_another(context, key):
        if key == "default/a" and context.get("configmaps", "default", "b") is None:
            context.create(config_map("b"))

    first, middle, last = Recorder("first"), Recorder("middle", make_another), Recorder("last")
    controllers(first, middle, last)
    reconciler = settled(api)
    for each in (first, middle, last):
        each.seen.clear()
    api.create(config_map("a"))
    reconciler.run_pass()
    assert (first.seen, last.seen) == (["default/a"], ["default/a", "default/b"])
    reconciler.run_pass()
    assert first.seen == ["default/a", "default/b"]


def test_another_process_goes_on_where_this_one_was_killed(tmp_path, controllers):
    env = Env(io.StringIO(), io.StringIO(), io.StringIO(), {"MINIKCTL_NOW": str(NOW), "MINIKCTL_SEED": "1"})
    path = str(tmp_path / "state.db")
    first = Store(path, lambda draft: fill(draft, env))
    first.begin()
    Api(first, env).create(config_map("a"))
    first.commit()  # and no pass after it
    first.close()
    one = Recorder("one")
    controllers(one)
    second = Store(path, fill)
    second.begin()
    reconcile.Reconciler(Api(second, env)).run_pass()
    assert "default/a" in one.seen


def test_a_failed_sync_leaves_nothing_and_comes_again_later_and_later(api, controllers):
    def half(context, key):
        if key == "default/a":
            context.create(config_map("half"))
            raise Conflict("configmaps", "a")

    one = Recorder("one", half)
    controllers(one)
    reconciler = settled(api)
    api.create(config_map("a"))
    done = reconciler.run_pass()
    assert [(name, key) for name, key, _ in done.failed] == [("one", "default/a")]
    assert api.get("configmaps", "default", "half") is None
    waits = []
    for _ in range(12):
        due = reconciler.next_time()
        waits.append(due - api.now())
        api.advance_to(due)
        reconciler.run_pass()
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000, 1000]


def test_the_earliest_of_several_wishes_holds(api, controllers):
    wishes = iter([(30, 10, 20)])

    def ask(context, key):
        for seconds in next(wishes, ()) if key == "default/a" else ():
            context.requeue_after(key, seconds)

    one = Recorder("one", ask)
    controllers(one)
    reconciler = settled(api)
    api.create(config_map("a"))
    reconciler.run_pass()
    assert reconciler.next_time() == NOW + 10


def test_timers_on_the_way_run_out_in_their_order(api, controllers):
    order = []

    def ask(context, key):
        order.append((key, context.now() - NOW))
        if context.now() == NOW and key != "default/kube-root-ca.crt":
            context.requeue_after(key, {"default/a": 20, "default/b": 10}[key])

    one = Recorder("one", ask)
    one.keys = lambda change, _: [f"{change.namespace}/{change.name}"] if change.namespace == "default" else []
    controllers(one)
    reconciler = settled(api)
    order.clear()
    api.create(config_map("a"))
    api.create(config_map("b"))
    reconciler.advance_to(NOW + 60)
    assert order == [("default/a", 0), ("default/b", 0), ("default/b", 10), ("default/a", 20)]
    assert api.now() == NOW + 60


def test_a_state_at_rest_stays_as_it_is(api):
    reconciler = reconcile.Reconciler(api)
    api.create({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d", "namespace": "default"},
        "spec": {
            "replicas": 3, "selector": {"matchLabels": {"app": "d"}},
            "template": {"metadata": {"labels": {"app": "d"}}, "spec": {"containers": [{"name": "c", "image": "x"}]}},
        },
    }, client=True)
    reconciler.until_stable()
    before = api.store.revision
    assert [done.writes for done in reconciler.until_stable()] == [0]
    assert api.store.revision == before


def test_one_pass_takes_a_new_deployment_to_running_pods_with_endpoints(cluster):
    out = cluster.ok("create", "deployment", "d", "--image=x", "--replicas=2", "--port=80")
    assert out == "deployment.apps/d created\n"
    assert cluster.ok("get", "deployment", "d", "--no-headers").split()[1:4] == ["2/2", "2", "2"]
    assert cluster.ok("get", "pods", "--no-headers").count("Running") == 2


def test_no_pass_where_it_is_switched_off(cluster):
    cluster.ok("create", "deployment", "d", "--image=x", "--no-reconcile")
    assert cluster.ok("get", "rs") == ""
    cluster.ok("create", "deployment", "e", "--image=x", MINIKCTL_RECONCILE="off")
    assert cluster.ok("get", "rs") == ""
    cluster.ok("reconcile")
    assert len(cluster.ok("get", "rs", "-o", "name").split()) == 2


def test_a_rolling_update_moves_on_by_one_step_a_pass(cluster):
    cluster.ok("create", "deployment", "d", "--image=x:1", "--replicas=4")
    cluster.settle()
    cluster.ok("set", "image", "deployment/d", "x=x:2", "--no-reconcile")
    seen = []
    for _ in range(30):
        cluster.ok("reconcile")
        ready, updated = cluster.ok("get", "deployment", "d", "--no-headers").split()[1:3]
        if not seen or seen[-1] != (ready, updated):
            seen.append((ready, updated))
        if updated == "4" and len(cluster.ok("get", "pods", "-o", "name").split()) == 4:
            break
    assert len(seen) >= 3, seen
    assert all(int(ready.split("/")[0]) >= 3 for ready, _ in seen), "never below what maxUnavailable 25% of 4 leaves"


@pytest.mark.parametrize("argv", [["create", "deployment", "d", "--image=x"], ["create", "deployment", "d", "--image=x", "-o", "bad"]])
def test_the_look_for_cycles_is_as_it_was_after_a_transaction(cluster, argv):
    assert gc.isenabled()
    cluster(*argv)
    assert gc.isenabled()
    gc.disable()
    try:
        cluster(*argv)
        assert not gc.isenabled()
    finally:
        gc.enable()
