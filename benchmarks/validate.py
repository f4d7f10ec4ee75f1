"""How many documents a second ``validate`` checks, where the time goes, and how that compares to kubernetes-validate.

Usage: python benchmarks/validate.py [--documents N] [--other PYTHON] [--others N] [--runs N]

Two sorts of Deployments: small ones (a container with ports, a probe and resources) and full ones (with environment,
volumes and references as well). All are checked in one process first, then by ``minikctl validate`` as users run it, which takes
the cores it finds. kubernetes-validate checks the first ``--others`` of the same files in the same run, with the interpreter of
``--other`` (this one, where it is installed); it checks the schema alone. The best of ``--runs`` counts, in CPU time within a
process, so that what else the machine does matters less.
"""

from __future__ import annotations

import argparse
import gc
import os
import subprocess
import sys
import tempfile
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

SMALL = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-%(n)d
  labels: {app: web-%(n)d}
spec:
  replicas: 3
  selector:
    matchLabels: {app: web-%(n)d}
  template:
    metadata:
      labels: {app: web-%(n)d}
    spec:
      containers:
      - name: web
        image: example/web:%(n)d
        ports:
        - {name: http, containerPort: 8080}
        readinessProbe:
          httpGet: {path: /ready, port: http}
        resources:
          requests: {cpu: 100m, memory: 64Mi}
"""
FULL = SMALL + """\
          limits: {cpu: 500m, memory: 256Mi}
        env:
        - {name: LOG_LEVEL, value: info}
        - name: PASSWORD
          valueFrom:
            secretKeyRef: {name: web, key: password, optional: true}
        volumeMounts:
        - {name: config, mountPath: /etc/web}
      volumes:
      - name: config
        configMap: {name: web, optional: true}
"""
OTHER = """\
import sys, time
import yaml, kubernetes_validate
paths = sys.argv[1:]
text = open(paths[0]).read()
loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
begin = time.process_time()
for document in yaml.load_all(text, Loader=loader):
    kubernetes_validate.validate(document, "1.36", strict=True)
print(time.process_time() - begin)
"""


def manifests(template: str, count: int) -> str:
    """A stream of ``count`` Deployments, no two alike."""
    return "---\n".join(template % {"n": number} for number in range(count))


def best(work: Callable[[], object], runs: int) -> float:
    """The shortest CPU time of ``runs`` runs, in seconds."""
    times = []
    for _ in range(runs):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return min(times)


def profile(text: str, count: int, runs: int) -> dict[str, float]:
    """Microseconds a document in each step, in the order of the steps."""
    from minikctl.api.manifests.streams import event_source, pieces
    from minikctl.api.validating.catalog import Catalog
    from minikctl.api.validating.checking import rule_errors
    from minikctl.api.validating.facts import collect
    from minikctl.api.validating.reading import read_objects
    from minikctl.api.validating.schema_checks import fit
    from minikctl.api.validating.units import cut, work

    data, catalog = text.encode(), Catalog()
    texts = [piece for piece, _ in pieces(data) if isinstance(piece, bytes)]
    info, schema = catalog.find("apps/v1", "Deployment"), catalog.schema("apps/v1", "Deployment")
    assert info is not None
    assert schema is not None

    def parse_events() -> None:
        for piece in texts:
            next_event = event_source(piece)
            while type(next_event()).__name__ != "StreamEndEvent":
                pass

    def objects() -> list[dict[str, object]]:
        return [document.obj for document in read_objects(data, "x")]  # type: ignore[union-attr]

    def rules() -> float:
        found = objects()
        begin = time.process_time()
        for obj in found:
            rule_errors(obj, info, catalog)
        return time.process_time() - begin

    whole = best(lambda: [work(unit, catalog, "default") for unit in cut("x", data)], runs)
    events, reading = best(parse_events, runs), best(objects, runs)
    found = objects()
    fitting = best(lambda: [fit(obj, schema) for obj in found], runs)
    facts = best(lambda: [collect(obj, info, schema, "default") for obj in found], runs)
    checking = min(rules() for _ in range(runs))
    steps = {
        "libyaml's events": events, "values out of them": max(reading - events, 0.0), "schema": fitting, "facts": facts,
        "defaults and rules": checking,
        "the rest": max(whole - reading - fitting - facts - checking, 0.0), "all": whole,
    }
    return {name: seconds / count * 1e6 for name, seconds in steps.items()}


def other(python: str, path: str) -> float | None:
    """Seconds that kubernetes-validate takes for a file, None where it cannot be had."""
    done = subprocess.run([python, "-c", OTHER, path], capture_output=True, text=True, check=False)
    return float(done.stdout.split()[-1]) if done.returncode == 0 else None


def report(name: str, template: str, folder: str, options: argparse.Namespace) -> None:
    """Measure one sort of Deployments and print what came of it."""
    text = manifests(template, options.documents)
    path, few = os.path.join(folder, f"{name}.yaml"), os.path.join(folder, f"few-{name}.yaml")
    for file_name, content in ((path, text), (few, manifests(template, options.others))):
        with open(file_name, "w") as file:
            file.write(content)
    print(f"{name}: {options.documents} Deployments of {len(text) // options.documents} bytes")
    sample = min(options.documents, 1000)
    steps = profile(manifests(template, sample), sample, options.runs)
    for step, micros in steps.items():
        print(f"  {step:22} {micros:8.0f} us a document")
    print(f"  {'on one core':22} {1e6 / steps['all']:8.0f} documents a second")
    begin = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "minikctl", "validate", "-f", path], check=True, stdout=subprocess.DEVNULL,
        env={**os.environ, "HOME": folder},
    )
    seconds = time.perf_counter() - begin
    print(f"  {'minikctl validate':22} {options.documents / seconds:8.0f} documents a second ({seconds:.2f} s in all)")
    taken = other(options.other, few)
    if taken is None:
        print("  kubernetes-validate cannot be had: pip install kubernetes-validate, or name an interpreter with --other")
    else:
        print(f"  {'kubernetes-validate':22} {options.others / taken:8.0f} documents a second ({options.others} of them)")


def main() -> int:
    """Measure both sorts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--other", default=sys.executable, help="an interpreter with kubernetes-validate")
    parser.add_argument("--others", type=int, default=200)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    gc.disable()  # as validate does while it works
    with tempfile.TemporaryDirectory() as folder:
        for name, template in (("small", SMALL), ("full", FULL)):
            report(name, template, folder, options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
