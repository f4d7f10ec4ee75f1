import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minikctl.errors import MinikctlError
from minikctl.printing.errors import PrintError
from minikctl.printing.jsonpath import JSONPathError, compile_path, parse, relaxed
from minikctl.printing.jsonpath.nodes import describe
from minikctl.printing.jsonpath.parser import parse_template

RECORDED = json.loads((Path(__file__).parent / "data" / "jsonpath_recorded.json").read_text())

STORE = {
    "name": "jsonpath",
    "book": [
        {"category": "reference", "author": "Nigel Rees", "title": "Sayings of the Century", "price": 8.95},
        {"category": "fiction", "author": "Evelyn Waugh", "title": "Sword of Honour", "price": 12.99},
        {"category": "fiction", "author": "Herman Melville", "title": "Moby Dick", "price": 8.99},
    ],
    "bicycle": [{"color": "red", "new": True, "price": 19.95}, {"color": "green", "new": False, "price": 20.01}],
    "labels": {"engineer": 10, "web/html": 15, "k8s-app": 20},
}
NODES = {
    "kind": "List",
    "items": [
        {
            "kind": "None",
            "metadata": {"name": "127.0.0.1", "labels": {"kubernetes.io/hostname": "127.0.0.1"}},
            "status": {"capacity": {"cpu": "4"}, "ready": True, "addresses": [{"address": "127.0.0.1"}]},
        },
        {
            "kind": "None",
            "metadata": {"name": "127.0.0.2", "labels": {"kubernetes.io/hostname": "127.0.0.2"}},
            "status": {
                "capacity": {"cpu": "8"}, "ready": False, "addresses": [{"address": "127.0.0.2"}, {"address": "127.0.0.3"}],
            },
        },
    ],
    "users": [{"name": "myself", "user": {}}, {"name": "e2e", "user": {"username": "admin", "password": "secret"}}],
}
PODS = {
    "items": [
        {"name": "pod1", "containers": [{"name": "foo", "more": ["1", "2"]}, {"name": "bar", "more": ["3"]}]},
        {"name": "pod2", "containers": [{"name": "baz", "more": []}]},
    ]
}


@pytest.mark.parametrize("case", RECORDED["cases"], ids=lambda case: case["template"] + (" strict" * ("strict" in case)))
def test_as_kubectl_does(case):
    text, allow_missing = case["template"], "strict" not in case
    if "parse" in case:
        with pytest.raises(JSONPathError) as caught:
            parse(text)
        assert str(caught.value) == f"error parsing jsonpath {text}, {case['parse']}"
    elif "fault" in case:
        with pytest.raises(PrintError) as caught:
            parse(text).render(RECORDED["object"], allow_missing)
        assert f": Error executing template: {case['fault']}. Printing more information" in str(caught.value)
    else:
        assert parse(text).render(RECORDED["object"], allow_missing) == case["out"]


@pytest.mark.parametrize(
    ("template", "data", "expected"),
    [
        ("hello jsonpath", None, "hello jsonpath"),
        ("hello {.name}", STORE, "hello jsonpath"),
        ('{"{"}', None, "{"),
        ("{$.labels.web/html}", STORE, "15"),
        ("{.labels.k8s-app}", STORE, "20"),
        ("{['name']}", STORE, "jsonpath"),
        ("{.bicycle[*].color}", STORE, "red green"),
        ("{.book[*].author}", STORE, "Nigel Rees Evelyn Waugh Herman Melville"),
        ("{..price}", STORE, "19.95 20.01 8.95 12.99 8.99"),
        ("{...price}", STORE, "19.95 20.01 8.95 12.99 8.99"),
        ("{.bicycle[0]}", STORE, '{"color":"red","new":true,"price":19.95}'),
        ("{.book[-1:].title}", STORE, "Moby Dick"),
        ("{..book[2].title}", STORE, "Moby Dick"),
        ("{.bicycle[?(@.new==true)].color}", STORE, "red"),
        ("{.book[?(@.price<10)].title}", STORE, None),  # a number without a point is of another type
        ("{.book[?(@.price<10.0)].title}", STORE, "Sayings of the Century Moby Dick"),
        ('{.book[?(@.category=="fiction")].price}', STORE, "12.99 8.99"),
        ("{range .bicycle[*]}{@.color}:{@.price} {end}", STORE, "red:19.95 green:20.01 "),
        ('{range .bicycle[*]}{ "{" }{ @.* }{ "} " }{end}', STORE, "{red true 19.95} {green false 20.01} "),
        ("{[?(@<5)]}", [2, 6, 3, 7], "2 3"),
        ("{[1,3,4]}", [0, 1, 2, 3, 4], "1 3 4"),
        ("{[0:2]}", ["Monday", "Tuesday"], "Monday Tuesday"),
        ("{..}", [1, 2, 3], "[1,2,3]"),
        ("{[?(@.z)].id}", [{"id": "i1"}, {"id": "i2", "z": 1}, {"id": "i3", "z": None}], "i2 i3"),
        ("{[0]['id']}", [{"id": "i1"}], "i1"),
        ("{range .items[*]}{.metadata.name}, {end}{.kind}", NODES, "127.0.0.1, 127.0.0.2, List"),
        ('{range .items[*]}{.metadata.name}{"\\t"}{end}', NODES, "127.0.0.1\t127.0.0.2\t"),
        ("{.items[*].status.addresses[*].address}", NODES, "127.0.0.1 127.0.0.2 127.0.0.3"),
        ("{range .items[*]}{range .status.addresses[*]}{.address}, {end}{end}", NODES, "127.0.0.1, 127.0.0.2, 127.0.0.3, "),
        ("{.items[*]['metadata.name', 'status.capacity']}", NODES, '127.0.0.1 127.0.0.2 {"cpu":"4"} {"cpu":"8"}'),
        (
            "{range .items[*]}[{.metadata.name}, {.status.capacity}] {end}",
            NODES,
            '[127.0.0.1, {"cpu":"4"}] [127.0.0.2, {"cpu":"8"}] ',
        ),
        ('{.users[?(@.name=="e2e")].user.password}', NODES, "secret"),
        ("{.items[0].metadata.labels.kubernetes\\.io/hostname}", NODES, "127.0.0.1"),
        ('{.items[?(@.metadata.labels.kubernetes\\.io/hostname=="127.0.0.1")].kind}', NODES, "None"),
        ("{.items[?(@..ready==true)].metadata.name}", NODES, "127.0.0.1"),
        ("{..name}", NODES, "127.0.0.1 127.0.0.2 myself e2e"),
        ("{range .items[*]}{.metadata.name}{end}", {"items": []}, ""),
        ('{range .items[*]}{.n}{":"}{range @.c[*]}{.n}{","}{end}{"+"}{end}', {"items": []}, ""),
        ('{range .items[*]}{.name}{":"}{range @.containers[*]}{.name}{","}{end}{"+"}{end}', PODS, "pod1:foo,bar,+pod2:baz,+"),
        (
            '{range .items[*]}{.name}{"~"}{range .containers[*]}{.name}:{range .more[*]}{@},{end}+{end}#{end}',
            PODS,
            "pod1~foo:1,2,+bar:3,+#pod2~baz:+#",
        ),
        (
            '{range .items[*]}{.name}{"\\t"}{range @.containers[*]}{.name} {end}{"\\t"}{range .containers[*]}{.name} {end}{"\\n"}{end}',
            PODS,
            "pod1\tfoo bar \tfoo bar \npod2\tbaz \tbaz \n",
        ),
        ("{.a} {.b} {.c} {.d} {.e}", {"a": True, "b": None, "c": 1.0, "d": 1e21, "e": 12345678}, "true null 1 1e+21 12345678"),
        ("{.a}", {"a": {"b": "<&>", "a": [1.0, None]}}, '{"a":[1,null],"b":"\\u003c\\u0026\\u003e"}'),
        ("{.a}", {"a": 1 << 64}, "1.8446744073709552e+19"),
        ("{.a[*]}", {"a": []}, ""),
    ],
)
def test_templates(template, data, expected):
    if expected is None:
        with pytest.raises(PrintError, match="incompatible types for comparison"):
            parse(template).render(data)
    else:
        assert parse(template).render(data) == expected


@pytest.mark.parametrize(
    ("template", "nodes"),
    [
        ("hello {.a}", "Text 'hello '|[Field 'a']"),
        ("{.book[*].author}", "[Field 'book', Slice :, Field 'author']"),
        ("{[1:3]}{[-5:]}{[-1]}{[1:-1]}{[::2]}", "[Slice 1:3]|[Slice -5:]|[Slice -1:0]|[Slice 1:-1]|[Slice ::2]"),
        ("{.bicycle.*}", "[Field 'bicycle', Wildcard]"),
        ("{[?(@.price<3)]}", "[Filter([Field 'price'] < [Constant 3])]"),
        ("{..}{..price}", "[Recursive]|[Recursive, Field 'price']"),
        ("{['book.price']}", "[Field 'book', Field 'price']"),
        (
            "{['bicycle.price', 3, 'book.price']}",
            "[Union([Field 'bicycle', Field 'price'], [Slice 3:4], [Field 'book', Field 'price'])]",
        ),
        ("{range .items}{.name},{end}", "[Identifier 'range', Field 'items']|[Field 'name']|Text ','|[Identifier 'end']"),
        ('{[?(@.a == "(\\"\\")")]}', "[Filter([Field 'a'] == [Text '(\"\")'])]"),
        ('{[?(@.a == "())(")]}', "[Filter([Field 'a'] == [Text '())('])]"),
        ("{[?(@.a == '\\\\\\'')]}", "[Filter([Field 'a'] == [Text \"\\\\'\"])]"),
        ("{.a\\.b\\/c.d}", "[Field 'a.b/c', Field 'd']"),
    ],
)
def test_nodes(template, nodes):
    assert "|".join(map(describe, parse_template(template))) == nodes


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{.items[*", "error parsing jsonpath {.items[*, unterminated array"),
        ("{.hello", "error parsing jsonpath {.hello, unclosed action"),
        ("{#}", "error parsing jsonpath {#}, unrecognized character in action: U+0023 '#'"),
        ("{\t}", "error parsing jsonpath {\t}, unrecognized character in action: U+0009"),
        ("{+12.3.0}", "error parsing jsonpath {+12.3.0}, cannot parse number +12.3.0"),
        ("{[?(.price]}", "error parsing jsonpath {[?(.price]}, unterminated filter"),
        ("{[?(.price)}", "error parsing jsonpath {[?(.price)}, unclosed array expect ]"),
        ("{........}", "error parsing jsonpath {........}, invalid multiple recursive descent"),
        ("{.a[b]}", "error parsing jsonpath {.a[b]}, invalid array index b"),
        ("{.a[-]}", "error parsing jsonpath {.a[-]}, array index - is not a number"),
        ('{"a}', 'error parsing jsonpath {"a}, unterminated quoted string'),
        ('{"\\q"}', 'error parsing jsonpath {"\\q"}, unquote string "\\q" error invalid syntax'),
    ],
)
def test_what_does_not_parse(template, message):
    with pytest.raises(JSONPathError) as caught:
        parse(template)
    assert str(caught.value) == message


def test_the_whole_text_of_a_fault():
    template = '{.items[0].metadata.ownerReferences}{"\\n"}'
    empty = {"apiVersion": "v1", "items": [], "kind": "List", "metadata": {"resourceVersion": ""}}
    with pytest.raises(PrintError) as caught:
        parse(template).render(empty)
    assert caught.value.user_message() == (
        'error: error executing jsonpath "{.items[0].metadata.ownerReferences}{\\"\\\\n\\"}": Error executing template: '
        "array index out of bounds: index 0, length 0. Printing more information for debugging the template:\n"
        "\ttemplate was:\n"
        '\t\t{.items[0].metadata.ownerReferences}{"\\n"}\n'
        "\tobject given to jsonpath engine was:\n"
        '\t\tmap[string]interface {}{"apiVersion":"v1", "items":[]interface {}{}, "kind":"List", '
        '"metadata":map[string]interface {}{"resourceVersion":""}}\n\n\n'
    )


def test_as_json():
    assert parse('{.nope}{"a"}b{.i}{.none}').render({"i": [1, {"k": None}], "none": None}, as_json=True) == (
        '[]\n[\n    "a"\n]\n[\n    "b"\n]\n'
        '[\n    [\n        1,\n        {\n            "k": null\n        }\n    ]\n]\n'
        "[\n    null\n]\n"
    )


def test_a_template_prints_many_objects():
    template = parse("{range .data}{.k}{end}!")
    assert [template.render({"data": {"k": value}}) for value in "ab"] == ["a!", "b!"]


def test_finding():
    path = compile_path("{.items[*].name}")
    assert path.find(PODS) == ["pod1", "pod2"]
    assert path.find_results(PODS) == [["pod1", "pod2"]]
    assert path.find({}) == []
    with pytest.raises(JSONPathError, match=r"^items is not found$"):
        path.find({}, allow_missing=False)
    with pytest.raises(JSONPathError, match=r"^unterminated array$"):
        compile_path("{.a[}")


@pytest.mark.parametrize(
    ("expression", "path"),
    [
        ("metadata.name", "{.metadata.name}"), (".metadata.name", "{.metadata.name}"),
        ("{metadata.name}", "{.metadata.name}"), ("{.metadata.name}", "{.metadata.name}"),
        ("", ""), (".", "{..}"), ("..name", "{..name}"), ("a b", "{.a b}"),
    ],
)
def test_relaxed(expression, path):
    assert relaxed(expression) == path


@pytest.mark.parametrize("expression", ["{.a", ".a}", "{.a}{.b}", "{}", "{{.a}}", "x{.a}"])
def test_relaxed_refuses(expression):
    with pytest.raises(JSONPathError) as caught:
        relaxed(expression)
    assert str(caught.value) == (
        "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'"
    )


objects = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=12,
)
PIECES = [
    "{", "}", ".a", ".b", ".c", "[*]", "[0]", "[-1:]", "[0:2]", "..", ".*", "@", "$", " ", "range ", "end", '"x"', "'a'",
    "['a']", "['a','b']", "[0,1]", "[?(@.a)]", "[?(@.a==1)]", '[?(@<"x")]', "5", "1.5", "true", "[", "]", "(", "?", "\\", "\n",
    "{range .a[*]}", "{end}", "{.a}", "{..a}",
]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), objects, st.booleans(), st.booleans())
@settings(max_examples=300)
def test_any_template_gives_a_text_or_an_error(template, data, allow_missing, as_json):
    try:
        assert isinstance(parse(template).render(data, allow_missing, as_json=as_json), str)
    except MinikctlError as error:
        assert str(error)  # noqa: PT017 - either is fine, nothing else is


@pytest.mark.parametrize(
    "template",
    [
        "{range .a[*]}" * 60,
        "{range @..}" * 40 + "{@}",
        "{.." + "[*].." * 60 + "}",
        "{range .items[*]}{range @..}{range @..}{range @..}{range @..}{@}",
        "{.a[*,*,*,*,*,*,*,*][*,*,*,*,*,*,*,*][*,*,*,*,*,*,*,*]}" * 50,
    ],
)
def test_a_template_that_multiplies_itself_comes_to_an_end(template):
    deep = {"x": "y"}
    for _ in range(40):
        deep = {"b": deep, "c": [1]}
    data = {"a": [[[1] * 8] * 8] * 8, "items": [deep] * 8}
    with pytest.raises(PrintError, match=r"giving up|is not array or slice"):
        parse(template).render(data)


def test_a_large_object_is_not_too_much():
    data = {"items": [{"name": f"p{i}", "list": [{"v": i}] * 20} for i in range(3000)]}
    assert parse("{..v}").render(data).count(" ") == 59999
    assert parse('{range .items[*]}{.name}{range .list[*]}{.v},{end}{"\\n"}{end}').render(data).count("\n") == 3000


def test_an_endless_template_does_not_exhaust_the_stack():
    assert parse("{" + "[*]" * 50_000 + "}").render([]) == ""
    assert parse("{.a}" * 5_000).render({"a": 1}) == "1" * 5_000
