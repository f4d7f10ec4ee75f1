"""label and annotate: what they say and what they leave behind."""

from __future__ import annotations

import pytest

CASES = [
    # words, exit code, standard output, standard error, labels afterwards
    (["label", "cm", "c", "a=2"], 0, "configmap/c labeled\n", "", "a=2,x=1"),
    (["label", "cm", "c", "x=1"], 0, "configmap/c not labeled\n", "", "x=1"),
    (["label", "cm", "c", "x=2"], 1, "", "error: 'x' already has a value (1), and --overwrite is false\n", "x=1"),
    (["label", "cm", "c", "x=2", "--overwrite"], 0, "configmap/c labeled\n", "", "x=2"),
    (["label", "cm", "c", "x-"], 0, "configmap/c unlabeled\n", "", "<none>"),
    (["label", "cm", "c", "y-"], 0, 'label "y" not found.\nconfigmap/c not labeled\n', "", "x=1"),
    (["label", "cm", "c", "x-", "y=2"], 0, "configmap/c modified\n", "", "y=2"),
    (
        ["label", "cm", "c", "x=1", "x-"],
        1,
        "",
        "error: can not both modify and remove a label in the same command\n",
        "x=1",
    ),
    (["label", "cm", "c", "a=2", "--dry-run=client"], 0, "configmap/c labeled (dry run)\n", "", "x=1"),
    (["label", "cm", "c", "a=2", "--dry-run=server"], 0, "configmap/c labeled (server dry run)\n", "", "x=1"),
    (["label", "cm", "c", "a=2", "--list"], 0, "a=2\nx=1\n", "", "x=1"),
    (["label", "cm", "c", "--list"], 0, "x=1\n", "", "x=1"),
    (["label", "cm", "c"], 1, "", "error: at least one label update is required\n", "x=1"),
    (
        ["label", "cm", "c", "a=b", "d"],
        1,
        "",
        "error: all resources must be specified before label changes: d\n",
        "x=1",
    ),
    (["label", "cm", "absent", "a=2"], 1, "", 'Error from server (NotFound): configmaps "absent" not found\n', "x=1"),
    (
        ["label", "cm", "--all", "a=2", "-l", "x=1"],
        1,
        "",
        "error: cannot set --all and --selector at the same time\n",
        "x=1",
    ),
    (["label", "cm", "-l", "x=1", "a=2"], 0, "configmap/c labeled\n", "", "a=2,x=1"),
    (["label", "cm", "c", "a=2", "-o", "name"], 0, "configmap/c\n", "", "a=2,x=1"),
    (["annotate", "cm", "c", "note=hello there"], 0, "configmap/c annotated\n", "", "x=1"),
    (["annotate", "cm", "c", "note-"], 0, "configmap/c annotated\n", "", "x=1"),
    (["annotate", "cm", "c"], 1, "", "error: at least one annotation update is required\n", "x=1"),
]


@pytest.mark.parametrize(("words", "code", "out", "err", "labels"), CASES, ids=[" ".join(case[0]) for case in CASES])
def test_words(cluster, words, code, out, err, labels):
    cluster.ok("create", "-f", "-", stdin="apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, labels: {x: '1'}}\n")
    result = cluster(*words)
    assert (result.code, result.out, result.err) == (code, out, err)
    assert cluster.ok("get", "cm", "c", "--show-labels", "--no-headers").split()[-1] == labels


def test_an_annotation_is_not_replaced_unawares(cluster):
    cluster.ok("annotate", "ns", "default", "a=1")
    result = cluster("annotate", "ns", "default", "a=2")
    assert result.err == (
        "error: --overwrite is false but found the following declared annotation(s): 'a' already has a value (1)\n"
    )
    cluster.ok("annotate", "ns", "default", "a=2", "--overwrite")
    assert cluster.ok("get", "ns", "default", "-o", "jsonpath={.metadata.annotations}") == '{"a":"2"}'
