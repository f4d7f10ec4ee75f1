"""How fast manifests are read: documents per second of CPU time, for 1,000 Deployments (best of five)."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import yaml

from minikctl.api.manifests import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

COUNT = 1000


def deployment(number: int) -> dict:
    """A Deployment as people write them: two ports, three variables, probes, volumes."""
    labels = {f"app.kubernetes.io/{word}": f"web-{number}" for word in ("name", "instance", "component", "part-of")}
    probe = {"httpGet": {"path": "/healthz", "port": "http"}, "initialDelaySeconds": 10, "periodSeconds": 10}
    container = {
        "name": "web", "image": "registry.example.com/shop/web:1.2.3", "imagePullPolicy": "IfNotPresent",
        "args": ["--port=8080", "--log-level=info"],
        "ports": [{"name": "http", "containerPort": 8080, "protocol": "TCP"}, {"name": "metrics", "containerPort": 9090}],
        "env": [
            {"name": "DATABASE_URL", "valueFrom": {"secretKeyRef": {"name": "web-db", "key": "url"}}},
            {"name": "LOG_LEVEL", "value": "info"}, {"name": "FEATURE_X", "value": "true"},
        ],
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"cpu": "1", "memory": "512Mi"}},
        "livenessProbe": probe, "readinessProbe": probe,
        "volumeMounts": [{"name": "config", "mountPath": "/etc/web", "readOnly": True}, {"name": "tmp", "mountPath": "/tmp"}],
    }
    return json.loads(json.dumps({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": f"web-{number}", "namespace": "shop", "labels": labels, "annotations": {"a": "the web\nof it"}},
        "spec": {
            "replicas": 3, "revisionHistoryLimit": 5, "selector": {"matchLabels": labels},
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0}},
            "template": {
                "metadata": {"labels": labels},
                "spec": {
                    "serviceAccountName": "web", "securityContext": {"runAsNonRoot": True, "runAsUser": 1000},
                    "containers": [container],
                    "volumes": [{"name": "config", "configMap": {"name": "web-config"}}, {"name": "tmp", "emptyDir": {}}],
                },
            },
        },
    }))


def best(work: Callable[[], object]) -> float:
    """The shortest CPU time of five runs, in seconds."""
    times = []
    for _ in range(5):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    """Print the table."""
    objects = [deployment(number) for number in range(COUNT)]
    with tempfile.TemporaryDirectory() as folder:
        as_yaml, as_json = Path(folder, "all.yaml"), Path(folder, "all.json")
        as_yaml.write_text("---\n".join(yaml.safe_dump(each, sort_keys=False) for each in objects))
        as_json.write_text("\n".join(json.dumps(each) for each in objects))
        texts = as_yaml.read_text().split("---\n")
        for name, work in (
            ("load, YAML", lambda: sum(1 for _ in load([str(as_yaml)]))),
            ("load, JSON", lambda: sum(1 for _ in load([str(as_json)]))),
            ("yaml.CSafeLoader", lambda: [yaml.load(text, Loader=yaml.CSafeLoader) for text in texts]),
        ):
            print(f"{name:18} {COUNT / best(work):8,.0f} documents/s")


if __name__ == "__main__":
    main()
