import pytest

from minikctl.lib import gofmt

VALUES = [
    (None, "<nil>", "interface {}(nil)"),
    (True, "true", "true"),
    (1, "1", "1"),
    (1.5, "1.5", "1.5"),
    ("a b", "a b", '"a b"'),
    ({}, "map[]", "map[string]interface {}{}"),
    ([], "[]", "[]interface {}{}"),
    (
        {"b": [1, "x", None], "a": {}},
        "map[a:map[] b:[1 x <nil>]]",
        'map[string]interface {}{"a":map[string]interface {}{}, "b":[]interface {}{1, "x", interface {}(nil)}}',
    ),
]


@pytest.mark.parametrize(("item", "shown", "syntax"), VALUES)
def test_values_are_printed_as_go_does(item, shown, syntax):
    assert (gofmt.value(item), gofmt.syntax(item)) == (shown, syntax)


def test_maps_of_yaml_have_another_type():
    assert gofmt.syntax({"a": {}}, gofmt.YAML_MAP) == (
        'map[interface {}]interface {}{"a":map[interface {}]interface {}{}}'
    )


FLOATS = [
    (1.0, "1", "1"), (0.0, "0", "0"), (-0.0, "-0", "-0"), (100000.0, "100000", "100000"), (1e6, "1e+06", "1e+06"),
    (123456789.5, "1.234567895e+08", "1.2345679e+08"), (0.0001, "0.0001", "0.0001"), (1e-5, "1e-05", "1e-05"),
    (0.1, "0.1", "0.1"), (16777217.0, "1.6777217e+07", "1.6777216e+07"), (3.4e39, "3.4e+39", "+Inf"),
    (-3.4e39, "-3.4e+39", "-Inf"), (float("inf"), "+Inf", "+Inf"), (float("-inf"), "-Inf", "-Inf"),
    (float("nan"), "NaN", "NaN"), (1.1, "1.1", "1.1"), (1e100, "1e+100", "+Inf"),
]


@pytest.mark.parametrize(("number", "double", "single"), FLOATS)
def test_floats_have_the_shortest_digits(number, double, single):
    assert (gofmt.general(number), gofmt.general(number, 32)) == (double, single)
