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


#: what cannot be printed, and what kubectl shows of it: the whole object
BROKEN_OUTPUTS = [
    "jsonpath={.data[0]}", "jsonpath={.items[99].data}", "jsonpath={.data.x.y[0]}", "jsonpath-as-json={.data[0]}", "go-template={{len .metadata.nothing}}",
    'go-template={{template "x"}}', "go-template={{.data.password.x}}", "custom-columns=A:.data[0]",
]


def test_a_template_that_fails_does_not_show_what_it_was_given(planted):
    for target in (["secret", "applied"], ["secrets"], ["secrets,pods"]):
        for output in BROKEN_OUTPUTS:
            result = planted("get", *target, "-o", output, "--allow-missing-template-keys=false")
            shown = clean(result.out + result.err)
            if "engine was" in shown:
                assert "<secret contents redacted>" in shown
                assert "password" in shown, "which keys there are is no secret"


def test_of_an_ordinary_object_it_is_shown_as_kubectl_does(planted):
    result = planted("get", "pod", "reader", "-o", "jsonpath={.spec[0]}")
    assert '"image":"nginx"' in result.err


@pytest.mark.parametrize("flags", [[], ["--server-side", "--force-conflicts"], ["--server-side"]], ids=" ".join)
def test_a_diff_does_not_show_it(planted, flags):
    for change in ((PLANTED, OTHER), ("password:", "another:"), ("app: web", "app: shop"), ("absent", "")):
        manifest = MANIFEST.split("---", maxsplit=1)[0].replace(*change)
        data = manifest.replace("stringData", "data").replace(PLANTED, ENCODED).replace(OTHER, base64.b64encode(OTHER.encode()).decode())
        for each in (manifest, data):
            result = planted("diff", *flags, "-f", "-", stdin=each, PATH=os.environ["PATH"])
            assert result.code in (0, 1) or "conflict" in result.err
            clean(result.out + result.err)


BODIES = [
    f"data: {{password: {PLANTED}!}}", f"data: {{password: [{PLANTED}]}}", f"data: {{password: {{x: {PLANTED}}}}}", f"data: {PLANTED}", f"data: [{PLANTED}]",
    f"stringDatta: {{password: {PLANTED}}}", f"stringDatta: {PLANTED}", f"strings:\n- {PLANTED}\n- b: {PLANTED}", f"immutable: {PLANTED}", f"type: [{PLANTED}]", f"type: {{a: {PLANTED}}}",
    f"stringData: {{'bad key': {PLANTED}}}", f"stringData:\n  password: {PLANTED}\n  password: {PLANTED}", f"stringData:\n\tpassword: {PLANTED}", f"data: {{a: &a {PLANTED}, b: *c}}",
    f"data: {{password: ! {PLANTED}", f"stringData:\n  password: |\n   {PLANTED}\n  b: 5", f"stringData: {{password: '{PLANTED}', number: 5}}", f'stringData: {{password: "{PLANTED}", number: 5}}',
]


@pytest.mark.parametrize("body", BODIES)
def test_no_verb_shows_it_of_a_wrong_manifest(planted, body, tmp_path):
    path = tmp_path / "wrong.yaml"
    path.write_text(f"apiVersion: v1\nkind: Secret\nmetadata: {{name: applied}}\n{body}\n")
    lists = tmp_path / "list.yaml"
    lists.write_text("apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata: {name: applied}\n" + "".join(f"  {line}\n" for line in body.split("\n")))
    (tmp_path / "k").mkdir()
    (tmp_path / "k" / "wrong.yaml").write_bytes(path.read_bytes())
    (tmp_path / "k" / "kustomization.yaml").write_text("resources: [wrong.yaml]\n")
    for words in (
        ["apply"], ["create"], ["replace"], ["replace", "--force"], ["apply", "--server-side", "--force-conflicts"], ["apply", "--validate=warn"], ["apply", "--validate=false"],
        ["apply", "--dry-run=server"], ["diff"], ["diff", "--server-side"], ["delete", "--dry-run=server"], ["validate"], ["validate", "--color=always"],
        *(["validate", "-o", form] for form in ("json", "junit", "sarif", "github", "tap")), ["--color=always", "apply"], ["-v=9", "apply"],
    ):
        result = planted(*words, "-f", str(path), PATH=os.environ["PATH"])
        clean(result.err + result.out)
    for words in (["apply"], ["validate"], ["validate", "-o", "sarif"]):
        result = planted(*words, "-f", str(lists))
        clean(result.err + result.out)
    for verb in ("apply", "validate", "diff", "create"):
        result = planted(verb, "-k", str(tmp_path / "k"))
        clean(result.err + result.out)
    clean(planted("kustomize", str(tmp_path / "k")).err)


def test_a_log_of_calls_does_not_have_it(planted, tmp_path):
    """Neither of commands that are right nor of those that are nearly so."""
    log = tmp_path / "calls.log"
    for words in (
        ["create", "secret", "generic", "x", f"--from-literal=password={PLANTED}"], ["create", "secret", "generic", "x", "--from-literal", f"password={PLANTED}"],
        ["create", "secret", "generic", "x", f"--from-litera=password={PLANTED}"], ["create", "secret", "generic", "x", f"password={PLANTED}"],
        ["create", "secret", "docker-registry", "x", "--docker-username=a", f"--docker-password={PLANTED}"], ["create", "secret", "docker-registry", "x", f"--docker-pasword={PLANTED}"],
        ["patch", "secret", "patched", "-p", json.dumps({"stringData": {"a": PLANTED}})], ["patch", "secret", "patched", json.dumps({"stringData": {"a": PLANTED}})],
        ["patch", "secret", "patched", "--type=json", f'-p=[{{"op": "test", "path": "/data/a", "value": "{PLANTED}"}}]'], ["patch", "secret", "absent", f"--patch={PLANTED}"],
        ["set", "env", "pod/reader", f"PASSWORD={PLANTED}"], ["set", "env", "pod/reader", "-e", f"PASSWORD={PLANTED}"], ["set", "env", "pod/reader", f"--evn=PASSWORD={PLANTED}"],
        ["run", "x", "--image=nginx", f"--env=PASSWORD={PLANTED}"], ["config", "set", "users.me.token", PLANTED], ["config", "set", "users.me.password", PLANTED],
        ["config", "set-credentials", "me", f"--token={PLANTED}"], ["config", "set-credentials", "me", f"--password={PLANTED}", "--username=me"],
        ["get", "pods", f"--token={PLANTED}"], ["get", "pods", "--password", PLANTED],
    ):
        planted(*words, MINIKCTL_CALL_LOG=str(log))
    text = clean(log.read_text())
    assert text.count("REDACTED") == text.count("\n") == 20
    assert mode(log) == 0o600


def test_variables_that_are_set_stay_out_of_the_journals_command_lines(planted):
    planted.ok("create", "deployment", "web", "--image=nginx")
    planted.ok("set", "env", "deployment/web", f"PASSWORD={PLANTED}", "-e", f"MORE={PLANTED}")
    planted.ok("run", "one", "--image=nginx", f"--env=PASSWORD={PLANTED}")
    with contextlib.closing(sqlite3.connect(planted.state)) as raw:
        commands = [row[0] for row in raw.execute("SELECT DISTINCT command FROM journal ORDER BY revision")]
    clean("\n".join(commands))
    assert "set env deployment/web PASSWORD=REDACTED -e MORE=REDACTED" in commands
    assert "run one --image=nginx --env=PASSWORD=REDACTED" in commands


def test_what_editors_and_diffs_are_given_is_their_owners_alone(planted, tmp_path):
    """And it goes with the command, also where the editor fails."""
    seen = tmp_path / "modes"
    script = tmp_path / "look.sh"
    script.write_text(f'#!/bin/sh\nfor each in "$@"; do [ -e "$each" ] && find "$each" -printf "%m %y\\n" >> {seen}; done\nexit ${{LOOK_CODE:-0}}\n')
    script.chmod(0o755)
    (tmp_path / "temporary").mkdir()
    places = {"EDITOR": str(script), "KUBECTL_EXTERNAL_DIFF": str(script), "TMPDIR": str(tmp_path / "temporary"), "PATH": os.environ["PATH"]}
    old = os.umask(0)
    try:
        for code in ("0", "1"):
            planted("edit", "secret", "applied", LOOK_CODE=code, **places)
            planted("diff", "-f", "-", stdin=MANIFEST.replace(PLANTED, OTHER), LOOK_CODE=code, **places)
    finally:
        os.umask(old)
    modes = set(seen.read_text().split("\n")) - {""}
    assert {"600 f", "700 d"} <= modes <= {"600 f", "700 f", "700 d"}, "diff makes files of the mode 0700, as upstream"
    left = [path for path in (tmp_path / "temporary").rglob("*") if path.is_file()]
    assert all(PLANTED not in path.read_text() and mode(path) & 0o77 == 0 for path in left)


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
