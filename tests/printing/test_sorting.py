import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikctl.lib.gosort import go_sort
from minikctl.printing.errors import PrintError
from minikctl.printing.jsonpath import JSONPathError
from minikctl.printing.sorting import sort_objects, sort_rows, sort_tables

RECORDED = json.loads((Path(__file__).parent / "data" / "sorting_recorded.json").read_text())["cases"]


def objects(values):
    return [{"n": number} | ({} if value == "MISSING" else {"v": value}) for number, value in enumerate(values)]


def order(sorted_objects):
    return [obj["n"] for obj in sorted_objects]


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: f"{len(case['values'])}-{str(case['values'])[:30]}")
def test_as_kubectl_does(case):
    assert order(sort_objects(objects(case["values"]), ".v")) == case["order"]
    assert order(sort_rows(objects(case["values"]), "{.v}")) == case["order"]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (".none", 'couldn\'t find any field with path "{.none}" in the list of objects'),
        ("#", 'couldn\'t find any field with path "{.#}" in the list of objects'),
        (".v[0]", "int64 is not array or slice"),
        (".v[", "unterminated array"),
        (
            "{.v}{.n}",
            "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'",
        ),
    ],
)
def test_paths_that_do_not_do(path, message):
    with pytest.raises(JSONPathError) as caught:
        sort_objects(objects([2, 1]), path)
    assert str(caught.value) == message
    if path != "{.v}{.n}":
        assert sort_rows(objects([2, 1]), path) is None
    assert sort_rows(objects([2]), path) == objects([2])
    assert sort_objects([], path) == []


def test_a_table_takes_any_template():
    assert order(sort_rows(objects([2, 1]), "{.v}{.n}")) == [1, 0]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([1, "a"], "unsortable interface: interface"),
        ([1, 1.5], "unsortable interface: interface"),
        ([{}, {}], "unsortable type: map[string]interface {}"),
        ([[1], [2]], "unsortable type: []interface {}"),
        ([True, False], "unsortable type: bool"),
    ],
)
def test_values_without_an_order(values, message):
    with pytest.raises(PrintError) as caught:
        sort_objects(objects(values), ".v")
    assert str(caught.value) == (
        f"Field {{.v}} in *unstructured.Unstructured is an unsortable type: interface, err: {message}"
    )
    assert caught.value.exit_code == 1
    with pytest.raises(PrintError, match=r"^Field {\.v} in \[\]\[\]\[\]reflect\.Value is an unsortable type"):
        sort_rows(objects(values), ".v")


def test_a_later_object_that_does_not_fit():
    with pytest.raises(PrintError) as caught:
        sort_objects([{"l": [1, 2]}, {"l": []}], ".l[1]")
    assert caught.value.exit_code == 255
    assert str(caught.value) == (
        'Failed to get i values for &unstructured.Unstructured{Object:map[string]interface {}{"l":[]interface {}{}}} '
        'using {.l[1]} (&errors.errorString{s:"array index out of bounds: index 1, length 0"})'
    )


def test_several_tables_are_sorted_as_the_api_sent_them():
    tables = [[{"metadata": {"name": "b"}}], [{"metadata": {"name": "a"}}]]
    with pytest.raises(JSONPathError, match=r"^couldn't find any field with path \"{\.metadata\.name}\""):
        sort_tables(tables, ["1", "2"], ".metadata.name")
    assert sort_tables(tables, ["1", "2"], ".rows[0].object.metadata.name") == [1, 0]
    assert sort_tables(tables, ["2", "1"], ".metadata.resourceVersion") == [1, 0]
    assert sort_tables(tables[:1], ["1"], ".metadata.name") == [0]


@given(st.lists(st.integers(0, 40), max_size=300))
def test_go_sort_sorts(numbers):
    wanted = sorted(numbers)

    def swap(one, other):
        numbers[one], numbers[other] = numbers[other], numbers[one]

    go_sort(len(numbers), lambda one, other: numbers[one] < numbers[other], swap)
    assert numbers == wanted


def test_go_sort_comes_to_an_end_without_any_order():
    swaps = []
    go_sort(500, lambda one, other: (one * 7919 + other * 104729) % 3 == 0, lambda one, other: swaps.append((one, other)))
    assert len(swaps) < 500 * 500
