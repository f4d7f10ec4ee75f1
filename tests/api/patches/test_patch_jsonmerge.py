import pytest

from minikctl.api.patches import jsonmerge
from minikctl.api.patches.words import PatchError

# RFC 7386, appendix A, and evanphx/json-patch's own ways
APPLIED = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ({}, {"a": [{"b": None}, None]}, {"a": [{}, None]}),
    ({"a": [1]}, {"a": [{"b": None}]}, {"a": [{}]}),
    ({"a": {}}, {"a": [{"b": None}]}, {"a": [{"b": None}]}),
    ({"a": None}, {"a": {"b": None, "c": 1}}, {"a": {"c": 1}}),
    ({"a": 1}, ["x"], ["x"]),
]


@pytest.mark.parametrize(("original", "patch", "result"), APPLIED)
def test_merge_patches_are_applied(original, patch, result):
    assert jsonmerge.apply(original, patch) == result


MADE = [
    ({"a": 1}, {"a": 1}, {}),
    ({"a": 1}, {"a": 2, "b": {}}, {"a": 2, "b": {}}),
    ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1}}, {"a": {"c": None}}),
    ({"a": [1, 2]}, {"a": [2, 1]}, {"a": [2, 1]}),
    ({"a": 1}, {"a": True}, {"a": True}),
    ({"a": {"b": 1}}, {"a": [1]}, {"a": [1]}),
    ({"a": 1}, {}, {"a": None}),
]


@pytest.mark.parametrize(("original", "modified", "patch"), MADE)
def test_merge_patches_are_made(original, modified, patch):
    assert jsonmerge.create_two_way(original, modified) == patch


# (applied last, applied now, live, patch)
THREE_WAY = [
    ({}, {"a": 1}, {}, {"a": 1}),
    ({"a": 1}, {"a": 1}, {"a": 2, "b": 3}, {"a": 1}),
    ({"a": 1, "b": {"c": 1, "d": 2}}, {"b": {"c": 1}}, {"a": 5, "b": {"c": 1, "e": 3}}, {"a": None, "b": {"d": None}}),
    ({"a": {"b": 1}}, {"a": {}}, {"a": {"b": 1, "c": 2}}, {"a": {"b": None}}),
    ({"a": {"b": 1}}, {"a": {"c": 2}}, {"a": {"b": 1}}, {"a": {"b": None, "c": 2}}),
    ({}, {"a": {}}, {}, {"a": {}}),
    ({"a": [1]}, {"a": [2]}, {"a": [3]}, {"a": [2]}),
    ({"a": 1}, {"a": None}, {"a": 1}, {"a": None}),
]


@pytest.mark.parametrize(("original", "modified", "current", "patch"), THREE_WAY)
def test_custom_resources_are_merged_three_ways(original, modified, current, patch):
    assert jsonmerge.create_three_way(original, modified, current) == patch


def test_preconditions_hold_or_not():
    unchanged = [jsonmerge.require_unchanged("kind"), jsonmerge.require_unchanged("metadata", "name")]
    jsonmerge.create_three_way({}, {"kind": "A", "x": 1}, {"kind": "A"}, unchanged)
    for modified in ({"kind": "B"}, {"kind": "A", "metadata": {"name": "x"}}):
        with pytest.raises(PatchError, match="precondition failed for: map"):
            jsonmerge.create_three_way({}, modified, {"kind": "A"}, unchanged)
