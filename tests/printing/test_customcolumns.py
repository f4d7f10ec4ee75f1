import pytest

from minikctl.printing.customcolumns import from_spec, from_template
from minikctl.printing.errors import PrintError
from minikctl.printing.jsonpath import JSONPathError

OBJECT = {
    "metadata": {"name": "obj"}, "list": [1, 2, 3], "half": 1.5, "yes": True, "nothing": None, "million": 1e7,
    "map": {"b": "<x>&", "a": 1}, "none": [], "empty": {}, "nested": [[1, 2], [3]], "text": "héllo", "wide": "日本",
    "pods": [{"n": "x", "v": 1}, {"n": "y", "v": None}, {"v": 2}],
    "lines": "a\nb", "tab": "a\tb", "return": "a\rb", "escape": "\x1b[1m",
}


@pytest.mark.parametrize(
    ("spec", "table"),
    [
        ("A:.list", "A\n[1 2 3]\n"),
        ("A:list,B:{list},C:{.list}", "A         B         C\n[1 2 3]   [1 2 3]   [1 2 3]\n"),
        (
            "A:.half,B:.nothing,C:.map,D:.none,E:.nested,F:.pods",
            "A     B       C                 D     E             F\n"
            "1.5   <nil>   map[a:1 b:<x>&]   []    [[1 2] [3]]   [map[n:x v:1] map[n:y v:<nil>] map[v:2]]\n",
        ),
        ("A:.list[*],B:.pods[*].n", "A       B\n1,2,3   x,y\n"),
        ("A:.x.y[0]", "A\n<none>\n"),
        ("A:", "A\n<none>\n"),
        (":.half", "\n1.5\n"),
        ("A::.half", "A\n<none>\n"),
        ("A:.text.*", "A\n104,195,169,108,108,111\n"),
        ('A:.pods[?(@.n=="x")].v', "A\n1\n"),
        ('A:"x"', "A\n<none>\n"),
        ("X:.empty,Y:.million", "X       Y\nmap[]   1e+07\n"),
        ("A:.return,B:.escape", "A      B\na\\rb   ^[[1m\n"),
        ("A:.wide,B:.yes", "A     B\n日本    true\n"),
        ("A:.lines,B:.yes", "A     B\na\nb     true\n"),
    ],
)
def test_columns(spec, table):
    assert from_spec(spec).render([OBJECT]) == table


def test_rows_and_no_headers():
    objects = [{"n": "a", "v": 1}, {"n": "longer"}]
    assert from_spec("NAME:.n,VALUE:.v").render(objects) == "NAME     VALUE\na        1\nlonger   <none>\n"
    assert from_spec("NAME:.n,VALUE:.v", no_headers=True).render(objects) == "a        1\nlonger   <none>\n"
    assert from_spec("NAME:.n").render([]) == "NAME\n"


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("", "custom-columns format specified but no custom columns given"),
        ("A", "unexpected custom-columns spec: A, expected <header>:<json-path-expr>"),
        ("A:.a,B", "unexpected custom-columns spec: B, expected <header>:<json-path-expr>"),
        ("A:.a[0,1]", "unexpected custom-columns spec: 1], expected <header>:<json-path-expr>"),
        (
            "A:{.a",
            "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'",
        ),
    ],
)
def test_what_is_no_spec(spec, message):
    with pytest.raises(JSONPathError) as caught:
        from_spec(spec)
    assert str(caught.value) == message


def test_what_was_printed_before_a_fault_is_kept():
    objects = [{"n": "a", "l": [1]}, {"n": "b", "l": []}]
    with pytest.raises(PrintError) as caught:
        from_spec("N:.n,L:.l[0]").render(objects)
    assert caught.value.user_message() == "error: array index out of bounds: index 0, length 0"
    assert caught.value.stdout == "N     L\na     1\n"
    with pytest.raises(PrintError) as caught:
        from_spec("N:.n,L:.l[").render(objects)
    assert (str(caught.value), caught.value.stdout) == ("unterminated array", "N     L\n")


@pytest.mark.parametrize(
    ("text", "table"),
    [
        ("A B\n.list .half", "A         B\n[1 2 3]   1.5\n"),
        ("A B\r\n.list .half\r\nmore\n", "A         B\n[1 2 3]   1.5\n"),
        ("A\u00a0B\n.list .half\n", "A         B\n[1 2 3]   1.5\n"),
        ("A\x1cB\n.half\n", "A\x1cB\n1.5\n"),
        ("\n\n", "\n\n"),
    ],
)
def test_files(text, table):
    assert from_template(text).render([OBJECT]) == table


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "invalid template, missing header line. "),
        ("A\n", "invalid template, missing spec line. "),
        ("A B\n.a\n", "number of headers (2) and field specifications (1) don't match"),
        ("A\n{.a}{.b}\n", "unexpected path string, expected a 'name1.name2'"),
    ],
)
def test_what_is_no_file(text, message):
    with pytest.raises(JSONPathError) as caught:
        from_template(text)
    assert str(caught.value).startswith(message)
