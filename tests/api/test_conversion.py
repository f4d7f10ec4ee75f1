"""What is said of a patched object that its kind does not take."""

import pytest

from minikctl.api.conversion import decode_patched
from minikctl.errors import RequestInvalid


def deployment(**spec):
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "w"}, "spec": spec}


def error_of(obj, patch):
    with pytest.raises(RequestInvalid) as caught:
        decode_patched(obj, "apps/v1", "Deployment", patch)
    return caught.value.user_message()


@pytest.mark.parametrize(("spec", "error"), [
    ({"replicas": "three"}, "unrecognized type: int32"),
    ({"replicas": 1.5}, "cannot convert float64 to int32"),
    ({"paused": 1}, "unrecognized type: bool"),
    ({"selector": {"matchLabels": {"a": 1}}}, "cannot convert int64 to string"),
    ({"selector": {"matchLabels": {"a": True}}}, "unrecognized type: string"),
    ({"selector": {"matchLabels": "x"}}, "cannot restore map from string"),
    ({"template": "x"}, "cannot restore struct from: string"),
    ({"template": {"spec": {"containers": "x"}}}, "cannot restore slice from string"),
    ({"template": {"spec": {"restartPolicy": 5}}}, "cannot convert int64 to v1.RestartPolicy"),
    (
        {"strategy": {"rollingUpdate": {"maxSurge": True}}},
        "json: cannot unmarshal bool into Go value of type int32",
    ),
    ({"replica": 3, "a": 1}, 'strict decoding error: unknown field "spec.a", unknown field "spec.replica"'),
])
def test_a_strategic_merge_patch_is_refused_in_the_converters_words(spec, error):
    said = error_of(deployment(**spec), {"spec": {"x": 1}})
    quoted = error.replace("\\", "\\\\")
    assert said == f'The request is invalid: patch: Invalid value: "map[spec:map[x:1]]": {quoted}'


def test_other_patches_are_refused_in_the_decoders_words():
    body = '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"w"},"spec":{"replicas":"x"}}'
    body = body.replace('"', '\\"')
    assert error_of(deployment(replicas="x"), None) == (
        f'The request is invalid: patch: Invalid value: "{body}": '
        "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32"
    )


def test_what_fits_is_kept():
    assert decode_patched(deployment(replicas=3.0, zz=1), "apps/v1", "Deployment", {}, "warn") == (
        deployment(replicas=3), ['unknown field "spec.zz"']
    )
    assert decode_patched(deployment(zz=1), "apps/v1", "Deployment", {}, "ignore") == (deployment(), [])
