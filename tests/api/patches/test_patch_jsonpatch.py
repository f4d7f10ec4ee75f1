import pytest

from minikctl.api.patches import jsonpatch
from minikctl.api.patches.words import PatchError

OBJECT = {"data": {"a": "1"}, "list": ["x", "y"], "deep": [{"b": {"c": 1}}]}


def op(kind, path, **rest):
    return {"op": kind, "path": path, **rest}


# What the real thing made of each.
APPLIED = [
    ([op("add", "/data/b", value="2")], {"data": {"a": "1", "b": "2"}}),
    ([op("add", "/data/a", value="2")], {"data": {"a": "2"}}),
    ([op("replace", "/data/a", value="2")], {"data": {"a": "2"}}),
    ([op("replace", "/data/new", value="2")], {"data": {"a": "1", "new": "2"}}),
    ([op("remove", "/data/a")], {"data": {}}),
    ([op("test", "/data/a", value="1")], {}),
    ([op("test", "/data/none", value=None)], {}),
    ([op("test", "/data/none")], {}),
    ([op("copy", "/data/b", **{"from": "/data/a"})], {"data": {"a": "1", "b": "1"}}),
    ([op("move", "/data/b", **{"from": "/data/a"})], {"data": {"b": "1"}}),
    ([op("add", "/list/0", value="w")], {"list": ["w", "x", "y"]}),
    ([op("add", "/list/-", value="z")], {"list": ["x", "y", "z"]}),
    ([op("add", "/list/-1", value="z")], {"list": ["x", "y", "z"]}),
    ([op("remove", "/list/-1")], {"list": ["x"]}),
    ([op("replace", "/list/1", value="z")], {"list": ["x", "z"]}),
    ([op("add", "/deep/0/b/d", value=2)], {"deep": [{"b": {"c": 1, "d": 2}}]}),
    ([op("add", "/data/~1x~0", value="v")], {"data": {"a": "1", "/x~": "v"}}),
    ([op("add", "/data/n")], {"data": {"a": "1", "n": None}}),
    ([op("add", "/new", value={}), op("add", "/new/x", value=1)], {"new": {"x": 1}}),
    ([], {}),
    (None, {}),
]


@pytest.mark.parametrize(("operations", "changed"), APPLIED)
def test_operations_are_carried_out(operations, changed):
    original = {"data": {"a": "1"}, "list": ["x", "y"], "deep": [{"b": {"c": 1}}]}
    assert jsonpatch.apply(original, operations) == {**OBJECT, **changed}
    assert original == OBJECT


WRONG = [
    ({"op": "remove"}, "json: cannot unmarshal object into Go value of type jsonpatch.Patch", 400),
    ("text", "json: cannot unmarshal string into Go value of type jsonpatch.Patch", 400),
    ([1], "json: cannot unmarshal number into Go value of type jsonpatch.Operation", 400),
    (["a"], "json: cannot unmarshal string into Go value of type jsonpatch.Operation", 400),
    ([op("remove", "/data/zzz")],
     "error in remove for path: '/data/zzz': Unable to remove nonexistent key: zzz: missing value", 422),
    ([op("foo", "/data")], "Unexpected kind: foo", 422),
    ([{"path": "/data"}], "Unexpected kind: unknown", 422),
    ([op("test", "/data/a", value="2")], "testing value /data/a failed: test failed", 422),
    ([op("add", "/x/y", value=1)], 'add operation does not apply: doc is missing path: "/x/y": missing value', 422),
    ([op("add", "data", value=1)], 'add operation does not apply: doc is missing path: "data": missing value', 422),
    ([op("add", "/list/5", value=1)],
     "error in add for path: '/list/5': Unable to access invalid index: 5: invalid index referenced", 422),
    ([{"op": "add"}], 'add operation does not apply: doc is missing path: ""', 422),
    ([op("remove", "")], 'remove operation does not apply: doc is missing path: "": missing value', 422),
    ([op("copy", "/data/b", **{"from": "/nope"})], "error in copy for path: '/data/b': missing value", 422),
    ([op("move", "/data/b")], "error in move for path: '/data/b': missing value", 422),
    ([op("test", "/data/a", value="1")] * 10_001,
     "Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001", 413),
]


@pytest.mark.parametrize(("operations", "message", "code"), WRONG)
def test_what_does_not_apply_is_refused(operations, message, code):
    with pytest.raises(PatchError) as caught:
        jsonpatch.apply(OBJECT, operations)
    assert (str(caught.value), caught.value.code) == (message, code)
