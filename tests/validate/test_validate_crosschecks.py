"""What is wrong between objects: each rule with a case that breaks it and one that keeps it."""

from __future__ import annotations

import pytest

from minikctl.api.validating.running import Validation

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: p, labels: {app: web, tier: front}}
spec:
  %s
  containers:
  - name: c
    image: nginx
    ports: [{name: http, containerPort: 80}]
    %s
"""


def pod(spec="dnsPolicy: Default", container="stdin: true"):
    return POD % (spec, container)


def named(kind, name, rest="", version="v1"):
    return f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: {name}}}\n{rest}"


def service(selector, ports="[{port: 80}]"):
    return named("Service", "s", f"spec:\n  selector: {selector}\n  ports: {ports}\n")


CONFIG = named("ConfigMap", "settings", "data: {level: info}\n")
SECRET = named("Secret", "login", "stringData: {password: x}\n")
CLAIM = named("PersistentVolumeClaim", "data", "spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n")
BUDGET = named("PodDisruptionBudget", "b", "spec:\n  selector: {matchLabels: %s}\n", "policy/v1")
SCALER = named("HorizontalPodAutoscaler", "h", """\
spec:
  maxReplicas: 2
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: %s}
""", "autoscaling/v2")
DEPLOYMENT = named("Deployment", "web", """\
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: nginx}]}
""", "apps/v1")
INGRESS = named("Ingress", "i", "spec:\n  defaultBackend: {service: {name: %s, port: %s}}\n", "networking.k8s.io/v1")
STATEFUL = named("StatefulSet", "db", """\
spec:
  serviceName: %s
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: c, image: nginx}]}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
""", "apps/v1")
BINDING = named("RoleBinding", "b", """\
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: %s, name: %s}
subjects: [{kind: ServiceAccount, name: robot, namespace: default}]
""", "rbac.authorization.k8s.io/v1")
ROLE = named("Role", "reader", "rules: [{apiGroups: [''], resources: [pods], verbs: [get]}]\n", "rbac.authorization.k8s.io/v1")
CRON = named("CronJob", "c", """\
spec:
  schedule: "* * * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{name: c, image: nginx, envFrom: [{secretRef: {name: nosuch}}]}]
""", "batch/v1")


def env(kind, name, key, optional=""):
    return f"env: [{{name: A, valueFrom: {{{kind}: {{name: {name}, key: {key}{optional}}}}}}}]"


CASES = [
    # Services and Pods
    ([service("{app: web}"), pod()], []),
    ([service("{app: api}"), pod()], ["1:5 selector service-without-pods"]),
    ([service("{app: wbe}"), pod()], ["1:5 selector service-without-pods did you mean app: web?"]),
    ([service("{app: web, tier: back}"), pod()], ["1:5 selector service-without-pods tier is front there"]),
    ([service("{app: web, zone: a}"), pod()], ["1:5 selector service-without-pods the Pods have no label zone"]),
    ([service("{app: api}")], []),
    ([service("{app: web}"), DEPLOYMENT], []),
    ([service("{app: web}", "[{port: 80, targetPort: http}]"), pod()], []),
    ([service("{app: web}", "[{port: 80, targetPort: htp}]"), pod()], ["1:6 htp missing-target-port did you mean http?"]),
    ([service("{app: web}", "[{port: 80, targetPort: grpc}]"), pod()], ["1:6 grpc missing-target-port they have http"]),
    ([service("{app: web}", "[{port: 80, targetPort: grpc}]"), DEPLOYMENT], ["1:6 grpc missing-target-port"]),
    ([service("{app: web}", "[{port: 80, targetPort: 8080}]"), pod()], []),
    # ConfigMaps and Secrets
    ([pod(container=env("configMapKeyRef", "settings", "level")), CONFIG], []),
    ([pod(container=env("configMapKeyRef", "setting", "level")), CONFIG], ["1:10 setting missing-configmap did you mean settings?"]),
    ([pod(container=env("configMapKeyRef", "settings", "levle")), CONFIG], ["1:10 levle missing-key did you mean level?"]),
    ([pod(container=env("configMapKeyRef", "nosuch", "x", ", optional: true"))], []),
    ([pod(container=env("secretKeyRef", "login", "password")), SECRET], []),
    ([pod(container=env("secretKeyRef", "login", "pasword")), SECRET], ["1:10 pasword missing-key did you mean password?"]),
    ([pod(container="envFrom: [{configMapRef: {name: nosuch}}, {secretRef: {name: login}}]"), SECRET], ["1:10 nosuch missing-configmap"]),
    ([pod("volumes: [{name: v, configMap: {name: nosuch}}]")], ["1:5 nosuch missing-configmap"]),
    ([pod("volumes: [{name: v, secret: {secretName: nosuch}}]")], ["1:5 nosuch missing-secret"]),
    ([pod("volumes: [{name: v, secret: {secretName: login, items: [{key: nosuch, path: x}]}}]"), SECRET], ["1:5 nosuch missing-key"]),
    ([pod("volumes: [{name: v, projected: {sources: [{secret: {name: nosuch}}, {configMap: {name: settings}}]}}]"), CONFIG], [
        "1:5 nosuch missing-secret",
    ]),
    ([pod("imagePullSecrets: [{name: nosuch}]")], ["1:5 nosuch missing-secret"]),
    ([pod("volumes: [{name: v, configMap: {name: kube-root-ca.crt}}]")], []),
    ([CRON], ["1:11 nosuch missing-secret"]),
    # accounts and claims
    ([pod("serviceAccountName: nosuch")], ["1:5 nosuch missing-serviceaccount"]),
    ([pod("serviceAccountName: default")], []),
    ([pod("serviceAccountName: robot"), named("ServiceAccount", "robot")], []),
    ([pod("volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]"), CLAIM], []),
    ([pod("volumes: [{name: v, persistentVolumeClaim: {claimName: dtaa}}]"), CLAIM], ["1:5 dtaa missing-claim did you mean data?"]),
    ([pod("volumes: [{name: v, persistentVolumeClaim: {claimName: data-db-0}}]"), STATEFUL % "db"], []),
    ([pod("volumes: [{name: v, persistentVolumeClaim: {claimName: logs-db-0}}]"), STATEFUL % "db"], ["1:5 logs-db-0 missing-claim"]),
    # budgets and autoscalers
    ([BUDGET % "{app: web}", pod()], []),
    ([BUDGET % "{app: api}", pod()], ["1:5 selector budget-without-pods"]),
    ([BUDGET % "{app: api}"], []),
    ([SCALER % "web", DEPLOYMENT], []),
    ([SCALER % "wbe", DEPLOYMENT], ["1:6 wbe missing-scale-target did you mean web?"]),
    ([SCALER % "web"], []),
    # what stands elsewhere, as a rule
    ([INGRESS % ("s", "{number: 80}"), service("{}")], []),
    ([INGRESS % ("s", "{number: 81}"), service("{}")], ["1:5 81 missing-service it has 80"]),
    ([INGRESS % ("ss", "{number: 80}"), service("{}")], ["1:5 ss missing-service"]),
    ([INGRESS % ("nosuch", "{number: 80}")], []),
    ([STATEFUL % "nosuch"], []),
    ([STATEFUL % "nosuch", service("{}")], ["1:5 nosuch missing-service"]),
    ([BINDING % ("Role", "nosuch")], []),
    ([BINDING % ("Role", "raeder"), ROLE], ["1:4 raeder missing-role did you mean reader?"]),
    ([BINDING % ("ClusterRole", "view"), ROLE], []),
    # names
    ([CONFIG, CONFIG], ["2:3 settings duplicate-object"]),
    ([CONFIG, CONFIG.replace("{name: settings}", "{name: settings, namespace: other}")], []),
    ([CONFIG, CONFIG.replace("{name: settings}", "{name: settings, namespace: default}")], ["2:3 settings duplicate-object"]),
    ([CONFIG, SECRET.replace("login", "settings")], []),
    ([pod().replace("name: p,", "generateName: p-,")] * 2, []),
]


@pytest.mark.parametrize(("texts", "expected"), CASES)
def test_objects_are_checked_against_each_other(texts, expected, tmp_path):
    """Each object stands in a file of its own; ``2:3 text rule suggestion``: on line 3 of the second, ``text`` is marked."""
    paths = []
    for number, text in enumerate(texts, 1):
        path = tmp_path / f"{number}.yaml"
        path.write_text(text)
        paths.append(str(path))
    found = list(Validation(paths).run(jobs=1).problems())
    shown = [
        f"{problem.file[len(str(tmp_path)) + 1]}:{problem.line} {problem.excerpt[problem.column - 1 : problem.end_column - 1]} "
        f"{problem.rule} {problem.suggestion}" for problem in found
    ]
    assert [each.rstrip() for each in shown] == expected
    # It is the same when all stand in one file, one after the other.
    together = tmp_path / "all.yaml"
    together.write_text("---\n".join(texts))
    assert [problem.rule for problem in Validation([str(together)]).run(jobs=1).problems()] == [problem.rule for problem in found]


def test_each_rule_can_be_switched_off(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text("---\n".join([service("{app: api}"), pod("serviceAccountName: nosuch"), CONFIG, CONFIG]))
    rules = ["service-without-pods", "missing-serviceaccount", "duplicate-object"]
    assert sorted(problem.rule for problem in Validation([str(path)]).run().problems()) == sorted(rules)
    for rule in rules:
        left = [problem.rule for problem in Validation([str(path)], disabled=[rule]).run().problems()]
        assert sorted(left) == sorted(set(rules) - {rule})


def test_objects_of_a_list_have_their_places(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text("apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n"
                    "  spec:\n    serviceAccountName: nosuch\n    containers: [{name: c, image: nginx}]\n")
    [problem] = Validation([str(path)]).run().problems()
    assert (problem.line, problem.column, problem.rule) == (8, 25, "missing-serviceaccount")


def test_the_namespace_of_objects_that_name_none(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text(f"{pod('serviceAccountName: robot')}---\n{named('ServiceAccount', 'robot').replace('robot}', 'robot, namespace: shop}')}")
    assert [problem.rule for problem in Validation([str(path)]).run().problems()] == ["missing-serviceaccount"]
    assert list(Validation([str(path)], namespace="shop").run().problems()) == []


def test_with_state_what_is_stored_counts(cluster, tmp_path):
    path = tmp_path / "pod.yaml"
    path.write_text(pod("serviceAccountName: robot", env("configMapKeyRef", "settings", "level")))
    assert cluster("validate", "-f", str(path), "--fail-on=warning").code == 1
    assert cluster("validate", "-f", str(path), "--fail-on=warning", "--with-state").code == 1
    cluster.ok("apply", "-f", "-", stdin=f"{CONFIG}---\n{named('ServiceAccount', 'robot')}")
    assert cluster("validate", "-f", str(path), "--fail-on=warning").code == 1
    assert cluster.ok("validate", "-f", str(path), "--fail-on=warning", "--with-state") == "1 document in 1 file: valid\n"


def test_with_state_nothing_is_made_elsewhere(cluster, tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text(service("{app: api}"))
    cluster.ok("get", "namespaces")
    assert cluster("validate", "-f", str(path), "--fail-on=warning").code == 0
    assert "[service-without-pods]" in cluster("validate", "-f", str(path), "--with-state").out
