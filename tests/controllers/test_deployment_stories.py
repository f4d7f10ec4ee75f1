"""Whatever is done to a Deployment, in whatever order: passes come to rest, and in the end it is complete."""

import tempfile
from pathlib import Path

import pytest
from builders import deployment
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from realcluster import Cluster

from minikctl.kinds.deploymentutil import deployment_complete, revision

DEPLOYMENTS, RS = "deployments.apps", "replicasets.apps"

STEPS = st.one_of(
    st.tuples(st.just("scale"), st.integers(0, 6)),
    st.tuples(st.just("image"), st.sampled_from(["app:1", "app:2", "slow:3", "app:4"])),
    st.tuples(st.just("paused"), st.booleans()),
    st.tuples(st.just("strategy"), st.sampled_from(["Recreate", "RollingUpdate"])),
    st.tuples(st.just("limits"), st.sampled_from([(1, 0), (0, 1), ("25%", "25%"), (3, 2)])),
    st.tuples(st.just("delete"), st.sampled_from([RS, "pods"])),
    st.tuples(st.just("advance"), st.sampled_from([1, 5, 700])),
    st.tuples(st.just("pass"), st.none()),
)


def alter(spec, what, value):
    if what == "scale":
        spec["replicas"] = value
    elif what == "image":
        spec["template"]["spec"]["containers"][0]["image"] = value
    elif what == "paused":
        spec["paused"] = value
    elif what == "strategy":
        spec["strategy"] = {"type": value}
    elif spec["strategy"]["type"] == "RollingUpdate":
        spec["strategy"]["rollingUpdate"] = dict(zip(("maxSurge", "maxUnavailable"), value, strict=True))


def do(cluster, what, value):
    if what == "advance":
        cluster.advance(value)
    elif what == "delete":
        for obj in cluster.api.list(value)[:1]:
            cluster.api.delete(value, "default", obj["metadata"]["name"])
    elif what != "pass":
        cluster.change(DEPLOYMENTS, "web", lambda obj: alter(obj["spec"], what, value))
    cluster.run_pass()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEPS, max_size=8))
def test_every_story_ends_well(steps):
    with pytest.MonkeyPatch.context() as monkeypatch, tempfile.TemporaryDirectory() as folder:
        cluster = Cluster(Path(folder), monkeypatch)
        cluster.api.create(deployment(replicas=3, progressDeadlineSeconds=60))
        for what, value in steps:
            do(cluster, what, value)
            revisions = [revision(rs) for rs in cluster.api.list(RS)]
            assert len(set(revisions)) == len(revisions)
        for what, value in (("paused", False), ("strategy", "RollingUpdate"), ("image", "app:5"), ("scale", 4)):
            do(cluster, what, value)
        for pod in cluster.api.list("pods"):  # those that do not stop by themselves
            if "deletionTimestamp" in pod["metadata"]:
                cluster.api.remove(pod)
        cluster.settle()
        of = cluster.api.must_get(DEPLOYMENTS, "default", "web")
        assert deployment_complete(of, of["status"])
        active = [rs for rs in cluster.api.list(RS) if rs["spec"]["replicas"]]
        assert [rs["spec"]["template"]["spec"]["containers"][0]["image"] for rs in active] == ["app:5"]
        assert revision(of) == max(revision(rs) for rs in cluster.api.list(RS))
        assert cluster.run_pass().writes == 0
