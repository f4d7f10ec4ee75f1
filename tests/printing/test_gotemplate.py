import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minikctl.errors import MinikctlError
from minikctl.printing.errors import PrintError
from minikctl.printing.gotemplate import TemplateError, parse
from minikctl.printing.gotemplate.numbers import parse_float, parse_integer

RECORDED = json.loads((Path(__file__).parent / "data" / "gotemplate_recorded.json").read_text())

POD = {
    "kind": "Pod",
    "metadata": {"name": "web", "labels": {"app": "web", "tier": "front"}},
    "spec": {"replicas": 3, "containers": [{"name": "a", "image": "a:1"}, {"name": "b", "image": "b:2"}]},
    "status": {"ready": True, "load": 0.5, "none": None, "empty": [], "zero": 0},
    "data": {"password": "aHVudGVyMg=="},
}


@pytest.mark.parametrize("case", RECORDED["cases"], ids=lambda case: case["template"] + (" strict" * ("strict" in case)))
def test_as_kubectl_does(case):
    text, allow_missing = case["template"], "strict" not in case
    if "parse" in case:
        with pytest.raises(TemplateError) as caught:
            parse(text)
        assert str(caught.value) == f"error parsing template {text}, {case['parse']}"
    elif "fault" in case:
        with pytest.raises(PrintError) as caught:
            parse(text).render(RECORDED["object"], allow_missing)
        assert str(caught.value).endswith(f'": {case["fault"]}')
        assert caught.value.stdout.startswith(f"{case['out']}Error executing template: {case['fault']}. Printing more")
    else:
        assert parse(text).render(RECORDED["object"], allow_missing) == case["out"]


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("no actions", "no actions"),
        ("{{.metadata.name}} {{.spec.replicas}} {{.status.ready}} {{.status.load}}", "web 3 true 0.5"),
        ("{{.nope}} {{.nope.deeper}} {{.status.none}}", "<no value> <no value> <no value>"),
        ("{{.metadata.labels}} {{.spec.containers}}", "map[app:web tier:front] [map[image:a:1 name:a] map[image:b:2 name:b]]"),
        ("{{range .spec.containers}}{{.name}}={{.image}};{{end}}", "a=a:1;b=b:2;"),
        ("{{range $i, $c := .spec.containers}}{{$i}}:{{$c.name}} {{end}}", "0:a 1:b "),
        ("{{range $key, $value := .metadata.labels}}{{$key}}={{$value}},{{end}}", "app=web,tier=front,"),
        ("{{range .status.empty}}x{{else}}nothing{{end}}{{range .nope}}x{{else}}!{{end}}", "nothing!"),
        ("{{range .spec.containers}}{{.name}}{{break}}{{end}}", "a"),
        ('{{range .spec.containers}}{{if eq .name "a"}}{{continue}}{{end}}{{.name}}{{end}}', "b"),
        ("{{range 3}}{{.}}{{end}}", "012"),
        ("{{if .status.ready}}yes{{else}}no{{end}}", "yes"),
        ("{{if .status.zero}}a{{else if .status.empty}}b{{else if .kind}}c{{else}}d{{end}}", "c"),
        ("{{with .metadata}}{{.name}} {{$.kind}}{{end}}", "web Pod"),
        ("{{with .nope}}x{{else with .metadata}}{{.name}}{{else}}z{{end}}", "web"),
        ("{{$n := .metadata.name}}{{$n}}{{$n = 5}}{{$n}}", "web5"),
        ("{{$last := 0}}{{range $i, $c := .spec.containers}}{{$last = $i}}{{end}}{{$last}}", "1"),
        ("{{(index .spec.containers 1).image}}", "b:2"),
        ('{{index .metadata.labels "app"}} {{index .spec.containers 0 "name"}}', "web a"),
        ("{{len .spec.containers}} {{.metadata.name | len}}", "2 3"),
        ('{{printf "%s has %d" .metadata.name .spec.replicas}} {{.kind | printf "%-5s|%q" "x"}}', 'web has 3 x    |"Pod"'),
        ("{{.data.password | base64decode}}", "hunter2"),
        ('{{exists .metadata "labels" "app"}} {{exists .metadata "annotations" "x"}}', "true false"),
        ('{{eq .kind "Pod" "Job"}} {{ne .kind "Job"}} {{lt 1 2}} {{ge .spec.replicas 3}}', "true true true true"),
        ("{{and .kind .status.ready}} {{or .nope .kind}} {{not .nope}}", "true Pod true"),
        ('{{print "a" 1 2 "b"}} {{println "x"}}', "a1 2b x\n"),
        ("{{slice .metadata.name 1 2}} {{slice .spec.containers 1}}", "e [map[image:b:2 name:b]]"),
        ("{{html \"<a href='x'>\"}} {{js \"it's\"}} {{urlquery \"a b&c\"}}", "&lt;a href=&#39;x&#39;&gt; it\\'s a+b%26c"),
        ("{{/* nothing */}}a {{- /* nothing */ -}} b", "ab"),
        ("a  {{- 1 -}}  b {{2 -}}\n\n c", "a1b 2c"),
        ('{{define "pair"}}({{.name}}){{end}}{{range .spec.containers}}{{template "pair" .}}{{end}}', "(a)(b)"),
        ('{{block "title" .metadata}}<{{.name}}>{{end}}', "<web>"),
        ('{{template "t"}}{{define "t"}}[{{.}}]{{end}}', "[<no value>]"),
        ("{{`raw \\n`}} {{\"a\\tb\"}} {{'a'}} {{0x1F}} {{1e3}} {{1_000}} {{017}}", "raw \\n a\tb 97 31 1000 1000 15"),
        ('{{printf "%T %T %T %T %T" .spec.replicas 1 1.5 .status.none .metadata}}', "int64 int float64 <nil> map[string]interface {}"),
        ('{{printf "%v %v" nil .nope}} {{print nil}}', "<nil> <nil> <nil>"),
        ('{{ .kind | printf "%s %s" .metadata.name | print }}', "web Pod"),
        ('{{if and .kind (eq .kind "Pod") (gt (len .spec.containers) 1)}}ok{{end}}', "ok"),
        ('{{len "héllo"}} {{slice "héllo" 0 1}} {{index "abc" 0}}', "6 h 97"),
        ("{{$}}", None),
        ("{{range $k, $v := .metadata}}{{$k}} {{end}}", "labels name "),
        ("{{1.0}} {{3}} {{100000000.0}} {{1+2i}}", "1 3 1e+08 (1+2i)"),
    ],
)
def test_templates(template, expected):
    out = parse(template).render(POD)
    if expected is None:
        assert out.startswith("map[data:map[password:aHVudGVyMg==] kind:Pod ")
    else:
        assert out == expected


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{.metadata.name", "template: output:1: unclosed action"),
        ("{{if .a}}", "template: output:1: unexpected EOF"),
        ("{{end}}", "template: output:1: unexpected {{end}}"),
        ("{{nope}}", 'template: output:1: function "nope" not defined'),
        ("{{$x}}", 'template: output:1: undefined variable "$x"'),
        ("\n\n{{.a b}}", 'template: output:3: function "b" not defined'),
        ("{{break}}", "template: output:1: {{break}} outside {{range}}"),
        ("{{\n.a\n#}}", 'template: output:3: unexpected "#" in operand'),
        ("{{(1}}", "template: output:1: unclosed left paren"),
        ('{{template "x" 1 | 2}}', "template: output:1: non executable command in pipeline stage 2"),
    ],
)
def test_what_does_not_parse(template, message):
    with pytest.raises(TemplateError) as caught:
        parse(template)
    assert caught.value.user_message() == f"error: error parsing template {template}, {message}"


@pytest.mark.parametrize(
    ("template", "strict", "message"),
    [
        ("{{.metadata.name.x}}", False, "template: output:1:11: executing \"output\" at <.metadata.name.x>: can't evaluate field x in type interface {}"),
        ("{{.nope}}", True, 'template: output:1:2: executing "output" at <.nope>: map has no entry for key "nope"'),
        ("é\n{{ len 3 }}", False, 'template: output:2:3: executing "output" at <len 3>: error calling len: len of type int'),
        ("{{eq .kind 1}}", False, 'template: output:1:2: executing "output" at <eq .kind 1>: error calling eq: incompatible types for comparison: string and int'),
        ('{{template "x"}}', False, 'template: output:1:11: executing "output" at <{{template "x"}}>: template "x" not defined'),
        ("{{index .spec.containers 9}}", False, 'template: output:1:2: executing "output" at <index .spec.containers 9>: error calling index: index out of range: 9'),
        ('{{"x" | base64decode}}', False, 'template: output:1:8: executing "output" at <base64decode>: error calling base64decode: base64 decode failed: illegal base64 data at input byte 0'),
        ("{{range .kind}}{{end}}", False, 'template: output:1:8: executing "output" at <.kind>: range can\'t iterate over Pod'),
    ],
)
def test_what_cannot_be_carried_out(template, strict, message):
    with pytest.raises(PrintError) as caught:
        parse(template).render(POD, allow_missing=not strict)
    assert str(caught.value).endswith(message)


def test_the_whole_text_of_a_fault():
    data = {"data": {"k": "v"}, "n": 3.0}
    with pytest.raises(PrintError) as caught:
        parse("{{.data.k}} {{index .data 5}}").render(data)
    fault = (
        'template: output:1:14: executing "output" at <index .data 5>: error calling index: '
        "value has type int; should be string"
    )
    assert caught.value.user_message() == f'error: error executing template "{{{{.data.k}}}} {{{{index .data 5}}}}": {fault}'
    assert caught.value.stdout == (
        f"v Error executing template: {fault}. Printing more information for debugging the template:\n"
        "\ttemplate was:\n\t\t{{.data.k}} {{index .data 5}}\n"
        '\traw data was:\n\t\t{"data":{"k":"v"},"n":3}\n'
        "\tobject given to template engine was:\n\t\tmap[data:map[k:v] n:3]\n\n"
    )


def test_bytes_that_are_no_text_come_out_as_they_are():
    out = parse("{{.b | base64decode}}").render({"b": "//79aGk="})
    assert out.encode("utf-8", "surrogateescape") == b"\xff\xfe\xfdhi"


@pytest.mark.parametrize(
    ("text", "integer", "number"),
    [
        ("0", 0, 0.0), ("-5", -5, -5.0), ("+5", 5, 5.0), ("0x1F", 31, None), ("017", 15, 17.0), ("0o17", 15, None),
        ("0b11", 3, None), ("1_000", 1000, 1000.0), ("1__0", None, None), ("08", None, 8.0), ("1.5", None, 1.5),
        (".5", None, 0.5), ("5.", None, 5.0), ("1e400", None, None), ("0x1p4", None, 16.0), ("0x1.8p1", None, 3.0),
        ("9223372036854775808", 1 << 63, 9223372036854775808.0), ("18446744073709551616", None, 18446744073709551616.0),
        ("-9223372036854775809", None, -9223372036854775809.0), ("", None, None), ("9" * 5000, None, None),
    ],
)
def test_numbers(text, integer, number):
    assert (parse_integer(text), parse_float(text)) == (integer, number)


objects = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=12,
)
PIECES = [
    "{{", "}}", "{{- ", " -}}", "{{.a}}", "{{range .a}}", "{{range $i, $e := .b}}", "{{$e}}", "{{if .b}}", "{{else}}",
    "{{end}}", "{{with .c}}", "{{break}}", '{{define "t"}}', '{{template "t" .}}', '{{block "u" .a}}', "{{$x := .a}}",
    "{{index .a 0}}", "{{len .b}}", '{{printf "%d %s" .a .b}}', "{{print .}}", "{{eq .a .b}}", "{{slice .a 1}}", "{{.a.b}}",
    "{{base64decode .a}}", "{{exists .a 0}}", "{{html .}}", "{{lt .a 1}}", "{{and .a .b}}", "{{(.a).b}}", "(", ")", "|",
    ".a", "$", "nil", "1", '"s"', " ", "\n", "text", "{{range 3}}", "{{/* */}}", "/*", "`", "'",
]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), objects, st.booleans())
@settings(max_examples=300)
def test_any_template_gives_a_text_or_an_error(template, data, allow_missing):
    try:
        assert isinstance(parse(template).render(data, allow_missing), str)
    except MinikctlError as error:
        assert str(error)  # noqa: PT017 - either is fine, nothing else is


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{range 1000000000}}{{end}}", "giving up: the template takes too many steps"),
        ("{{range 1000000}}" * 9 + "a" + "{{end}}" * 9, "giving up: the template takes too many steps"),
        ('{{$x := "aaaaaaaa"}}{{range 100}}{{$x = print $x $x}}{{end}}', "giving up: the template makes too much text"),
        ('{{range 1000000}}{{printf "%999999d" 1}}{{end}}', "giving up: the template makes too much text"),
        ('{{define "x"}}{{template "x" .}}{{end}}{{template "x" .}}', "exceeded maximum template depth (100000)"),
        (
            '{{define "x"}}{{if .}}{{template "x" (slice . 1)}}{{template "x" (slice . 1)}}{{end}}{{end}}{{template "x" "'
            + "a" * 60
            + '"}}',
            "giving up: the template takes too many steps",
        ),
    ],
)
def test_a_template_without_end_comes_to_an_end(template, message):
    with pytest.raises(PrintError) as caught:
        parse(template).render({})
    assert str(caught.value).endswith(message)


@pytest.mark.parametrize(
    "template",
    ["{{" + "(" * 100_000, "{{if 1}}" * 50_000, "{{if 0}}" + "{{else if 0}}" * 20_000 + "{{end}}", '{{block "a" .}}' * 10_000],
)
def test_depth_is_limited(template):
    with pytest.raises(TemplateError, match=r"max (expression|nesting) depth exceeded$"):
        parse(template)


def test_a_large_object_is_not_too_much():
    data = {"items": [{"n": i, "list": [{"v": i}] * 20} for i in range(3000)]}
    out = parse("{{range .items}}{{range .list}}{{.v}},{{end}}{{end}}{{.}}").render(data)
    assert out.count(",") == 60_000
