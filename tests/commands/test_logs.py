"""``logs``: whose log is meant, how it is cut, and kubectl's words where there is none."""

from __future__ import annotations

import pytest

SIMULATED = "Nothing runs here: the log is simulated from the Pod's status and its ContainerBehavior.\n"
BEHAVIORS = """\
apiVersion: minikctl.dev/v1alpha1
kind: ContainerBehavior
metadata: {name: spoken}
spec:
  images: ["spoken*"]
  logs: ["one", "two", "three\\nfour"]
---
apiVersion: minikctl.dev/v1alpha1
kind: ContainerBehavior
metadata: {name: crashing}
spec:
  images: ["crashing*"]
  exit: {after: 30s, code: 3}
---
apiVersion: minikctl.dev/v1alpha1
kind: ContainerBehavior
metadata: {name: slow}
spec:
  images: ["slow*"]
  pull: {after: 20s}
---
apiVersion: minikctl.dev/v1alpha1
kind: ContainerBehavior
metadata: {name: absent}
spec:
  images: ["absent*"]
  pull: {fail: ImagePullBackOff}
"""
PROBED = """\
apiVersion: v1
kind: Pod
metadata: {name: probed}
spec:
  initContainers: [{name: setup, image: setup}]
  containers:
  - name: app
    image: app
    readinessProbe: {httpGet: {port: 80}}
  - {name: other, image: spoken}
"""


@pytest.fixture
def spoken(cluster):
    cluster.ok("apply", "-f", "-", stdin=BEHAVIORS)
    return cluster


@pytest.fixture
def probed(spoken):
    spoken.ok("apply", "-f", "-", stdin=PROBED)
    return spoken


def test_the_log_tells_of_the_run(probed):
    result = probed("logs", "probed")
    assert result.out == "container app started (image app)\nreadiness probe succeeded\n"
    assert result.err == 'Defaulted container "app" out of: app, other, setup (init)\n' + SIMULATED


def test_all_containers_with_prefixes_and_times(probed):
    assert probed.ok("logs", "probed", "--all-containers", "--prefix", "--timestamps") == "".join(
        f"[pod/probed/{name}] 2026-01-02T03:04:05.000000000Z {line}\n" for name, line in (
            ("setup", "container setup started (image setup)"),
            ("setup", "container setup ended with exit code 0 (Completed)"),
            ("app", "container app started (image app)"), ("app", "readiness probe succeeded"),
            ("other", "one"), ("other", "two"), ("other", "three"), ("other", "four"),
        )
    )


@pytest.mark.parametrize(("words", "out"), [
    ((), "one\ntwo\nthree\nfour\n"),
    (("--tail=2",), "three\nfour\n"),
    (("--tail=0",), ""),
    (("--tail=-1",), "one\ntwo\nthree\nfour\n"),
    (("--limit-bytes=6",), "one\ntw"),
    (("--since=1m",), "one\ntwo\nthree\nfour\n"),
    (("--since-time=2026-01-02T03:04:06Z",), ""),
    (("--since-time=2026-01-02T03:04:05Z", "--tail", "1"), "four\n"),
])
def test_how_a_log_is_cut(spoken, words, out):
    spoken.ok("run", "web", "--image=spoken")
    assert spoken.ok("logs", "web", *words) == out


def test_since_counts_back_from_now(spoken):
    spoken.ok("run", "web", "--image=spoken")
    spoken.ok("advance", "10m")
    assert spoken.ok("logs", "web", "--since=1m") == ""


def test_the_previous_run(spoken):
    spoken.ok("run", "web", "--image=crashing")
    assert spoken("logs", "web", "-p").err == (
        'Error from server (BadRequest): previous terminated container "web" in pod "web" not found\n'
    )
    spoken.ok("advance", "30s")
    assert spoken.ok("logs", "web", "--previous", "--timestamps") == (
        "2026-01-02T03:04:05.000000000Z container web started (image crashing)\n"
        "2026-01-02T03:04:35.000000000Z container web ended with exit code 3 (Error)\n"
    )
    assert spoken.ok("logs", "web") == "container web started (image crashing, restart 1)\n"


def test_a_container_in_back_off_shows_its_last_run(spoken):
    spoken.ok("run", "web", "--image=crashing")
    spoken.ok("advance", "61s")
    assert spoken.ok("get", "pod", "web", "--no-headers").split()[2] == "CrashLoopBackOff"
    assert spoken.ok("logs", "web") == (
        "container web started (image crashing, restart 1)\ncontainer web ended with exit code 3 (Error)\n"
    )


@pytest.mark.parametrize(("image", "why"), [
    ("slow", "ContainerCreating"), ("absent", "trying and failing to pull image"),
])
def test_what_has_not_started(spoken, image, why):
    spoken.ok("run", "web", f"--image={image}")
    result = spoken("logs", "web")
    words = f'container "web" in pod "web" is waiting to start: {why}\n'
    assert (result.code, result.out, result.err) == (1, "", f"Error from server (BadRequest): {words}")
    assert spoken.ok("logs", "web", "--ignore-errors") == f"error: {words}"


def test_a_pod_on_no_node_has_an_empty_log(spoken):
    spoken.ok("run", "web", "--image=x", "--no-reconcile")
    assert spoken.ok("logs", "web") == ""


def test_workloads_and_selectors(spoken):
    spoken.ok("create", "deployment", "web", "--image=spoken", "--replicas=2")
    names = spoken.ok("get", "pods", "-o", "jsonpath={.items[*].metadata.name}").split()
    result = spoken("logs", "deployment/web", "--tail=1")
    assert (result.out, result.err) == ("four\n", f"Found 2 pods, using pod/{names[0]}\n{SIMULATED}")
    every = "".join(f"[pod/{name}/spoken] four\n" for name in names)
    assert spoken.ok("logs", "deploy/web", "--all-pods", "--tail=1") == every
    assert spoken.ok("logs", "-l", "app=web", "--prefix", "--tail=1") == every
    result = spoken("logs", "-l", "app=other")
    assert (result.code, result.err) == (0, "No resources found in default namespace.\n")


def test_a_selector_shows_the_last_ten_lines(spoken):
    spoken.ok("patch", "containerbehavior", "spoken", "--type=merge", "-p",
              '{"spec":{"logs":["1\\n2\\n3\\n4\\n5\\n6","7","8","9","10","11","12"]}}')
    spoken.ok("run", "web", "--image=spoken")
    assert len(spoken.ok("logs", "-l", "run=web").split()) == 10
    assert len(spoken.ok("logs", "web").split()) == len(spoken.ok("logs", "-l", "run=web", "--tail=-1").split()) == 12


def test_following_jumps_to_the_end(spoken):
    spoken.ok("create", "job", "migrate", "--image=crashing")
    assert spoken.ok("logs", "job/migrate", "-f", "--timestamps") == (
        "2026-01-02T03:04:05.000000000Z container migrate started (image crashing)\n"
        "2026-01-02T03:04:35.000000000Z container migrate ended with exit code 3 (Error)\n"
    )


def test_following_several_sorts_by_time_and_ends_for_what_runs_for_ever(spoken):
    spoken.ok("run", "b", "--image=crashing", "--labels=app=x", "--restart=Never")
    spoken.ok("run", "a", "--image=spoken", "--labels=app=x")
    assert spoken.ok("logs", "-l", "app=x", "-f", "--prefix", "--tail=2").splitlines() == [
        "[pod/a/a] three", "[pod/a/a] four", "[pod/b/b] container b started (image crashing)",
        "[pod/b/b] container b ended with exit code 3 (Error)",
    ]
    assert spoken("logs", "-l", "app=x", "-f", "--max-log-requests=1").err == (
        "error: you are attempting to follow 2 log streams, but maximum allowed concurrency is 1, "
        "use --max-log-requests to increase the limit\n"
    )


HELP = "\nSee 'minikctl logs -h' for help and examples\n"
EXPECTED = (
    "error: expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\n"
    "POD or TYPE/NAME is a required argument for the logs command" + HELP
)


@pytest.mark.parametrize(("words", "err"), [
    ((), EXPECTED),
    (("a", "b", "c"), EXPECTED),
    (("web", "-l", "a=b"), "error: only a selector (-l) or a POD name is allowed" + HELP),
    (("nothing",), 'error: error from server (NotFound): pods "nothing" not found in namespace "default"\n'),
    (("nothing/x",), 'error: the server doesn\'t have a resource type "nothing"\n'),
    (("configmap/kube-root-ca.crt",),
     "error: cannot get the logs from *v1.ConfigMap: selector for *v1.ConfigMap not implemented\n"),
    (("service/kubernetes",),
     "error: cannot get the logs from *v1.Service: invalid service 'kubernetes': Service is defined without a selector\n"),
    (("web", "-c", "x"), "error: container x is not valid for pod web out of: web\n"),
    (("web", "x"), "error: container x is not valid for pod web out of: web\n"),
    (("web", "web", "-c", "web"), "error: only one of -c or an inline [CONTAINER] arg is allowed\n"),
    (("web", "-c", "web", "--all-containers"),
     "error: --all-containers=true should not be specified with container name web\n"),
    (("web", "--since=1s", "--since-time=2026-01-01T00:00:00Z"),
     "error: at most one of `sinceTime` or `sinceSeconds` may be specified\n"),
    (("web", "--since=-1s"), "error: --since must be greater than 0\n"),
    (("web", "--limit-bytes=-1"), "error: --limit-bytes must be greater than 0\n"),
    (("web", "--tail=-2"), "error: --tail must be greater than or equal to -1\n"),
    (("web", "--pod-running-timeout=0s"), "error: --pod-running-timeout must be higher than zero\n"),
    (("deployment/empty",), "error: timed out waiting for the condition\n"),
])
def test_words(cluster, words, err):
    cluster.ok("run", "web", "--image=web")
    cluster.ok("create", "deployment", "empty", "--image=x", "--replicas=0")
    result = cluster("logs", *words)
    assert (result.code, result.out, result.err) == (1, "", err)


def test_a_silent_node(spoken):
    spoken.ok("run", "web", "--image=x")
    node = spoken.ok("get", "pod", "web", "-o", "jsonpath={.spec.nodeName}")
    spoken.ok("fault", "node", node, "down")
    spoken.ok("advance", "1m")
    assert spoken("logs", "web").err.startswith('Error from server: Get "https://172.18.0.')
    spoken.ok("delete", "node", node, "--no-reconcile")
    assert spoken("logs", "web").err == f'Error from server (NotFound): nodes "{node}" not found\n'
