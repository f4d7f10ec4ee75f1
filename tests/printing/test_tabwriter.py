import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikctl.printing.tabwriter import align

CASES = [
    ("", ""), ("no tabs\n", "no tabs\n"), ("a\tb\n", "a  b\n"), ("a\tb", "a  b"), ("a\t\n", "a  \n"),
    ("\ta\n", "  a\n"),
    # Name and Namespace are one column
    ("Name:\tweb\nNamespace:\tdefault\n", "Name:       web\nNamespace:  default\n"),
    # a line without a tab ends the column
    ("a:\tb\nlong name:\tc\nData\n====\nkey:\tx\n", "a:          b\nlong name:  c\nData\n====\nkey:  x\n"),
    # a cell that no tab ends is in no column
    ("aaaa\tb\ncc\n", "aaaa  b\ncc\n"),
    # columns are as long as they are not interrupted: Go's own example
    ("aaaa\tbbb\td\naa\tb\tdd\na\t\naa\tcccc\teee\n", "aaaa  bbb  d\naa    b    dd\na     \naa    cccc  eee\n"),
    # conditions and what follows them share the first column, as in describe deployment
    ("  Type\tStatus\tReason\n  Available\tTrue\tX\nOldReplicaSets:\t<none>\n",
     "  Type           Status  Reason\n  Available      True    X\nOldReplicaSets:  <none>\n"),
    # characters are counted, not bytes
    ("é\tx\nab\ty\n", "é   x\nab  y\n"),
    # a form feed ends every column
    ("a\tb\faaaa\tb\n", "a  b\naaaa  b\n"),
    ("a\vb\n", "a  b\n"), ("x\fy", "x\ny"),
]


@pytest.mark.parametrize(("text", "aligned"), CASES)
def test_cells_are_lined_up(text, aligned):
    assert align(text) == aligned


def test_widths_of_tables():
    assert align("a\tb\n", min_width=6, padding=3) == "a     b\n"
    assert align("abcd\tb\n", min_width=6, padding=3) == "abcd   b\n"


_cells = st.text(st.sampled_from("ab é"), max_size=6)


@given(st.lists(st.lists(_cells, min_size=1, max_size=4), max_size=6))
def test_nothing_but_padding_is_added(table):
    text = "\n".join("\t".join(cells) for cells in table)
    assert align(text).replace(" ", "") == text.replace(" ", "").replace("\t", "")


@given(st.integers(2, 4).flatmap(lambda n: st.lists(st.lists(_cells, min_size=n, max_size=n), min_size=1, max_size=6)))
def test_in_a_full_table_every_column_starts_at_one_place(table):
    aligned = align("\n".join("\t".join(cells) for cells in table)).split("\n")
    start = 0
    for column in range(len(table[0])):
        cells = [cells[column] for cells in table]
        assert [line[start:start + len(cell)] for line, cell in zip(aligned, cells, strict=True)] == cells
        start += max(map(len, cells)) + 2
