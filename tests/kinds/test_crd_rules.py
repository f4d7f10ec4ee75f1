"""The rules of CustomResourceDefinitions: what upstream's validation says, in its words and at its paths."""

from __future__ import annotations

import copy

import pytest

from minikctl.kinds import info_for, load
from minikctl.kinds.custom import version_priority

CRD = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "crontabs.stable.example.com"},
    "spec": {
        "group": "stable.example.com",
        "scope": "Namespaced",
        "names": {"plural": "crontabs", "kind": "CronTab", "shortNames": ["ct"]},
        "versions": [{
            "name": "v1", "served": True, "storage": True,
            "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object"}}}},
        }],
    },
}
SCHEMA = "spec.validation.openAPIV3Schema"
KIND = load(info_for("customresourcedefinitions.apiextensions.k8s.io"))


def errors_of(change=None, old=None):
    obj = copy.deepcopy(CRD)
    if change is not None:
        change(obj)
    KIND.default(obj)
    if old is None:
        KIND.prepare_for_create(obj)
        return [str(error) for error in KIND.validate(obj)]
    KIND.prepare_for_update(obj, old)
    return [str(error) for error in KIND.validate_update(obj, old)]


def spec(**fields):
    return lambda obj: obj["spec"].update(fields)


def names(**fields):
    return lambda obj: obj["spec"]["names"].update(fields)


def version(**fields):
    return lambda obj: obj["spec"]["versions"][0].update(fields)


def schema(value):
    return version(schema={"openAPIV3Schema": value})


def field(value):
    return schema({"type": "object", "properties": {"spec": value}})


def two(first, second):
    return spec(versions=[{"served": True, "schema": CRD["spec"]["versions"][0]["schema"], **each} for each in (first, second)])


def test_a_right_one_is_right():
    assert errors_of() == []


LABEL = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end "
    "with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
)
SHOWN = '"Served":true,"Storage":{},"Deprecated":false,"DeprecationWarning":null,"Schema":null,"Subresources":null,"AdditionalPrinterColumns":null,"SelectableFields":null'


def shown(*rows):
    return "[" + ",".join(f'{{"Name":"{name}",' + SHOWN.replace("{}", storage) + "}" for name, storage in rows) + "]"


@pytest.mark.parametrize(("change", "expected"), [
    (lambda obj: obj["metadata"].update(name="x.y"), ['metadata.name: Invalid value: "x.y": must be spec.names.plural+"."+spec.group']),
    (spec(scope=""), ["spec.scope: Required value"]),
    (spec(scope="Both"), ['spec.scope: Unsupported value: "Both": supported values: "Cluster", "Namespaced"']),
    (names(kind="Cron_Tab", listKind="L", singular="c"), [f'spec.names.kind: Invalid value: "Cron_Tab": may have mixed case, but should otherwise match: {LABEL}']),
    (names(listKind="CronTab"), ['spec.names.listKind: Invalid value: "CronTab": kind and listKind may not be the same']),
    (names(shortNames=["ok", "C"]), [f'spec.names.shortNames[1]: Invalid value: "C": {LABEL}']),
    (names(categories=["A"]), [f'spec.names.categories[0]: Invalid value: "A": {LABEL}']),
    (version(schema=None), ["spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required"]),
    (version(storage=False), [f"spec.versions: Invalid value: {shown(('v1', 'false'))}: must have exactly one version marked as storage version", "status.storedVersions: Invalid value: []: must have at least one stored version"]),
    (two({"name": "v1", "storage": True}, {"name": "v1", "storage": False}), [f"spec.versions: Invalid value: {shown(('v1', 'true'), ('v1', 'false'))}: must contain unique version names"]),
    (version(name="V1"), [f'spec.versions[0].name: Invalid value: "V1": {LABEL}']),
    (version(deprecationWarning="old"), ['spec.versions[0].deprecationWarning: Invalid value: "old": can only be set for deprecated versions']),
    (version(deprecated=True, deprecationWarning=""), ['spec.versions[0].deprecationWarning: Invalid value: "": must not be an empty string']),
    (version(subresources={"scale": {"specReplicasPath": ".x", "statusReplicasPath": "status.r"}}), [
        'spec.subresources.scale.specReplicasPath: Invalid value: ".x": should be a json path under .spec',
        'spec.subresources.scale.statusReplicasPath: Invalid value: "status.r": must be a simple json path starting with .',
    ]),
    (version(additionalPrinterColumns=[{"name": "A", "type": "time", "jsonPath": "x"}]), [
        'spec.additionalPrinterColumns[0].type: Invalid value: "time": must be one of boolean,date,integer,number,string',
        'spec.additionalPrinterColumns[0].JSONPath: Invalid value: "x": must be a simple json path starting with .',
    ]),
    (spec(conversion={"strategy": "Webhook"}), [
        "spec.conversion.webhookClientConfig: Required value: required when strategy is set to Webhook",
        "spec.conversion.conversionReviewVersions: Required value",
    ]),
    (spec(preserveUnknownFields=True), ["spec.preserveUnknownFields: Invalid value: true: cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead"]),
    (version(selectableFields=[{"jsonPath": ".spec.none"}]), ['spec.selectableFields[0].jsonPath: Invalid value: ".spec.none": is an invalid path: does not refer to a valid field']),
])
def test_definitions(change, expected):
    assert errors_of(change) == expected


def test_a_group_needs_a_dot_and_a_protected_one_an_approval():
    def group(name, **annotations):
        def change(obj):
            obj["spec"]["group"] = name
            obj["metadata"] = {"name": f"crontabs.{name}", "annotations": {key.replace("_", "."): value for key, value in annotations.items()}}

        return change

    assert errors_of(group("example")) == ['spec.group: Invalid value: "example": should be a domain with at least one dot']
    assert errors_of(group("foo.k8s.io")) == [
        'metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups must have approval annotation "api-approved.kubernetes.io", see https://github.com/kubernetes/enhancements/pull/1111'
    ]
    approved = copy.deepcopy(CRD)
    approved["spec"]["group"] = "foo.k8s.io"
    approved["metadata"] = {"name": "crontabs.foo.k8s.io", "annotations": {"api-approved.kubernetes.io": "https://github.com/x/1"}}
    KIND.default(approved)
    KIND.prepare_for_create(approved)
    assert KIND.validate(approved) == []


@pytest.mark.parametrize(("change", "expected"), [
    (schema({"properties": {}}), [f"{SCHEMA}.type: Required value: must not be empty at the root"]),
    (schema({"type": "array", "items": {"type": "string"}}), [f'{SCHEMA}.type: Invalid value: "array": must be object at the root']),
    (field({}), [f"{SCHEMA}.properties[spec].type: Required value: must not be empty for specified object fields"]),
    (field({"type": "array"}), [f"{SCHEMA}.properties[spec].items: Required value: must be specified"]),
    (field({"type": "array", "items": {}}), [f"{SCHEMA}.properties[spec].items.type: Required value: must not be empty for specified array items"]),
    (field({"type": "map"}), [f'{SCHEMA}.properties[spec].type: Unsupported value: "map": supported values: "array", "boolean", "integer", "number", "object", "string"']),
    (field({"type": "object", "additionalProperties": {"type": "string"}, "properties": {"a": {"type": "string"}}}), [f"{SCHEMA}.properties[spec].additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive"]),
    (field({"type": "array", "uniqueItems": True, "items": {"type": "string"}}), [f"{SCHEMA}.properties[spec].uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic"]),
    (field({"type": "object", "$ref": "#/x"}), [f"{SCHEMA}.properties[spec].$ref: Forbidden: $ref is not supported"]),
    (field({"type": "string", "pattern": "("}), [f'{SCHEMA}.properties[spec].pattern: Invalid value: "(": must be a valid regular expression, but isn\'t: error parsing regexp: missing closing ): `(`']),
    (field({"type": "string", "pattern": "(?=a)"}), [f'{SCHEMA}.properties[spec].pattern: Invalid value: "(?=a)": must be a valid regular expression, but isn\'t: error parsing regexp: invalid or unsupported Perl syntax: `(?=`']),
    (field({"type": "string", "pattern": r"^[[:alpha:]]\p{L}(?s:.)\z"}), []),
    (field({"type": "object", "x-kubernetes-preserve-unknown-fields": False}), [f"{SCHEMA}.properties[spec].x-kubernetes-preserve-unknown-fields: Invalid value: false: must be true or undefined"]),
    (field({"type": "object", "anyOf": [{"properties": {"a": {"minimum": 1}}}]}), [f"{SCHEMA}.properties[spec].properties[a]: Required value: because it is defined in {SCHEMA}.properties[spec].anyOf[0].properties[a]"]),
    (field({"type": "string", "anyOf": [{"type": "string"}]}), [f"{SCHEMA}.properties[spec].anyOf[0].type: Forbidden: must be empty to be structural"]),
    (field({"x-kubernetes-int-or-string": True, "anyOf": [{"type": "integer"}, {"type": "string"}]}), []),
    (field({"type": "object", "x-kubernetes-embedded-resource": True}), [f"{SCHEMA}.properties[spec].properties: Required value: must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields"]),
    (field({"type": "array", "x-kubernetes-list-type": "map", "items": {"type": "object", "properties": {"a": {"type": "string"}}}}), [f"{SCHEMA}.properties[spec].x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map"]),
    (field({"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["a"], "items": {"type": "object", "properties": {"a": {"type": "string"}}}}), [f"{SCHEMA}.properties[spec].items.properties[a].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property"]),
    (field({"type": "array", "x-kubernetes-list-type": "bag", "items": {"type": "string"}}), [f'{SCHEMA}.properties[spec].x-kubernetes-list-type: Unsupported value: "bag": supported values: "atomic", "map", "set"']),
    (field({"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "object"}}), [f"{SCHEMA}.properties[spec].items.x-kubernetes-map-type: Invalid value: null: must be atomic as item of a list with x-kubernetes-list-type=set"]),
    (field({"type": "array", "items": {"type": 5, "required": [1]}}), [f"{SCHEMA}.properties[spec].items.type: Invalid value: 5: is of a wrong type", f"{SCHEMA}.properties[spec].items.required[0]: Invalid value: 1: is of a wrong type"]),
    (field({"type": "object", "default": {"a": 1}}), [f'{SCHEMA}.properties[spec].default: Invalid value: {{"a":1}}: must not have unknown fields']),
    (field({"type": "integer", "default": "x"}), [f'{SCHEMA}.properties[spec].default: Invalid value: "string":  in body must be of type integer: "string"']),
    (schema({"type": "object", "properties": {"metadata": {"type": "object", "properties": {"labels": {"type": "object"}}}}}), [f"{SCHEMA}.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified"]),
    (field({"type": "object", "x-kubernetes-validations": [{"rule": "self.a ==", "message": "m"}, {"rule": ""}]}), [
        f'{SCHEMA}.properties[spec].x-kubernetes-validations[0].rule: Invalid value: {{"Rule":"self.a ==","Message":"m","MessageExpression":"","Reason":null,"FieldPath":"","OptionalOldSelf":null}}: compilation failed: ERROR: <input>:1:10: Syntax error: mismatched input \'<EOF>\'',
        f"{SCHEMA}.properties[spec].x-kubernetes-validations[1].rule: Required value: rule is not specified",
    ]),
])
def test_schemas(change, expected):
    found = errors_of(change)
    assert [text[: len(wanted)] for text, wanted in zip(found, expected, strict=True)] == expected


def test_what_may_not_change():
    old = copy.deepcopy(CRD)
    KIND.default(old)
    KIND.prepare_for_create(old)
    assert errors_of(spec(scope="Cluster"), old) == []
    old["status"]["conditions"] = [{"type": "Established", "status": "True"}]
    assert errors_of(spec(scope="Cluster"), old) == ['spec.scope: Invalid value: "Cluster": field is immutable']
    assert errors_of(names(plural="cts"), old) == ['spec.names.plural: Invalid value: "cts": field is immutable']


def test_versions_that_objects_may_be_stored_in_stay():
    def change(obj):
        obj["status"] = {"storedVersions": ["v1alpha1"]}

    old = copy.deepcopy(CRD)
    assert errors_of(change, old) == [
        'status.storedVersions[0]: Invalid value: "v1alpha1": missing from spec.versions; v1alpha1 was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in v1alpha1 and removes v1alpha1 from status.storedVersions'
    ]


def test_versions_are_sorted_as_upstream_documents_it():
    order = ["v10", "v2", "v1", "v11beta2", "v10beta3", "v3beta1", "v12alpha1", "v11alpha2", "foo1", "foo10"]
    assert sorted(set(order), key=version_priority) == order
