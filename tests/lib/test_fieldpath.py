import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikctl.lib.fieldpath import get_path, set_path, split

OBJ = {"spec": {"replicas": 3, "none": None, "containers": [{"image": "a"}, {"image": "b"}]}, "data": {"a.b": "1"}}


@pytest.mark.parametrize(
    ("path", "steps"),
    [("spec.replicas", ("spec", "replicas")), ("a.b[0].c", ("a", "b", 0, "c")), ("a[0][1]", ("a", 0, 1)), ("a", ("a",)),
     (("data", "a.b"), ("data", "a.b")), (["a", 0], ("a", 0))],
)
def test_paths_are_cut_into_steps(path, steps):
    assert split(path) == steps


@pytest.mark.parametrize(
    ("path", "value"),
    [("spec.replicas", 3), ("spec.containers[1].image", "b"), ("spec.containers[-1].image", "b"),
     (("data", "a.b"), "1"),
     ("spec.nosuch", "?"), ("nosuch.deeper", "?"), ("spec.none", "?"), ("spec.none.deeper", "?"),
     ("spec.replicas.deeper", "?"), ("spec.containers[2]", "?"), ("spec.containers.image", "?")],
)
def test_what_is_missing_gives_the_default(path, value):
    assert get_path(OBJ, path, "?") == value


def test_setting_makes_what_is_missing_on_the_way():
    obj = {"spec": None, "list": [{"a": 1}]}
    set_path(obj, "spec.template.spec", {})
    set_path(obj, "list[0].a", 2)
    set_path(obj, "list[0].b.c", 3)
    set_path(obj, ("metadata", "annotations", "example.com/a"), "x")
    assert obj == {
        "spec": {"template": {"spec": {}}}, "list": [{"a": 2, "b": {"c": 3}}],
        "metadata": {"annotations": {"example.com/a": "x"}},
    }


@pytest.mark.parametrize("path", ["list[1]", "list[1].a", "list.a", "number.a", "number.a.b"])
def test_setting_does_not_force_its_way(path):
    obj = {"list": [1], "number": 1}
    with pytest.raises(KeyError):
        set_path(obj, path, "x")
    assert obj == {"list": [1], "number": 1}


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=4), st.integers())
def test_what_was_set_is_found(steps, value):
    obj = {}
    set_path(obj, steps, value)
    assert get_path(obj, ".".join(steps)) == value
