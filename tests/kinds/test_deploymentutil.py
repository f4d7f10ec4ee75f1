import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st
from workload_fakes import NOW, FakeReader, deployment, replica_set, template

from minikctl.kinds import deploymentutil as util


def revisions(*numbers):
    return [replica_set(f"r{index}", "x", number) for index, number in enumerate(numbers)]


@pytest.mark.parametrize(("numbers", "highest", "last"), [
    ((), 0, 0), ((1,), 1, 0), ((1, 2), 2, 1), ((3, 1, 2), 3, 2), ((5, 5), 5, 5), ((1, "many", 3), 3, 1),
])
def test_highest_and_last_revision_pass_over_what_is_no_number(numbers, highest, last):
    assert (util.max_revision(revisions(*numbers)), util.last_revision(revisions(*numbers))) == (highest, last)


def test_an_object_without_annotation_has_revision_0():
    assert util.revision({"metadata": {}}) == 0


@pytest.mark.parametrize(("one", "other", "equal"), [
    ({}, {}, True),
    ({"metadata": {"labels": {"app": "a"}}}, {"metadata": {"labels": {"app": "a", "pod-template-hash": "x"}}}, True),
    ({"metadata": {"labels": {"app": "a"}}}, {"metadata": {"labels": {"app": "b"}}}, False),
    ({"metadata": {}}, {"metadata": {"labels": {"pod-template-hash": "x"}}}, True),
    ({"metadata": {"annotations": {}}}, {"metadata": {}}, True),
    ({"spec": {"volumes": []}}, {"spec": {}}, True),
    ({"spec": {"volumes": [{"name": "a", "emptyDir": {}}]}}, {"spec": {"volumes": [{"name": "a"}]}}, False),
    ({"spec": {"containers": [{"resources": {"limits": {"cpu": "1"}}}]}},
     {"spec": {"containers": [{"resources": {"limits": {"cpu": "1000m"}}}]}}, True),
    ({"spec": {"containers": [{"resources": {"limits": {"cpu": "1"}}}]}},
     {"spec": {"containers": [{"resources": {"limits": {"cpu": "1001m"}}}]}}, False),
    ({"spec": {"containers": [{"env": [{"name": "a", "value": "1"}]}]}},
     {"spec": {"containers": [{"env": [{"name": "a", "value": "1000m"}]}]}}, False),
])
def test_templates_are_equal_when_they_mean_the_same_without_the_hash(one, other, equal):
    assert util.equal_ignore_hash(one, other) is equal
    assert util.equal_ignore_hash(other, one) is equal


def test_comparing_templates_changes_neither():
    one, other = template(**{"app": "web", "pod-template-hash": "x"}), template()
    before = copy.deepcopy((one, other))
    util.equal_ignore_hash(one, other)
    assert (one, other) == before


def test_the_new_replica_set_is_the_oldest_with_the_present_template():
    old = replica_set("a", "nginx:1.15", 1, created="2026-11-21T14:00:00Z")
    new = replica_set("c", "nginx:1.16", 2, created="2026-11-21T14:01:00Z", replicas=2)
    again = replica_set("b", "nginx:1.16", 3, created="2026-11-21T14:02:00Z", replicas=1)
    everything = [again, new, old]
    assert util.find_new_replica_set(deployment(), everything) is new
    assert util.find_old_replica_sets(deployment(), everything) == ([again], [old, again])


def test_without_the_present_template_all_are_old():
    old = replica_set("a", "nginx:1.15", 1)
    assert util.find_new_replica_set(deployment(), [old]) is None
    assert util.find_old_replica_sets(deployment(), [old]) == ([], [old])


def test_what_was_made_in_one_second_is_ordered_by_revision():
    second, first = replica_set("a", "x", 2), replica_set("b", "y", 1)
    assert util.sort_by_creation([second, first]) == [first, second]


def test_only_replica_sets_that_match_and_are_controlled_are_the_deployments():
    own = replica_set("a", "x", 1)
    stray = replica_set("b", "x", 1)
    stray["metadata"]["labels"] = {"app": "other"}
    owned_not_controlled = replica_set("c", "x", 1)
    owned_not_controlled["metadata"]["ownerReferences"][0]["controller"] = False
    of_another = replica_set("d", "x", 1, owner="other")
    reader = FakeReader(own, stray, owned_not_controlled, of_another)
    assert util.list_replica_sets(deployment(), reader) == [own]


def test_rolling_back_keeps_what_is_the_deployments_own():
    target = deployment()
    target["metadata"]["annotations"] = {
        util.LAST_APPLIED: "{}", util.REVISION_ANNOTATION: "3", "kubernetes.io/change-cause": "third",
        "gone": "x",
    }
    util.set_deployment_annotations_to(target, replica_set("a", "x", 1, cause="first"))
    assert target["metadata"]["annotations"] == {
        util.LAST_APPLIED: "{}", util.REVISION_ANNOTATION: "3", "kubernetes.io/change-cause": "first",
    }


def condition(status, reason, time="2026-11-21T14:00:00Z"):
    return {
        "type": "Progressing", "status": status, "reason": reason, "message": reason, "lastTransitionTime": time,
        "lastUpdateTime": time,
    }


def test_a_condition_that_says_the_same_stays_as_it_is():
    status = {"conditions": [condition("True", "A")]}
    util.set_deployment_condition(status, util.new_deployment_condition("Progressing", "True", "A", "other words", NOW))
    assert status == {"conditions": [condition("True", "A")]}


def test_another_reason_keeps_the_transition_and_moves_to_the_end():
    available = {"type": "Available", "status": "True"}
    status = {"conditions": [condition("True", "A"), available]}
    util.set_deployment_condition(status, util.new_deployment_condition("Progressing", "True", "B", "B", NOW))
    assert status["conditions"] == [available, {
        **condition("True", "B"), "lastUpdateTime": "2026-11-21T14:45:17Z",
        "lastTransitionTime": "2026-11-21T14:00:00Z",
    }]


def test_another_status_is_a_transition():
    status = {"conditions": [condition("True", "A")]}
    util.set_deployment_condition(status, util.new_deployment_condition("Progressing", "False", "A", "A", NOW))
    assert status["conditions"] == [condition("False", "A", "2026-11-21T14:45:17Z")]


def test_removing_the_last_condition_removes_the_list():
    status = {"conditions": [condition("True", "A")]}
    util.remove_deployment_condition(status, "Progressing")
    assert status == {}


@pytest.mark.parametrize(("status", "complete"), [
    ({"updatedReplicas": 3, "replicas": 3, "availableReplicas": 3, "observedGeneration": 1}, True),
    ({"updatedReplicas": 2, "replicas": 3, "availableReplicas": 3, "observedGeneration": 1}, False),
    ({"updatedReplicas": 3, "replicas": 4, "availableReplicas": 3, "observedGeneration": 1}, False),
    ({"updatedReplicas": 3, "replicas": 3, "availableReplicas": 2, "observedGeneration": 1}, False),
    ({"updatedReplicas": 3, "replicas": 3, "availableReplicas": 3, "observedGeneration": 0}, False),
])
def test_complete_is_all_new_available_and_seen(status, complete):
    assert util.deployment_complete(deployment(), status) is complete


def test_counts_go_over_all_replica_sets():
    sets = [replica_set("a", "x", 1, replicas=2, current=5), None, replica_set("b", "x", 1, replicas=1)]
    sets[0]["status"] |= {"readyReplicas": 4, "availableReplicas": 3}
    assert util.get_replica_count_for_replica_sets(sets) == 3
    assert util.get_actual_replica_count_for_replica_sets(sets) == 6
    assert util.get_ready_replica_count_for_replica_sets(sets) == 4
    assert util.get_available_replica_count_for_replica_sets(sets) == 3


@pytest.mark.parametrize(("data", "number"), [(b"", 0x811C9DC5), (b"a", 0xE40C292C), (b"foobar", 0xBF9CF968)])
def test_fnv_has_the_published_values(data, number):
    assert util.fnv1a_32(data) == number


def test_letters_stand_for_characters_as_upstream_has_them():
    assert util.safe_encode_string("0123456789") == "456789bcdf"


def test_the_hash_hangs_on_the_template_and_the_collisions_alone():
    one = util.compute_hash(template())
    assert one == util.compute_hash(dict(reversed(template().items())))
    assert len({one, util.compute_hash(template("other")), util.compute_hash(template(), 1)}) == 3


@given(st.dictionaries(st.text(), st.text()), st.none() | st.integers(0, 2**31 - 1))
def test_hashes_are_eight_to_ten_safe_letters(labels, collisions):
    letters = util.compute_hash({"metadata": {"labels": labels}}, collisions)
    assert 8 <= len(letters) <= 10
    assert set(letters) <= set("456789bcdf")
