"""``cluster-info``, its dump, ``options`` and ``api-resources``: what describes the cluster and the program."""

from __future__ import annotations

import json

import pytest

SERVICE = """\
apiVersion: v1
kind: Service
metadata: {{name: {name}, namespace: kube-system, labels: {{kubernetes.io/cluster-service: "true"{more}}}}}
spec: {{ports: [{{port: {port}, name: {port_name}}}], selector: {{a: b}}}}
"""


def test_addresses(cluster):
    cluster.ok("apply", "-f", "-", stdin=SERVICE.format(name="kube-dns", port=53, port_name="dns", more=", kubernetes.io/name: CoreDNS"))
    cluster.ok("apply", "-f", "-", stdin=SERVICE.format(name="safe", port=443, port_name="web", more=""))
    host = f"minikctl://{cluster.state}"
    proxy = f"{host}/api/v1/namespaces/kube-system/services"
    assert cluster.ok("cluster-info") == (
        f"Kubernetes control plane is running at {host}\nCoreDNS is running at {proxy}/kube-dns:dns/proxy\n"
        f"safe is running at {proxy}/https:safe:web/proxy\n\n"
        "To further debug and diagnose cluster problems, use 'minikctl cluster-info dump'.\n"
    )
    assert "CoreDNS" not in cluster.ok("cluster-info", "-n", "default")


def test_dump_to_standard_output(cluster):
    cluster.ok("run", "web", "--image=web")
    out = cluster.ok("cluster-info", "dump")
    assert out.startswith('{\n    "kind": "NodeList",\n    "apiVersion": "v1",\n    "metadata": {\n        "resourceVersion":')
    assert out.endswith(
        "==== START logs for container web of pod default/web ====\ncontainer web started (image web)\n"
        "==== END logs for container web of pod default/web ====\n"
    )
    assert cluster.ok("cluster-info", "dump", "-o", "name", "--namespaces=kube-public") == "node/node-1\nnode/node-2\nnode/node-3\n"


def test_dump_to_a_folder(cluster, tmp_path):
    cluster.ok("run", "web", "--image=absent", "--no-reconcile")
    folder = tmp_path / "dump"
    assert cluster.ok("cluster-info", "dump", "-A", f"--output-directory={folder}", "-o", "json") == f"Cluster info dumped to {folder}\n"
    assert json.loads((folder / "default/pods.json").read_text())["items"][0]["metadata"]["name"] == "web"
    assert (folder / "default/web/logs.txt").read_text().count("====") == 4
    assert sorted(path.name for path in folder.iterdir()) == [
        "default", "kube-node-lease", "kube-public", "kube-system", "nodes.json",
    ]
    (tmp_path / "file").touch()
    assert cluster("cluster-info", "dump", f"--output-directory={tmp_path}/file").code == 1


def test_options_are_those_of_every_command(cluster):
    lines = cluster.ok("options").splitlines()
    assert lines[:2] == ["The following options can be passed to any command:", ""]
    names = [line.split(", ")[-1] for line in lines if line.startswith("    ")]
    assert "--namespace='':" in names
    assert len(names) == len(lines[2:]) // 3


def test_there_are_no_alpha_commands(cluster):
    result = cluster("alpha")
    assert (result.code, result.out, result.err) == (0, "", "No alpha commands are available in this version of minikctl\n")


@pytest.mark.parametrize(("words", "out"), [
    (("--api-group=apps", "-o", "name", "--sort-by=kind"),
     "controllerrevisions.apps\ndaemonsets.apps\ndeployments.apps\nreplicasets.apps\nstatefulsets.apps\n"),
    (("--api-group=batch", "--no-headers"),
     "cronjobs   cj    batch/v1   true   CronJob\njobs             batch/v1   true   Job\n"),
    (("--api-group=batch", "--no-headers", "-o", "wide", "--sort-by", "name", "--categories=all", "--verbs=list,watch"),
     "cronjobs   cj    batch/v1   true   CronJob   create,delete,deletecollection,get,list,patch,update,watch   all\n"
     "jobs             batch/v1   true   Job       create,delete,deletecollection,get,list,patch,update,watch   all\n"),
    (("--api-group=policy", "--namespaced=false"), "NAME   SHORTNAMES   APIVERSION   NAMESPACED   KIND\n"),
])
def test_api_resources(cluster, words, out):
    assert cluster.ok("api-resources", *words) == out


def test_api_resources_as_objects(cluster):
    listed = json.loads(cluster.ok("api-resources", "--api-group=policy", "-o", "json"))
    assert listed == {
        "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "",
        "resources": [{
            "name": "poddisruptionbudgets", "singularName": "poddisruptionbudget", "namespaced": True, "group": "policy",
            "version": "v1", "kind": "PodDisruptionBudget", "shortNames": ["pdb"],
            "verbs": ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
        }],
    }


@pytest.mark.parametrize(("words", "err"), [
    (("x",), "error: unexpected arguments: [x]\nSee 'minikctl api-resources -h' for help and examples\n"),
    (("--sort-by=x",), "error: --sort-by accepts only name or kind\n"),
    (("-o", "foo"), 'error: unable to match a printer suitable for the output format "foo", allowed formats are: '
                    "json,kyaml,name,wide,yaml\n"),
])
def test_words_of_api_resources(cluster, words, err):
    result = cluster("api-resources", *words)
    assert (result.code, result.out, result.err) == (1, "", err)
