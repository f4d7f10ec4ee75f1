"""Kinds of one's own from the definition to its end, through the command line."""

from __future__ import annotations

import json

import pytest

CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: crontabs.stable.example.com}
spec:
  group: stable.example.com
  scope: Namespaced
  names: {plural: crontabs, singular: crontab, kind: CronTab, shortNames: [ct], categories: [all]}
  versions:
  - name: v1
    served: true
    storage: true
    additionalPrinterColumns:
    - {name: Spec, type: string, jsonPath: .spec.cronSpec}
    - {name: Replicas, type: integer, jsonPath: .spec.replicas}
    - {name: Tags, type: string, jsonPath: .spec.tags, priority: 1}
    - {name: Ready, type: string, jsonPath: '.status.conditions[?(@.type=="Ready")].status'}
    - {name: Age, type: date, jsonPath: .metadata.creationTimestamp}
    selectableFields: [{jsonPath: .spec.cronSpec}]
    subresources:
      status: {}
      scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas}
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [cronSpec]
            x-kubernetes-validations: [{rule: "!has(self.tags) || self.replicas > 1", message: tags need replicas}]
            properties:
              cronSpec: {type: string}
              replicas: {type: integer, minimum: 1, maximum: 10, default: 1}
              tags: {type: array, x-kubernetes-list-type: set, items: {type: string}}
          status: {type: object, x-kubernetes-preserve-unknown-fields: true}
  - name: v1beta1
    served: true
    storage: false
    deprecated: true
    deprecationWarning: use v1
    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {cronSpec: {type: string}}}}}}
"""
TAB = "apiVersion: stable.example.com/v1\nkind: CronTab\nmetadata: {name: mine}\nspec: {cronSpec: '* * * * *'}\n"
NO_MATCH = (
    'resource mapping not found for name: "mine" namespace: "" from "STDIN": no matches for kind "CronTab" in version '
    '"stable.example.com/v1"\nensure CRDs are installed first\n'
)


@pytest.fixture
def tabs(cluster):
    cluster.ok("apply", "-f", "-", stdin=CRD)
    cluster.ok("apply", "-f", "-", stdin=TAB)
    return cluster


def test_before_the_definition_is_there_its_objects_do_not_land(cluster):
    result = cluster("apply", "-f", "-", stdin=f"{CRD}---\n{TAB}")
    assert result.code == 1
    assert result.out == "customresourcedefinition.apiextensions.k8s.io/crontabs.stable.example.com created\n"
    assert result.err == f"error: {NO_MATCH}"
    assert cluster.ok("apply", "-f", "-", stdin=TAB) == "crontab.stable.example.com/mine created\n"


def test_a_definition_is_established_at_once(cluster):
    cluster.ok("apply", "-f", "-", stdin=CRD)
    assert cluster.ok("wait", "--for=condition=established", "crd/crontabs.stable.example.com") == (
        "customresourcedefinition.apiextensions.k8s.io/crontabs.stable.example.com condition met\n"
    )
    status = json.loads(cluster.ok("get", "crd", "crontabs.stable.example.com", "-o", "json"))["status"]
    assert [(each["type"], each["status"], each["reason"], each["message"]) for each in status["conditions"]] == [
        ("NamesAccepted", "True", "NoConflicts", "no conflicts found"),
        ("Established", "True", "InitialNamesAccepted", "the initial names have been accepted"),
    ]
    assert status["storedVersions"] == ["v1"]
    assert cluster.ok("get", "crd") == (
        "NAME                          CREATED AT\ncrontabs.stable.example.com   2026-01-02T03:04:05Z\n"
    )
    assert "stable.example.com/v1\nstable.example.com/v1beta1\n" in cluster.ok("api-versions")
    assert cluster.ok("api-resources", "--api-group=stable.example.com", "-o", "wide") == (
        "NAME       SHORTNAMES   APIVERSION              NAMESPACED   KIND      VERBS                                                        CATEGORIES\n"
        "crontabs   ct           stable.example.com/v1   true         CronTab   delete,deletecollection,get,list,patch,create,update,watch   all\n"
    )


def test_without_a_pass_nothing_is_established(cluster):
    cluster.ok("apply", "-f", "-", "--no-reconcile", stdin=CRD)
    assert cluster("get", "ct").err == 'error: the server doesn\'t have a resource type "ct"\n'
    cluster.settle()
    assert cluster("get", "ct").err == "No resources found in default namespace.\n"


@pytest.mark.parametrize("word", ["ct", "crontab", "crontabs", "CronTab", "crontabs.stable", "crontabs.stable.example.com", "crontabs.v1.stable.example.com", "all"])
def test_every_name(tabs, word):
    out = tabs.ok("get", word)
    assert "* * * * *   1" in out


def test_columns(tabs):
    tabs.ok("patch", "ct", "mine", "--type=merge", "-p", '{"spec":{"replicas":2,"tags":["a","b"]}}')
    tabs.ok("patch", "ct", "mine", "--subresource=status", "--type=merge", "-p", '{"status":{"conditions":[{"type":"Ready","status":"True"}]}}')
    assert tabs.ok("get", "ct") == "NAME   SPEC        REPLICAS   READY   AGE\nmine   * * * * *   2          True    0s\n"
    assert tabs.ok("get", "ct", "-o", "wide") == (
        'NAME   SPEC        REPLICAS   TAGS        READY   AGE\nmine   * * * * *   2          ["a","b"]   True    0s\n'
    )


def test_versions(tabs):
    old = tabs("get", "crontabs.v1beta1.stable.example.com", "mine", "-o", "json")
    assert old.err == "Warning: use v1\n"
    assert json.loads(old.out)["apiVersion"] == "stable.example.com/v1beta1"
    assert "replicas" not in json.loads(old.out)["spec"]
    made = tabs("create", "-f", "-", stdin=TAB.replace("/v1", "/v1beta1").replace("mine", "older"))
    assert (made.out, made.err) == ("crontab.stable.example.com/older created\n", "Warning: use v1\n")
    assert tabs.ok("get", "ct", "older", "-o", "jsonpath={.apiVersion} {.spec.replicas}") == "stable.example.com/v1 1"
    assert tabs("apply", "-f", "-", stdin=TAB).out == "crontab.stable.example.com/mine unchanged\n"


@pytest.mark.parametrize(("change", "expected"), [
    (("spec: {", "spec: {replicas: 11, "), 'The CronTab "x" is invalid: spec.replicas: Invalid value: 11: spec.replicas in body should be less than or equal to 10\n'),
    (("spec: {", "spec: {tags: [a], "), 'The CronTab "x" is invalid: spec: Invalid value: tags need replicas\n'),
    (("spec: {", "spec: {replicas: 2, tags: [a, a], "), 'The CronTab "x" is invalid: spec.tags[1]: Duplicate value: "a"\n'),
    (("cronSpec: '* * * * *'", "replicas: x"), (
        'The CronTab "x" is invalid: \n* spec.replicas: Invalid value: "string": spec.replicas in body must be of type integer: "string"\n'
        "* spec.cronSpec: Required value\n* <nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation\n"
    )),
    (("spec: {", "foo: 1\nspec: {bar: 1, "), 'Error from server (BadRequest): error when creating "STDIN": CronTab in version "v1" cannot be handled as a CronTab: strict decoding error: unknown field "foo", unknown field "spec.bar"\n'),
])
def test_what_is_wrong(tabs, change, expected):
    result = tabs("apply", "-f", "-", stdin=TAB.replace("mine", "x").replace(*change))
    assert (result.code, result.out, result.err) == (1, "", expected)


def test_unknown_fields_can_be_let_pass(tabs):
    result = tabs("apply", "-f", "-", "--validate=warn", stdin=TAB.replace("mine", "x").replace("spec: {", "spec: {bar: 1, "))
    assert (result.out, result.err) == ("crontab.stable.example.com/x created\n", 'Warning: unknown field "spec.bar"\n')
    assert tabs.ok("get", "ct", "x", "-o", "jsonpath={.spec}") == '{"cronSpec":"* * * * *","replicas":1}'


def test_changes(tabs):
    strategic = tabs("patch", "ct", "mine", "-p", '{"spec":{"replicas":3}}')
    assert strategic.err == (
        "Error from server (UnsupportedMediaType): the body of the request was in an unknown format - accepted media types "
        "include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml\n"
    )
    assert tabs.ok("scale", "ct", "mine", "--replicas=3") == "crontab.stable.example.com/mine scaled\n"
    assert tabs.ok("label", "ct", "mine", "a=b") == "crontab.stable.example.com/mine labeled\n"
    tabs.ok("patch", "ct", "mine", "--subresource=status", "--type=merge", "-p", '{"status":{"x":1}}')
    tabs.ok("patch", "ct", "mine", "--type=merge", "-p", '{"status":{"x":2}}')
    obj = json.loads(tabs.ok("get", "ct", "mine", "-o", "json"))
    assert (obj["metadata"]["generation"], obj["spec"]["replicas"], obj["status"]) == (2, 3, {"x": 1})


@pytest.mark.parametrize("words", [("rollout", "status", "ct/mine"), ("set", "image", "ct/mine", "a=b"), ("rollout", "restart", "ct", "mine")])
def test_verbs_that_know_their_own_types_alone(tabs, words):
    result = tabs(*words)
    assert (result.code, result.out, result.err) == (
        1, "", 'error: no kind "CronTab" is registered for version "stable.example.com/v1" in scheme "pkg/scheme/scheme.go:28"\n',
    )


def test_status_and_scale_have_to_be_asked_for(cluster):
    cluster.ok("apply", "-f", "-", stdin=CRD.replace("status: {}\n      scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas}", ""))
    cluster.ok("apply", "-f", "-", stdin=TAB)
    missing = 'Error from server (NotFound): crontabs.stable.example.com "mine" not found\n'
    assert cluster("patch", "ct", "mine", "--subresource=status", "--type=merge", "-p", '{"status":{"a":1}}').err == missing
    assert cluster("scale", "ct", "mine", "--replicas=2").err == missing
    cluster.ok("patch", "ct", "mine", "--type=merge", "-p", '{"status":{"a":1}}')
    assert cluster.ok("get", "ct", "mine", "-o", "jsonpath={.metadata.generation} {.status}") == '2 {"a":1}'


def test_selectors(tabs):
    assert tabs.ok("get", "ct", "--field-selector", "spec.cronSpec=* * * * *", "-o", "name") == "crontab.stable.example.com/mine\n"
    assert tabs("get", "ct", "--field-selector", "spec.replicas=1").err.endswith("field label not supported: spec.replicas\n")


def test_names_go_to_the_first(tabs):
    rival = CRD.replace("crontabs", "crontabs2").replace("kind: CronTab", "kind: CronTab2").replace("singular: crontab,", "")
    tabs.ok("apply", "-f", "-", stdin=rival)
    path = "jsonpath={.status.conditions[*].reason}|{.status.conditions[0].message}"
    name = "crontabs2.stable.example.com"
    assert tabs.ok("get", "crd", name, "-o", path) == 'ShortNamesConflict NotAccepted|"ct" is already in use'
    tabs.ok("delete", "crd", "crontabs.stable.example.com")
    tabs.settle()
    assert tabs.ok("get", "crd", name, "-o", path) == "NoConflicts InitialNamesAccepted|no conflicts found"


def test_the_end_of_a_definition_is_that_of_its_objects(tabs):
    held = TAB.replace("mine", "held").replace("{name: held}", "{name: held, finalizers: [a.b/c]}")
    tabs.ok("apply", "-f", "-", stdin=held)
    tabs.ok("delete", "crd", "crontabs.stable.example.com", "--wait=false")
    assert tabs.ok("get", "ct", "-o", "name") == "crontab.stable.example.com/held\n"
    assert tabs.ok("get", "crd", "crontabs.stable.example.com", "-o", "jsonpath={.metadata.finalizers} {.status.conditions[-1:].reason}") == (
        '["customresourcecleanup.apiextensions.k8s.io"] InstanceDeletionInProgress'
    )
    tabs.ok("advance", "2m")
    assert tabs.ok("get", "crd", "crontabs.stable.example.com", "-o", "jsonpath={.status.conditions[-1:].reason}") == "InstanceDeletionCheck"
    refused = tabs("create", "-f", "-", stdin=TAB)
    assert refused.err == (
        'Error from server (MethodNotAllowed): error when creating "STDIN": create not allowed while custom resource definition is terminating\n'
    )
    tabs.ok("patch", "ct", "held", "--type=json", "-p", '[{"op":"remove","path":"/metadata/finalizers"}]')
    assert tabs("get", "crd").err == "No resources found\n"
    revision = tabs.revision()
    tabs.settle()
    assert tabs.revision() == revision


def test_owners_quotas_and_namespaces(tabs):
    uid = tabs.ok("get", "ct", "mine", "-o", "jsonpath={.metadata.uid}")
    tabs.ok("apply", "-f", "-", stdin=(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: child, ownerReferences: [{apiVersion: stable.example.com/v1, "
        f"kind: CronTab, name: mine, uid: {uid}}}]}}\n---\napiVersion: v1\nkind: ResourceQuota\nmetadata: {{name: q}}\n"
        'spec: {hard: {count/crontabs.stable.example.com: "1"}}\n'
    ))
    assert "exceeded quota: q, requested: count/crontabs.stable.example.com=1" in tabs("create", "-f", "-", stdin=TAB.replace("mine", "two")).err
    tabs.ok("delete", "ct", "mine")
    assert "child" not in tabs.ok("get", "cm", "-o", "name")
    tabs.ok("create", "ns", "other")
    tabs.ok("create", "-n", "other", "-f", "-", stdin=TAB)
    tabs.ok("delete", "ns", "other")
    assert tabs("get", "ct", "-A").err == "No resources found\n"


def test_server_side_apply_knows_the_keys_of_sets(tabs):
    first = TAB.replace("spec: {", "spec: {replicas: 2, tags: [a], ").replace("mine", "ssa")
    second = "apiVersion: stable.example.com/v1\nkind: CronTab\nmetadata: {name: ssa}\nspec: {cronSpec: '* * * * *', tags: [b]}\n"
    tabs.ok("apply", "--server-side", "-f", "-", stdin=first)
    tabs.ok("apply", "--server-side", "--field-manager=other", "-f", "-", stdin=second)
    assert tabs.ok("get", "ct", "ssa", "-o", "jsonpath={.spec.tags}") == '["a","b"]'


def test_described_and_explained(tabs):
    assert "Cron Spec:  * * * * *\n" in tabs.ok("describe", "ct", "mine")
    assert "cronSpec\t<string> -required-" in tabs.ok("explain", "crontabs.spec")
