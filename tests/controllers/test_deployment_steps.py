"""One step of a Deployment at a time: the tables of upstream's rolling_test.go, recreate_test.go, progress_test.go."""

import pytest
from builders import deployment, pod, reference, template
from fakes import START, FakeContext

from minikctl.controllers.deployment import DeploymentController, rolling, sync
from minikctl.controllers.deployment.progress import requeue_stuck_deployment, rollout_status
from minikctl.controllers.deployment.recreate import old_pods_running, scale_down_old_replica_sets_for_recreate
from minikctl.errors import Forbidden
from minikctl.kinds.deploymentutil import get_deployment_condition, new_deployment_condition
from minikctl.lib.times import format_time, parse_time

KEY = "default/web"


def a_cluster(of, **replica_sets):
    """A context with Deployment ``of`` and its ReplicaSets NAME=(replicas, available); returns them in this order.

    The one called ``new`` has the Deployment's template; others have another image each.
    """
    context = FakeContext(of)
    owner = context.one("deployments.apps")
    for number, (name, (replicas, available)) in enumerate(replica_sets.items()):
        image = "app:1" if name == "new" else f"app:{name}"
        context.create({
            "apiVersion": "apps/v1", "kind": "ReplicaSet",
            "metadata": {
                "name": f"web-{name}", "namespace": "default", "labels": {"app": "web"},
                "ownerReferences": [reference(owner)], "creationTimestamp": format_time(START + number),
            },
            "spec": {"replicas": replicas, "selector": of["spec"]["selector"], "template": template(image)},
            "status": {
                "replicas": replicas, "readyReplicas": available, "availableReplicas": available,
                "observedGeneration": 1, "terminatingReplicas": 0,
            },
        })
    context.changes.clear()
    return context, owner, [context.get("replicasets.apps", "default", f"web-{name}") for name in replica_sets]


def sizes(context):
    return {rs["metadata"]["name"]: rs["spec"]["replicas"] for rs in context.list("replicasets.apps")}


@pytest.mark.parametrize(
    ("surge", "old", "new", "expected"),
    [(0, 10, 0, None), (2, 10, 0, 2), (2, 5, 0, 7), (2, 10, 2, None), (2, 2, 11, 10)],
)
def test_the_new_replica_set_grows_as_far_as_the_surge_allows(surge, old, new, expected):
    context, owner, (old_rs, new_rs) = a_cluster(deployment(replicas=10, surge=surge), old=(old, old), new=(new, 0))
    scaled = rolling.reconcile_new_replica_set(context, owner, new_rs, [old_rs, new_rs])
    assert scaled is (expected is not None)
    assert sizes(context)["web-new"] == (new if expected is None else expected)


@pytest.mark.parametrize(
    ("unavailable", "old", "available_old", "new", "expected"),
    [
        (0, 10, 10, 0, None),
        (2, 10, 10, 0, 8),
        (2, 10, 8, 0, 8),  # the sick ones
        (2, 10, 9, 0, 8),  # the sick one and a healthy one
        (2, 8, 8, 2, None),  # new ones that are not available let no old one go
    ],
)
def test_old_replica_sets_shrink_as_far_as_availability_allows(unavailable, old, available_old, new, expected):
    context, owner, (old_rs, new_rs) = a_cluster(
        deployment(replicas=10, surge=0 if unavailable else 1, unavailable=unavailable),
        old=(old, available_old), new=(new, 0),
    )
    scaled = rolling.reconcile_old_replica_sets(context, owner, new_rs, [old_rs])
    assert scaled is (expected is not None)
    assert sizes(context)["web-old"] == (old if expected is None else expected)


@pytest.mark.parametrize(
    ("available", "most", "expected"), [(8, 1, 1), (8, 3, 2), (8, 0, 0), (10, 3, 0)],
)
def test_unhealthy_replicas_are_cleaned_up(available, most, expected):
    context, owner, (old_rs,) = a_cluster(deployment(replicas=10, surge=2, unavailable=2), old=(10, available))
    assert rolling.cleanup_unhealthy_replicas(context, owner, [old_rs], most) == expected
    assert sizes(context) == {"web-old": 10 - expected}


@pytest.mark.parametrize(
    ("unavailable", "available", "old", "expected"),
    [(1, 10, 10, 1), (2, 10, 10, 2), (2, 8, 10, 0), (2, 10, 0, 0), (2, 1, 10, 0)],
)
def test_available_replicas_that_can_be_spared_go(unavailable, available, old, expected):
    context, owner, (old_rs, new_rs) = a_cluster(
        deployment(replicas=10, surge=0, unavailable=unavailable), old=(old, available), new=(0, 0)
    )
    taken = rolling.scale_down_old_replica_sets_for_rolling_update(context, owner, new_rs, [old_rs])
    assert taken == expected
    assert sizes(context)["web-old"] == old - expected


def test_the_oldest_replica_set_goes_first():
    context, owner, replica_sets = a_cluster(
        deployment(replicas=4, surge=0, unavailable=3), oldest=(2, 2), older=(2, 2), new=(0, 0)
    )
    rolling.reconcile_old_replica_sets(context, owner, replica_sets[-1], replica_sets[:-1])
    assert sizes(context) == {"web-oldest": 0, "web-older": 1, "web-new": 0}
    assert context.messages("ScalingReplicaSet") == [
        "Scaled down replica set web-oldest from 2 to 0", "Scaled down replica set web-older from 2 to 1",
    ]


def test_recreate_scales_everything_old_down():
    context, owner, replica_sets = a_cluster(deployment(strategy="Recreate"), older=(2, 2), old=(1, 0), oldest=(0, 0))
    assert scale_down_old_replica_sets_for_recreate(context, owner, replica_sets)
    assert sizes(context) == {"web-older": 0, "web-old": 0, "web-oldest": 0}
    assert not scale_down_old_replica_sets_for_recreate(context, owner, replica_sets)


@pytest.mark.parametrize(
    ("actual", "phases", "expected"),
    [
        (0, [], False), (1, [], True), (0, ["Running"], True), (0, ["Unknown"], True), (0, ["Pending"], True),
        (0, ["Failed", "Succeeded"], False), (0, ["Succeeded", "Running"], True),
    ],
)
def test_recreate_waits_for_old_pods(actual, phases, expected):
    pods = [pod(f"p-{number}", phase=phase) for number, phase in enumerate(phases)]
    assert old_pods_running([{"spec": {"replicas": 0}, "status": {"replicas": actual}}], pods) is expected


def test_scaling_a_deployment_with_a_broken_but_saturated_new_replica_set_leaves_old_pods_alone():
    context, owner, (old_rs, new_rs) = a_cluster(
        deployment(replicas=2, surge=1, unavailable=1), old=(1, 1), new=(2, 0)
    )
    for replica_set in (old_rs, new_rs):
        sync.scale_replica_set(context, owner, replica_set, replica_set["spec"]["replicas"])
    sync.scale(context, owner, new_rs, [old_rs])
    assert sizes(context) == {"web-old": 1, "web-new": 2}


def test_scaling_a_deployment_with_a_saturated_new_replica_set_ends_the_old_ones():
    context, owner, (old_rs, new_rs) = a_cluster(deployment(replicas=2), old=(1, 1), new=(2, 2))
    sync.scale_replica_set(context, owner, new_rs, 2)
    sync.scale(context, owner, new_rs, [old_rs])
    assert sizes(context) == {"web-old": 0, "web-new": 2}


# -- progress -------------------------------------------------------------------------------------------------------


def a_status(replicas, updated, available):
    return {"replicas": replicas, "updatedReplicas": updated, "availableReplicas": available}


STUCK = {"type": "Progressing", "status": "True", "lastUpdateTime": "2017-02-15T18:49:00Z"}
FAILED = {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}


@pytest.mark.parametrize(
    ("deadline", "condition", "status", "now", "expected"),
    [
        (None, None, (3, 3, 2), "18:49:30", None),
        (60, None, (3, 3, 2), "18:49:30", None),
        (60, STUCK, (3, 3, 3), "18:49:30", None),
        (60, FAILED, (3, 3, 0), "18:49:30", None),
        (60, STUCK, (3, 3, 1), "18:49:30", 30),
        (60, STUCK, (3, 3, 1), "18:49:59", 1),
        (60, STUCK, (3, 3, 1), "18:49:59.5", 0),
        (60, STUCK, (3, 3, 1), "18:50:00", 0),
        (60, STUCK, (3, 3, 1), "18:51:00", 0),
    ],
)
def test_a_stuck_rollout_is_looked_at_when_its_deadline_is_over(deadline, condition, status, now, expected):
    of = deployment(replicas=3, progressDeadlineSeconds=deadline or 2**31 - 1)
    of["status"] = {**a_status(*status), "conditions": [condition] if condition else []}
    found = requeue_stuck_deployment(of, a_status(*status), parse_time(f"2017-02-15T{now}Z"))
    assert found == expected


def a_rollout(new=(0, 0), *, old=(0, 0), reason="NewReplicaSetCreated", status="True", counts=None, **spec):
    """(Deployment, new ReplicaSet, all ReplicaSets) in the midst of a rollout of 2 that began at 1000."""
    of = deployment(replicas=2, **spec)
    of["metadata"]["generation"] = 1
    condition = new_deployment_condition("Progressing", status, reason, "", 1000.0)
    of["status"] = {**(counts or {}), "conditions": [condition]}

    def replica_set(name, replicas, available):
        return {
            "metadata": {"name": name}, "spec": {"replicas": replicas},
            "status": {"replicas": replicas, "availableReplicas": available, "readyReplicas": available},
        }

    new_rs = replica_set("web-new", *new)
    return of, new_rs, [replica_set("web-old", *old), new_rs]


@pytest.mark.parametrize(
    ("rollout", "now", "expected"),
    [
        (
            a_rollout((2, 2)), 1005.0,
            ("True", "NewReplicaSetAvailable", 'ReplicaSet "web-new" has successfully progressed.'),
        ),
        (a_rollout((1, 1)), 1005.0, ("True", "ReplicaSetUpdated", 'ReplicaSet "web-new" is progressing.')),
        (
            a_rollout((1, 0), counts=a_status(1, 1, 0), progressDeadlineSeconds=4), 1005.0,
            ("False", "ProgressDeadlineExceeded", 'ReplicaSet "web-new" has timed out progressing.'),
        ),
        (
            a_rollout((1, 0), counts=a_status(1, 1, 0), progressDeadlineSeconds=5), 1005.0,
            ("True", "NewReplicaSetCreated", ""),
        ),
    ],
    ids=["complete", "progressing", "timed out", "nothing new"],
)
def test_what_progressing_says(rollout, now, expected):
    condition = get_deployment_condition(rollout_status(*rollout, now), "Progressing")
    assert (condition["status"], condition["reason"], condition["message"]) == expected


def test_progress_renews_the_time_that_the_deadline_counts_from():
    of, new_rs, all_rss = a_rollout((2, 1), reason="ReplicaSetUpdated", counts=a_status(1, 1, 0))
    condition = get_deployment_condition(rollout_status(of, new_rs, all_rss, 1005.0), "Progressing")
    assert condition["lastUpdateTime"] == format_time(1005.0)
    assert condition["lastTransitionTime"] == format_time(1000.0)


def test_a_complete_rollout_that_is_scaled_is_no_new_rollout():
    of, new_rs, all_rss = a_rollout((1, 1), reason="NewReplicaSetAvailable", counts=a_status(2, 2, 2))
    condition = get_deployment_condition(rollout_status(of, new_rs, all_rss, 9000.0), "Progressing")
    assert condition["reason"] == "NewReplicaSetAvailable"


def test_without_a_deadline_there_is_no_condition_progressing():
    of, new_rs, all_rss = a_rollout((2, 2), progressDeadlineSeconds=2**31 - 1)
    assert get_deployment_condition(rollout_status(of, new_rs, all_rss, 1.0), "Progressing") is None


def test_a_failure_of_a_replica_set_is_shown_and_goes_again():
    of, new_rs, all_rss = a_rollout((1, 1))
    failure = {
        "type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "quota",
        "lastTransitionTime": "2026-01-01T00:00:00Z",
    }
    new_rs["status"]["conditions"] = [failure]
    of["status"] = rollout_status(of, new_rs, all_rss, 1001.0)
    assert get_deployment_condition(of["status"], "ReplicaFailure") == {
        **failure, "lastUpdateTime": "2026-01-01T00:00:00Z",
    }
    del new_rs["status"]["conditions"]
    assert get_deployment_condition(rollout_status(of, new_rs, all_rss, 1001.0), "ReplicaFailure") is None


def test_the_status_leaves_out_what_is_zero():
    of, new_rs, all_rss = a_rollout((2, 2))
    of["status"] = {"collisionCount": 3}
    status = rollout_status(of, new_rs, all_rss, 1005.0)
    assert [condition["type"] for condition in status.pop("conditions")] == ["Available", "Progressing"]
    assert status == {
        "observedGeneration": 1, "replicas": 2, "updatedReplicas": 2, "readyReplicas": 2, "availableReplicas": 2,
        "terminatingReplicas": 0, "collisionCount": 3,
    }


# -- the controller -------------------------------------------------------------------------------------------------


def test_a_new_deployment_gets_a_replica_set():
    of = deployment(replicas=3, surge="25%", unavailable="25%", minReadySeconds=5)
    of["metadata"]["annotations"] = {"kubernetes.io/change-cause": "first"}
    context = FakeContext(of)
    DeploymentController().sync(context, KEY)
    replica_set, owner = context.one("replicasets.apps"), context.one("deployments.apps")
    hashed = replica_set["metadata"]["labels"]["pod-template-hash"]
    assert replica_set["metadata"]["name"] == f"web-{hashed}"
    assert replica_set["metadata"]["ownerReferences"] == [reference(owner)]
    assert replica_set["metadata"]["annotations"] == {
        "deployment.kubernetes.io/desired-replicas": "3", "deployment.kubernetes.io/max-replicas": "4",
        "deployment.kubernetes.io/revision": "1", "kubernetes.io/change-cause": "first",
    }
    assert replica_set["spec"] == {
        "replicas": 3, "minReadySeconds": 5,
        "selector": {"matchLabels": {"app": "web", "pod-template-hash": hashed}},
        "template": template(labels={"app": "web", "pod-template-hash": hashed}),
    }
    assert owner["metadata"]["annotations"]["deployment.kubernetes.io/revision"] == "1"
    assert context.events == [(
        "Normal", "ScalingReplicaSet", f"Scaled up replica set {replica_set['metadata']['name']} from 0 to 3",
        "deployment-controller",
    )]
    conditions = [(c["type"], c["status"], c["reason"], c["message"]) for c in owner["status"]["conditions"]]
    assert conditions == [
        ("Progressing", "True", "NewReplicaSetCreated",
         f'Created new replica set "{replica_set["metadata"]["name"]}"'),
        ("Available", "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability."),
    ]
    assert context.requeued == [(KEY, 601.0)]


def test_a_second_sync_writes_nothing():
    context = FakeContext(deployment())
    controller = DeploymentController()
    controller.sync(context, KEY)
    writes = len(context.changes)
    controller.sync(context, KEY)
    controller.sync_status(context, KEY)
    assert len(context.changes) == writes


def test_a_name_that_is_taken_counts_as_collision():
    of = deployment()
    taken = sync.new_replica_set({**of, "metadata": {**of["metadata"], "uid": "other"}}, None)
    taken["spec"]["template"] = template("other:1")
    context = FakeContext(of, taken)
    DeploymentController().sync(context, KEY)
    owner = context.one("deployments.apps")
    assert owner["status"]["collisionCount"] == 1
    names = context.names("replicasets.apps")
    assert len(names) == 2
    assert f"web-{sync.util.compute_hash(of['spec']['template'], 1)}" in names


def test_a_replica_set_that_cannot_be_made_is_reported_and_tried_again():
    context = FakeContext(deployment())

    def refuse(obj):
        raise Forbidden("replicasets.apps", obj["metadata"]["name"], "exceeded quota: q")

    context.admit = refuse
    controller = DeploymentController()
    controller.sync(context, KEY)
    condition = get_deployment_condition(context.one("deployments.apps")["status"], "Progressing")
    (message,) = context.messages("ReplicaSetCreateError")
    assert message.startswith('Failed to create new replica set "web-')
    assert message.endswith("is forbidden: exceeded quota: q")
    assert (condition["status"], condition["reason"], condition["message"]) == (
        "False", "ReplicaSetCreateError", message,
    )
    context.clock += 30
    controller.sync(context, KEY)
    assert context.requeued == [(KEY, 1.0), (KEY, 30.0)]


def test_orphans_that_match_are_adopted_and_others_released():
    context = FakeContext(deployment())
    owner = context.one("deployments.apps")
    matching = sync.new_replica_set(owner, None)
    del matching["metadata"]["ownerReferences"]
    strange = sync.new_replica_set(owner, 5)
    strange["metadata"]["labels"] = {"app": "other"}
    context.create(matching)
    context.create(strange)
    DeploymentController().sync(context, KEY)
    owners = {rs["metadata"]["name"]: rs["metadata"].get("ownerReferences") for rs in context.list("replicasets.apps")}
    assert owners == {matching["metadata"]["name"]: [reference(owner)], strange["metadata"]["name"]: None}
    conditions = context.one("deployments.apps")["status"]["conditions"]
    assert [c["reason"] for c in conditions if c["type"] == "Progressing"] == ["FoundNewReplicaSet"]


def test_a_deployment_that_is_being_deleted_only_gets_a_status():
    of = deployment()
    of["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    of["metadata"]["finalizers"] = ["x/y"]
    context = FakeContext(of)
    DeploymentController().sync(context, KEY)
    assert context.names("replicasets.apps") == []
    assert context.one("deployments.apps")["status"]["observedGeneration"] == 1


def test_a_deployment_that_selects_everything_is_warned_and_left_alone():
    context = FakeContext(deployment(selector={}))
    controller = DeploymentController()
    controller.sync(context, KEY)
    controller.sync_status(context, KEY)
    assert context.messages("SelectingAll") == [
        "This deployment is selecting all pods. A non-empty selector is required.",
    ]
    assert context.one("deployments.apps")["status"] == {"observedGeneration": 1}
    assert context.names("replicasets.apps") == []


def test_min_ready_seconds_go_to_the_present_replica_set():
    context = FakeContext(deployment(minReadySeconds=5))
    controller = DeploymentController()
    found = []
    for seconds in (5, 7, 0):
        of = context.get("deployments.apps", "default", "web")
        of["spec"]["minReadySeconds"] = seconds
        context.update(of)
        controller.sync(context, KEY)
        found.append(context.one("replicasets.apps")["spec"].get("minReadySeconds"))
    assert found == [5, 7, None]


def test_a_namespace_that_is_going_gets_no_replica_set_and_no_complaint():
    context = FakeContext(deployment())
    context.objects["namespaces", "", "default"] = {"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}}
    DeploymentController().sync(context, KEY)
    assert context.events == []
    assert context.names("replicasets.apps") == []


def test_without_a_deadline_pausing_leaves_no_condition():
    context = FakeContext(deployment(paused=True, progressDeadlineSeconds=2**31 - 1))
    DeploymentController().sync(context, KEY)
    assert get_deployment_condition(context.one("deployments.apps")["status"], "Progressing") is None


def test_pausing_and_resuming_is_shown_in_progressing():
    context = FakeContext(deployment())
    controller = DeploymentController()
    controller.sync(context, KEY)
    reasons = []
    for paused in (True, False):
        of = context.one("deployments.apps")
        of["spec"]["paused"] = paused
        context.update(of)
        controller.sync(context, KEY)
        condition = get_deployment_condition(context.one("deployments.apps")["status"], "Progressing")
        reasons.append((condition["status"], condition["reason"], condition["message"]))
    assert reasons == [
        ("Unknown", "DeploymentPaused", "Deployment is paused"),
        ("Unknown", "DeploymentResumed", "Deployment is resumed"),
    ]


def test_a_paused_deployment_is_scaled_but_not_rolled_out():
    context = FakeContext(deployment(replicas=2))
    controller = DeploymentController()
    controller.sync(context, KEY)
    of = context.one("deployments.apps")
    of["spec"].update(paused=True, replicas=5, template=template("app:2"))
    context.update(of)
    controller.sync(context, KEY)
    (replica_set,) = context.list("replicasets.apps")
    assert (replica_set["spec"]["replicas"], replica_set["spec"]["template"]["spec"]["containers"][0]["image"]) == (
        5, "app:1",
    )


def test_a_change_of_a_replica_set_is_due_for_its_deployment_and_that_of_an_orphan_for_those_that_match():
    context = FakeContext(deployment("web"), deployment("other"))
    controller = DeploymentController()
    controller.sync(context, KEY)
    change = next(c for c in context.changes if c.resource == "replicasets.apps")
    assert list(controller.keys(change, context)) == [KEY]
    orphan = context.one("replicasets.apps")
    del orphan["metadata"]["ownerReferences"]
    context.update(orphan)
    assert set(controller.keys(context.changes[-1], context)) == {KEY}
