"""How many documents a second ``validate`` checks, and where the time goes.

Two sorts of Deployments: small ones (a container with ports, a probe and resources) and full ones (with environment,
volumes and references as well). All are checked in one process first, in CPU time, then by ``minikctl validate`` as users
run it, which takes the cores it finds. Where kubernetes-validate is installed it checks some of the same documents, by the
schema alone.
"""

from __future__ import annotations

import gc
import importlib.util
import subprocess
import sys
import time

from benchmarks.measuring import Figure, best

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.measuring import Sandbox, Sizes

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


def measure(sandbox: Sandbox, sizes: Sizes) -> Iterator[Figure]:
    """Both sorts."""
    gc.disable()  # as validate does while it works
    try:
        for name, template in (("small", SMALL), ("full", FULL)):
            sample = min(sizes.documents, 1000)
            steps = profile(manifests(template, sample), sample, sizes.tries + 1)
            yield Figure(f"{name} ones, on one core", 1e6 / steps["all"], "documents/s")
            for step, micros in steps.items():
                yield Figure(f"{name} ones: of each, {step}", micros, "us/document")
            path = sandbox.write(f"{name}.yaml", manifests(template, sizes.documents))
            begin = time.perf_counter()
            sandbox.minikctl("validate", "-f", path)
            seconds = time.perf_counter() - begin
            speed = sizes.documents / seconds
            yield Figure(f"{name} ones, minikctl validate of {sizes.documents:,}", speed, "documents/s")
            if importlib.util.find_spec("kubernetes_validate"):
                few = sandbox.write("few.yaml", manifests(template, min(sizes.documents, 200)))
                done = subprocess.run([sys.executable, "-c", OTHER, few], check=True, capture_output=True, text=True)
                speed = min(sizes.documents, 200) / float(done.stdout.split()[-1])
                yield Figure(f"{name} ones, kubernetes-validate", speed, "documents/s")
    finally:
        gc.enable()


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
