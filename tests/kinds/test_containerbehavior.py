import pytest

from minikctl import kinds

BEHAVIOR = kinds.load(kinds.info_for("containerbehaviors.minikctl.dev"))


def behavior(**spec):
    return {
        "apiVersion": "minikctl.dev/v1alpha1", "kind": "ContainerBehavior", "metadata": {"name": "slow"}, "spec": spec
    }


@pytest.mark.parametrize(("spec", "expected"), [
    ({}, []),
    (
        {
            "images": ["shop/*:v2"], "podSelector": {"matchLabels": {"app": "shop"}}, "namespaces": ["a"],
            "containers": ["c"], "pull": {"after": "5s", "fail": "ErrImagePull"}, "start": {"after": "1s"},
            "ready": {"after": "3s", "never": False}, "stop": {"after": "2s"},
            "exit": {"after": "1m30s", "code": 137, "reason": "OOMKilled", "times": 3},
        },
        [],
    ),
    ({"exit": {"code": 0, "times": 1}}, []),
    (
        {"images": ["", "two words"]},
        [
            "spec.images[0]: Invalid value: \"\": must be a shell pattern without spaces, such as 'shop/*:v2'",
            "spec.images[1]: Invalid value: \"two words\": must be a shell pattern without spaces, such as 'shop/*:v2'",
        ],
    ),
    ({"start": {"after": "5"}}, ['spec.start.after: Invalid value: "5": time: missing unit in duration "5"']),
    ({"stop": {"after": "-5s"}}, ['spec.stop.after: Invalid value: "-5s": must be greater than or equal to 0']),
    (
        {"pull": {"fail": "Sometimes"}},
        [('spec.pull.fail: Unsupported value: "Sometimes": supported values: "ErrImagePull", "ImagePullBackOff", '
          '"InvalidImageName"')],
    ),
    ({"exit": {"code": 256}}, ["spec.exit.code: Invalid value: 256: must be between 0 and 255, inclusive"]),
    ({"exit": {"times": 0}}, ["spec.exit.times: Invalid value: 0: must be greater than or equal to 1"]),
    (
        {"exit": {"reason": "out of memory"}},
        ["spec.exit.reason: Invalid value: \"out of memory\": must be one CamelCase word, such as 'OOMKilled'"],
    ),
    (
        {"podSelector": {"matchExpressions": [{"key": "a", "operator": "In"}]}},
        [("spec.podSelector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or "
          "'NotIn'")],
    ),
])
def test_a_behavior_says_what_can_be_done(spec, expected):
    assert [str(error) for error in BEHAVIOR.validate(behavior(**spec))] == expected


@pytest.mark.parametrize(("spec", "cells"), [
    ({}, ("*", "<none>", "<none>", "<none>", "<none>", "<none>", "*", "*", "<none>")),
    (
        {"images": ["a", "b"], "pull": {"after": "5s", "fail": "ErrImagePull"}, "start": {"after": "1s"},
         "ready": {"never": True}, "exit": {"after": "60s", "code": 137, "reason": "OOMKilled", "times": 3},
         "stop": {"after": "2s"}, "namespaces": ["x"], "containers": ["c"],
         "podSelector": {"matchLabels": {"app": "shop"}}},
        ("a,b", "5s ErrImagePull", "1s", "never", "60s 137 OOMKilled x3", "2s", "x", "c", "app=shop"),
    ),
    ({"exit": {"after": "1s"}}, ("*", "<none>", "<none>", "<none>", "1s 0", "<none>", "*", "*", "<none>")),
])
def test_get_shows_each_moment(spec, cells):
    row = tuple(BEHAVIOR.row(behavior(**spec), 0.0))
    assert row == ("slow", *cells[:6], "<unknown>", *cells[6:])
    assert len(row) == len(BEHAVIOR.columns)
