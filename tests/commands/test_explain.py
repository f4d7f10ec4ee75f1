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
    assert cluster("explain", "nosuch").code == 1
    assert cluster("explain", "pods.nosuch").code == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("line", [line for _, line in COMMAND.examples])
def test_examples_run(cluster, line):
    assert cluster.ok(*shlex.split(line)).startswith(("GROUP:", "KIND:"))


CRD = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: %(plural)s.stable.example.com}
spec:
  group: stable.example.com
  scope: Namespaced
  names: {plural: %(plural)s, kind: %(kind)s, singular: %(singular)s, shortNames: [%(short)s]}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        description: Runs at set times.
        properties:
          spec:
            type: object
            description: When and what.
            required: [cron]
            properties:
              cron: {type: string, description: The times., enum: [daily, weekly]}
              replicas: {type: integer}
  - name: v1alpha1
    served: true
    storage: false
    schema: {openAPIV3Schema: {type: object, description: The older one.}}
  - name: v1alpha2
    served: false
    storage: false
    schema: {openAPIV3Schema: {type: object}}
"""
CRONTAB = {"plural": "crontabs", "kind": "CronTab", "singular": "crontab", "short": "ct"}


@pytest.fixture
def defined(cluster):
    cluster.ok("apply", "-f", "-", stdin=CRD % CRONTAB)
    cluster.ok("apply", "-f", "-", stdin=CRD % {"plural": "ingresses", "kind": "Way", "singular": "way", "short": "wy"})
    cluster.settle()
    return cluster


HEADING = "GROUP:      stable.example.com\nKIND:       CronTab\nVERSION:    v1\n\n"


@pytest.mark.parametrize("word", ["crontabs", "crontab", "ct", "crontabs.stable.example.com"])
def test_a_kind_that_the_state_defines(defined, word):
    assert defined.ok("explain", f"{word}.spec") == HEADING + (
        "FIELD: spec <Object>\n\n\nDESCRIPTION:\n    When and what.\n    \n"
        "FIELDS:\n"
        "  cron\t<string> -required-\n  enum: daily, weekly\n    The times.\n\n"
        "  replicas\t<integer>\n    <no description>\n\n\n"
    )


def test_other_versions_of_a_kind_that_the_state_defines(defined):
    older = defined.ok("explain", "ct", "--api-version=stable.example.com/v1alpha1")
    assert older.startswith("GROUP:      stable.example.com\nKIND:       CronTab\nVERSION:    v1alpha1\n")
    assert "    The older one.\n" in older
    for version, err in (
        ("stable.example.com/v1alpha2", 'couldn\'t find resource for "stable.example.com/v1alpha2, Resource=crontabs"'),
        ("apps/v1", "GVR (apps/v1, Resource=crontabs) not found in OpenAPI schema"),
    ):
        assert defined("explain", "ct", f"--api-version={version}").err == f"error: {err}\n"


def test_a_kind_with_the_plural_of_a_built_in_one_needs_its_group(defined):
    assert "\nKIND:       Ingress\n" in defined.ok("explain", "ingresses.spec")
    assert "\nKIND:       Way\n" in defined.ok("explain", "ingresses.stable.example.com.spec.cron")
    assert "\nKIND:       Way\n" in defined.ok("explain", "way.spec")


def test_the_older_layout_of_a_kind_that_the_state_defines(defined):
    assert defined.ok("explain", "ct.spec.cron", "-o=plaintext-openapiv2") == (
        "KIND:     CronTab\nVERSION:  stable.example.com/v1\n\nFIELD:    cron <string>\n\nDESCRIPTION:\n     The times.\n"
    )


def test_completion_knows_kinds_that_the_state_defines(defined):
    assert defined.ok("__complete", "--", "explain", "cront").splitlines() == ["crontabs."]
    assert defined.ok("__complete", "--", "explain", "ct.spec.r").splitlines() == ["ct.spec.replicas"]
