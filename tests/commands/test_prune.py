"""``apply --prune``, by labels and by ApplySets."""

from __future__ import annotations

import json

import pytest

ONE = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, labels: {app: x}}\n"
TWO = ONE.replace("one", "two")
BOTH = f"{ONE}---\n{TWO}"
DEPRECATED = (
    "Warning: Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the "
    "--namespace flag in a future release. To preserve the current behaviour, list the resources you want to target "
    "explicitly in the --prune-allowlist flag.\n"
    "Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\n"
)


@pytest.fixture
def apply(cluster):
    def run(manifest, *flags, **environ):
        return cluster("apply", "-f", "-", "--prune", *flags, stdin=manifest, **environ)

    return run


@pytest.fixture
def applyset(apply):
    def run(manifest, *flags):
        return apply(manifest, *flags, KUBECTL_APPLYSET="true")

    return run


def names(cluster):
    return cluster.ok("get", "cm", "-o", "name").split()


def test_what_was_applied_and_is_in_no_file_goes(cluster, apply):
    cluster.ok("create", "configmap", "by-hand")
    cluster.ok("label", "cm", "by-hand", "app=x")
    assert apply(BOTH, "-l", "app=x").out == "configmap/one created\nconfigmap/two created\n"
    result = apply(ONE, "-l", "app=x")
    assert result.out == "configmap/one unchanged\nconfigmap/two pruned\n"
    assert result.err == DEPRECATED
    assert names(cluster) == ["configmap/by-hand", "configmap/kube-root-ca.crt", "configmap/one"]


def test_dry_runs_only_say_it(cluster, apply):
    apply(BOTH, "-l", "app=x")
    for mode, words in (("client", "dry run"), ("server", "server dry run")):
        assert apply(ONE, "-l", "app=x", f"--dry-run={mode}").out.splitlines()[-1] == f"configmap/two pruned ({words})"
    assert "configmap/two" in names(cluster)


def test_only_namespaces_that_the_files_name_are_looked_into(cluster, apply):
    cluster.ok("create", "namespace", "other")
    apply(TWO, "-l", "app=x", "-n", "other")
    assert apply(ONE, "-l", "app=x").out == "configmap/one created\n"
    assert "pruned" in apply(ONE, "--all", "-n", "other").out


def test_an_allowlist(cluster, apply):
    apply(BOTH, "-l", "app=x")
    assert apply(ONE, "--all", "--prune-allowlist=core/v1/Secret").out == "configmap/one unchanged\n"
    result = apply(ONE, "--all", "--prune-allowlist=core/v1/ConfigMap")
    assert (result.out, result.err) == ("configmap/one unchanged\nconfigmap/two pruned\n", "")


def test_nothing_is_pruned_after_an_error(cluster, apply):
    apply(BOTH, "-l", "app=x")
    wrong = TWO.replace("name: two", "name: UPPER")
    assert apply(f"{ONE}---\n{wrong}", "-l", "app=x").code == 1
    assert "configmap/two" in names(cluster)


@pytest.mark.parametrize(("flags", "words"), [
    ([], "all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you "
         "did not mean to prune all resources, specify a label selector"),
    (["-l", "no=such"], "no objects passed to apply"),
    (["--all", "--prune-allowlist=ConfigMap"],
     "invalid GroupVersionKind format: ConfigMap, please follow <group/version/kind>"),
    (["--all", "--prune-allowlist=core/v1/Nope"], 'no matches for kind "Nope" in version "v1"'),
    (["--applyset=x"], "unknown flag: --applyset\nSee 'minikctl apply --help' for usage."),
])
def test_what_is_refused(apply, flags, words):
    result = apply(ONE, *flags)
    assert (result.code, result.err) == (1, f"error: {words}\n")


def parent(cluster, kind="secret"):
    return json.loads(cluster.ok("get", kind, "mine", "-o", "json"))["metadata"]


def test_an_applyset_keeps_account_of_its_members(cluster, applyset):
    assert applyset(BOTH, "--applyset=mine", "-n", "default").out == "configmap/one created\nconfigmap/two created\n"
    meta = parent(cluster)
    assert meta["annotations"] == {
        "applyset.kubernetes.io/additional-namespaces": "",
        "applyset.kubernetes.io/contains-group-kinds": "ConfigMap",
        "applyset.kubernetes.io/tooling": "minikctl/v1.36.2",
    }
    assert json.loads(cluster.ok("get", "cm", "one", "-o", "json"))["metadata"]["labels"] == {
        "app": "x", "applyset.kubernetes.io/part-of": meta["labels"]["applyset.kubernetes.io/id"],
    }
    # base64url(sha256("mine.default.Secret."))
    assert meta["labels"]["applyset.kubernetes.io/id"] == "applyset-ys5EGYi_BUuUvnOWurgroZiPpCfcP_mpZ8wXIg4nomo-v1"
    result = applyset(ONE, "--applyset=mine", "-n", "default")
    assert (result.out, result.err) == ("configmap/one unchanged\nconfigmap/two pruned\n", "")


def test_a_set_changes_its_kinds_and_works_with_the_server_s_side(cluster, applyset):
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n"
    flags = ("--applyset=configmaps/mine", "-n", "default", "--server-side")
    assert applyset(BOTH, *flags).code == 0
    assert applyset(secret, *flags).out == "secret/s serverside-applied\nconfigmap/one pruned\nconfigmap/two pruned\n"
    assert parent(cluster, "cm")["annotations"]["applyset.kubernetes.io/contains-group-kinds"] == "Secret"


@pytest.mark.parametrize(("flags", "words"), [
    (["--applyset=mine"], "namespace is required to use namespace-scoped ApplySet"),
    (["--applyset=deployments.apps/x", "-n", "default"],
     'resource "apps/v1, Resource=deployments" is not permitted as an ApplySet parent '
     '(CRD needs "applyset.kubernetes.io/is-parent-type" label)'),
    (["--applyset=secrets/", "-n", "default"], 'invalid parent reference "secrets/": name cannot be blank'),
    (["--applyset=no.such/x"], 'invalid parent reference "no.such/x": no matches for such/, Resource=no'),
    (["--applyset=mine", "-n", "default", "--all"], "--all is incompatible with --applyset"),
    (["--applyset=mine", "-n", "default", "-l", "a=b"], "--selector is incompatible with --applyset"),
    (["--applyset=mine", "-n", "default", "--prune-allowlist=core/v1/Secret"],
     "--prune-allowlist is incompatible with --applyset"),
    (["--applyset=mine", "-n", "default", "--prune=false"], "--applyset requires --prune"),
])
def test_what_no_set_can_be(applyset, flags, words):
    assert applyset(ONE, *flags).err == f"error: {words}\n"


def test_a_parent_of_somebody_else(cluster, applyset):
    cluster.ok("create", "secret", "generic", "mine")
    there = 'error: ApplySet parent object "secrets./mine"'
    flags = ("--applyset=mine", "-n", "default")
    assert applyset(ONE, *flags).err == (
        f'{there} already exists and is missing required annotation "applyset.kubernetes.io/tooling"\n'
    )
    cluster.ok("annotate", "secret", "mine", "applyset.kubernetes.io/tooling=helm/v3")
    assert applyset(ONE, *flags).err == f'{there} already exists and is managed by tooling "helm" instead of "minikctl"\n'
    cluster.ok("annotate", "secret", "mine", "--overwrite", "applyset.kubernetes.io/tooling=minikctl/v1")
    assert applyset(ONE, *flags).err == f"{there} exists and does not have required label applyset.kubernetes.io/id\n"
    cluster.ok("label", "secret", "mine", "applyset.kubernetes.io/id=wrong")
    assert "has incorrect value for label" in applyset(ONE, *flags).err
    assert names(cluster) == ["configmap/kube-root-ca.crt"]


def test_a_member_that_says_so_itself(applyset):
    labelled = ONE.replace("app: x", "applyset.kubernetes.io/part-of: x")
    assert applyset(labelled, "--applyset=mine", "-n", "default").err == (
        'error: ApplySet label "applyset.kubernetes.io/part-of" already set in input data\n'
    )
