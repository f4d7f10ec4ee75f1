"""Verbs that only a real cluster has: kubectl's checks of the words first, then a clear refusal; always exit code 1."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    from conftest import Cluster

    cluster = Cluster(tmp_path_factory.mktemp("refused"))
    cluster.ok("run", "web", "--image=web")
    cluster.ok("run", "done", "--image=done", "--restart=Never")
    cluster.ok("run", "waits", "--image=x", '--overrides={"spec":{"nodeSelector":{"a":"b"}}}')
    cluster.ok("create", "deployment", "empty", "--image=x", "--replicas=0")
    return cluster


NOT_POSSIBLE = " is not possible in a simulated cluster: "
EXEC = "error: exec" + NOT_POSSIBLE
WEB = 'Error from server (NotFound): pods "absent" not found\n'


@pytest.mark.parametrize(("line", "err"), [
    ("exec", "error: pod, type/name or --filename must be specified\n"),
    ("exec web", "error: you must specify at least one command for the container\n"),
    ("exec web --", "error: you must specify at least one command for the container\n"),
    ("exec web date", "error: exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\n"
                      "See 'minikctl exec -h' for help and examples\n"),
    ("exec absent -- date", WEB),
    ("exec nothing/x -- date", 'error: the server doesn\'t have a resource type "nothing"\n'),
    ("exec web -c x -- date", "error: container x is not valid for pod web out of: web\n"),
    ("exec done -- date", "error: cannot exec into a container in a completed pod; current phase is Succeeded\n"),
    ("exec deploy/empty -- date", "error: timed out waiting for the condition\n"),
    ("exec cm/kube-root-ca.crt -- x", "error: cannot attach to *v1.ConfigMap: selector for *v1.ConfigMap not implemented\n"),
    ("exec -f /nowhere -- x", 'error: the path "/nowhere" does not exist\n'),
    ("exec web -it -- sh", EXEC),
    ("exec pod/web -q -- ls -t /usr", EXEC),
    ("exec web --pod-running-timeout=0s -- x", "error: --pod-running-timeout must be higher than zero\n"),
    ("attach", "error: at least 1 argument is required for attach\n"),
    ("attach a b c", "error: expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw 3: [a b c]\n"),
    ("attach absent", WEB),
    ("attach done", "error: cannot attach a container in a completed pod; current phase is Succeeded\n"),
    ("attach pod web -it", "error: attach" + NOT_POSSIBLE),
    ("cp a", "error: source and destination are required\n"),
    ("cp a b", "error: one of src or dest must be a remote file specification\n"),
    ("cp a:b c:d", "error: one of src or dest must be a local file specification\n"),
    ("cp :a b", "error: filespec must match the canonical format: [[namespace/]pod:]file/path\n"),
    ("cp a/b/c:d e", "error: filespec must match the canonical format: [[namespace/]pod:]file/path\n"),
    ("cp web: x", "error: filepath can not be empty\n"),
    ("cp ./nofile web:/x", "error: ./nofile doesn't exist in local filesystem\n"),
    ("cp absent:/x y", WEB),
    ("cp other/web:/x y", 'Error from server (NotFound): namespaces "other" not found\n'),
    ("cp default/web:/x y --retries=2 -c web", "error: cp" + NOT_POSSIBLE),
    ("port-forward web", "error: TYPE/NAME and list of ports are required for port-forward\n"
                         "See 'minikctl port-forward -h' for help and examples\n"),
    ("port-forward absent 80", WEB),
    ("port-forward waits 80", "error: unable to forward port because pod is not running. Current status=Pending\n"),
    ("port-forward pod/web 8080:80 --address=0.0.0.0", "error: port-forward" + NOT_POSSIBLE),
    ("proxy --port=x", 'error: invalid argument "x" for "-p, --port" flag: strconv.ParseInt: parsing "x": invalid syntax\n'
                       "See 'minikctl proxy --help' for usage.\n"),
    ("proxy -u /s --port=9", "error: cannot set --unix-socket and --port at the same time\n"),
    ("proxy --www=. -P /static/", "error: proxy" + NOT_POSSIBLE),
])
def test_words(filled, line, err):
    result = filled(*line.split())
    assert (result.code, result.out) == (1, "")
    assert result.err == err if err.endswith("\n") else result.err.startswith(err)


def test_a_default_container_is_named(cluster):
    cluster.ok("apply", "-f", "-", stdin=(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: two}\n"
        "spec: {containers: [{name: a, image: x}, {name: b, image: x}]}\n"
    ))
    assert cluster("exec", "two", "--", "date").err.startswith('Defaulted container "a" out of: a, b\nerror: exec')
