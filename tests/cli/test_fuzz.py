"""Whatever stands on a command line or comes in: an exit code and a message, never a traceback and never a hang.

Everyday runs look at few examples, with much patience; ``MINIKCTL_TEST_EXAMPLES=5000 MINIKCTL_TEST_PATIENCE=2`` looks longer, and has
each command end within two seconds of the processor's time.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from minikctl.commands import COMMANDS, FAMILIES
from minikctl.commands._shared import GlobalOptions
from minikctl.lib import fieldselectors, labels

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = int(os.environ.get("MINIKCTL_TEST_EXAMPLES", "150"))
modest = settings(max_examples=EXAMPLES, deadline=None)

#: seconds of the processor after which a command is taken to hang: far more than any of these needs, on a slow machine too
PATIENCE = int(os.environ.get("MINIKCTL_TEST_PATIENCE", "20"))
#: what goes on until it is interrupted, or starts another program
ENDLESS = {"watch", "watch-only", "w"}
OTHER_PROGRAMS = {("edit",), ("diff",)}

VERBS = [ref.words for ref in COMMANDS if ref.words not in OTHER_PROGRAMS]
FLAGS = {
    words: [flag for flag in {**ref.load().options.FLAGS, **GlobalOptions.FLAGS}.values() if flag.name not in ENDLESS]
    for ref in COMMANDS
    for words in [ref.words]
}

values = st.sampled_from([
    "", "-", "--", "web", "pod/web", "deployment/web", "deploy,svc", "all", "pods", "nothing", "a=b", "a-", "a=", "=b", "a!=b", "a in (b", "!a",
    "app=web", "0", "1", "-1", "3", "007", "0x10", "1e3", "99999999999999999999", "true", "false", "1s", "5m", "-1m", "1h30m", "ten", "json", "yaml", "wide",
    "name", "jsonpath={.items[*].metadata.name}", "jsonpath={.a[", "go-template={{.kind}}", "go-template={{", "custom-columns=A:.kind", "custom-columns=A",
    "{}", "[]", "null", '{"spec":{"replicas":2}}', '{"data":{"a":"b"}}', '[{"op":"add","path":"/a","value":1}]', "{", "default", "kube-system", "here.yaml",
    "missing.yaml", ".", "80", "80:http", "50%", "cpu=1", "cpu=x", "memory=1Gi,cpu=2", "nginx", "web=nginx:2", "*=nginx", "UPPER", "ünïcödé", "\x00", "\ud800", "\n", " ",
    "a" * 300, "2026-01-02T03:04:05Z", "select 1", "server", "client", "none", "background", "merge", "strategic", "{.metadata.name}", "metadata.name=web",
    "spec.nodeName=", "*/5 * * * *", "host/path=svc:80", "--from=cronjob/x",
]) | st.text(max_size=6)


@st.composite
def command_lines(draw):
    words = draw(st.sampled_from(VERBS))
    line = list(words)
    for _ in range(draw(st.integers(0, 4))):
        flag = draw(st.sampled_from(FLAGS[words]))
        name = f"-{flag.short}" if flag.short and draw(st.booleans()) else f"--{flag.name}"
        if flag.bare is not None and draw(st.booleans()):
            line.append(name)
        elif draw(st.booleans()):
            line.append(f"{name}={draw(values)}")
        else:
            line += [name, draw(values)]
    line += draw(st.lists(values, max_size=3))
    if draw(st.booleans()):
        line = draw(st.permutations(line))
    return line


class Hang(BaseException):
    """A command did not come to its end; no handler of the program may take it for one of its own errors."""


@contextlib.contextmanager
def patience():
    def give_up(*_):
        raise Hang

    old = signal.signal(signal.SIGPROF, give_up)
    signal.setitimer(signal.ITIMER_PROF, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, old)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    from conftest import Cluster

    made = Cluster(tmp_path_factory.mktemp("fuzz"))
    made.ok("create", "deployment", "web", "--image=nginx", "--replicas=2")
    made.ok("create", "configmap", "some", "--from-literal=a=b")
    made.ok("state", "backup", os.path.join(made.folder, "clean.db"))
    here = os.getcwd()
    os.chdir(made.folder)
    with open("here.yaml", "w", encoding="utf-8") as file:
        file.write("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: here}\n")
    with pytest.MonkeyPatch.context() as patched:
        # Of the ten thousand Pods that one pass makes at the most each is made as the first hundred are.
        patched.setattr("minikctl.controllers.replication.MOST_PER_PASS", 100)
        patched.setattr("minikctl.controllers.statefulset.control.MOST_MISSING", 100)
        yield made
    os.chdir(here)


def ends_well(world, *words, stdin=""):
    """Run a command line; it may succeed or fail, but it ends and says why."""
    with patience():
        result = world(*words, stdin=stdin)
    assert isinstance(result.code, int)
    assert 0 <= result.code < 256
    assert "Traceback" not in result.err
    assert result.code == 0 or result.err or result.out, "an error says something"
    return result


@modest
@given(line=command_lines())
def test_command_lines(world, line):
    ends_well(world, *line)


@modest
@given(line=st.lists(st.sampled_from(sorted({word for words in VERBS for word in words} | set(" ".join(FAMILIES).split()))) | values, max_size=6))
def test_words_in_any_order(world, line):
    if not ENDLESS & {word.strip("-") for word in line} and "edit" not in line and "diff" not in line:
        ends_well(world, *line)


@modest
@given(line=st.lists(values | st.sampled_from(["get", "state", "create", "-n", "--output", "--"]), min_size=1, max_size=4))
def test_completion(world, line):
    assert ends_well(world, "__complete", "--", *line).code == 0


@pytest.fixture(scope="module", autouse=True)
def still_whole(world):
    yield
    assert world("state", "check").err == "", "after all that the state is whole"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 10**12) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5)
    | st.sampled_from(["web", "nginx", "80", "50%", "1Gi", "Always", "2026-01-02T03:04:05Z", "RollingUpdate"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4) | st.sampled_from([
        "name", "spec", "metadata", "labels", "replicas", "template", "containers", "$patch", "$retainKeys", "$setElementOrder/containers", "matchLabels",
    ]), inner, max_size=3),
    max_leaves=8,
)

DEPLOYMENT = {
    "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "fuzzed", "labels": {"a": "b"}},
    "spec": {
        "replicas": 1, "selector": {"matchLabels": {"app": "f"}}, "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%"}},
        "template": {
            "metadata": {"labels": {"app": "f"}, "annotations": {"x": "y"}},
            "spec": {
                "containers": [{
                    "name": "c", "image": "nginx", "ports": [{"containerPort": 80, "name": "http"}], "env": [{"name": "A", "value": "b"}],
                    "resources": {"requests": {"cpu": "100m"}, "limits": {"memory": "1Gi"}}, "volumeMounts": [{"name": "v", "mountPath": "/v"}],
                    "readinessProbe": {"httpGet": {"path": "/", "port": "http"}},
                }],
                "volumes": [{"name": "v", "emptyDir": {}}], "tolerations": [{"key": "k", "operator": "Exists"}],
                "affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": {"a": "b"}}}]}},
            },
        },
    },
}
SERVICE = {
    "apiVersion": "v1", "kind": "Service", "metadata": {"name": "fuzzed"},
    "spec": {"type": "NodePort", "selector": {"app": "f"}, "ports": [{"name": "http", "port": 80, "targetPort": "http", "nodePort": 30080, "protocol": "TCP"}]},
}
SECRET = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "fuzzed", "ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": "x", "uid": "u"}]}, "data": {"a": "Yg=="}, "type": "Opaque"}
#: one small manifest of each kind
SAMPLES = [obj for path in sorted((ROOT / "samples" / "kinds").glob("*.yaml")) for obj in yaml.safe_load_all(path.read_text()) if obj]
MANIFESTS = [DEPLOYMENT, SERVICE, SECRET, *json.loads(json.dumps(SAMPLES, default=str))]


def places(value, path=()):
    """Every path in a manifest."""
    yield path
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(inner, (*path, key))


PLACES = [[path for path in places(each) if path] for each in MANIFESTS]


@st.composite
def manifests(draw):
    """A sound manifest with one or two places that are something else."""
    number = draw(st.integers(0, 2) | st.integers(0, len(MANIFESTS) - 1))
    obj = json.loads(json.dumps(MANIFESTS[number]))
    for path in draw(st.lists(st.sampled_from(PLACES[number]), min_size=1, max_size=2)):
        here = obj
        with contextlib.suppress(KeyError, IndexError, TypeError):
            for step in path[:-1]:
                here = here[step]
            if draw(st.booleans()):
                here[path[-1]] = draw(json_values)
            elif isinstance(here, dict):
                here[draw(st.text(max_size=4))] = draw(json_values)
            elif isinstance(here, list):
                here.append(draw(json_values))
    return obj


@modest
@given(obj=manifests(), verb=st.sampled_from([["apply"], ["create"], ["replace"], ["apply", "--dry-run=server"], ["apply", "--validate=false"], ["apply", "--dry-run=client", "-o", "yaml"]]))
def test_manifests(world, obj, verb):
    ends_well(world, *verb, "-f", "-", stdin=json.dumps(obj))


@modest
@given(obj=json_values)
def test_anything_as_a_manifest(world, obj):
    ends_well(world, "apply", "-f", "-", stdin=json.dumps(obj))


@modest
@given(text=st.text(alphabet="abk:-{}[],&*!|>%#'\"\n \t?<~@`\\0", max_size=40))
def test_any_text_as_a_manifest(world, text):
    ends_well(world, "apply", "-f", "-", stdin=text)


pointers = st.lists(st.sampled_from(["spec", "replicas", "template", "containers", "0", "-", "metadata", "labels", "a~1b", "~", "", "99", "data", "01"]), max_size=5).map(
    lambda steps: "".join(f"/{step}" for step in steps)
) | st.text(max_size=4)
operations = st.fixed_dictionaries(
    {"op": st.sampled_from(["add", "remove", "replace", "move", "copy", "test", "other"])},
    optional={"path": pointers, "from": pointers, "value": json_values},
)


@modest
@given(
    patch=(st.lists(operations, max_size=4) | json_values).map(json.dumps) | st.text(max_size=10),
    kind=st.sampled_from(["json", "merge", "strategic"]),
    target=st.sampled_from(["deployment/web", "configmap/some", "node/node-1", "service/kubernetes", "namespace/default"]),
)
def test_patches(world, patch, kind, target):
    ends_well(world, "patch", target, f"--type={kind}", "-p", patch, "--dry-run=server")


@modest
@given(text=st.text(alphabet="ab=!,() inotexs/.-\"'<>", max_size=24))
def test_selectors(world, text):
    for parse in (labels.parse, fieldselectors.parse):
        with contextlib.suppress(ValueError):
            parse(text)
    ends_well(world, "get", "pods", "-l", text)
    ends_well(world, "get", "pods", "--field-selector", text)


PIECES = [
    "{", "}", "{{", "}}", "{{-", "-}}", "[", "]", "(", ")", ".", "..", "*", "?", "@", "'", '"', "`", "|", ":", ",", "$", "$x", ":=", "=", "==", "&&", ">", "-1", "0", "99999999999999999999",
    ".items", ".metadata", ".name", "range", "end", "if", "else", "with", "define", "template", "block", "break", "and", "or", "not", "eq", "lt", "len", "index", "slice",
    "printf", '"%d"', '"%*s"', '"%999999999d"', "html", "js", "call", "base64decode", "\\", "\n", " ", "a", "ü", "/*", "*/",
]


@modest
@given(
    template=st.lists(st.sampled_from(PIECES), max_size=10).map("".join),
    form=st.sampled_from(["jsonpath={}", "jsonpath-as-json={}", "go-template={}", "custom-columns=A:{}", "custom-columns={}"]),
    target=st.sampled_from([["deployment", "web"], ["pods"], ["all", "-A"]]),
)
def test_templates(world, template, form, target):
    ends_well(world, "get", *target, "-o", form.format(template) if form.count("{") == 1 else template)


@modest
@given(path=st.lists(st.sampled_from(PIECES), max_size=6).map("".join))
def test_sort_by(world, path):
    ends_well(world, "get", "pods", "--sort-by", path)


@pytest.mark.parametrize("depth", [100, 5_000, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}"), ("a: ", ""), ("- ", ""), ("{a: [", "]}")], ids=["lists", "maps", "words", "dashes", "both"])
def test_depth(world, opening, closing, depth):
    for stdin in (opening * depth + "1" + closing * depth, f'{{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {opening * depth}1{closing * depth}}}'):
        assert ends_well(world, "apply", "-f", "-", stdin=stdin).code == 1
    for kind in ("json", "merge", "strategic"):
        ends_well(world, "patch", "configmap", "some", f"--type={kind}", "-p", opening * depth + "1" + closing * depth)


@pytest.mark.parametrize("template", [
    "jsonpath=" + "{" * 5_000, "jsonpath={" + ".a" * 20_000 + "}", "jsonpath={" + "[" * 5_000 + "}", "jsonpath={..*..*..*..*..*}", "go-template=" + "{{if 1}}" * 5_000,
    "go-template={{" + "(" * 5_000 + "1" + ")" * 5_000 + "}}", 'go-template={{define "x"}}{{template "x"}}{{end}}{{template "x"}}', 'go-template={{printf "%999999999d" 1}}',
    "custom-columns=A:" + ".a" * 20_000, "jsonpath={range " * 1000,
], ids=lambda each: each[:30])
def test_templates_that_are_deep_or_long(world, template):
    ends_well(world, "get", "all", "-A", "-o", template)


@pytest.mark.parametrize("selector", ["a=" + "b" * 100_000, "a in (" + "b," * 20_000 + "b)", "," * 50_000, "!" * 50_000, "(" * 50_000], ids=lambda each: each[:8])
def test_long_selectors(world, selector):
    ends_well(world, "get", "pods", "-l", selector)


def test_many_aliases_are_refused(world):
    """Each line of it has the one before ten times."""
    bomb = "a0: &a0 x\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 30))
    assert ends_well(world, "apply", "-f", "-", stdin=bomb).code == 1


@pytest.mark.parametrize("text", [
    "a0: &a0 {x: 1, y: 2}\n" + "".join(f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}], k{n}: 1}}\n" for n in range(1, 30)), "[" * 100_000, "- " * 100_000, "a: [", "5", "- x", "\0",
], ids=["merge bomb", "brackets", "dashes", "cut", "number", "list", "NUL"])
def test_settings_are_read_as_manifests_are(world, text):
    with open("settings.yaml", "w", encoding="utf-8") as file:
        file.write(text)
    assert ends_well(world, "config", "view", "--kubeconfig", "settings.yaml").code == 1
    ends_well(world, "get", "pods", "--kuberc", "settings.yaml")
    assert ends_well(world, "debug", "deployment/web", "--image=a", "--custom", "settings.yaml").code == 1
