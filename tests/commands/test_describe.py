"""Which objects ``describe`` takes its words for."""

from __future__ import annotations

import pytest


@pytest.fixture
def shop(cluster):
    cluster.ok("create", "deployment", "web", "--image=nginx", "--replicas=2")
    cluster.ok("create", "deployment", "api", "--image=nginx")
    return cluster


def names(text):
    return [line.split()[1] for line in text.splitlines() if line.startswith("Name:")]


def test_the_beginning_of_a_name_is_enough(shop):
    result = shop("describe", "pod", "we", "--show-events=false")
    assert result.code == 0
    assert [name.rpartition("-")[0].rpartition("-")[0] for name in names(result.out)] == ["web", "web"]
    assert result.out.endswith("for 300s\n\n"), "each is followed by an empty line"
    assert "\n\n\n" not in result.out


@pytest.mark.parametrize(
    ("words", "errors"),
    [
        (("pods", "nope"), ['Error from server (NotFound): pods "nope" not found']),
        (("pods", "we", "ap"), [
            'Error from server (NotFound): pods "we" not found', 'Error from server (NotFound): pods "ap" not found',
        ]),
        (("pods,deploy", "we"), [
            'Error from server (NotFound): pods "we" not found', 'Error from server (NotFound): deployments.apps "we" not found',
        ]),
        (("pods,deploy", "web"), ["error: you may only specify a single resource type"]),
        (("deploy/web", "deploy/nope"), ['Error from server (NotFound): deployments.apps "nope" not found']),
        (("deploy/we",), ['Error from server (NotFound): deployments.apps "we" not found']),
    ],
)
def test_what_is_not_there(shop, words, errors):
    result = shop("describe", *words)
    assert (result.code, result.out, result.err.splitlines()) == (1, "", errors)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("deploy/web", "svc/kubernetes"), ["web", "kubernetes"]), (("deploy", "web", "api"), ["web", "api"]),
        (("deploy", "-l", "app=api"), ["api"]), (("svc,deploy",), ["kubernetes", "api", "web"]),
        (("nodes", "node"), ["node-1", "node-2", "node-3"]),
    ],
)
def test_several_objects(shop, words, expected):
    assert names(shop.ok("describe", *words)) == expected


def test_what_is_there_is_described_where_more_than_one_word_is_wrong_or_right(shop):
    result = shop("describe", "deploy", "web", "api", "nope", "--show-events=false")
    assert (result.code, names(result.out)) == (1, ["web", "api"])
    assert result.err == 'Error from server (NotFound): deployments.apps "nope" not found\n'


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("pods", "-l", "a=b"), "No resources found in default namespace.\n"), (("pods", "-A", "-l", "a=b"), "No resources found\n"),
        (("pods", "-n", "kube-system"), "No resources found in kube-system namespace.\n"),
    ],
)
def test_nothing_to_describe(shop, words, said):
    result = shop("describe", *words)
    assert (result.code, result.out, result.err) == (0, "", said)


def test_events_can_be_left_out(shop):
    assert "Events:" in shop.ok("describe", "deploy", "web")
    assert "Events:" not in shop.ok("describe", "deploy", "web", "--show-events=false")
