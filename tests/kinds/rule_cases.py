"""What tables of rules of a kind need: an object as the API server would judge it."""

import copy

from minikctl import kinds


def kind_of(obj):
    return kinds.load(kinds.info_for_object(obj["apiVersion"], obj["kind"]))


def made(api_version, kind, name="x", **fields):
    """A new object with defaults, as it comes to validation."""
    obj = {"apiVersion": api_version, "kind": kind, "metadata": {"name": name, "creationTimestamp": None}}
    obj.update(copy.deepcopy(fields))
    hooks = kind_of(obj)
    if hooks.info.namespaced:
        obj["metadata"]["namespace"] = "default"
    hooks.default(obj)
    return obj


def errors(obj):
    return [str(error) for error in kind_of(obj).validate(obj)]


def update_errors(obj, old):
    return [str(error) for error in kind_of(obj).validate_update(obj, old)]


def cells(obj, now=0.0):
    """The row of ``get -o wide`` by its columns."""
    kind = kind_of(obj)
    return dict(zip([column.name for column in kind.columns], kind.row(obj, now), strict=True))
