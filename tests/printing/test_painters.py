"""What is coloured how; and that colours are all that painting adds."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikctl.printing import painters
from minikctl.printing.colour import PLAIN, THEME

STYLES = {sequence: name for name, sequence in reversed(THEME.items())}
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def told(text):
    """``{good:Running}`` for what is painted, so that a table can be read."""
    for sequence, name in STYLES.items():
        text = text.replace(sequence, "{" + name + ":")
    return text.replace(PLAIN, "}")


@pytest.mark.parametrize(
    ("word", "style"),
    [
        ("Running", "good"), ("Ready", "good"), ("Bound", "good"), ("Pending", "waiting"), ("ContainerCreating", "waiting"),
        ("Init:0/2", "waiting"), ("Terminating", "waiting"), ("Ready,SchedulingDisabled", "waiting"), ("NotReady", "bad"),
        ("NotReady,SchedulingDisabled", "bad"), ("Error", "bad"), ("CrashLoopBackOff", "bad"), ("Init:CrashLoopBackOff", "bad"),
        ("ImagePullBackOff", "bad"), ("ErrImagePull", "bad"), ("OOMKilled", "bad"), ("Evicted", "bad"), ("Init:Error", "bad"),
        ("Completed", "dim"), ("Succeeded", "dim"), ("<none>", "dim"), ("web", ""), ("10.0.0.1", ""), ("a Failed sentence", ""),
    ],
)
def test_what_a_status_says(word, style):
    assert painters.style_of(word) == style


def test_a_table():
    table = painters.Table()
    assert [told(table(line)) for line in (
        "NAMESPACE   NAME      READY   STATUS             RESTARTS     AGE",
        "default     pod/web   1/1     Running            0            5s",
        "default     pod/db    0/2     CrashLoopBackOff   3 (2s ago)   5s",
        "",
        "NAME          TYPE",
        "service/web   ClusterIP",
    )] == [
        "{header:NAMESPACE   NAME      READY   STATUS             RESTARTS     AGE}",
        "{dim:default}     {dim:pod/}web   {good:1/1}     {good:Running}            0            {dim:5s}",
        "{dim:default}     {dim:pod/}db    {waiting:0/2}     {bad:CrashLoopBackOff}   {waiting:3 (2s ago)}   {dim:5s}",
        "",
        "{header:NAME          TYPE}",
        "{dim:service/}web   ClusterIP",
    ]


def test_rows_wider_than_their_headers_and_rows_without_any_are_told_by_what_stands_in_them():
    table = painters.Table()
    table("NAME   READY   STATUS    RESTARTS   AGE")
    assert told(table("a-very-long-name   0/1     Pending   0   0s")) == "a-very-long-name   {waiting:0/1}     {waiting:Pending}   0   {dim:0s}"
    assert told(painters.Table(headers=False)("web   1/1   Running   0   5s")) == "web   {good:1/1}   {good:Running}   0   5s"


def test_warnings_among_events():
    table = painters.Table()
    table("LAST SEEN   TYPE      REASON    OBJECT    MESSAGE")
    assert told(table("5s          Warning   BackOff   pod/web   Back-off restarting")) == (
        "{dim:5s}          {waiting:Warning}   {waiting:BackOff}   {dim:pod/}web   Back-off restarting"
    )


def test_a_description():
    description = painters.Description()
    assert [told(description(line)) for line in (
        "Name:         web",
        "Labels:       app=web",
        "              tier=front",
        "Status:       Running",
        "    State:          Waiting",
        "      Reason:       CrashLoopBackOff",
        "Conditions:",
        "  Type              Status",
        "  Ready             False ",
        "  MemoryPressure    False ",
        "Events:",
        "  Type     Reason   Age  From     Message",
        "  ----     ------   ---  ----     -------",
        "  Warning  BackOff  5s   kubelet  Back-off: again",
        "  Normal   Pulled   5s   kubelet  Container image",
    )] == [
        "{key:Name:}         web",
        "{key:Labels:}       app=web",
        "              tier=front",
        "{key:Status:}       {good:Running}",
        "    {key:State:}          {waiting:Waiting}",
        "      {key:Reason:}       {bad:CrashLoopBackOff}",
        "{key:Conditions:}",
        "{header:  Type              Status}",
        "  Ready             {bad:False} ",
        "  MemoryPressure    {good:False} ",
        "{key:Events:}",
        "{header:  Type     Reason   Age  From     Message}",
        "{dim:  ----     ------   ---  ----     -------}",
        "{waiting:  Warning  BackOff  5s   kubelet  Back-off: again}",
        "  Normal   Pulled   5s   kubelet  Container image",
    ]


def test_yaml():
    yaml = painters.Yaml()
    assert [told(yaml(line)) for line in (
        "spec:", "  replicas: 3", "  paused: true", '  image: "x:1"', "  - name: c", "  args: []", "  text: |", "    key: no key",
        "  next: null", "  - --flag: 1",
    )] == [
        "{key:spec:}", "  {key:replicas:} {number:3}", "  {key:paused:} {waiting:true}", '  {key:image:} {good:"x:1"}',
        "  - {key:name:} {good:c}", "  {key:args:} []", "  {key:text:} |", "{good:    key: no key}", "  {key:next:} {dim:null}",
        "  - {key:--flag:} {number:1}",
    ]


@pytest.mark.parametrize(
    ("verb", "line", "expected"),
    [
        ("apply", "deployment.apps/web created", "deployment.apps/web {good:created}"),
        ("apply", "deployment.apps/web configured (server dry run)", "deployment.apps/web {waiting:configured}{dim: (server dry run)}"),
        ("apply", "deployment.apps/web unchanged", "deployment.apps/web {dim:unchanged}"),
        ("delete", 'pod "web" force deleted from default namespace', 'pod "web" {bad:force deleted} from default namespace'),
        ("wait", "pod/web condition met", "pod/web {good:condition met}"),
        ("rollout status", 'deployment "web" successfully rolled out', '{good:deployment "web" successfully rolled out}'),
        ("rollout undo", "deployment.apps/web rolled back", "deployment.apps/web {waiting:rolled back}"),
        ("diff", "+  replicas: 3", "{good:+  replicas: 3}"),
        ("diff", "-  replicas: 2", "{bad:-  replicas: 2}"),
        ("explain", "  apiVersion\t<string>", "  {key:apiVersion}\t{number:<string>}"),
        ("explain", "FIELD: containers <[]Container>", "{header:FIELD:} containers {number:<[]Container>}"),
        ("version", "Server Version: v1.36.2", "{key:Server Version:} v1.36.2"),
    ],
)
def test_what_verbs_say(verb, line, expected):
    painted = painters.painter(verb, SimpleNamespace())
    assert told(painted(line + "\n")) == expected + "\n"


@pytest.mark.parametrize(("answer", "style"), [("yes", "good"), ("no", "bad"), ("no - why", "bad")])
def test_answers(answer, style):
    painted = painters.painter("auth can-i", SimpleNamespace(list=False))
    word = answer.partition(" ")[0]
    assert told(painted(answer + "\n")) == answer.replace(word, "{" + style + ":" + word + "}") + "\n"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("error: no objects passed to apply", "{error:error:} no objects passed to apply"),
        ('Error from server (NotFound): pods "x" not found', '{error:Error from server (NotFound):} pods "x" not found'),
        ("Warning: policy/v1beta1", "{warning:Warning:} policy/v1beta1"),
        ("No resources found in default namespace.", "{waiting:No resources found in default namespace.}"),
        ("something else", "something else"),
    ],
)
def test_complaints(line, expected):
    assert told(painters.complaint(line)) == expected


@pytest.mark.parametrize("options", [
    {"output": "jsonpath={.metadata.name}"}, {"output": "name"}, {"output": "go-template=x"}, {"output": "", "template": "x"},
])
def test_what_a_script_asks_for_is_left_as_it_is(options):
    assert painters.painter("get", SimpleNamespace(**options)) is None


@pytest.mark.parametrize("verb", ["logs", "exec", "completion bash", "validate", "edit"])
def test_other_peoples_words_are_left_as_they_are(verb):
    assert painters.painter(verb, SimpleNamespace()) is None


PAINTED = ("get", "describe", "rollout history", "diff", "explain", "version", "apply", "auth can-i", "kustomize")
texts = st.text(alphabet=" -:/|<>\"'{}[],#&*\n\tabzTREVISION01é", max_size=120)


@given(st.sampled_from([(verb, output) for verb in PAINTED for output in ("", "yaml", "json")]), st.lists(texts, max_size=4))
def test_without_its_colours_a_text_is_what_it_was(case, pieces):
    verb, output = case
    painted = painters.painter(verb, SimpleNamespace(output=output, list=False, no_headers=False))
    for piece in pieces:
        assert ESCAPES.sub("", painted(piece)) == piece


@given(texts)
def test_complaints_lose_nothing(text):
    assert ESCAPES.sub("", painters.lines(painters.complaint)(text)) == text
