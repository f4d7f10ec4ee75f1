import pytest

from minikctl.api import patches
from minikctl.api.patches import PatchError
from minikctl.errors import BadRequest, MinikctlError, RequestInvalid

CM = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a": "1"}}
DEPLOY = {"apiVersion": "apps/v1", "kind": "Deployment"}


def applied(text, kind="strategic", obj=CM):
    return patches.from_text(text, kind, obj["apiVersion"], obj["kind"]).apply(obj)


TEXTS = [
    ('{"data":{"b":"2","a":null}}', "strategic", {"b": "2"}),
    ("data: {b: x}\n", "strategic", {"a": "1", "b": "x"}),
    ("data:\n  b: x\n", "merge", {"a": "1", "b": "x"}),
    ("~", "strategic", {"a": "1"}),
    ('{"data":{"a":"1","a":"2"}}', "merge", {"a": "2"}),
    ('[{"op":"add","path":"/data/d","value":"4"}]', "json", {"a": "1", "d": "4"}),
    ("- {op: remove, path: /data/a}\n", "json", {}),
    ("~", "json", {"a": "1"}),
]


@pytest.mark.parametrize(("text", "kind", "data"), TEXTS)
def test_patches_come_as_json_or_yaml(text, kind, data):
    assert applied(text, kind) == {**CM, "data": data}


BAD = "Error from server (BadRequest): "
NO_KEY = "invalid character 'b' looking for beginning of object key string"
UNREADABLE = [
    ("a: [", "strategic", 'error: unable to parse "a: [": yaml: line 1: did not find expected node content'),
    ("{bad", "strategic", f"{BAD}{NO_KEY}"),
    ("{bad", "merge", f"{BAD}error decoding patch: {NO_KEY}"),
    ('{"a":', "json", f"{BAD}unexpected end of JSON input"),
    ("{} x", "strategic", f"{BAD}invalid character 'x' after top-level value"),
    ("[1]", "strategic", f"{BAD}json: cannot unmarshal array into Go value of type map[string]interface {{}}"),
    (
        "text", "merge",
        f"{BAD}error decoding patch: json: cannot unmarshal string into Go value of type map[string]interface {{}}",
    ),
    ("~", "merge", f"{BAD}Invalid JSON Patch"),
    ('{"op":"x"}', "json", f"{BAD}json: cannot unmarshal object into Go value of type jsonpatch.Patch"),
    (
        '[{"op":"remove","path":"/data/zzz"}]', "json",
        "The request is invalid: the server rejected our request due to an error in our request",
    ),
    ('{"metadata":{"$retainKeys":"x"}}', "strategic", f"{BAD}invalid patch format of retainKeys"),
]


@pytest.mark.parametrize(("text", "kind", "message"), UNREADABLE)
def test_wrong_patches_are_answered_as_the_api_server_does(text, kind, message):
    with pytest.raises(MinikctlError) as caught:
        applied(text, kind)
    assert caught.value.user_message() == message


def test_errors_of_the_merge_itself_are_the_server_s_own():
    live = {**DEPLOY, "spec": {"template": {"spec": {"containers": [{"name": "a"}]}}}}
    patch = '{"spec":{"template":{"spec":{"containers":[{"image":"x"}]}}}}'
    with pytest.raises(MinikctlError) as caught:
        applied(patch, obj=live)
    words = "map: map[image:x] does not contain declared merge key: name"
    assert caught.value.user_message() == f"Error from server: {words}"
    with pytest.raises(PatchError) as local:
        patches.from_text(patch, "strategic", "apps/v1", "Deployment").apply_locally(live)
    assert local.value.user_message() == f"error: {words}"


def test_the_answers_have_their_types():
    with pytest.raises(BadRequest):
        applied("[1]")
    with pytest.raises(RequestInvalid):
        applied('[{"op":"remove","path":"/x"}]', "json")


def test_other_kinds_take_no_strategic_patches():
    for api_version in ("example.com/v1", "minikctl.dev/v1alpha1"):
        with pytest.raises(MinikctlError) as caught:
            patches.from_text("{}", "strategic", api_version, "ContainerBehavior")
        assert caught.value.user_message() == (
            "Error from server (UnsupportedMediaType): the body of the request was in an unknown format - "
            "accepted media types include: application/json-patch+json, application/merge-patch+json, "
            "application/apply-patch+yaml"
        )


def test_apply_picks_the_patch_by_the_kind():
    built_in = patches.three_way({}, {**CM, "data": {"a": "2"}}, CM)
    assert (built_in.kind, built_in.content) == ("strategic", {"data": {"a": "2"}})
    widget = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "w"}, "spec": {"list": [1]}}
    other = patches.three_way(widget, {**widget, "spec": {"list": [2]}}, widget)
    assert (other.kind, other.content) == ("merge", {"spec": {"list": [2]}})
    assert other.apply(widget)["spec"] == {"list": [2]}
    assert repr(other) == "Patch(merge, {'spec': {'list': [2]}})"


def test_a_custom_resource_keeps_its_name():
    widget = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "w"}}
    with pytest.raises(MinikctlError) as caught:
        patches.three_way(widget, {**widget, "metadata": {"name": "x"}}, widget)
    assert str(caught.value) == "At least one of apiVersion, kind and name was changed"


def test_edits_are_two_way_patches():
    edited = {**CM, "data": {}}
    assert patches.two_way(CM, edited).content == {"data": {"a": None}}
    assert patches.two_way(CM, edited).apply(CM) == edited
    widget = {"apiVersion": "example.com/v1", "kind": "Widget", "a": 1}
    assert patches.two_way(widget, {**widget, "a": 2}).kind == "merge"


def test_nothing_to_apply_is_an_empty_patch():
    assert not patches.three_way(CM, CM, CM).content
