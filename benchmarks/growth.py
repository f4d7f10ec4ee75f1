"""Whether small things cost the same in a large state as in a small one: CPU time, the shortest of runs that take turns."""

from __future__ import annotations

import os
import sys

from benchmarks.bulk import DEPLOYMENT, ON_A_NODE
from benchmarks.measuring import Figure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.measuring import Sandbox, Sizes

#: Pods of one Deployment, so that the large state has several
OF_ONE = 10_000
SMALL = DEPLOYMENT.format(name="small", replicas=3)


def measure(sandbox: Sandbox, sizes: Sizes) -> Iterator[Figure]:
    """The large state is made first, which is a figure of its own."""
    small = sandbox.write("small.yaml", SMALL)
    states = []
    for pods in (sizes.few, sizes.many):
        sandbox.fresh(f"of-{pods}.db", nodes=pods // ON_A_NODE + 10)
        each = min(pods, OF_ONE)
        text = "---\n".join(DEPLOYMENT.format(name=f"web-{number}", replicas=each) for number in range(pods // each))
        cost = sandbox.minikctl("apply", "-f", sandbox.write("all.yaml", text))
        sandbox.minikctl("apply", "-f", small)
        states.append(sandbox.environ["MINIKCTL_STATE"])
    yield Figure(f"{sizes.many:,} Pods: apply, until all are ready", cost.cpu, "s")
    yield Figure(f"{sizes.many:,} Pods: apply, memory", cost.memory, "MiB")
    yield Figure(f"{sizes.many:,} Pods: the state's size", os.path.getsize(states[1]) / 2**20, "MiB")
    sandbox.environ["MINIKCTL_STATE"] = states[1]
    listing = sandbox.minikctl("get", "pods", "-o", "name")
    yield Figure(f"{sizes.many:,} Pods: get pods -o name, memory", listing.memory, "MiB")
    commands = {
        "get of one Deployment": ["get", "deployment", "small"],
        "get of its Pods by label": ["get", "pods", "-l", "app=small"],
        "apply of an unchanged manifest": ["apply", "-f", small],
        "scale of a small Deployment": ["scale", "deployment", "small", "--replicas"],
    }
    times: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in commands}
    for run in range(sizes.runs):
        for name, words in commands.items():
            more = [str(3 + run % 2)] if words[-1] == "--replicas" else []
            for state, found in zip(states, times[name], strict=True):
                sandbox.environ["MINIKCTL_STATE"] = state
                found.append(sandbox.run([sys.executable, "-m", "minikctl", *words, *more]).cpu)
    for name, (few, many) in times.items():
        before, after = min(few), min(many)
        yield Figure(f"{sizes.many:,} Pods: {name}", after * 1000, "ms", f"{after / before:.2f} times that of {sizes.few:,}")
