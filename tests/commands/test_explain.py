"""explain: which kind and field words mean, what goes wrong, and that what it says of itself is true."""

from __future__ import annotations

import shlex

import pytest

from minikctl.commands.explain import COMMAND

POD = "KIND:       Pod\nVERSION:    v1\n\n"
CASES = [
    # words, exit code, the beginning of standard output, standard error
    (["pods"], 0, POD + "DESCRIPTION:\n", ""),
    (["po"], 0, POD + "DESCRIPTION:\n", ""),
    (["POD"], 0, POD + "DESCRIPTION:\n", ""),
    (["pods."], 0, POD + "DESCRIPTION:\n", ""),
    (["pod.spec.containers"], 0, POD + "FIELD: containers <[]Container>\n\n\nDESCRIPTION:\n", ""),
    (["pods.metadata.labels"], 0, POD + "FIELD: labels <map[string]string>\n\n\n", ""),
    (["pods.metadata.creationTimestamp"], 0, POD + "FIELD: creationTimestamp <string>\n\n\n", ""),
    (["pods.spec.containers.resources.limits"], 0, POD + "FIELD: limits <map[string]Quantity>\n\n\n", ""),
    (["deployments.apps"], 0, "GROUP:      apps\nKIND:       Deployment\nVERSION:    v1\n\nDESCRIPTION:\n", ""),
    (["deployments.apps.spec.replicas"], 0, "GROUP:      apps\nKIND:       Deployment\nVERSION:    v1\n\nFIELD: rep", ""),
    (["deploy.spec", "--api-version=apps/v1"], 0, "GROUP:      apps\nKIND:       Deployment\n", ""),
    (["hpa", "--api-version", "autoscaling/v1"], 0, "GROUP:      autoscaling\nKIND:       HorizontalPodAutoscaler\nVERSION:    v1\n", ""),
    (["hpa"], 0, "GROUP:      autoscaling\nKIND:       HorizontalPodAutoscaler\nVERSION:    v2\n", ""),
    (["events"], 0, "KIND:       Event\nVERSION:    v1\n", ""),
    (["events", "--api-version=events.k8s.io/v1"], 0, "GROUP:      events.k8s.io\nKIND:       Event\n", ""),
    (["fault.spec.api.verb"], 0, "GROUP:      minikctl.dev\nKIND:       Fault\nVERSION:    v1alpha1\n\nFIELD: verb <string>\nENUM:\n    create\n", ""),
    (["pods", "-R"], 0, POD + "DESCRIPTION:\n", ""),
    (["pods.spec.nodeName", "-o", "plaintext-openapiv2"], 0, "KIND:     Pod\nVERSION:  v1\n\nFIELD:    nodeName <string>\n", ""),
    (["pod.spec.nosuch"], 1, POD, 'error: field "nosuch" does not exist\n'),
    (["pod.spec.nosuch.more"], 1, POD, 'error: field "more" does not exist\n'),
    (["pod.spec.nosuch", "-o=plaintext-openapiv2"], 1, "", 'error: field "nosuch" does not exist\n'),
    (["nosuch"], 1, "", 'the server doesn\'t have a resource type "nosuch"\n'),
    (["nosuch.spec"], 1, "", 'the server doesn\'t have a resource type "nosuch"\n'),
    (["deployments.apps", "--api-version=apps/v1"], 1, "GROUP:      apps\nKIND:       Deployment\nVERSION:    v1\n\n",
     'error: field "apps" does not exist\n'),
    (["events.events.k8s.io"], 1, "KIND:       Event\nVERSION:    v1\n\n", 'error: field "io" does not exist\n'),
    (["pods", "--api-version=apps/v1"], 1, "", "error: GVR (apps/v1, Resource=pods) not found in OpenAPI schema\n"),
    (["pods", "--api-version=no/v1"], 1, "", 'error: couldn\'t find resource for "no/v1, Resource=pods"\n'),
    (["pods", "--api-version=v2"], 1, "", 'error: couldn\'t find resource for "/v2, Resource=pods"\n'),
    (["pods", "--api-version=no/v1", "-o=plaintext-openapiv2"], 1, "", 'error: couldn\'t find resource for "no/v1, Kind=Pod"\n'),
    (["pods", "--api-version=a/b/c"], 1, "", "error: unexpected GroupVersion string: a/b/c\n"),
    (["pods", "--output=table"], 1, "", "error: unrecognized format: table\n"),
    (["pods.spec.containers[0]"], 1, "", "error: invalid jsonpath syntax, first node must be field node\n"),
    (["pods.spec[0]", "--api-version=v1"], 1, "", "error: invalid jsonpath syntax, all nodes must be field nodes\n"),
    ([".pods"], 1, "", "error: invalid jsonpath syntax, first node must be field node\n"),
    (["pods.spec["], 1, "", "error: unterminated array\n"),
    (["pods}{.x"], 1, "", "error: must pass in 1 jsonpath string\n"),
    ([""], 1, "", "error: a resource must be present, got: /, Resource=\n"),
    ([], 1, "", 'error: You must specify the type of resource to explain. Use "minikctl api-resources" for a complete list of '
     "supported resources.\n"),
    (["pods", "nodes"], 1, "", "error: We accept only this format: explain RESOURCE\n"),
]


@pytest.mark.parametrize(("words", "code", "beginning", "err"), CASES, ids=[" ".join(case[0]) for case in CASES])
def test_words(cluster, words, code, beginning, err):
    result = cluster("explain", *words)
    assert (result.code, result.err) == (code, err)
    assert result.out.startswith(beginning)
    if code:
        assert result.out == beginning


def test_a_field_whole(cluster):
    assert cluster.ok("explain", "deployment.spec.strategy") == (
        "GROUP:      apps\nKIND:       Deployment\nVERSION:    v1\n\n"
        "FIELD: strategy <DeploymentStrategy>\n\n\n"
        "DESCRIPTION:\n"
        "    How old Pods are replaced by new ones.\n"
        "    How a Deployment replaces its Pods.\n"
        "    \n"
        "FIELDS:\n"
        "  rollingUpdate\t<RollingUpdateDeployment>\n"
        "    How many Pods may be missing or too many meanwhile. Only for type\n"
        "    RollingUpdate.\n"
        "\n"
        "  type\t<string>\n"
        "  enum: Recreate, RollingUpdate\n"
        "    RollingUpdate (the default) replaces a few at a time, Recreate ends all old\n"
        "    Pods before the first new one.\n"
        "\n\n"
    )


def test_the_terminal_says_nothing_about_the_width(cluster):
    narrow = cluster.ok("explain", "pods.spec", COLUMNS="40")
    assert narrow == cluster.ok("explain", "pods.spec", COLUMNS="200")
    assert max(map(len, narrow.splitlines())) in range(75, 81)


def test_nothing_is_opened(cluster, tmp_path):
    cluster.ok("explain", "pods", "--recursive")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("line", [line for _, line in COMMAND.examples])
def test_examples_run(cluster, line):
    assert cluster.ok(*shlex.split(line)).startswith(("GROUP:", "KIND:"))
