"""Preferences: aliases and defaults as kubectl's kuberc has them, and its words for those that are wrong."""

from __future__ import annotations

import json

import pytest

HEAD = "apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n"
DEFAULTS = HEAD + """\
defaults:
- command: create configmap
  options: [{name: dry-run, default: client}, {name: output, default: name}]
aliases:
- name: cmx
  command: create configmap
  prependArgs: [foo]
- name: vc
  command: version
  options: [{name: client, default: "true"}]
  appendArgs: [-o, json]
"""
WRONG = "error occurred while applying preferences "


@pytest.fixture
def preferences(cluster, tmp_path):
    def write(text):
        (tmp_path / "kuberc").write_text(text)
        return cluster

    cluster.environ["KUBERC"] = str(tmp_path / "kuberc")
    return write


@pytest.mark.parametrize(("line", "out"), [
    ("create configmap a", "configmap/a\n"),
    ("create cm a", "configmap/a\n"),
    ("create configmap a -oyaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n"),
    ("create configmap a --dry-run=server", "configmap/a\n"),
    ("create namespace a --dry-run=client", "namespace/a created (dry run)\n"),
    ("cmx", "configmap/foo created\n"),
    ("cmx -o name", "configmap/foo\n"),
])
def test_what_becomes_of_a_line(preferences, line, out):
    assert preferences(DEFAULTS).ok(*line.split()) == out


def test_an_alias_with_flags_and_words(preferences):
    assert list(json.loads(preferences(DEFAULTS).ok("vc"))) == ["clientVersion", "kustomizeVersion"]
    assert "serverVersion" in preferences(DEFAULTS).ok("vc", "--client=false")


@pytest.mark.parametrize("environ", [{"KUBERC": "off"}, {"KUBECTL_KUBERC": "false"}])
def test_it_can_be_switched_off(preferences, environ):
    cluster = preferences(DEFAULTS)
    assert cluster("vc", **environ).err == 'error: unknown command "vc" for "minikctl"\n\nDid you mean this?\n\tcp\n'
    assert cluster.ok("create", "configmap", "a", **environ) == "configmap/a created\n"


def test_where_the_file_lies(cluster, tmp_path):
    (tmp_path / "other").write_text(DEFAULTS)
    assert cluster.ok("create", "configmap", "a", f"--kuberc={tmp_path}/other") == "configmap/a\n"
    folder = tmp_path / ".local/share/minikctl"
    folder.mkdir(parents=True)
    (folder / "kuberc").write_text(DEFAULTS)
    assert cluster.ok("create", "configmap", "a") == "configmap/a\n"


def test_the_older_form(preferences):
    cluster = preferences(
        "apiVersion: kubectl.config.k8s.io/v1alpha1\nkind: Preference\n"
        "overrides: [{command: create configmap, flags: [{name: output, default: name}]}]\n"
    )
    assert cluster.ok("create", "configmap", "a") == "configmap/a\n"


@pytest.mark.parametrize(("text", "line", "err"), [
    ("aliases: [{name: a1, command: version}]", "version", "invalid alias name, can only include alphabetical characters"),
    ("aliases: [{name: a, command: version}, {name: a, command: get}]", "version", "duplicate alias name a"),
    ("aliases: [{name: vv, command: nosuch}]", "vv", 'command "nosuch" not found to set alias "vv": [nosuch]'),
    ("aliases: [{name: ve, command: version, options: [{name: foo, default: x}]}]", "ve",
     "invalid alias flag foo in alias minikctl"),
    ("aliases: [{name: vd, command: version, options: [{name: client, default: x}]}]", "vd",
     'could not apply value x to flag client in alias minikctl err: invalid argument "x" for "--client" flag: '
     'strconv.ParseBool: parsing "x": invalid syntax'),
    ("defaults: [{command: version, options: [{name: foo, default: x}]}]", "version", "invalid flag foo for command version"),
    ("defaults: [{command: version, options: [{name: --client, default: x}]}]", "version",
     "flag name --client should be in long form without dashes"),
    ("defaults: [{command: version, options: [{name: client, default: xx}]}]", "version",
     'could not apply override value xx to flag client in command version err: invalid argument "xx" for "--client" flag: '
     'strconv.ParseBool: parsing "xx": invalid syntax'),
    ("defaults: 3", "version", "kuberc error kuberc: no valid preferences found in PATH, use --v=5 to see details"),
    ("", "version --kuberc=/nonexist", "kuberc error kuberc: open /nonexist: no such file or directory"),
    ("", "version --kuberc", "kuberc file is not found"),
])
def test_wrong_preferences(preferences, tmp_path, text, line, err):
    result = preferences(HEAD + text)(*line.split())
    assert (result.code, result.out) == (1, "")
    assert result.err == WRONG + err.replace("PATH", f"{tmp_path}/kuberc") + "\n"


def test_warnings(preferences, cluster, tmp_path):
    result = preferences(HEAD + "foo: bar\ndefaults: [{command: nosuch}]\n")("version", "--client")
    assert result.code == 0
    assert result.err == (
        f'kuberc: ignoring strict decoding error in {tmp_path}/kuberc: strict decoding error: unknown field "foo"\n'
        'Warning: command "nosuch" not found to set kuberc override\n'
    )


# -- the verbs ----------------------------------------------------------------------------------------------------------


def test_set_and_view(cluster, tmp_path):
    path = tmp_path / ".local/share/minikctl/kuberc"
    assert cluster.ok("kuberc", "view") == f"kuberc file not found at {path}\n"
    assert cluster.ok("kuberc", "set", "--section", "defaults", "--command", "get", "--option", "output=name") == f"Updated {path}\n"
    cluster.ok("kuberc", "set", "--section=aliases", "--name=getn", "--command=get", "--prependarg=nodes")
    text = (
        "aliases:\n- command: get\n  name: getn\n  prependArgs:\n  - nodes\napiVersion: kubectl.config.k8s.io/v1beta1\n"
        "defaults:\n- command: get\n  options:\n  - default: name\n    name: output\nkind: Preference\n"
    )
    assert path.read_text() == cluster.ok("kuberc", "view") == text
    assert cluster.ok("getn", "node-1", "--no-headers").split()[0] == "node-1"
    assert cluster.ok("get", "nodes", "node-1") == "node/node-1\n"
    assert list(json.loads(cluster.ok("kuberc", "view", "-o", "json"))) == ["kind", "apiVersion", "defaults", "aliases"]
    again = ("kuberc", "set", "--section", "defaults", "--command", "get", "--option", "output=wide")
    assert cluster(*again).err == 'error: defaults for command "get" already exist, use --overwrite to replace\n'
    cluster.ok(*again, "--overwrite")
    assert "NODE" not in cluster.ok("get", "nodes")
    assert "KERNEL-VERSION" in cluster.ok("get", "nodes")


@pytest.mark.parametrize(("line", "err"), [
    ("", 'required flag(s) "section" not set'),
    ("--section foo --command get", '--section must be "defaults", "aliases", or "credentialplugin", got: foo'),
    ("--section aliases --command get", "--name is required when --section=aliases"),
    ("--section defaults --option a=b", "--command is required when --section=aliases or --section=defaults"),
    ("--section defaults --command get --name x", "--name should not be specified when --section=defaults"),
    ("--section defaults --command get --appendarg x", "--prependarg and --appendarg are only valid for --section=aliases"),
    ("--section defaults --command get --option a", 'invalid option format "a", expected flag=value'),
    ("--section credentialplugin --policy=DenyAll",
     "credential plugins are not supported: a simulated cluster asks nobody who he is"),
])
def test_words_of_set(cluster, line, err):
    result = cluster("kuberc", "set", *line.split())
    assert (result.code, result.out, result.err) == (1, "", f"error: {err}\n")


@pytest.mark.parametrize("text", ["[" * 100_000, "a: &a [*a]", "\0"])
def test_preferences_that_cannot_be_read_are_an_error(preferences, text):
    result = preferences(text)("version")
    assert result.code == 1
    assert result.err.startswith(f"{WRONG}kuberc error kuberc: no valid preferences")


def test_a_path_that_is_none(cluster):
    assert cluster("version", "--kuberc", "\0").err == f"{WRONG}kuberc error kuberc: open \0: invalid argument\n"
