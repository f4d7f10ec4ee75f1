"""ConfigMaps, Secrets, ServiceAccounts and Events: rules, columns, and what describe writes."""

from binascii import b2a_base64

import pytest

from minikctl import kinds

CONFIG_MAP = kinds.load(kinds.info_for("configmaps"))
SECRET = kinds.load(kinds.info_for("secrets"))
SERVICE_ACCOUNT = kinds.load(kinds.info_for("serviceaccounts"))
EVENT = kinds.load(kinds.info_for("events"))

KEY_WORDS = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or "
    "'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
)
IMMUTABLE = "Forbidden: field is immutable when `immutable` is set"


def b64(text):
    return b2a_base64(text.encode(), newline=False).decode()


def config_map(**fields):
    return {"kind": "ConfigMap", "metadata": {"name": "c", "namespace": "default"}, **fields}


def secret(**fields):
    return {"kind": "Secret", "metadata": {"name": "s", "namespace": "default"}, **fields}


def texts(errors):
    return [str(error) for error in errors]


class Writer:
    """Keeps what is written, tabs and all."""

    def __init__(self):
        self.text = ""

    def write(self, level, text):
        self.text += "  " * level + text

    def events(self, obj):  # noqa: ARG002 - the protocol's signature
        self.text += "Events:\t<none>\n"


class Nothing:
    def get(self, *_):
        return None


# -- ConfigMaps -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("fields", "expected"), [
    ({}, []),
    ({"data": {"a": "1"}, "binaryData": {"b.dat": "AAEC"}}, []),
    ({"data": {"a b": "1"}}, [f'data[a b]: Invalid value: "a b": {KEY_WORDS}']),
    ({"binaryData": {"..x": ""}}, ["binaryData[..x]: Invalid value: \"..x\": must not start with '..'"]),
    (
        {"data": {"a": "1"}, "binaryData": {"a": "AA=="}},
        ['data[a]: Invalid value: "a": duplicate of key present in binaryData'],
    ),
    ({"data": {"a": "x" * (1 << 20)}}, []),
    ({"data": {"a": "\u00e9" * (1 << 19) + "x"}}, ["[]: Too long: may not be more than 1048576 bytes"]),
    ({"binaryData": {"a": b64("x" * ((1 << 20) + 1))}}, ["[]: Too long: may not be more than 1048576 bytes"]),
])
def test_config_maps_have_right_keys_and_a_size(fields, expected):
    assert texts(CONFIG_MAP.validate(config_map(**fields))) == expected


@pytest.mark.parametrize(("fields", "expected"), [
    ({"data": {"a": "1"}, "immutable": True}, []),
    ({"data": {"a": "9"}, "immutable": True}, [f"data: {IMMUTABLE}"]),
    ({"data": {"a": "1"}}, [f"immutable: {IMMUTABLE}"]),
    ({"immutable": True, "binaryData": {"a": ""}}, [f"data: {IMMUTABLE}", f"binaryData: {IMMUTABLE}"]),
])
def test_what_is_immutable_stays(fields, expected):
    old = config_map(data={"a": "1"}, immutable=True)
    assert texts(CONFIG_MAP.validate_update(config_map(**fields), old)) == expected
    assert CONFIG_MAP.validate_update(config_map(**fields), config_map(data={"z": ""})) == []


def test_data_counts_keys_of_both_bags():
    obj = config_map(data={"a": "1", "b": "2"}, binaryData={"c": "AA=="})
    obj["metadata"]["creationTimestamp"] = "1970-01-01T00:00:10Z"
    assert tuple(CONFIG_MAP.row(obj, 17.0)) == ("c", "3", "7s")


def test_describe_writes_the_data_out(monkeypatch):
    monkeypatch.setattr("minikctl.kinds.heading.describe_heading", lambda out, _: out.write(0, "HEAD\n"))
    out = Writer()
    obj = config_map(data={"multi": "line one\nline two\n", "k": "v"}, binaryData={"b": b64("12345")})
    CONFIG_MAP.describe(out, obj, Nothing())
    assert out.text == (
        "HEAD\n\nData\n====\nk:\n----\nv\n\nmulti:\n----\nline one\nline two\n\n\n\nBinaryData\n====\nb: 5 bytes\n\n"
        "Events:\t<none>\n"
    )


# -- Secrets ----------------------------------------------------------------------------------------------------------


def test_string_data_is_folded_into_data_and_wins():
    obj = secret(data={"a": b64("old"), "b": b64("kept")}, stringData={"a": "new", "c": "\u00fc"})
    SECRET.default(obj)
    assert obj == secret(data={"a": b64("new"), "b": b64("kept"), "c": b64("\u00fc")}, type="Opaque")


@pytest.mark.parametrize(("fields", "expected"), [
    ({"type": "Opaque", "data": {"a": ""}}, []),
    ({"type": "example.com/own"}, []),
    ({"type": "Opaque", "data": {"a/b": ""}}, [f'data[a/b]: Invalid value: "a/b": {KEY_WORDS}']),
    (
        {"type": "Opaque", "data": {"a": b64("x" * ((1 << 20) + 1))}},
        ["data: Too long: may not be more than 1048576 bytes"],
    ),
    (
        {"type": "kubernetes.io/service-account-token"},
        ["metadata.annotations[kubernetes.io/service-account.name]: Required value"],
    ),
    ({"type": "kubernetes.io/tls"}, ["data[tls.crt]: Required value", "data[tls.key]: Required value"]),
    ({"type": "kubernetes.io/tls", "data": {"tls.crt": "", "tls.key": ""}}, []),
    (
        {"type": "kubernetes.io/basic-auth"},
        ["data[username]: Required value", "data[password]: Required value"],
    ),
    ({"type": "kubernetes.io/basic-auth", "data": {"password": ""}}, []),
    ({"type": "kubernetes.io/ssh-auth", "data": {"ssh-privatekey": ""}}, ["data[ssh-privatekey]: Required value"]),
    ({"type": "kubernetes.io/ssh-auth", "data": {"ssh-privatekey": b64("x")}}, []),
    ({"type": "kubernetes.io/dockerconfigjson"}, ["data[.dockerconfigjson]: Required value"]),
    ({"type": "kubernetes.io/dockerconfigjson", "data": {".dockerconfigjson": b64('{"auths":{}}')}}, []),
    (
        {"type": "kubernetes.io/dockerconfigjson", "data": {".dockerconfigjson": b64("[1]")}},
        [('data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": json: cannot unmarshal array into Go '
          "value of type map[string]interface {}")],
    ),
    (
        {"type": "kubernetes.io/dockercfg", "data": {".dockercfg": b64("{} x")}},
        [("data[.dockercfg]: Invalid value: \"<secret contents redacted>\": invalid character 'x' after top-level "
          "value")],
    ),
    (
        {"type": "kubernetes.io/dockercfg", "data": {".dockercfg": ""}},
        ['data[.dockercfg]: Invalid value: "<secret contents redacted>": unexpected end of JSON input'],
    ),
    (
        {"type": "kubernetes.io/dockercfg", "data": {".dockercfg": b64("nonsense")}},
        [("data[.dockercfg]: Invalid value: \"<secret contents redacted>\": invalid character 'o' in literal null "
          "(expecting 'u')")],
    ),
])
def test_secrets_have_what_their_type_demands(fields, expected):
    assert texts(SECRET.validate(secret(**fields))) == expected


def test_the_type_of_a_secret_stays():
    errors = SECRET.validate_update(secret(type="Opaque", data={"a": ""}), secret(type="example.com/t"))
    assert texts(errors) == ['type: Invalid value: "Opaque": field is immutable']


def test_an_immutable_secret_stays():
    old = secret(type="Opaque", data={"a": "AA=="}, immutable=True)
    assert texts(SECRET.validate_update(secret(type="Opaque", data={"a": "AB=="}), old)) == [
        f"immutable: {IMMUTABLE}", f"data: {IMMUTABLE}"
    ]


def test_a_tls_secret_without_a_certificate_is_warned_of():
    obj = secret(type="kubernetes.io/tls", data={"tls.crt": b64("x"), "tls.key": b64("x")})
    assert SECRET.warnings(obj) == ["tls: failed to find any PEM data in certificate input"]
    obj["data"]["tls.crt"] = b64("-----BEGIN CERTIFICATE-----")
    assert SECRET.warnings(obj) == ["tls: failed to find any PEM data in key input"]
    assert SECRET.warnings(secret(type="Opaque")) == []


def test_describe_shows_only_sizes(monkeypatch):
    monkeypatch.setattr("minikctl.kinds.heading.describe_heading", lambda out, _: out.write(0, "HEAD\n"))
    out = Writer()
    SECRET.describe(out, secret(type="Opaque", data={"user": b64("admin"), "bin.dat": b64("plain")}), Nothing())
    assert out.text == "HEAD\n\nType:\tOpaque\n\nData\n====\nbin.dat:\t5 bytes\nuser:\t5 bytes\n"


def test_describe_shows_the_token_of_a_service_account(monkeypatch):
    monkeypatch.setattr("minikctl.kinds.heading.describe_heading", lambda *_: None)
    out = Writer()
    obj = secret(type="kubernetes.io/service-account-token", data={"token": b64("abc"), "ca.crt": b64("x")})
    SECRET.describe(out, obj, Nothing())
    assert out.text.endswith("====\nca.crt:\t1 bytes\ntoken:\tabc\n")


def test_secrets_can_be_picked_by_type():
    assert SECRET.field_labels == ("type",)
    assert SECRET.field_value(secret(type="Opaque"), "type") == "Opaque"


# -- ServiceAccounts --------------------------------------------------------------------------------------------------


def test_of_secrets_that_an_account_names_only_the_names_stay():
    obj = {"metadata": {"name": "a"}, "secrets": [{"name": "x", "namespace": "other", "kind": "Secret"}]}
    SERVICE_ACCOUNT.prepare_for_create(obj)
    assert obj["secrets"] == [{"name": "x"}]


# -- Events -----------------------------------------------------------------------------------------------------------


def event(**fields):
    return {
        "metadata": {"name": "web.17", "namespace": "default"},
        "involvedObject": {"kind": "Pod", "name": "web", "namespace": "default", "fieldPath": "spec.containers{c}"},
        "type": "Normal", "reason": "Pulled", "message": "  done \n",
        "source": {"component": "kubelet", "host": "node-1"},
        "firstTimestamp": "1970-01-01T00:00:10Z", "lastTimestamp": "1970-01-01T00:00:30Z", "count": 3, **fields,
    }


@pytest.mark.parametrize(("fields", "cells"), [
    (
        {},
        ("10s", "Normal", "Pulled", "pod/web", "spec.containers{c}", "kubelet, node-1", "done", "30s", "3", "web.17"),
    ),
    (
        {"series": {"lastObservedTime": "1970-01-01T00:00:38.000000Z", "count": 9}},
        ("2s", "Normal", "Pulled", "pod/web", "spec.containers{c}", "kubelet, node-1", "done", "30s", "9", "web.17"),
    ),
    (
        {"firstTimestamp": None, "lastTimestamp": None, "count": 0, "eventTime": "1970-01-01T00:00:20.000000Z",
         "source": {}, "reportingComponent": "x.io/c"},
        ("20s", "Normal", "Pulled", "pod/web", "spec.containers{c}", "x.io/c", "done", "20s", "1", "web.17"),
    ),
    (
        {"involvedObject": {"kind": "Node"}, "firstTimestamp": None, "lastTimestamp": None, "source": None},
        ("<unknown>", "Normal", "Pulled", "node", "", "", "done", "<unknown>", "3", "web.17"),
    ),
])
def test_get_events_shows_what_kubectl_shows(fields, cells):
    assert tuple(EVENT.row(event(**fields), 40.0)) == cells


@pytest.mark.parametrize(("label", "value"), [
    ("involvedObject.kind", "Pod"), ("involvedObject.name", "web"), ("involvedObject.uid", ""), ("reason", "Pulled"),
    ("type", "Normal"), ("source", "kubelet"), ("reportingComponent", ""),
])
def test_events_can_be_picked_by_their_fields(label, value):
    assert label in EVENT.field_labels
    assert EVENT.field_value(event(), label) == value


def test_the_source_may_stand_in_either_field():
    assert EVENT.field_value(event(source={}, reportingComponent="x"), "source") == "x"


@pytest.mark.parametrize(("about", "namespace", "fine"), [
    ("default", "default", True), ("other", "default", False), ("", "default", True), ("", "other", False),
])
def test_an_event_is_in_the_namespace_of_its_object(about, namespace, fine):
    obj = event(involvedObject={"kind": "Pod", "namespace": about}, metadata={"name": "e", "namespace": namespace})
    expected = [f'involvedObject.namespace: Invalid value: "{about}": does not match event.namespace']
    assert texts(EVENT.validate(obj)) == ([] if fine else expected)
