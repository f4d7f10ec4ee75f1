"""What a Secret says is nowhere but in the file and where it is asked for, and the file is its owner's alone."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import sqlite3
import stat

import pytest

from minikctl.commands import COMMANDS

PLANTED = "pl4nted-5ecret-value"
ENCODED = base64.b64encode(PLANTED.encode()).decode()
OTHER = "0ther-planted-value"

MANIFEST = f"""\
apiVersion: v1
kind: Secret
metadata: {{name: applied, labels: {{app: web}}}}
stringData: {{password: {PLANTED}}}
---
apiVersion: v1
kind: Pod
metadata: {{name: reader, labels: {{app: web}}}}
spec:
  containers:
  - name: c
    image: nginx
    env:
    - name: PASSWORD
      valueFrom: {{secretKeyRef: {{name: applied, key: password}}}}
    envFrom: [{{secretRef: {{name: literal}}}}]
    volumeMounts: [{{name: files, mountPath: /files}}]
  volumes: [{{name: files, secret: {{secretName: patched}}}}]
"""


def clean(text):
    for each in (PLANTED, ENCODED, OTHER, base64.b64encode(OTHER.encode()).decode()):
        assert each not in text
    return text


@pytest.fixture
def planted(cluster, tmp_path):
    (tmp_path / "secret.txt").write_text(PLANTED)
    for words, stdin in [
        (["create", "secret", "generic", "literal", f"--from-literal=password={PLANTED}", "--from-literal", f"other={OTHER}"], ""),
        (["create", "secret", "generic", "file", f"--from-file={tmp_path}/secret.txt"], ""),
        (["create", "secret", "docker-registry", "registry", "--docker-username=me", f"--docker-password={PLANTED}"], ""),
        (["create", "secret", "docker-registry", "registry-too", "--docker-username=me", "--docker-password", PLANTED], ""),
        (["create", "secret", "generic", "patched"], ""),
        (["patch", "secret", "patched", "-p", json.dumps({"stringData": {"password": PLANTED}})], ""),
        (["patch", "secret", "patched", f"-p={json.dumps({'stringData': {'password': OTHER}})}"], ""),
        (["patch", "secret", "patched", "--patch", json.dumps({"data": {"password": ENCODED}})], ""),
        (["patch", "secret", "patched", "--type=merge", f"-p{json.dumps({'stringData': {'more': PLANTED}})}"], ""),
        (["apply", "-f", "-"], MANIFEST),
        (["apply", "-f", "-"], MANIFEST.replace(PLANTED, OTHER)),
        (["apply", "-f", "-"], MANIFEST),
        (["label", "secret", "literal", "app=web"], ""),
    ]:
        clean(cluster.ok(*words, stdin=stdin))
    cluster.settle()
    return cluster


def test_it_is_there_where_it_is_asked_for(planted):
    assert ENCODED in planted.ok("get", "secret", "literal", "-o", "yaml")
    assert ENCODED in planted.ok("state", "sql", "select after from history where name = 'literal'")


@pytest.mark.parametrize(
    "words",
    [
        ["get", "secrets"],
        ["get", "secrets", "-o", "wide", "--show-labels"],
        ["get", "secrets", "-o", "name"],
        ["get", "all,secrets,events", "-A", "-o", "wide"],
        ["describe", "secrets"],
        ["describe", "secrets,pods", "-A"],
        ["describe", "all"],
        ["get", "events", "-A", "-o", "yaml"],
        ["get", "pods", "-o", "yaml"],
        ["describe", "nodes"],
        ["state", "info"],
        ["state", "info", "-o", "json"],
        ["state", "check"],
        ["reconcile"],
        ["annotate", "secret", "literal", "a=b"],
        ["delete", "secret", "literal"],
        ["delete", "secret", "literal", "--dry-run=server"],
    ],
    ids=" ".join,
)
def test_no_view_shows_it(planted, words):
    result = planted(*words)
    clean(result.out + result.err)


@pytest.mark.parametrize(
    "body",
    [
        f"type: kubernetes.io/tls\nstringData: {{tls.crt: {PLANTED}}}",
        f"type: kubernetes.io/dockerconfigjson\nstringData: {{.dockerconfigjson: {PLANTED}}}",
        f"type: kubernetes.io/dockercfg\ndata: {{.dockercfg: {ENCODED}}}",
        f"stringData: {{'wrong key': {PLANTED}}}",
        f"data: {{password: {PLANTED}!}}",
        f"data: {{password: [{PLANTED}]}}",
        f"data: {{password: {{x: {PLANTED}}}}}",
        f"immutable: yess\nstringData: {{password: {PLANTED}}}",
        f"unknown: 1\nstringData: {{password: {PLANTED}}}",
    ],
)
@pytest.mark.parametrize("verb", ["apply", "create", "replace"])
def test_errors_do_not_show_it(planted, body, verb):
    manifest = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: applied}}\n{body}\n"
    result = planted(verb, "-f", "-", stdin=manifest)
    assert result.code == 1
    clean(result.err + result.out)


def test_an_immutable_secret_keeps_it_to_itself(planted):
    planted.ok("patch", "secret", "applied", "-p", '{"immutable": true}')
    result = planted("patch", "secret", "applied", "-p", json.dumps({"stringData": {"password": OTHER}}))
    assert result.code == 1
    clean(result.err)


@pytest.mark.parametrize("words", [["create", "secret", "generic"], ["create", "secret", "docker-registry"], ["patch"], ["state"], []], ids=" ".join)
def test_help_does_not_show_it(planted, words):
    clean(planted(*words, "--help").out)


def test_the_command_lines_in_the_journal_do_not_have_it(planted):
    """The objects in the journal have it, of course: they are what is stored."""
    with contextlib.closing(sqlite3.connect(planted.state)) as raw:
        commands = [row[0] for row in raw.execute("SELECT DISTINCT command FROM journal ORDER BY revision")]
    clean("\n".join(commands))
    assert "create secret generic literal --from-literal=password=REDACTED --from-literal other=REDACTED" in commands
    assert "create secret docker-registry registry --docker-username=me --docker-password=REDACTED" in commands
    assert "create secret docker-registry registry-too --docker-username=me --docker-password REDACTED" in commands
    assert "patch secret patched -p REDACTED" in commands
    assert "patch secret patched --patch REDACTED" in commands
    assert "patch secret patched --type=merge -pREDACTED" in commands


def test_flags_that_take_secrets_are_marked():
    """One that is new has to be thought of."""
    marked = {
        (" ".join(ref.words), flag.name)
        for ref in COMMANDS
        for flag in ref.load().options.FLAGS.values()
        if flag.secret
    }
    assert marked >= {("create secret generic", "from-literal"), ("create secret docker-registry", "docker-password"), ("patch", "patch")}
    suspicious = ("password", "token")
    for ref in COMMANDS:
        for flag in ref.load().options.FLAGS.values():
            if flag.kind == "str" and any(word in flag.name for word in suspicious):
                assert flag.secret, f"{' '.join(ref.words)} --{flag.name}"


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def test_files_are_their_owners_alone_whatever_the_umask(cluster, tmp_path):
    old = os.umask(0)
    try:
        cluster.ok("create", "secret", "generic", "literal", f"--from-literal=password={PLANTED}")
        keeper = sqlite3.connect(cluster.state)
        keeper.execute("SELECT * FROM state").fetchone()
        cluster.ok("create", "secret", "generic", "more", f"--from-literal=password={PLANTED}")
        cluster.ok("state", "backup", str(tmp_path / "copy.db"))
        assert sorted(os.listdir(tmp_path)) == ["copy.db", "state.db", "state.db-shm", "state.db-wal"]
        assert {name: mode(tmp_path / name) for name in os.listdir(tmp_path)} == dict.fromkeys(os.listdir(tmp_path), 0o600)
        keeper.close()
        cluster.ok("state", "restore", str(tmp_path / "copy.db"))
        cluster.ok("state", "vacuum")
        assert {mode(path) for path in tmp_path.iterdir()} == {0o600}
    finally:
        os.umask(old)
