"""``debug`` and the subresources of Pods behind it: what is made, and what is refused in whose words."""

from __future__ import annotations

import json

import pytest

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}, annotations: {note: x}}
spec:
  securityContext: {runAsUser: 1000}
  initContainers: [{name: setup, image: setup}]
  containers:
  - name: app
    image: app:v1
    resources: {requests: {cpu: 100m, memory: 64Mi}}
    readinessProbe: {httpGet: {port: 80}}
    livenessProbe: {httpGet: {port: 80}}
    args: [a]
"""


@pytest.fixture
def web(cluster):
    cluster.ok("apply", "-f", "-", stdin=POD)
    return cluster


def pod(cluster, name="web"):
    return json.loads(cluster.ok("get", "pod", name, "-o", "json"))


def test_an_ephemeral_container(web):
    result = web("debug", "web", "--image=busybox", "-c", "dbg", "--target=app", "--env=A=1,B=2", "--", "sh", "-c", "x")
    assert result.code == 0
    assert result.out == (
        'Targeting container "app". If you don\'t see processes from this container it may be because the container runtime '
        "doesn't support this feature.\n"
    )
    assert result.err.startswith("Warning: Non-root user is configured for the entire target Pod")
    found = pod(web)
    (container,) = found["spec"]["ephemeralContainers"]
    assert container["command"] == ["sh", "-c", "x"]
    assert container["env"] == [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]
    assert container["targetContainerName"] == "app"
    assert container["securityContext"] == {"capabilities": {"add": ["SYS_PTRACE"]}}
    (status,) = found["status"]["ephemeralContainerStatuses"]
    assert (status["name"], list(status["state"]), status["ready"]) == ("dbg", ["running"], False)
    assert found["metadata"]["labels"] == {"app": "web"}
    assert found["metadata"]["generation"] == 2
    assert web.ok("logs", "web", "-c", "dbg") == "container dbg started (image busybox)\n"
    assert "Ephemeral Containers:\n  dbg:\n" in web.ok("describe", "pod", "web")


def test_its_name_is_drawn(web):
    out = web.ok("debug", "web", "--image=busybox")
    name = pod(web)["spec"]["ephemeralContainers"][0]["name"]
    assert out == f"Defaulting debug container name to {name}.\n"
    assert name.startswith("debugger-")
    assert web.ok("debug", "web", "--image=busybox", "-q") == ""


@pytest.mark.parametrize(("profile", "context"), [
    ("legacy", None),
    ("general", {"capabilities": {"add": ["SYS_PTRACE"]}}),
    ("baseline", None),
    ("restricted", {
        "allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}, "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }),
    ("netadmin", {"capabilities": {"add": ["NET_ADMIN", "NET_RAW"]}}),
    ("sysadmin", {"privileged": True}),
])
def test_profiles(web, profile, context):
    web.ok("debug", "web", "--image=busybox", "-c", "dbg", "--profile", profile)
    assert pod(web)["spec"]["ephemeralContainers"][0].get("securityContext") == context


def test_a_custom_profile(web, tmp_path):
    (tmp_path / "custom.yaml").write_text("env: [{name: B, value: b}]\nsecurityContext: {runAsUser: 0}\n")
    result = web("debug", "web", "--image=busybox", "-c", "dbg", "--env=A=a", f"--custom={tmp_path}/custom.yaml")
    assert (result.code, result.err) == (0, "")
    container = pod(web)["spec"]["ephemeralContainers"][0]
    assert container["securityContext"] == {"capabilities": {"add": ["SYS_PTRACE"]}, "runAsUser": 0}
    assert sorted(each["name"] for each in container["env"]) == ["A", "B"]
    (tmp_path / "custom.yaml").write_text("image: x\n")
    assert web("debug", "web", "--image=busybox", f"--custom={tmp_path}/custom.yaml").err == (
        "error: name, command, image, lifecycle and volume devices are not modifiable via custom profile\n"
    )


def test_a_copy(web):
    web.ok("debug", "web", "--copy-to=copy", "--set-image=*=other:v2,setup=none", "--keep-liveness")
    found = pod(web, "copy")
    (container,) = found["spec"]["containers"]
    assert (container["image"], container["args"]) == ("other:v2", ["a"])
    assert "livenessProbe" in container  # only images were set: nothing of the profile is applied
    web.ok("debug", "web", "--copy-to=second", "--image=busybox", "-c", "dbg", "--replace", "--same-node", "-q")
    found = pod(web, "second")
    assert [each["name"] for each in found["spec"]["containers"]] == ["app", "dbg"]
    assert "readinessProbe" not in found["spec"]["containers"][0]
    assert found["spec"]["shareProcessNamespace"] is True
    assert not {"labels", "annotations"} & set(found["metadata"])
    assert [each["name"] for each in found["spec"]["initContainers"]] == ["setup"]
    assert web("get", "pod", "web").code == 1
    web.ok("debug", "second", "--copy-to=third", "-c", "app", "--keep-init-containers=false", "--", "date")
    found = pod(web, "third")
    assert found["spec"]["containers"][0]["command"] == ["date"]
    assert "args" not in found["spec"]["containers"][0]
    assert "initContainers" not in found["spec"]


def test_a_pod_on_a_node(cluster):
    out = cluster.ok("debug", "node/node-2", "--image=busybox", "--", "ls", "/host")
    name = cluster.ok("get", "pods", "-o", "jsonpath={.items[*].metadata.name}")
    assert out == f"Creating debugging pod {name} with container debugger on node node-2.\n"
    assert name.startswith("node-debugger-node-2-")
    spec = pod(cluster, name)["spec"]
    assert (spec["nodeName"], spec["hostNetwork"], spec["hostPID"], spec["restartPolicy"]) == ("node-2", True, True, "Never")
    assert {"mountPath": "/host", "name": "host-root"} in spec["containers"][0]["volumeMounts"]
    assert pod(cluster, name)["status"]["phase"] == "Succeeded"


@pytest.mark.parametrize(("line", "err"), [
    ("debug", "you must specify --image when not using --copy-to."),
    ("debug --image=a", "NAME or filename is required for debug"),
    ("debug web --image=a --replace", "--replace may only be used with --copy-to."),
    ("debug web --image=a --same-node", "--same-node may only be used with --copy-to."),
    ("debug web --image=a --set-image=a=b", "--set-image may only be used with --copy-to."),
    ("debug web --copy-to=y", "you must specify --image, --set-image or command arguments."),
    ("debug web --copy-to=y -- date", "you must specify an existing container or a new image when specifying args."),
    ("debug web --copy-to=y --set-image=a=B", 'invalid image name "B" for container "a": invalid reference format'),
    ("debug web --copy-to=y --image=a --target=app", "--target is incompatible with --copy-to. Use --share-processes instead."),
    ("debug web --copy-to=y -c new -- date", "you must specify image when creating new container"),
    ("debug web --image=A", 'invalid image name "A": invalid reference format'),
    ("debug web --image=a --profile=foo", "unknown profile: foo"),
    ("debug web --image=a --image-pull-policy=foo", "invalid image pull policy: foo"),
    ("debug web --image=a --custom=/nonexist",
     "must pass a container spec json file for custom profile: open /nonexist: no such file or directory"),
    ("debug web --image=a -t", "-i/--stdin is required for containers with -t/--tty=true"),
    ("debug web --attach", "you must specify --container or create a new container using --image in order to attach."),
    ("debug web --image=a --env=a",
     'invalid argument "a" for "--env" flag: a must be formatted as key=value\nSee \'minikctl debug --help\' for usage.'),
    ("debug service/kubernetes --image=a", '"/v1, Kind=Service" not supported by debug'),
])
def test_words(web, line, err):
    result = web(*line.split())
    assert (result.code, result.out, result.err) == (1, "", f"error: {err}\n")


def test_attaching_is_refused_before_anything_is_made(web):
    result = web("debug", "web", "-it", "--image=busybox")
    assert result.code == 1
    assert result.err.startswith("error: debug with -i or --attach is not possible in a simulated cluster: ")
    assert "ephemeralContainers" not in pod(web)["spec"]
    web.ok("debug", "web", "-it", "--image=busybox", "--attach=false")
    assert pod(web)["spec"]["ephemeralContainers"][0]["tty"] is True


# -- the subresources ---------------------------------------------------------------------------------------------------


def patch(cluster, part, containers, field="containers"):
    return cluster("patch", "pod", "web", f"--subresource={part}", "-p", json.dumps({"spec": {field: containers}}))


def test_resizing(web):
    assert patch(web, "resize", [{"name": "app", "resources": {"requests": {"cpu": "200m"}, "limits": {"cpu": "1"}}}]).out == (
        "pod/web patched\n"
    )
    found = pod(web)
    assert found["spec"]["containers"][0]["resources"] == {
        "requests": {"cpu": "200m", "memory": "64Mi"}, "limits": {"cpu": "1"},
    }
    assert found["metadata"]["generation"] == 2
    assert web.ok("top", "pod", "web", "--no-headers").split()[1] == "100m"


@pytest.mark.parametrize(("field", "containers", "err"), [
    ("containers", [{"name": "app", "resources": {"requests": {"cpu": None}}}],
     "spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed"),
    ("containers", [{"name": "app", "resources": {"requests": {"ephemeral-storage": "2Mi"}}}],
     "spec: Forbidden: only cpu and memory resources are mutable"),
    ("initContainers", [{"name": "setup", "resources": {"requests": {"cpu": "1"}}}],
     "spec.initContainers[0].resources: Forbidden: resources for non-sidecar init containers are immutable"),
    ("containers", [{"name": "second", "image": "x"}],
     "spec: Forbidden: containers may not be renamed or reordered on resize"),
    ("containers", [{"name": "app", "resources": {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "500m"}}}],
     'spec.containers[0].resources.requests: Invalid value: "1": must be less than or equal to cpu limit of 500m'),
])
def test_what_cannot_be_resized(web, field, containers, err):
    result = patch(web, "resize", containers, field)
    assert (result.code, result.err) == (1, f'The Pod "web" is invalid: {err}\n')


def test_the_quality_of_service_stays(web):
    containers = [{"name": "app", "resources": {"requests": None}}]
    assert '* spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing\n' in (
        patch(web, "resize", containers).err
    )


def test_ephemeral_containers_are_only_added(web):
    assert patch(web, "ephemeralcontainers", [{"name": "a", "image": "x"}], "ephemeralContainers").code == 0
    assert patch(web, "ephemeralcontainers", [{"name": "b", "image": "x"}], "ephemeralContainers").code == 0
    assert {each["name"] for each in pod(web)["spec"]["ephemeralContainers"]} == {"a", "b"}
    assert patch(web, "ephemeralcontainers", [{"name": "a", "image": "y"}], "ephemeralContainers").err == (
        'The Pod "web" is invalid: spec.ephemeralContainers: Forbidden: existing ephemeral containers "a" may not be changed\n\n'
    )
    assert patch(web, "ephemeralcontainers", None, "ephemeralContainers").err.startswith(
        'The Pod "web" is invalid: \n* spec.ephemeralContainers: Forbidden: existing ephemeral containers "'
    )


def test_other_subresources_are_not_there(web):
    result = web("patch", "pod", "web", "--subresource=nosuch", "-p", "{}")
    assert result.err == "Error from server (NotFound): the server could not find the requested resource\n"
    assert web("patch", "node", "node-1", "--subresource=resize", "-p", "{}").err == result.err


def test_a_slow_ephemeral_container_starts_in_time(web):
    web.ok("apply", "-f", "-", stdin=(
        "apiVersion: minikctl.dev/v1alpha1\nkind: ContainerBehavior\nmetadata: {name: slow}\n"
        "spec: {images: [slow], pull: {after: 10s}, exit: {after: 5s, code: 2}}\n"
    ))
    web.ok("debug", "web", "--image=slow", "-c", "dbg", "-q")
    states = []
    for _ in range(3):
        states.append(pod(web)["status"]["ephemeralContainerStatuses"][0]["state"])
        web.ok("advance", "10s")
    assert [list(state) for state in states] == [["waiting"], ["running"], ["terminated"]]
    assert states[2]["terminated"]["exitCode"] == 2
    assert pod(web)["status"]["phase"] == "Running"
