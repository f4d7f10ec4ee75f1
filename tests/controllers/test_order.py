"""The order of the controllers, passes of some of them, and passes that were killed lead to the same cluster."""

from __future__ import annotations

import copy
import io
import random
from unittest import mock

from canonical import canonical, differences
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from minikctl import reconcile
from minikctl.api.bootstrap import fill
from minikctl.api.server import Api
from minikctl.controllers import CONTROLLERS
from minikctl.env import Env
from minikctl.reconcile import Reconciler
from minikctl.store import Store

NOW = "2026-06-01T12:00:00Z"
BEHAVIORS = (
    ("slow", {"images": ["*:slow"], "start": {"after": "3s"}, "ready": {"after": "5s"}, "stop": {"after": "4s"}}),
    ("failing", {"images": ["*:fail"], "exit": {"after": "2s", "code": 3}}),
    ("nopull", {"images": ["*:nopull"], "pull": {"fail": "ErrImagePull"}}),
)


class Killed(BaseException):
    """What ends a pass in its middle, as SIGKILL does: nobody may catch it."""


class Machine:
    """A state file that outlives those who write to it."""

    def __init__(self, folder):
        self.path = str(folder / "state.db")
        self.env = Env(io.StringIO(), io.StringIO(), io.StringIO(), {"MINIKCTL_NOW": NOW, "MINIKCTL_SEED": "1"})
        Store(self.path, lambda store: fill(store, self.env)).close()
        self.open()
        for name, spec in BEHAVIORS:
            self.api.create({
                "apiVersion": "minikctl.dev/v1alpha1", "kind": "ContainerBehavior", "metadata": {"name": name}, "spec": spec,
            }, client=True)
        self.api.create({
            "apiVersion": "minikctl.dev/v1alpha1", "kind": "SimulatedMetrics", "metadata": {"name": "queue"},
            "spec": {"external": [{"name": "queue", "value": 30}]},
        }, client=True)
        self.save()

    def open(self):
        self.store = Store(self.path, None)
        self.store.begin()
        self.api = Api(self.store, self.env)
        self.reconciler = Reconciler(self.api)

    def save(self):
        self.store.commit()
        self.store.close()
        self.open()

    def act(self, batch):
        for resource, obj in copy.deepcopy(batch):
            if obj["spec"] is None:
                self.api.delete(resource, "default", obj["metadata"]["name"], client=True)
            elif self.api.store.get(resource, "default", obj["metadata"]["name"]) is None:
                self.api.create(obj, client=True)
            else:
                self.api.patch(resource, "default", obj["metadata"]["name"], lambda old, new=obj: {**old, "spec": new["spec"]})
        self.save()

    def rest(self):
        """Let all that is to come within twenty minutes come."""
        self.reconciler.advance_to(self.api.now() + 1200)
        self.reconciler.until_stable()
        self.save()

    def broken_pass(self, seed, writes):
        """A pass that puts some of its work off, and is killed at its n-th write, with nothing of it kept.

        Where it has fewer writes, what it did is kept, and what it put off stays due.
        """
        chance = random.Random(seed)
        reconciler, sync, show, left = self.reconciler, self.reconciler._sync, self.reconciler._show, [writes]

        def some(name, key, result):
            if chance.random() < 0.5:
                sync(name, key, result)
            else:
                reconciler._waiting[name][key] = None

        def fatal(change):
            left[0] -= 1
            if left[0] < 0:
                raise Killed
            show(change)

        reconciler._sync, reconciler._show = some, fatal
        try:
            reconciler.run_pass()
        except Killed:
            self.store.close()
            self.open()
        else:
            self.save()


def template(app, tag, policy="Always"):
    return {
        "metadata": {"labels": {"app": app}},
        "spec": {"restartPolicy": policy, "containers": [{"name": "c", "image": f"shop/{app}:{tag}"}]},
    }


def obj(api_version, kind, name, spec):
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name, "namespace": "default"}, "spec": spec}


counts = st.integers(0, 4)
tags = st.sampled_from(["v1", "v2", "slow", "nopull"])
amounts = st.sampled_from([0, 1, 2, "25%", "50%", "100%"])


@st.composite
def deployments(draw, name):
    strategy = {"type": "Recreate"}
    if draw(st.booleans()):
        surge, unavailable = draw(amounts), draw(amounts)
        if surge == unavailable == 0:
            surge = 1
        strategy = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}}
    return "deployments.apps", obj("apps/v1", "Deployment", name, {
        "replicas": draw(counts), "selector": {"matchLabels": {"app": name}}, "strategy": strategy,
        "template": template(name, draw(tags)), "minReadySeconds": draw(st.sampled_from([0, 0, 7])),
    })


@st.composite
def stateful_sets(draw, name):
    return "statefulsets.apps", obj("apps/v1", "StatefulSet", name, {
        "replicas": draw(counts), "selector": {"matchLabels": {"app": name}}, "serviceName": name,
        "podManagementPolicy": "OrderedReady", "template": template(name, draw(st.sampled_from(["v1", "v2", "slow"]))),
    })


@st.composite
def daemon_sets(draw, name):
    return "daemonsets.apps", obj("apps/v1", "DaemonSet", name, {
        "selector": {"matchLabels": {"app": name}}, "template": template(name, draw(tags)),
    })


@st.composite
def jobs(draw, name):
    return "jobs.batch", obj("batch/v1", "Job", name, {
        "completions": draw(st.integers(1, 3)), "parallelism": draw(st.integers(1, 2)), "backoffLimit": 1,
        "template": template(name, draw(st.sampled_from(["v1", "slow", "fail"])), "Never"),
    })


@st.composite
def services(draw, name):
    return "services", obj("v1", "Service", name, {
        "selector": {"app": draw(st.sampled_from(["web", "db", "agent"]))}, "ports": [{"port": 80}],
    })


@st.composite
def budgets(draw, name):
    return "poddisruptionbudgets.policy", obj("policy/v1", "PodDisruptionBudget", name, {
        "selector": {"matchLabels": {"app": draw(st.sampled_from(["web", "db"]))}}, "maxUnavailable": draw(amounts),
    })


@st.composite
def autoscalers(draw, name):
    """By a metric that does not hang on Pods: what others would ask for depends on when these became ready."""
    return "horizontalpodautoscalers.autoscaling", obj("autoscaling/v2", "HorizontalPodAutoscaler", name, {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": draw(st.sampled_from(["web", "other"]))},
        "minReplicas": draw(st.integers(1, 2)), "maxReplicas": draw(st.integers(2, 5)),
        "metrics": [{"type": "External", "external": {
            "metric": {"name": draw(st.sampled_from(["queue", "unknown"]))},
            "target": {"type": "AverageValue", "averageValue": draw(st.sampled_from(["10", "30"]))},
        }}],
    })


FIRST = st.tuples(
    deployments("web"), stateful_sets("db"), daemon_sets("agent"), jobs("work"), services("front"), budgets("keep"),
    autoscalers("more"),
)
#: a Job's template does not change
CHANGES = st.lists(st.one_of(
    deployments("web"), daemon_sets("agent"), services("front"), deployments("other"), autoscalers("more"),
    st.sampled_from([("deployments.apps", "web"), ("statefulsets.apps", "db"), ("jobs.batch", "work")]).map(
        lambda row: (row[0], {"metadata": {"name": row[1]}, "spec": None})
    ),
), max_size=3, unique_by=lambda row: (row[0], row[1]["metadata"]["name"]))


def has_one_end(first, changes):
    """Whether all roads lead to one cluster.

    They do not where an autoscaler changes the size of a Deployment whose rollout gets stuck: by when it comes, old or
    new Pods become more, and so it stays (as upstream's do).
    """
    rows = [spec for _, spec in (*first, *changes) if spec["spec"] is not None]
    scaled = {each["spec"]["scaleTargetRef"]["name"] for each in rows if "scaleTargetRef" in each["spec"]}
    return not any(
        each["kind"] == "Deployment" and each["metadata"]["name"] in scaled
        and each["spec"]["template"]["spec"]["containers"][0]["image"].endswith(":nopull") for each in rows
    )


def play(folder, batches, passes=None):
    """Let each batch come about: first by ``passes`` (a function of the machine), then by themselves."""
    folder.mkdir()
    machine = Machine(folder)
    machine.rest()
    for batch in batches:
        machine.act(batch)
        if passes is not None:
            passes(machine)
        machine.rest()
    found = canonical(machine.api)
    revision = machine.store.revision
    machine.reconciler.until_stable()
    assert machine.store.revision == revision, "a pass over a cluster at rest writes nothing"
    machine.store.close()
    return found


@settings(max_examples=12, deadline=None)
@given(first=FIRST, changes=CHANGES, seed=st.integers(0, 1 << 30))
def test_any_order_of_the_controllers_ends_in_the_same_cluster(tmp_path_factory, first, changes, seed):
    assume(has_one_end(first, changes))
    base = tmp_path_factory.mktemp("order")
    expected = play(base / "usual", [first, changes])
    order = list(CONTROLLERS)
    random.Random(seed).shuffle(order)
    with mock.patch.object(reconcile, "CONTROLLERS", tuple(order)):
        found = play(base / "shuffled", [first, changes])
    assert differences(expected, found) == []


@settings(max_examples=12, deadline=None)
@given(
    first=FIRST, changes=CHANGES,
    parts=st.lists(st.tuples(st.integers(0, 1 << 30), st.integers(0, 60)), min_size=1, max_size=4),
)
def test_passes_that_put_work_off_or_were_killed_end_in_the_same_cluster(tmp_path_factory, first, changes, parts):
    assume(has_one_end(first, changes))
    base = tmp_path_factory.mktemp("parts")
    expected = play(base / "usual", [first, changes])

    def broken(machine):
        for seed, writes in parts:
            machine.broken_pass(seed, writes)

    assert differences(expected, play(base / "parts", [first, changes], broken)) == []
