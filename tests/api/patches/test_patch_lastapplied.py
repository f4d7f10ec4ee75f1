import copy
import json

import pytest

from minikctl.api.patches import lastapplied
from minikctl.errors import MinikctlError

# The annotation's bytes as kubectl wrote them.
BUILT = [
    (
        {"kind": "ConfigMap", "metadata": {"name": "cm", "namespace": "default"}, "data": {"b": "3", "a": "2"}},
        (
            '{"data":{"a":"2","b":"3"},"kind":"ConfigMap",'
            '"metadata":{"annotations":{},"name":"cm","namespace":"default"}}\n'
        ),
    ),
    (
        {
            "metadata": {"labels": {"a": "<x>"}, "annotations": {"n": "ü & \u2028", lastapplied.ANNOTATION: "old"}},
            "f": 1.0,
        },
        '{"f":1,"metadata":{"annotations":{"n":"ü \\u0026 \\u2028"},"labels":{"a":"\\u003cx\\u003e"}}}\n',
    ),
    ({"kind": "X"}, '{"kind":"X","metadata":{"annotations":{}}}\n'),
    ({"kind": "X", "metadata": None}, '{"kind":"X","metadata":{"annotations":{}}}\n'),
    ({"kind": "X", "metadata": {"annotations": None}}, '{"kind":"X","metadata":{"annotations":{}}}\n'),
]


@pytest.mark.parametrize(("obj", "text"), BUILT)
def test_the_annotation_is_the_manifest_without_itself(obj, text):
    before = copy.deepcopy(obj)
    assert lastapplied.build(obj) == text
    annotated = lastapplied.with_annotation(obj)
    assert obj == before
    assert lastapplied.get_annotation(annotated) == text
    assert lastapplied.get_object(annotated) == json.loads(text)
    assert lastapplied.without_annotation(annotated) == lastapplied.without_annotation(obj)
    # it says the same when it is written again
    assert lastapplied.with_annotation(annotated) == annotated


NEVER_APPLIED = [{}, {"metadata": None}, {"metadata": {"annotations": None}}, {"metadata": {"annotations": {"a": "b"}}}]


@pytest.mark.parametrize("obj", NEVER_APPLIED)
def test_nothing_was_applied(obj):
    assert (lastapplied.get_annotation(obj), lastapplied.get_object(obj)) == (None, {})


@pytest.mark.parametrize("text", ["{", "[]", "x"])
def test_an_annotation_that_somebody_broke(text):
    with pytest.raises(MinikctlError, match="invalid JSON document"):
        lastapplied.get_object({"metadata": {"annotations": {lastapplied.ANNOTATION: text}}})
