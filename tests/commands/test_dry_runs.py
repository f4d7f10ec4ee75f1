"""Dry runs of everything that changes something, with each printer: an answer, and a state that stays as it is."""

from __future__ import annotations

import pytest

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: nginx, image: "nginx:2"}]}}
"""
NEW = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: new}\n"
LINES = [
    "apply -f web.yaml", "apply -f new.yaml", "apply set-last-applied -f web.yaml", "create -f new.yaml", "replace -f web.yaml",
    'patch deploy web -p {"spec":{"replicas":5}}', "label cm cm a=b", "annotate cm cm a=b", "scale deploy web --replicas=7",
    "autoscale deploy web --max=5", "expose deploy web --port=80 --name=other", "run p --image=i", "set image deploy/web nginx=nginx:9",
    "set env deploy/web A=B", "set resources deploy/web --limits=cpu=1", "set serviceaccount deploy/web robot",
    "set subject rolebinding rb --user=y", "set selector svc svc app=x", "rollout undo deploy/web", "taint nodes node-1 k=v:NoSchedule",
    "create job j --from=cronjob/cj", "create cm x", "create ns y", "create secret generic s", "create deployment z --image=i",
    "create quota q --hard=pods=1", "create role r --verb=get --resource=pods",
]
PRINTERS = ["", "-oyaml", "-ojson", "-okyaml", "-oname", "-ojsonpath={.metadata.name}", "-ogo-template={{.metadata.name}}"]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    from conftest import Cluster

    folder = tmp_path_factory.mktemp("dry")
    (folder / "web.yaml").write_text(DEPLOYMENT)
    (folder / "new.yaml").write_text(NEW)
    cluster = Cluster(folder)
    cluster.ok("create", "deployment", "web", "--image=nginx", "--replicas=2")
    for line in (
        "create configmap cm", "create sa robot", "create rolebinding rb --role=r --user=x", "create service clusterip svc --tcp=80",
        "create cronjob cj --image=i --schedule=@hourly", "set image deploy/web nginx=nginx:3",
    ):
        cluster.ok(*line.split())
    cluster.ok("apply", "-f", str(folder / "web.yaml"))
    cluster.settle()
    return cluster


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("dry_run", ["client", "server"])
def test_a_dry_run_prints_and_changes_nothing(world, monkeypatch, line, dry_run):
    monkeypatch.chdir(world.folder)
    before = world.revision()
    for printer in PRINTERS:
        out = world.ok(*line.split(), f"--dry-run={dry_run}", *([printer] if printer else []))
        assert out, printer
    assert world.revision() == before


@pytest.mark.parametrize("line", ["delete cm cm", "cordon node-2", "drain node-3 --force --ignore-daemonsets"])
@pytest.mark.parametrize("dry_run", ["client", "server"])
def test_so_do_dry_runs_of_what_prints_no_objects(world, line, dry_run):
    before = world.revision()
    assert world.ok(*line.split(), f"--dry-run={dry_run}")
    assert world.revision() == before
