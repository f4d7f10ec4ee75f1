"""Two hundred random steps of somebody who changes, breaks and mends a cluster; after each of them its promises hold."""

from __future__ import annotations

import contextlib
import io
import random

import pytest

from minikctl.api.server import Api
from minikctl.env import Env
from minikctl.lib.intstr import scaled_value_from_int_or_percent as scaled_value
from minikctl.lib.labels import from_map
from minikctl.lib.quantity import parse_quantity
from minikctl.store import Store

STEPS = 200
#: of the namespace; more than the workloads below can ask for together, now and then
QUOTA_PODS = 24
DEPLOYMENTS = {
    "web": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
    "api": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}},
    "cache": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "50%"}},
    "batch": {"type": "Recreate"},
}
TAGS = ("v1", "v2", "slow", "v3", "nopull")
CPUS = ("100m", "500m", "1", "2500m")
BASE = """\
apiVersion: v1
kind: ResourceQuota
metadata: {name: room}
spec: {hard: {pods: "24", requests.cpu: "20", services: "5"}}
---
apiVersion: minikctl.dev/v1alpha1
kind: ContainerBehavior
metadata: {name: slow}
spec: {images: ["*:slow"], start: {after: 3s}, ready: {after: 6s}, stop: {after: 4s}}
---
apiVersion: minikctl.dev/v1alpha1
kind: ContainerBehavior
metadata: {name: nopull}
spec: {images: ["*:nopull"], pull: {fail: ErrImagePull}}
"""


def workload(kind, name, replicas, tag, cpu, more):
    api_version = "batch/v1" if kind == "Job" else "apps/v1"
    count = {"DaemonSet": "", "Job": f"completions: {replicas}, parallelism: 2,"}.get(kind, f"replicas: {replicas},")
    selector = "" if kind == "Job" else f"selector: {{matchLabels: {{app: {name}}}}},"
    policy = "Never" if kind == "Job" else "Always"
    return f"""\
apiVersion: {api_version}
kind: {kind}
metadata: {{name: {name}}}
spec: {{{count} {selector} {more} template: {{metadata: {{labels: {{app: {name}}}}}, spec: {{restartPolicy: {policy}, containers: [
  {{name: c, image: "shop/{name}:{tag}", resources: {{requests: {{cpu: {cpu}}}}}}}]}}}}}}
"""


class Somebody:
    """Who does the steps. Each is a method that gives a command line and what goes to its standard input."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.scaled = ""

    def step(self):
        """The words of a command, its input, and whether it breaks something."""
        names = [name for name in dir(self) if name.startswith("do_")]
        self.scaled = ""
        return getattr(self, self.chance.choice(names))()

    def deployment(self):
        return self.chance.choice(sorted(DEPLOYMENTS))

    def do_apply_a_deployment(self):
        self.scaled = name = self.deployment()
        strategy = str(DEPLOYMENTS[name]).replace("'", '"')
        return self.apply("Deployment", name, f"strategy: {strategy}, minReadySeconds: {self.chance.choice([0, 0, 3])},")

    def do_apply_something_else(self):
        kind, name = self.chance.choice([("StatefulSet", "db"), ("DaemonSet", "agent")])
        return self.apply(kind, name, f"serviceName: {name}," if kind == "StatefulSet" else "")

    def do_replace_a_job(self):
        text = workload("Job", "work", self.chance.randint(1, 4), self.chance.choice(TAGS[:4]), "100m", "backoffLimit: 2,")
        return ["replace", "--force", "-f", "-"], text

    def do_apply_a_service(self):
        return ["apply", "-f", "-"], (
            f"apiVersion: v1\nkind: Service\nmetadata: {{name: {self.chance.choice(['front', 'back'])}}}\n"
            f"spec: {{selector: {{app: {self.chance.choice([*DEPLOYMENTS, 'db', 'agent'])}}}, ports: [{{port: 80}}]}}\n"
        )

    def apply(self, kind, name, more):
        chance = self.chance
        return ["apply", "-f", "-"], workload(kind, name, chance.randint(0, 6), chance.choice(TAGS), chance.choice(CPUS), more)

    def do_set_an_image(self):
        name = self.deployment()
        return ["set", "image", f"deployment/{name}", f"c=shop/{name}:{self.chance.choice(TAGS)}"], ""

    def do_scale(self):
        self.scaled = name = self.deployment()
        return ["scale", f"deployment/{name}", f"--replicas={self.chance.randint(0, 8)}"], ""

    def do_scale_a_set(self):
        return ["scale", "statefulset/db", f"--replicas={self.chance.randint(0, 4)}"], ""

    def do_undo(self):
        return ["rollout", "undo", f"deployment/{self.deployment()}"], ""

    def do_restart(self):
        return ["rollout", "restart", f"deployment/{self.deployment()}"], ""

    def do_pause_or_resume(self):
        return ["rollout", self.chance.choice(["pause", "resume", "resume"]), f"deployment/{self.deployment()}"], ""

    def do_delete(self):
        name = self.chance.choice(["deployment/web", "statefulset/db", "daemonset/agent", "service/front", "job/work"])
        return ["delete", name, f"--cascade={self.chance.choice(['background', 'foreground'])}", "--wait=false"], ""

    def do_advance(self):
        return ["advance", self.chance.choice(["1s", "5s", "30s", "2m", "12m"])], ""

    do_wait_a_little = do_advance

    def do_break_a_node(self):
        what = self.chance.choice(["down", "disk-pressure", "memory-pressure"])
        return ["fault", "node", f"node-{self.chance.randint(1, 3)}", what, "--for", self.chance.choice(["30s", "3m", "8m"])], ""

    def do_break_a_pod(self):
        what = self.chance.choice(["crash", "oom", "evict", "unready"])
        return ["fault", "pod", f"deployment/{self.deployment()}", what, *(["--for", "20s"] if what == "unready" else [])], ""

    def do_heal(self):
        return ["fault", "clear"], ""

    def do_cordon(self):
        return [self.chance.choice(["cordon", "uncordon", "uncordon"]), f"node-{self.chance.randint(1, 3)}"], ""


class Look:
    """The cluster as it stands, and what has to be so of it."""

    def __init__(self, path):
        env = Env(io.StringIO(), io.StringIO(), io.StringIO(), {"MINIKCTL_NOW": "2026-01-02T03:04:05Z", "MINIKCTL_SEED": "1"})
        with contextlib.closing(Store(path, None)) as store:
            store.begin()
            api = Api(store, env)
            self.pods = api.list("pods")
            self.nodes = api.list("nodes")
            self.services = api.list("services", "default")
            self.endpoints = {each["metadata"]["name"]: each for each in api.list("endpoints", "default")}
            self.quota = api.list("resourcequotas", "default")[0]
            self.deployments = {each["metadata"]["name"]: each for each in api.list("deployments.apps")}
            self.sets = api.list("replicasets.apps")
            others = ("statefulsets.apps", "daemonsets.apps", "jobs.batch", "controllerrevisions.apps",
                      "endpointslices.discovery.k8s.io")
            self.others = {resource: api.list(resource) for resource in others}
            self.faults = len(api.list("faults.minikctl.dev"))

    def of(self, deployment):
        """(living Pods, available ones) of a Deployment."""
        uids = {each["metadata"]["uid"] for each in self.sets if owner(each) == deployment["metadata"]["uid"]}
        sets = [each for each in self.sets if each["metadata"]["uid"] in uids]
        return (
            sum(1 for pod in self.pods if owner(pod) in uids and is_living(pod)),
            sum((each.get("status") or {}).get("availableReplicas", 0) for each in sets),
        )

    def check_always(self):
        """What holds after every pass, whatever was broken."""
        for name, deployment in self.deployments.items():
            living, _ = self.of(deployment)
            most = deployment["spec"]["replicas"] + bounds(deployment)[0]
            # What stands over the bound by a scale-down goes in the same pass.
            assert living <= most, f"{name} has {living} Pods, and may have {most}"
        for node in self.nodes:
            name = node["metadata"]["name"]
            there = [pod for pod in self.pods if pod["spec"].get("nodeName") == name and not has_ended(pod)]
            asked = sum(cpu(pod) for pod in there)
            assert asked <= parse_quantity(node["status"]["allocatable"]["cpu"]).milli_value(), f"{name} is over its capacity"
            agents = [pod for pod in there if app(pod) == "agent" and is_living(pod)]
            assert len(agents) <= 1, f"{name} has {len(agents)} Pods of one DaemonSet"
        counted = [pod for pod in self.pods if pod["metadata"]["namespace"] == "default" and not has_ended(pod)]
        assert len(counted) <= QUOTA_PODS
        assert sum(cpu(pod) for pod in counted) <= 20_000
        for job in self.others["jobs.batch"]:
            active = [pod for pod in self.pods if owner(pod) == job["metadata"]["uid"] and is_living(pod)]
            assert len(active) <= job["spec"]["parallelism"]

    def check_at_rest(self):
        """What holds when nothing is due any more."""
        stored = [
            *self.deployments.values(), *self.sets, *self.services, *self.pods, *self.nodes, *self.endpoints.values(),
            *(each for found in self.others.values() for each in found),
        ]
        uids = {each["metadata"]["uid"] for each in stored}
        for each in stored:
            if "deletionTimestamp" in each["metadata"]:
                continue  # on its way after its owner
            for reference in each["metadata"].get("ownerReferences") or ():
                assert reference["uid"] in uids, f"{each['kind']} {each['metadata']['name']} has lost its owner"
        for service in self.services:
            if service["spec"].get("selector"):
                selector = from_map(service["spec"]["selector"])
                expected = {
                    pod["metadata"]["name"] for pod in self.pods
                    if selector.matches(pod["metadata"].get("labels") or {}) and is_ready(pod) and is_living(pod)
                }
                subsets = self.endpoints[service["metadata"]["name"]].get("subsets") or ()
                found = {point["targetRef"]["name"] for subset in subsets for point in subset.get("addresses") or ()}
                assert found == expected, f"endpoints of {service['metadata']['name']}"
        used = self.quota["status"]["used"]
        assert int(used["pods"]) == sum(1 for pod in self.pods if not has_ended(pod)), "the quota counts the Pods"
        assert int(used["services"]) == len(self.services)
        for stateful in self.others["statefulsets.apps"]:
            uid, replicas = stateful["metadata"]["uid"], stateful["spec"]["replicas"]
            numbers = sorted(int(pod["metadata"]["name"].rpartition("-")[2]) for pod in self.pods if owner(pod) == uid)
            assert len(set(numbers)) == len(numbers)
            # A Pod that is not ready holds up all that comes after it.
            waiting = [pod for pod in self.pods if owner(pod) == uid and not (is_living(pod) and is_ready(pod))]
            assert waiting or all(number < replicas for number in numbers)

    def check_availability(self, before, scaled):
        """A Deployment that had as many available Pods as it promises has them still, unless it was made larger."""
        for name, deployment in self.deployments.items():
            changed = name == scaled or name not in before.deployments or "deletionTimestamp" in deployment["metadata"]
            if changed or deployment["spec"]["strategy"]["type"] == "Recreate":
                continue
            least = deployment["spec"]["replicas"] - bounds(deployment)[1]
            if before.of(before.deployments[name])[1] >= least:
                assert self.of(deployment)[1] >= least, f"{name} has fewer than {least} available Pods"


def bounds(deployment):
    """(surge, unavailable) of a Deployment, in Pods."""
    rolling = deployment["spec"]["strategy"].get("rollingUpdate")
    if rolling is None:
        return 0, 0
    replicas = deployment["spec"]["replicas"]
    surge = scaled_value(rolling["maxSurge"], replicas, round_up=True)
    unavailable = scaled_value(rolling["maxUnavailable"], replicas, round_up=False)
    return surge, (unavailable if surge or unavailable else 1)


def owner(obj):
    found = [each["uid"] for each in obj["metadata"].get("ownerReferences") or () if each.get("controller")]
    return found[0] if found else ""


def has_ended(pod):
    return (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")


def is_living(pod):
    return "deletionTimestamp" not in pod["metadata"] and not has_ended(pod)


def is_ready(pod):
    conditions = (pod.get("status") or {}).get("conditions") or ()
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)


def app(pod):
    return (pod["metadata"].get("labels") or {}).get("app")


def cpu(pod):
    return sum(
        parse_quantity(container.get("resources", {}).get("requests", {}).get("cpu", "0")).milli_value()
        for container in pod["spec"]["containers"]
    )


@pytest.mark.parametrize("seed", [1, 2, 4, 23])
def test_the_promises_of_a_cluster_hold_whatever_is_done_to_it(cluster, seed):
    cluster.ok("apply", "-f", "-", stdin=BASE)
    somebody, story = Somebody(seed), []
    before = Look(cluster.state)
    #: a fault, or what came of it, may have taken Pods that a strategy promises
    excused, done = False, 0
    for number in range(STEPS):
        words, text = somebody.step()
        story.append(f"minikctl {' '.join(words)}{' <<< ' + text if text else ''}")
        result = cluster(*words, stdin=text)
        done += result.code == 0
        try:
            assert result.code in (0, 1)
            assert "Traceback" not in result.err
            look = Look(cluster.state)
            look.check_always()
            excused = excused or bool(look.faults) or words[0] == "fault"
            if not excused:
                look.check_availability(before, somebody.scaled)
            if somebody.chance.random() < 0.7:
                cluster.settle()
                look = Look(cluster.state)
                look.check_always()
                look.check_at_rest()
                if not excused:
                    look.check_availability(before, somebody.scaled)
            if number % 10 == 9:
                # From time to time everything is mended, and the promises count again.
                cluster.ok("fault", "clear")
                cluster.ok("advance", "15m")
                look, excused = Look(cluster.state), False
                look.check_always()
                look.check_at_rest()
        except AssertionError as error:
            raise AssertionError(f"{error}\nafter:\n" + "\n".join(story)) from error
        before = look
    assert done > STEPS * 0.6, "most of what is tried can be done"
    assert cluster("state", "check").code == 0
