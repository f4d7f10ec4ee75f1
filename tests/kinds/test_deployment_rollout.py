import pytest
from workload_fakes import NOW, FakeReader, deployment, load, replica_set

from minikctl.errors import MinikctlError
from minikctl.kinds import info_for
from minikctl.kinds.rollouts import Rollout

FIRST = replica_set("aaaaaaaaaa", "nginx:1.16", 1, cause="first release")
SECOND = replica_set("bbbbbbbbbb", "nginx:1.17", 2)
THIRD = replica_set("cccccccccc", "nginx:1.18", 3, cause="third release", replicas=3)


@pytest.fixture
def rollout():
    return load("deployments.apps").rollout()


def with_status(wanted=3, generation=1, condition=None, **status):
    obj = deployment(replicas=wanted)
    obj["metadata"]["generation"] = generation
    obj["status"] = {"observedGeneration": 1, **status}
    if condition:
        obj["status"]["conditions"] = [{"type": "Progressing", "status": "False", "reason": condition}]
    return obj


WAITING = 'Waiting for deployment "web" rollout to finish: '


@pytest.mark.parametrize(("obj", "text", "done"), [
    (with_status(generation=2), "Waiting for deployment spec update to be observed...\n", False),
    (with_status(generation=2, condition="ProgressDeadlineExceeded"),
     "Waiting for deployment spec update to be observed...\n", False),
    (with_status(), WAITING + "0 out of 3 new replicas have been updated...\n", False),
    (with_status(updatedReplicas=1, replicas=4), WAITING + "1 out of 3 new replicas have been updated...\n", False),
    (with_status(updatedReplicas=3, replicas=5), WAITING + "2 old replicas are pending termination...\n", False),
    (with_status(updatedReplicas=3, replicas=3, availableReplicas=1),
     WAITING + "1 of 3 updated replicas are available...\n", False),
    (with_status(updatedReplicas=3, replicas=3, availableReplicas=3),
     'deployment "web" successfully rolled out\n', True),
    (with_status(wanted=0), 'deployment "web" successfully rolled out\n', True),
    ({**with_status(), "metadata": {"name": "web"}, "status": {}},
     WAITING + "0 out of 3 new replicas have been updated...\n", False),
])
def test_status_says_what_is_missing(rollout, obj, text, done):
    assert rollout.status(obj, 0, FakeReader()) == (text, done)


def test_status_fails_after_the_deadline(rollout):
    with pytest.raises(MinikctlError) as failure:
        rollout.status(with_status(condition="ProgressDeadlineExceeded"), 0, FakeReader())
    assert failure.value.user_message() == 'error: deployment "web" exceeded its progress deadline'


@pytest.mark.parametrize(("annotation", "message"), [
    ("3", "desired revision (2) is different from the running revision (3)"),
    ("x", "cannot get the revision of deployment \"web\": invalid literal for int() with base 10: 'x'"),
])
def test_status_of_a_revision_that_does_not_run_fails(rollout, annotation, message):
    obj = with_status()
    obj["metadata"]["annotations"] = {"deployment.kubernetes.io/revision": annotation}
    with pytest.raises(MinikctlError) as failure:
        rollout.status(obj, 2, FakeReader())
    assert str(failure.value) == message


def test_history_is_a_table_of_causes(rollout):
    text = rollout.view_history(deployment(), FakeReader(THIRD, FIRST, SECOND))
    assert text == "REVISION  CHANGE-CAUSE\n1         first release\n2         <none>\n3         third release\n"


def test_history_of_nothing_says_so(rollout):
    assert rollout.view_history(deployment(), FakeReader()) == "No rollout history found."


def test_history_keeps_the_objects_by_revision(rollout):
    unreadable = replica_set("dddddddddd", "nginx:1.19", "soon")
    assert rollout.history(deployment(), FakeReader(THIRD, unreadable, FIRST)) == {1: FIRST, 3: THIRD}


def test_history_of_one_revision_shows_its_template_with_the_cause(rollout):
    text = rollout.view_history(deployment(), FakeReader(THIRD, FIRST, SECOND), 1)
    assert text.splitlines()[:7] == [
        "Pod Template:", "  Labels:\tapp=web", "\tpod-template-hash=aaaaaaaaaa",
        "  Annotations:\tkubernetes.io/change-cause: first release", "  Containers:", "   nginx:",
        "    Image:\tnginx:1.16",
    ]
    assert "annotations" not in FIRST["spec"]["template"]["metadata"]


@pytest.mark.parametrize("look", [
    lambda rollout, obj, reader: rollout.view_history(obj, reader, 42),
    lambda rollout, obj, reader: rollout.find_revision(obj, 42, reader),
])
def test_history_of_a_revision_that_is_not_kept_fails(rollout, look):
    with pytest.raises(MinikctlError) as failure:
        look(rollout, deployment(), FakeReader(FIRST))
    assert str(failure.value) == "unable to find the specified revision"


@pytest.mark.parametrize(("to_revision", "image", "cause"), [
    (0, "nginx:1.17", None), (1, "nginx:1.16", "first release"),
])
def test_undo_brings_template_and_annotations_back(rollout, to_revision, image, cause):
    live = deployment(image="nginx:1.18")
    live["metadata"]["annotations"] = {
        "deployment.kubernetes.io/revision": "3", "kubernetes.io/change-cause": "third release",
        "kubectl.kubernetes.io/last-applied-configuration": "{}",
    }
    words, changed = rollout.undo(live, to_revision, FakeReader(FIRST, SECOND, THIRD))
    assert words == "rolled back"
    assert changed["spec"]["template"] == {
        "metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "nginx", "image": image}]},
    }
    expected = {"deployment.kubernetes.io/revision": "3", "kubectl.kubernetes.io/last-applied-configuration": "{}"}
    assert changed["metadata"]["annotations"] == expected | ({"kubernetes.io/change-cause": cause} if cause else {})
    assert live["spec"]["template"]["spec"]["containers"][0]["image"] == "nginx:1.18", "the object handed in stays"


def test_undo_to_the_present_template_is_skipped(rollout):
    assert rollout.undo(deployment(image="nginx:1.18"), 3, FakeReader(FIRST, SECOND, THIRD)) == (
        "skipped rollback (current template already matches revision 3)", None,
    )


def test_undo_on_the_clients_side_alone_shows_the_template(rollout):
    words, changed = rollout.undo(deployment(image="nginx:1.18"), 0, FakeReader(FIRST, SECOND, THIRD), dry_run="client")
    assert words.startswith("Pod Template:\n  Labels:\tapp=web\n\tpod-template-hash=bbbbbbbbbb\n  Containers:\n")
    assert changed is None


@pytest.mark.parametrize(("spec", "to_revision", "kept", "message"), [
    ({}, 42, (FIRST, THIRD), "unable to find specified revision 42 in history"),
    ({}, -1, (FIRST, THIRD), "unable to find specified revision -1 in history"),
    ({}, 0, (THIRD,), 'no rollout history found for deployment "web"'),
    ({"paused": True}, 0, (THIRD,), 'no rollout history found for deployment "web"'),
    ({"paused": True}, 1, (FIRST, THIRD),
     "you cannot rollback a paused deployment; resume it first with 'mk rollout resume' and try again"),
])
def test_undo_says_why_it_cannot(rollout, spec, to_revision, kept, message):
    with pytest.raises(MinikctlError) as failure:
        rollout.undo(deployment(**spec), to_revision, FakeReader(*kept), program="mk")
    assert str(failure.value) == message


def test_pause_and_resume_are_each_others_opposite(rollout):
    running = deployment()
    paused = rollout.pause(running)
    assert paused["spec"]["paused"] is True
    assert rollout.resume(paused) == running


@pytest.mark.parametrize(("verb", "spec", "message"), [
    ("pause", {"paused": True}, 'error: deployments.apps "web" is already paused'),
    ("resume", {}, 'error: deployments.apps "web" is not paused'),
    ("restart", {"paused": True},
     'error: deployments.apps "web" can\'t restart paused deployment (run rollout resume first)'),
])
def test_what_makes_no_sense_is_refused(rollout, verb, spec, message):
    with pytest.raises(MinikctlError) as failure:
        getattr(rollout, verb)(deployment(**spec), *([NOW] if verb == "restart" else []))
    assert failure.value.user_message() == message


def test_restart_writes_the_time_into_the_template_and_moves_on(rollout):
    once = rollout.restart(deployment(), NOW)
    twice = rollout.restart(once, NOW)
    times = [obj["spec"]["template"]["metadata"]["annotations"] for obj in (once, twice)]
    assert times == [
        {"kubectl.kubernetes.io/restartedAt": "2026-11-21T14:45:17Z"},
        {"kubectl.kubernetes.io/restartedAt": "2026-11-21T14:45:18Z"},
    ]


@pytest.mark.parametrize(("call", "message"), [
    (lambda it: it.status({}, 0, None), "no status viewer has been implemented for ReplicaSet.apps"),
    (lambda it: it.view_history({}, None), 'no history viewer has been implemented for "ReplicaSet.apps"'),
    (lambda it: it.undo({}, 0, None), 'no rollbacker has been implemented for "ReplicaSet.apps"'),
    (lambda it: it.pause(THIRD), 'replicasets.apps "web-cccccccccc" pausing is not supported'),
    (lambda it: it.resume(THIRD), 'replicasets.apps "web-cccccccccc" resuming is not supported'),
])
def test_a_kind_without_a_part_of_rollout_says_so(call, message):
    with pytest.raises(MinikctlError) as failure:
        call(Rollout(info_for("replicasets.apps")))
    assert str(failure.value) == message
