import io

import pytest

from minikctl import kinds
from minikctl.api.manifests import Document, load, load_all, read_text
from minikctl.errors import AggregateError, MinikctlError, NotFound


def outcome(text, *, check=True, recognize=None):
    """What kubectl would have posted, by name, and what it would have printed."""
    found, errors = [], []
    for item in read_text(text, "F", check=check, recognize=recognize):
        if isinstance(item, Document):
            found.append((item.obj.get("metadata") or {}).get("name"))
        else:
            errors.append(item)
    return found, AggregateError(errors).user_message() if errors else ""


def config_map(name, rest=""):
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n{rest}"


NO_TYPE = 'unable to get type info from the object "*unstructured.Unstructured": Object'
NO_KIND = f"{NO_TYPE} 'Kind' is missing in 'object has no kind field '"
NO_VERSION = f"{NO_TYPE} 'apiVersion' is missing in 'object has no apiVersion field'"
FIELD = "json: cannot unmarshal {} into Go struct field {} of type {}"
STOP = "; if you choose to ignore these errors, turn validation off with --validate=false"
VALIDATION = [
    ("apiVersion: v1\n", "kind not set"),
    ("kind: ConfigMap\n", "apiVersion not set"),
    ("a: b\n", "[apiVersion not set, kind not set]"),
    ("apiVersion: ~\nkind: ~\n", "[apiVersion not set, kind not set]"),
    ("apiVersion: 1\nkind: 2\n", "[apiVersion isn't string type, kind isn't string type]"),
    ("apiVersion: a/b/c\nkind: X\n", "unexpected GroupVersion string: a/b/c"),
    ("just text\n", "invalid object to validate"),
    ("- a\n", "invalid object to validate"),
    ("5\n", "invalid object to validate"),
    ("apiVersion: v1\nkind: List\n", "invalid object to validate"),
    ("apiVersion: v1\nkind: List\nitems: ~\n", "invalid object to validate"),
    ("apiVersion: v1\nkind: List\nitems: [1]\n", "invalid object to validate"),
    ("apiVersion: v1\nkind: List\nitems: [{apiVersion: v}, {kind: X}]", "[kind not set, apiVersion not set]"),
    ('{"a":1e400}', "json: cannot unmarshal number 1e400 into Go value of type float64"),
]


@pytest.mark.parametrize(("text", "problem"), VALIDATION)
def test_validation_ends_the_file(text, problem):
    following = text + "---\n" + config_map("c")
    assert outcome(text) == ([], f'error: error validating "F": error validating data: {problem}{STOP}')
    assert outcome(config_map("b") + "---\n" + following)[0] == ["b"]


UNDECODABLE = [
    ("a: b\n", "Object 'Kind' is missing in '{\"a\":\"b\"}'"),
    ("b: 1\na: <\n", "Object 'Kind' is missing in '{\"a\":\"\\u003c\",\"b\":1}'"),
    ('{"b":1, "a": 2}', "Object 'Kind' is missing in '{\"b\":1, \"a\": 2}'"),
    ("apiVersion: a/b/c\nkind: X\n", "Object 'Kind' is missing in '{\"apiVersion\":\"a/b/c\",\"kind\":\"X\"}'"),
    ("kind: 5\n", "Object 'Kind' is missing in '{\"kind\":5}'"),
    ("- a\n", "json: cannot unmarshal array into Go value of type unstructured.detector"),
    ("text\n", "json: cannot unmarshal string into Go value of type unstructured.detector"),
    ("1.5\n", "json: cannot unmarshal number into Go value of type unstructured.detector"),
    ("true\n", "json: cannot unmarshal bool into Go value of type unstructured.detector"),
    ("kind: List\nitems: {}\n", FIELD.format("object", "decodeList.items", "[]json.RawMessage")),
    ("kind: List\nitems: [a]\n", "json: cannot unmarshal string into Go value of type map[string]interface {}"),
    ("kind: X\napiVersion: {}\n", FIELD.format("object", "metadataOnlyObject.TypeMeta.apiVersion", "string")),
]


@pytest.mark.parametrize(("text", "problem"), UNDECODABLE)
def test_what_cannot_be_decoded_ends_nothing(text, problem):
    assert outcome(text, check=False) == ([], f'error: unable to decode "F": {problem}')
    if not text.startswith("{"):
        both = f"{text}---\n{config_map('c')}"
        assert outcome(both, check=False) == (["c"], f'error: unable to decode "F": {problem}')


OWNERS = "OwnerReference.metadata.ownerReferences"
METADATA = [
    ("5", FIELD.format("number", "metadataOnlyObject.metadata", "v1.ObjectMeta")),
    ("[]", FIELD.format("array", "metadataOnlyObject.metadata", "v1.ObjectMeta")),
    ("{name: 5}", FIELD.format("number", "ObjectMeta.metadata.name", "string")),
    ("{name: {a: b}}", FIELD.format("object", "ObjectMeta.metadata.name", "string")),
    ("{uid: 5}", FIELD.format("number", "ObjectMeta.metadata.uid", "types.UID")),
    ("{labels: [a]}", FIELD.format("array", "ObjectMeta.metadata.labels", "map[string]string")),
    ("{labels: {x: y}}", FIELD.format("bool", "ObjectMeta.metadata.labels", "string")),
    ("{labels: {a: 1}}", FIELD.format("number", "ObjectMeta.metadata.labels", "string")),
    ("{annotations: {a: {}}}", FIELD.format("object", "ObjectMeta.metadata.annotations", "string")),
    ("{generation: x}", FIELD.format("string", "ObjectMeta.metadata.generation", "int64")),
    ("{generation: 1.5}", FIELD.format("number 1.5", "ObjectMeta.metadata.generation", "int64")),
    ("{creationTimestamp: 5}", FIELD.format("number", "ObjectMeta.metadata.creationTimestamp", "string")),
    ("{creationTimestamp: x}", 'parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"'),
    ("{ownerReferences: {}}", FIELD.format("object", "ObjectMeta.metadata.ownerReferences", "[]v1.OwnerReference")),
    ("{ownerReferences: [1]}", FIELD.format("number", "ObjectMeta.metadata.ownerReferences", "v1.OwnerReference")),
    ("{ownerReferences: [{name: 5}]}", FIELD.format("number", f"{OWNERS}.name", "string")),
    ("{ownerReferences: [{controller: x}]}", FIELD.format("string", f"{OWNERS}.controller", "bool")),
    ("{finalizers: x}", FIELD.format("string", "ObjectMeta.metadata.finalizers", "[]string")),
    ("{finalizers: [1]}", FIELD.format("number", "ObjectMeta.metadata.finalizers", "string")),
    ("{managedFields: [{time: x}]}", 'parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"'),
    ("{name: 5, annotations: {a: 1}}", FIELD.format("number", "ObjectMeta.metadata.annotations", "string")),
    ("{labels: {z: 1, a: true}}", FIELD.format("bool", "ObjectMeta.metadata.labels", "string")),
    ("~", ""), ("{}", ""), ("{unknown: 5}", ""), ("{labels: {a: ~}, annotations: ~}", ""), ("{generation: 1e3}", ""),
    ("{managedFields: [{fieldsV1: x}]}", ""), ("{creationTimestamp: ~}", ""),
]


@pytest.mark.parametrize(("metadata", "problem"), METADATA)
def test_metadata_has_to_be_readable(metadata, problem):
    text = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {metadata}\n"
    assert outcome(text)[1] == (f'error: unable to decode "F": {problem}' if problem else "")


def test_json_is_checked_in_the_order_of_its_fields():
    text = '{"apiVersion":"v1","kind":"X","metadata":{"name":5,"annotations":{"a":true}}}'
    assert outcome(text)[1].endswith(FIELD.format("number", "ObjectMeta.metadata.name", "string"))


POD_A, POD_B = (f"{{apiVersion: v1, kind: Pod, metadata: {{name: {name}}}}}" for name in "ab")
LIST = "apiVersion: v1\nkind: List\n"
BAD_LABELS = FIELD.format("number", "ObjectMeta.metadata.labels", "string")
LISTS = [
    (f"{LIST}items: []\n", [], ""),
    ("kind: List\nitems: ~\n", [], ""),
    (f"{LIST}items: [{POD_A}, {POD_B}]\n", ["a", "b"], ""),
    ("apiVersion: v1\nkind: PodList\nitems:\n- {metadata: {name: a}}\n", ["a"], ""),
    ("apiVersion: v1\nkind: Pod\nitems:\n- {metadata: {name: a, labels: {b: 1}}}\n- ~\n", ["a", None], ""),
    (f"{LIST}items: [{{apiVersion: v1}}, {{kind: Pod}}, {POD_A}]\n", ["a"], f"{NO_KIND}\n{NO_VERSION}"),
    (f"{LIST}items: [{{apiVersion: v1}}]\n", [], NO_KIND),
    (
        f"{LIST}items: [{{apiVersion: v1, kind: List, items: []}}]\n",
        [], "error: *unstructured.Unstructured is not a list: no Items field in this object",
    ),
    (f"{LIST}metadata: {{labels: {{a: 1}}}}\nitems: []\n", [], f'error: unable to decode "F": {BAD_LABELS}'),
]


@pytest.mark.parametrize(("text", "names", "message"), LISTS)
def test_lists_are_their_items(text, names, message):
    assert outcome(text, check=False) == (names, message)


def test_items_without_a_kind_are_of_the_list_s():
    (document,) = read_text("apiVersion: v1\nkind: PodList\nitems: [{metadata: {name: a}}]\n", "F")
    assert (document.obj["apiVersion"], document.obj["kind"], document.item) == ("v1", "Pod", 0)


def not_found(name, namespace, kind, version):
    return (
        f'error: resource mapping not found for name: "{name}" namespace: "{namespace}" from "F": '
        f'no matches for kind "{kind}" in version "{version}"\nensure CRDs are installed first'
    )


UNKNOWN = [
    (
        "apiVersion: apps/v1\nkind: Deploymint\nmetadata: {name: x, namespace: z}\n",
        not_found("x", "z", "Deploymint", "apps/v1"),
    ),
    ("apiVersion: v1\nkind: FooList\nitems: []\n", not_found("", "", "FooList", "v1")),
    ("apiVersion: x/v1\nkind: List\nitems: []\n", not_found("", "", "List", "x/v1")),
    (f"{LIST}items: [{{apiVersion: v1, kind: X}}]\n", 'unable to recognize no matches for kind "X" in version "v1"'),
    ("apiVersion: v1\nkind: ConfigMapList\nitems: []\n", ""),
    ("apiVersion: apps/v1\nkind: List\nitems: []\n", ""),
]


@pytest.mark.parametrize(("text", "message"), UNKNOWN)
def test_unknown_kinds_are_errors_where_kinds_are_asked_for(text, message):
    assert outcome(text, recognize=kinds.info_for_object) == ([], message)


def test_known_kinds_are_handed_out_with_the_documents():
    (document,) = read_text(config_map("a"), "F", recognize=kinds.info_for_object)
    assert document.info.resource == "configmaps"
    (document,) = read_text("kind: ConfigMap\n", "F", check=False, recognize=kinds.info_for_object)
    assert document.info.resource == "configmaps"


def test_files_go_on_after_an_error_in_another(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(config_map("a") + "---\nb: [\n---\n" + config_map("not-reached"))
    (tmp_path / "b.yaml").write_text(config_map("[b]") + "---\n" + config_map("c"))
    found, error = load_all(["a.yaml", "b.yaml"])
    assert [document.obj["metadata"]["name"] for document in found] == ["a", "c"]
    parsing = "error parsing a.yaml: error converting YAML to JSON: yaml: line 1: did not find expected node content"
    decoding = f'unable to decode "b.yaml": {FIELD.format("array", "ObjectMeta.metadata.name", "string")}'
    assert error.user_message() == f"{parsing}\n{decoding}"
    # what came later stands on a line of its own beside the reading errors
    later = NotFound("configmaps", "x")
    assert AggregateError([error, later]).user_message() == (
        f'[{parsing}, {decoding}]\nError from server (NotFound): configmaps "x" not found'
    )
    first, second = load(["a.yaml", "b.yaml"], continue_on_error=False)
    assert isinstance(first, Document)
    assert str(second) == parsing


def test_one_error_is_printed_as_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "d.yaml").write_text(config_map("d").replace("{name: d}", "{name: d, labels: {x: y}}"))
    found, error = load_all(["d.yaml"])
    assert (found, error.user_message()) == (
        [], 'error: unable to decode "d.yaml": ' + FIELD.format("bool", "ObjectMeta.metadata.labels", "string")
    )


def test_reading_is_lazy_and_arguments_are_not(tmp_path):
    (tmp_path / "a.yaml").write_text(config_map("a"))
    items = load([str(tmp_path / "a.yaml"), "-"], stdin=None)
    assert isinstance(next(items), Document)
    with pytest.raises(MinikctlError, match="does not exist"):
        load([str(tmp_path / "missing")])


def test_standard_input_has_its_name():
    (error,) = load(["-"], stdin=io.StringIO("a: ["))
    words = "error converting YAML to JSON: yaml: line 1: did not find expected node content"
    assert str(error) == f"error parsing STDIN: {words}"
    assert (error.source, error.line) == ("STDIN", 2)


def test_documents_say_where_they_stand():
    text = "# head\n---\n" + config_map("a", "data:\n  k: v\n  k: w\n") + "---\n" + config_map("b")
    first, second = read_text(text, "F")
    assert ((first.index, first.line), (second.index, second.line)) == ((1, 3), (2, 10))
    assert first.position("data.k") == (8, 3)
    assert [(each.path, each.line) for each in first.duplicates] == [("data.k", 8)]
    assert repr(second) == "Document(F:10, ConfigMap)"


def test_items_say_where_they_stand():
    pod = "- apiVersion: v1\n  kind: Pod\n"
    text = f"{LIST}items:\n{pod}{pod}  spec: {{a: 1}}\n"
    _, second = read_text(text, "F")
    places = [second.position(path) for path in ("spec.a", "metadata.name", "")]
    assert places == [(8, 10), (6, 3), (6, 3)]
