"""Job: defaults, the generated selector, rules, columns, describe."""

import copy

import pytest
from workload_fakes import BORN, NOW, described, load

JOBS = "jobs.batch"
UID = "68ba847a-df49-4c3c-b9a5-a8e5aa8c1df0"
GENERATED = {
    "batch.kubernetes.io/controller-uid": UID, "batch.kubernetes.io/job-name": "work", "controller-uid": UID,
    "job-name": "work",
}


def template(restart="Never", labels=None, **spec):
    metadata = {} if labels is None else {"metadata": {"labels": labels}}
    return {**metadata, "spec": {"restartPolicy": restart, "containers": [{"name": "c", "image": "i"}], **spec}}


def stored(labels=None, *, name="work", **spec):
    """The Job as a create leaves it."""
    metadata = {"name": name, "namespace": "default", "uid": UID, "creationTimestamp": BORN}
    if labels is not None:
        metadata["labels"] = labels
    obj = {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": {"template": template(), **spec}}
    obj = copy.deepcopy(obj)
    load(JOBS).default(obj)
    load(JOBS).prepare_for_create(obj)
    return obj


def errors(**spec):
    return [str(error) for error in load(JOBS).validate(stored(**spec))]


def test_a_jobs_defaults_are_those_of_the_api_server():
    spec = stored()["spec"]
    del spec["template"]
    assert spec == {
        "backoffLimit": 6, "completionMode": "NonIndexed", "completions": 1, "manualSelector": False,
        "parallelism": 1, "podReplacementPolicy": "TerminatingOrFailed",
        "selector": {"matchLabels": {"batch.kubernetes.io/controller-uid": UID}}, "suspend": False,
    }


@pytest.mark.parametrize(("given", "expected"), [
    ({"completions": 3}, {"completions": 3, "parallelism": 1}),
    ({"parallelism": 3}, {"completions": None, "parallelism": 3}),
    ({"backoffLimitPerIndex": 1}, {"backoffLimit": 2147483647}),
    ({"podFailurePolicy": {"rules": []}}, {"podReplacementPolicy": "Failed"}),
    ({"podFailurePolicy": {"rules": [{"action": "Count", "onPodConditions": [{"type": "X"}]}]}},
     {"podFailurePolicy": {"rules": [{"action": "Count", "onPodConditions": [{"type": "X", "status": "True"}]}]}}),
])
def test_defaults_follow_from_each_other(given, expected):
    spec = stored(**given)["spec"]
    assert {key: spec.get(key) for key in expected} == expected


@pytest.mark.parametrize(("own", "of_template", "expected"), [
    (None, None, GENERATED), (None, {"a": "b"}, {"a": "b", **GENERATED}), ({"x": "y"}, {"a": "b"}, {"x": "y"}),
])
def test_a_job_without_labels_has_those_of_its_template(own, of_template, expected):
    obj = stored(own, template=template(labels=of_template))
    assert obj["metadata"]["labels"] == expected
    assert obj["spec"]["template"]["metadata"]["labels"] == {**(of_template or {}), **GENERATED}


def test_with_a_manual_selector_nothing_is_generated():
    obj = stored(manualSelector=True, selector={"matchLabels": {"a": "b"}}, template=template(labels={"a": "b"}))
    assert obj["spec"]["selector"] == {"matchLabels": {"a": "b"}}
    assert obj["metadata"]["labels"] == {"a": "b"}
    assert load(JOBS).validate(obj) == []


NOT_NEGATIVE = "must be greater than or equal to 0"
INDEXED = {"completionMode": "Indexed", "completions": 5}


@pytest.mark.parametrize(("spec", "expected"), [
    ({}, []),
    ({"template": template("Always")},
     ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"']),
    ({"parallelism": -1, "completions": -2, "activeDeadlineSeconds": -3, "backoffLimit": -4,
      "ttlSecondsAfterFinished": -5}, [
        f"spec.{field}: Invalid value: -{number}: {NOT_NEGATIVE}" for number, field in enumerate(
            ("parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished"), 1)
    ]),
    ({"completionMode": "Random"},
     ['spec.completionMode: Unsupported value: "Random": supported values: "NonIndexed", "Indexed"']),
    ({"completionMode": "Indexed", "completions": None, "parallelism": 2},
     ["spec.completions: Required value: when completion mode is Indexed"]),
    ({"backoffLimitPerIndex": 1},
     ["spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode"]),
    ({**INDEXED, "maxFailedIndexes": 6}, [
        "spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified",
        "spec.maxFailedIndexes: Invalid value: 6: must be less than or equal to completions",
    ]),
    ({"completionMode": "Indexed", "completions": 200_000, "backoffLimitPerIndex": 1, "parallelism": 20_000}, [
        "spec.maxFailedIndexes: Required value: must be specified when completions is above 100000",
        ("spec.parallelism: Invalid value: 20000: must be less than or equal to 10000 when completions are above 100000 "
         "and used with backoff limit per index"),
    ]),
    ({"successPolicy": {"rules": [{"succeededCount": 1}]}}, [
        ('spec.successPolicy: Invalid value: {"Rules":[{"SucceededIndexes":null,"SucceededCount":1}]}: requires '
         "indexed completion mode"),
    ]),
    ({**INDEXED, "successPolicy": {"rules": []}}, [
        "spec.successPolicy.rules: Required value: at least one rules must be specified when the successPolicy is "
        "specified",
    ]),
    ({**INDEXED, "successPolicy": {"rules": [{}, {"succeededCount": 9}, {"succeededIndexes": "1-2", "succeededCount": 3}]}}, [
        ("spec.successPolicy.rules[0]: Required value: at least one of succeededCount or succeededIndexes must be "
         "specified"),
        ("spec.successPolicy.rules[1].succeededCount: Invalid value: 9: must be less than or equal to 5 (the number of "
         "specified completions)"),
        ("spec.successPolicy.rules[2].succeededCount: Invalid value: 3: must be less than or equal to 2 (the number of "
         "indexes in the specified succeededIndexes field)"),
    ]),
    ({"podReplacementPolicy": "Never"}, [
        'spec.podReplacementPolicy: Unsupported value: "Never": supported values: "Failed", "TerminatingOrFailed"',
    ]),
    ({"podFailurePolicy": {"rules": []}, "podReplacementPolicy": "TerminatingOrFailed"},
     ['spec.podReplacementPolicy: Unsupported value: "TerminatingOrFailed": supported values: "Failed"']),
    ({"podFailurePolicy": {"rules": []}, "template": template("OnFailure")}, [
        ('spec.template.spec.restartPolicy: Invalid value: "OnFailure": only "Never" is supported when '
         "podFailurePolicy is specified"),
    ]),
    ({"managedBy": "me"},
     ['spec.managedBy: Invalid value: "me": must be a domain-prefixed path (such as "acme.io/foo")']),
    ({"managedBy": "example.com/" + 60 * "x"}, ["spec.managedBy: Too long: may not be more than 63 bytes"]),
    ({"name": 61 * "j", **INDEXED}, []),
    ({"name": 62 * "j", **INDEXED}, [
        f'metadata.name: Invalid value: "{62 * "j"}": will not able to create pod with invalid DNS label: {62 * "j"}-4',
    ]),
    ({"selector": {"matchLabels": {"a": "b"}}}, [
        (f'spec.selector: Invalid value: {{"matchLabels":{{"a":"b","batch.kubernetes.io/controller-uid":"{UID}"}}}}: '
         "`selector` not auto-generated"),
        ("spec.template.metadata.labels: Invalid value: "
         f'{{"batch.kubernetes.io/controller-uid":"{UID}","batch.kubernetes.io/job-name":"work",'
         f'"controller-uid":"{UID}","job-name":"work"}}: `selector` does not match template `labels`'),
    ]),
    ({"manualSelector": True}, [
        "spec.selector: Required value",
        "spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`",
    ]),
])
def test_the_rules_of_a_job(spec, expected):
    assert errors(**spec) == expected


def test_generated_labels_may_not_be_contradicted():
    (first,) = errors(template=template(labels={"job-name": "other"}))
    assert first.startswith("spec.template.metadata.labels[job-name]: Invalid value: {")
    assert first.endswith("}: must be 'work'")


P = "spec.podFailurePolicy.rules[0]"


@pytest.mark.parametrize(("rule", "expected"), [
    ({"action": "Count", "onExitCodes": {"operator": "In", "values": [1, 2]}}, []),
    ({"onExitCodes": {"operator": "In", "values": [1]}},
     [f'{P}.action: Required value: valid values: ["Count" "FailIndex" "FailJob" "Ignore"]']),
    ({"action": "Shrug", "onExitCodes": {"operator": "In", "values": [1]}}, [
        f'{P}.action: Unsupported value: "Shrug": supported values: "Count", "FailIndex", "FailJob", "Ignore"',
    ]),
    ({"action": "FailIndex", "onExitCodes": {"operator": "In", "values": [1]}},
     [f'{P}.action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set']),
    ({"action": "Count"},
     [f"{P}: Invalid value: specifying one of OnExitCodes and OnPodConditions is required"]),
    ({"action": "Count", "onExitCodes": {"operator": "In", "values": [1]}, "onPodConditions": [{"type": "X"}]},
     [f"{P}: Invalid value: specifying both OnExitCodes and OnPodConditions is not supported"]),
    ({"action": "Count", "onExitCodes": {"operator": "Near", "containerName": "z", "values": [3, 1, 1]}}, [
        f'{P}.onExitCodes.operator: Unsupported value: "Near": supported values: "In", "NotIn"',
        (f'{P}.onExitCodes.containerName: Invalid value: "z": must be one of the container or initContainer names in '
         "the pod template"),
        f"{P}.onExitCodes.values[2]: Duplicate value: 1",
        f"{P}.onExitCodes.values: Invalid value: [3,1,1]: must be ordered",
    ]),
    ({"action": "Count", "onExitCodes": {"operator": "In", "values": [0]}},
     [f"{P}.onExitCodes.values[0]: Invalid value: 0: must not be 0 for the In operator"]),
    ({"action": "Ignore", "onPodConditions": [{"type": "X", "status": "Maybe"}]}, [
        f'{P}.onPodConditions[0].status: Unsupported value: "Maybe": supported values: "False", "True", "Unknown"',
    ]),
])
def test_the_rules_of_a_failure_policy(rule, expected):
    assert errors(podFailurePolicy={"rules": [rule]}) == expected


@pytest.mark.parametrize(("text", "words"), [
    ("1-2-3", 'the fragment "1-2-3" violates the requirement that an index interval can have at most two parts '
     "separated by '-'"),
    ("a", 'cannot convert string to integer for index: "a"'), ("1-b", 'cannot convert string to integer for index: "b"'),
    ("5", 'too large index: "5"'), ("2-7", 'too large index: "7"'),
    ("3-2", "non-increasing order, previous: 3, current: 2"), ("2,1", "non-increasing order, previous: 2, current: 1"),
])
def test_indexes_of_a_success_policy_have_to_be_in_order(text, words):
    assert errors(**INDEXED, successPolicy={"rules": [{"succeededIndexes": text}]}) == [
        f'spec.successPolicy.rules[0].succeededIndexes: Invalid value: "{text}": error parsing succeededIndexes: {words}',
    ]


@pytest.mark.parametrize(("old", "new", "expected"), [
    ({}, {"completions": 1, "parallelism": 5, "suspend": True, "backoffLimit": 1, "activeDeadlineSeconds": 9}, []),
    ({}, {"completions": 3}, ["spec.completions: Invalid value: 3: field is immutable"]),
    (INDEXED, {**INDEXED, "completions": 3}, [
        "spec.completions: Invalid value: 3: can only be modified in tandem with spec.parallelism",
    ]),
    (INDEXED, {**INDEXED, "completions": 3, "parallelism": 3}, []),
    (INDEXED, {**INDEXED, "backoffLimitPerIndex": 2, "backoffLimit": 6},
     ["spec.backoffLimitPerIndex: Invalid value: 2: field is immutable"]),
    ({"completions": 5}, INDEXED, ['spec.completionMode: Invalid value: "Indexed": field is immutable']),
    ({}, {"podFailurePolicy": {"rules": []}},
     ['spec.podFailurePolicy: Invalid value: {"Rules":null}: field is immutable']),
])
def test_what_of_a_job_may_change(old, new, expected):
    assert [str(error) for error in load(JOBS).validate_update(stored(**new), stored(**old))] == expected


def test_a_template_is_immutable_and_shown_as_a_struct():
    new = stored(template=template(containers=[{"name": "c", "image": "other"}]))
    (error,) = load(JOBS).validate_update(new, stored())
    text = str(error)
    assert text.startswith('spec.template: Invalid value: {"labels":{"batch.kubernetes.io/controller-uid":"')
    assert '"Spec":{"Volumes":null,"InitContainers":null,"Containers":[{"Name":"c","Image":"other",' in text
    assert text.endswith('"SchedulingGroup":null}}: field is immutable')


@pytest.mark.parametrize(("change", "status", "fine"), [
    ({"nodeSelector": {"a": "b"}}, {}, True),
    ({"nodeSelector": {"a": "b"}}, {"startTime": BORN}, False),
    ({"nodeSelector": {"a": "b"}},
     {"startTime": BORN, "conditions": [{"type": "Suspended", "status": "True"}]}, True),
    ({"nodeSelector": {"a": "b"}},
     {"active": 1, "conditions": [{"type": "Suspended", "status": "True"}]}, False),
    ({"affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": []}}}, {}, True),
    ({"affinity": {"podAffinity": {}}}, {}, False),
    ({"containers": [{"name": "c", "image": "i", "resources": {"requests": {"cpu": "2"}}}]}, {}, True),
    ({"containers": [{"name": "c", "image": "other"}]}, {}, False),
])
def test_where_pods_go_may_change_while_there_are_none(change, status, fine):
    old, new = stored(suspend=True), stored(suspend=True, template=template(**change))
    old["status"] = status
    assert ([error.path for error in load(JOBS).validate_update(new, old)] == []) is fine


def condition(kind, status="True"):
    return {"type": kind, "status": status}


@pytest.mark.parametrize(("conditions", "going", "word"), [
    ([], False, "Running"), ([], True, "Terminating"), ([condition("Suspended")], False, "Suspended"),
    ([condition("Suspended", "False")], False, "Running"), ([condition("FailureTarget")], False, "FailureTarget"),
    ([condition("SuccessCriteriaMet")], False, "SuccessCriteriaMet"),
    ([condition("SuccessCriteriaMet"), condition("Complete")], True, "Complete"),
    ([condition("FailureTarget"), condition("Failed")], False, "Failed"),
])
def test_status_is_the_most_telling_condition(conditions, going, word):
    obj = stored()
    obj["status"] = {"conditions": conditions}
    if going:
        obj["metadata"]["deletionTimestamp"] = BORN
    assert load(JOBS).row(obj, NOW)[1] == word


@pytest.mark.parametrize(("spec", "cell"), [
    ({"completions": 4}, "2/4"), ({"parallelism": 1}, "2/1"), ({"parallelism": 3}, "2/1 of 3"),
])
def test_completions_are_told_even_where_none_are_wanted(spec, cell):
    obj = {**stored(**spec), "status": {"succeeded": 2}}
    assert load(JOBS).row(obj, NOW)[2] == cell


@pytest.mark.parametrize(("status", "cell"), [
    ({}, ""), ({"startTime": "2026-11-21T14:45:07Z"}, "10s"),
    ({"startTime": "2026-11-21T14:45:07Z", "completionTime": "2026-11-21T14:45:11Z"}, "4s"),
])
def test_duration_goes_on_until_the_end(status, cell):
    assert load(JOBS).row({**stored(), "status": status}, NOW)[3] == cell


def test_describe_of_a_job():
    obj = stored({"a": "b"}, completions=3, completionMode="Indexed", ttlSecondsAfterFinished=60, activeDeadlineSeconds=9)
    obj["metadata"]["ownerReferences"] = [{"kind": "CronJob", "name": "nightly", "uid": "u", "controller": True}]
    obj["status"] = {
        "startTime": "2026-11-21T14:45:07Z", "completionTime": "2026-11-21T14:45:11Z", "active": 1, "ready": 0,
        "completedIndexes": "0,2",
    }
    text = described(obj)
    assert text.startswith(
        f"Name:\twork\nNamespace:\tdefault\nSelector:\tbatch.kubernetes.io/controller-uid={UID}\nLabels:\ta=b\n"
        "Annotations:\t<none>\nControlled By:\tCronJob/nightly\nParallelism:\t1\nCompletions:\t3\n"
        "Completion Mode:\tIndexed\nSuspend:\tfalse\nBackoff Limit:\t6\nTTL Seconds After Finished:\t60\n"
        "Start Time:\tSat, 21 Nov 2026 14:45:07 +0000\nCompleted At:\tSat, 21 Nov 2026 14:45:11 +0000\nDuration:\t4s\n"
        "Active Deadline Seconds:\t9s\nPods Statuses:\t1 Active (0 Ready) / 0 Succeeded / 0 Failed\n"
        "Completed Indexes:\t0,2\nPod Template:\n"
    )


@pytest.mark.parametrize(("indexes", "shown"), [
    ("", "<none>"), ("0-100", "0-100"),
    (",".join(str(n) for n in range(1, 60, 2)), "1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31,33,35,37,..."),
])
def test_a_long_list_of_indexes_is_cut_at_a_comma(indexes, shown):
    from minikctl.kinds.job.describe import cap_indexes

    assert cap_indexes(indexes) == shown


def test_jobs_can_be_selected_by_successes():
    assert load(JOBS).field_value({**stored(), "status": {"succeeded": 2}}, "status.successful") == "2"
    assert load(JOBS).field_value(stored(), "status.successful") == "0"
