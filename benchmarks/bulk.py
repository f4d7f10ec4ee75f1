"""Much at once: Deployments, Pods, a folder of objects, a month of a CronJob. CPU time, and what of it goes where."""

from __future__ import annotations

from benchmarks.measuring import Figure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.measuring import Cost, Sandbox, Sizes

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  labels: {{app: {name}, tier: web}}
spec:
  replicas: {replicas}
  selector:
    matchLabels: {{app: {name}}}
  template:
    metadata:
      labels: {{app: {name}, tier: web}}
    spec:
      containers:
      - name: web
        image: nginx:1.27
        ports:
        - containerPort: 80
        resources:
          requests: {{cpu: 1m, memory: 1Mi}}
"""
CONFIG_MAP = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {name}
  labels: {{app: many}}
data:
  number: "{name}"
  hello: world
"""
CRON_JOB = """\
apiVersion: batch/v1
kind: CronJob
metadata: {name: hourly}
spec:
  schedule: "0 * * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: OnFailure
          containers:
          - {name: job, image: busybox}
"""
#: Pods that a node takes
ON_A_NODE = 110


def measure(sandbox: Sandbox, sizes: Sizes) -> Iterator[Figure]:
    """All of it; each in a new state."""
    many = "---\n".join(DEPLOYMENT.format(name=f"web-{number}", replicas=3) for number in range(sizes.deployments))
    nodes = 3 * sizes.deployments // ON_A_NODE + 72
    name = f"{sizes.deployments:,} Deployments of 3"
    yield from _applied(sandbox, sizes, name, sandbox.write("deployments.yaml", many), nodes)
    one = sandbox.write("one.yaml", DEPLOYMENT.format(name="web", replicas=sizes.pods))
    name = f"a Deployment of {sizes.pods:,}"
    yield from _applied(sandbox, sizes, name, one, sizes.pods // ON_A_NODE + 10)
    yield Figure(f"{name}: get pods", _best(sandbox, sizes, "get", "pods").cpu, "s")
    for number in range(sizes.objects):
        sandbox.write(f"folder/c{number:05}.yaml", CONFIG_MAP.format(name=f"c{number:05}"))
    name = f"{sizes.objects:,} files of ConfigMaps"
    yield from _applied(sandbox, sizes, name, sandbox.path("folder"), 3)
    again = sandbox.minikctl("apply", "-f", sandbox.path("folder"))
    yield Figure(f"{name}: apply, unchanged", again.cpu, "s")
    sandbox.fresh()
    sandbox.minikctl("apply", "-f", sandbox.write("cron.yaml", CRON_JOB))
    yield Figure(f"hourly CronJob: advance {sizes.hours}h", sandbox.minikctl("advance", f"{sizes.hours}h").cpu, "s")


def _best(sandbox: Sandbox, sizes: Sizes, *words: str) -> Cost:
    return min((sandbox.minikctl(*words) for _ in range(sizes.tries)), key=lambda cost: cost.cpu)


def _applied(sandbox: Sandbox, sizes: Sizes, name: str, path: str, nodes: int) -> Iterator[Figure]:
    """The best of some runs, each in a new state; its memory; and the parts of one more run."""
    costs = []
    for _ in range(sizes.tries):
        sandbox.fresh(nodes=nodes)
        costs.append(sandbox.minikctl("apply", "-f", path))
    yield Figure(f"{name}: apply, until all are ready", min(cost.cpu for cost in costs), "s")
    yield Figure(f"{name}: memory", min(cost.memory for cost in costs), "MiB")
    sandbox.fresh(nodes=nodes)
    for part, seconds in sandbox.parts("apply", "-f", path).items():
        yield Figure(f"{name}: of it, {part}", seconds, "s")
