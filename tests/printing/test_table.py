import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikctl.printing.table import TableWriter, format_table, safe_cell
from minikctl.printing.tabwriter import align


def printed(*tables, **options):
    """What the tables (headers, rows) look like one after the other."""
    out = []
    writer = TableWriter(out.append, **options)
    for headers, rows in tables:
        writer.start(headers)
        for row in rows:
            writer.row(row)
    writer.flush()
    return "".join(out)


CONFIG_MAPS = (["NAME", "DATA", "AGE"], [["configmap/beta", "2", "7s"], ["configmap/alpha", "1", "7s"]])
SECRETS = (["NAME", "TYPE", "DATA", "AGE"], [["secret/s", "Opaque", "1", "7s"]])
DEPLOYMENTS = (
    ["NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE"], [["deployment.apps/d", "1/1", "1", "1", "7s"]],
)


def test_a_table():
    assert printed((["NAME", "READY", "STATUS", "RESTARTS", "AGE"], [["web-1", "1/1", "Running", "0", "3s"]])) == (
        "NAME    READY   STATUS    RESTARTS   AGE\n"
        "web-1   1/1     Running   0          3s\n"
    )


def test_several_tables_are_set_apart():
    assert printed(CONFIG_MAPS, SECRETS, DEPLOYMENTS) == (
        "NAME              DATA   AGE\n"
        "configmap/beta    2      7s\n"
        "configmap/alpha   1      7s\n"
        "\n"
        "NAME       TYPE     DATA   AGE\n"
        "secret/s   Opaque   1      7s\n"
        "\n"
        "NAME                READY   UP-TO-DATE   AVAILABLE   AGE\n"
        "deployment.apps/d   1/1     1            1           7s\n"
    )


def test_without_headers_they_follow_each_other_each_with_its_own_widths():
    assert printed(CONFIG_MAPS, SECRETS, DEPLOYMENTS, no_headers=True) == (
        "configmap/beta    2     7s\n"
        "configmap/alpha   1     7s\n"
        "secret/s   Opaque   1     7s\n"
        "deployment.apps/d   1/1   1     1     7s\n"
    )


def test_a_table_without_rows_leaves_nothing_behind():
    assert printed((["NAME", "AGE"], [])) == ""
    assert printed((["NAME"], []), SECRETS, (["NAME"], [])) == printed(SECRETS)
    assert printed(SECRETS, (["NAME"], []), SECRETS) == printed(SECRETS) + "\n" + printed(SECRETS)


def test_empty_last_cells_leave_the_padding_before_them():
    headers = ["NAME", "DATA", "AGE", "TIER", "APP"]
    assert printed((headers, [["alpha", "1", "3s", "front", ""], ["beta", "2", "3s", "back", "x"]])) == (
        "NAME    DATA   AGE   TIER    APP\n"
        "alpha   1      3s    front   \n"
        "beta    2      3s    back    x\n"
    )


def test_rows_that_come_later_keep_the_widths():
    out = []
    writer = TableWriter(out.append)
    assert not writer.written
    writer.start(["NAME", "AGE"])
    writer.row(["a-long-name", "1s"])
    writer.flush()
    assert writer.written
    writer.rows([["b", "2s"], ["c", "3s"]])
    writer.flush()
    writer.row(["a-much-longer-name", "4s"])
    writer.flush()
    writer.row(["d", "5s"])
    writer.flush()
    writer.flush()
    assert "".join(out) == (
        "NAME          AGE\n"
        "a-long-name   1s\n"
        "b             2s\n"
        "c             3s\n"
        "a-much-longer-name   4s\n"
        "d                    5s\n"
    )


def test_cells_stay_on_one_line():
    assert printed((["NAME", "MESSAGE", "AGE"], [["a", "one\ntwo", "1s"], ["b", "\x1b[31mred\x1b[0m", "2s"]])) == (
        "NAME   MESSAGE          AGE\n"
        "a      one...           1s\n"
        "b      ^[[31mred^[[0m   2s\n"
    )


@pytest.mark.parametrize(
    ("cell", "shown"),
    [("a", "a"), ("a\nb", "a..."), ("a\r\nb", "a..."), ("\n", "..."), ("a\fb", "a..."), ("\x1b[1m", "^[[1m"),
     ("a\tb", "a\tb")],
)
def test_safe_cells(cell, shown):
    assert safe_cell(cell) == shown


def test_tabs_in_cells_make_cells_of_their_own():
    assert printed((["A", "B"], [["x\ty", "z"]])) == "A     B\nx     y     z\n"


def test_widths_count_characters():
    assert printed((["NAME", "X"], [["äöü", "1"], ["abcd", "2"]])) == "NAME   X\näöü    1\nabcd   2\n"


def test_format_table_takes_cells_as_they_are():
    assert format_table(["NAME", "X"], [["a", "1\n2"]]) == "NAME   X\na      1\n2\n"
    assert format_table(["NAME", "X"], []) == "NAME   X\n"
    assert format_table(None, []) == ""
    assert format_table(None, [["a", "b"], ["c", "d"]]) == "a     b\nc     d\n"
    assert format_table(["ONE"], [["x"]]) == "ONE\nx\n"


_rows = st.integers(1, 5).flatmap(
    lambda n: st.lists(st.lists(st.text(st.sampled_from("ab%{} é"), max_size=12), min_size=n, max_size=n), min_size=1)
)


@given(_rows)
def test_the_quick_way_is_go_s_tabwriter(rows):
    text = "".join("\t".join(row) + "\n" for row in rows)
    assert format_table(None, rows) == align(text, min_width=6, padding=3)


def test_long_tables_come_in_pieces():
    rows = [[f"pod-{number}", "1/1"] for number in range(12_000)]
    out = []
    writer = TableWriter(out.append)
    writer.start(["NAME", "READY"])
    writer.rows(rows)
    writer.flush()
    assert len(out) > 1
    assert "".join(out) == format_table(["NAME", "READY"], rows)
