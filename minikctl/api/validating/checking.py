"""One object against its kind: every problem, in the order in which it stands in the file.

``check`` gives problems with their places. The object is then as the API server would have it before it stores it, as
far as that can be known without a cluster: decoded, with its defaults.
"""

from __future__ import annotations

from minikctl import kinds
from minikctl.api.decoding import write_out
from minikctl.api.manifests.decoding import text_of
from minikctl.api.validating.catalog import Catalog, DefinitionError, is_definition
from minikctl.api.validating.facts import PODS, SERVICES, Facts, collect
from minikctl.api.validating.placing import place, texts_of
from minikctl.api.validating.problems import Problem
from minikctl.api.validating.schema_checks import Fit, Misfit, fit
from minikctl.api.validating.spelling import closest
from minikctl.api.validation import field_errors
from minikctl.errors import Invalid
from minikctl.kinds.base import Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random
    from typing import Any

    from minikctl.api.manifests import Document
    from minikctl.errors import FieldError
    from minikctl.kinds import KindInfo

    Obj = dict[str, Any]
    #: a problem, what of its path is meant (see ``placing``), and the value that a field error is about
    Found = tuple[Problem, str, Any]

#: an object with more than this has a cause that the first ones show
MOST_PROBLEMS = 200
_RULES = {
    "Required value": "required-value", "Invalid value": "invalid-value", "Unsupported value": "unsupported-value",
    "Duplicate value": "duplicate-value", "Forbidden": "forbidden-value", "Not found": "not-found",
    "Too long": "too-long", "Too many": "too-many",
}


class Verdict:
    """What came of one object: what it is called, its problems by line and column, and its facts (None: no known kind)."""

    __slots__ = ("display", "facts", "problems")

    def __init__(self, display: str, problems: list[Problem], facts: Facts | None) -> None:
        self.display = display
        self.problems = problems
        self.facts = facts


def check(document: Document, catalog: Catalog, namespace: str = "default") -> Verdict:
    """Check one object by itself. ``namespace`` is that of objects that name none."""
    info = facts = None
    found: list[Found] = []
    try:
        info, problems = recognize(document.obj, catalog)
        found += [(problem, "value", None) for problem in problems]
        if info is not None:
            facts = _check_kind(document, info, catalog, namespace, found)
    except DefinitionError as error:
        found.append((Problem("invalid-definition", str(error), path="kind"), "value", None))
    name = display(document.obj, info)
    if facts is not None:
        facts.display, facts.source, facts.line, facts.item = name, document.source, document.line, document.item
    if document.duplicates:
        found += _duplicates(document)
    if not found and not document.odd_keys:
        return Verdict(name, [], facts)
    return Verdict(name, place(document, found[:MOST_PROBLEMS], name), facts)


def display(obj: Obj, info: KindInfo | None) -> str:
    """What an object is called: ``deployment.apps/web``."""
    kind = info.singular_resource if info else text_of(obj, "kind") or "object"
    meta = obj.get("metadata")
    meta = meta if isinstance(meta, dict) else {}
    name = text_of(meta, "name") or (f"{text_of(meta, 'generateName')}*" if text_of(meta, "generateName") else "")
    return f"{kind}/{name}" if name else kind


def _duplicates(document: Document) -> Iterator[Found]:
    prefix = "" if document.item is None else f"items[{document.item}]."
    for each in document.duplicates:
        if each.path.startswith(prefix):
            path = each.path[len(prefix):]
            key = path.rpartition(".")[2]
            message = f'the key "{key}" stands here a second time; only the last one counts'
            yield Problem("duplicate-key", message, path=path, line=each.line), "duplicate", None


def recognize(obj: Obj, catalog: Catalog) -> tuple[KindInfo | None, list[Problem]]:
    """Find the kind of an object, or say why there is none."""
    version, kind = obj.get("apiVersion"), obj.get("kind")
    problems = [
        _kind_problem(name, value, obj, catalog)
        for name, value in (("apiVersion", version), ("kind", kind)) if not isinstance(value, str) or not value
    ]
    if problems:
        return None, problems
    assert isinstance(version, str)
    assert isinstance(kind, str)
    if version.count("/") > 1:
        message = f'apiVersion: "{version}" is no group and version'
        return None, [Problem("unknown-kind", message, path="apiVersion", suggestion=_version_advice(version, kind, catalog))]
    info = catalog.find(version, kind)
    if info is not None:
        return info, []
    versions = catalog.versions_of(kind)
    return None, [Problem(
        "unknown-kind", f'no kind "{kind}" in version "{version}"', path="apiVersion" if versions else "kind",
        suggestion=_version_advice(version, kind, catalog),
    )]


def _kind_problem(name: str, value: Any, obj: Obj, catalog: Catalog) -> Problem:
    if value is not None and value != "":
        return Problem("missing-kind", f"{name}: must be a string", path=name)
    if name in obj:
        return Problem("missing-kind", f"{name} is not set", path=name)
    suggestion = ""
    if name == "apiVersion":
        versions = catalog.versions_of(text_of(obj, "kind"))
        suggestion = f"{obj['kind']} is in {' and '.join(versions)}" if versions else ""
    near = closest(name, obj)
    if near and near not in {"apiVersion", "kind", "metadata", "spec"}:
        return Problem("missing-kind", f"{name} is not set", path=near, suggestion=f"{near} is meant to be {name}")
    return Problem("missing-kind", f"{name} is not set", suggestion=suggestion)


def _version_advice(version: str, kind: str, catalog: Catalog) -> str:
    versions = catalog.versions_of(kind)
    if versions:
        return f"{kind} is in {' and '.join(versions)}"
    near = closest(kind, catalog.kinds_of(version)) or closest(kind, catalog.all_names())
    if not near:
        return ""
    where = catalog.versions_of(near)
    return f"did you mean {near}?" if version in where else f"did you mean {near} ({', '.join(where)})?"


# ---------------------------------------------------------------------------------------------------------------------
# A known kind
# ---------------------------------------------------------------------------------------------------------------------

def _check_kind(
    document: Document, info: KindInfo, catalog: Catalog, namespace: str, problems: list[Found]
) -> Facts | None:
    """Add the problems of an object of a known kind to ``problems``; return its facts."""
    obj = document.obj
    schema = catalog.schema(info.api_version, info.kind)
    found = Fit(obj) if schema is None else fit(obj, schema, texts_of(document))
    problems += [(_misfit_problem(misfit), "value" if misfit.of_value else "key", None) for misfit in found.misfits]
    if found.says_nothing_of("") or not isinstance(found.obj.get("metadata"), dict | None):
        return None
    # Before the defaults, which are no words of the manifest.
    facts = collect(found.obj, info, schema, namespace)
    errors, warnings = rule_errors(found.obj, info, catalog)
    problems += [
        (field_problem(error, found.written(error.path)), "value", error.value)
        for error in errors if not found.says_nothing_of(error.path) and not (found.left_out and _follows(error, found))
    ]
    if found.misfits:
        return facts
    for text in warnings:
        path = text.partition(": ")[0]
        is_path = path[:1].isalpha() and " " not in path
        problems.append((Problem("server-warning", text, path=path if is_path else ""), "value", None))
    if is_definition(obj):
        try:
            Catalog([obj])
        except DefinitionError as error:
            problems.append((Problem("invalid-definition", str(error), path=error.path), "key", None))
    return facts


def _misfit_problem(misfit: Misfit) -> Problem:
    return Problem(misfit.rule, misfit.message, path=misfit.path, suggestion=misfit.suggestion)


def _follows(error: FieldError, found: Fit) -> bool:
    """Whether a complaint about two fields, or of something empty, comes only of what was left out."""
    is_empty = error.kind == "Required value" or error.value in (None, "", {}, [])
    if is_empty and any(path.startswith(f"{error.path}.") for path in found.left_out):
        return True
    return "does not match" in error.detail and any("selector" in path or "template" in path for path in found.left_out)


#: what the API server gives to every new object
_GIVEN = {"uid": "00000000-0000-4000-8000-000000000000", "creationTimestamp": "2026-01-01T00:00:00Z"}


def rule_errors(obj: Obj, info: KindInfo, catalog: Catalog) -> tuple[list[FieldError], list[str]]:
    """Return the broken rules of an object that decodes, and the API server's warnings. ``obj`` gets its defaults.

    What the API server does before it validates and a cluster is not needed for: names, defaults. Upstream: the steps of
    ``rest.BeforeCreate``.
    """
    built_in = kinds.info_for_object(info.api_version, info.kind) is not None
    kind = kinds.load(info) if built_in or info.custom else Kind(info)
    meta = obj.get("metadata") or {}
    # A name of its own for the check: what is generated is not the manifest's matter.
    meta = obj["metadata"] = dict(meta)
    if not info.namespaced:
        meta.pop("namespace", None)
    elif not meta.get("namespace"):
        meta["namespace"] = "default"
    if meta.get("generateName") and not meta.get("name"):
        meta["name"] = f"{meta['generateName'][:58]}xxxxx"
    meta |= _GIVEN
    if kind.has_generation:
        meta["generation"] = 1
    if built_in or info.custom:
        kind.default(obj)
        kind.prepare_for_create(obj)
        write_out(obj, info.api_version, info.kind, registry=catalog.registry)
    if info.resource == PODS:
        # Every Pod has a ServiceAccount by the time it is validated (upstream: the ServiceAccount admission plugin).
        obj["spec"].setdefault("serviceAccountName", "default")
    errors = _address_errors(obj) if info.resource == SERVICES and built_in else []
    errors += field_errors(kind, obj, None, registry=catalog.registry)
    errors = list({str(error): error for error in errors if "were not checked" not in error.detail}.values())
    if info.verbs == kinds.CREATE:
        # What is only answered, not stored, needs no name.
        errors = [error for error in errors if error.path != "metadata.name" or error.kind != "Required value"]
    return errors, kind.warnings(obj) if not errors else []


def _address_errors(service: Obj) -> list[FieldError]:
    """What is wrong with the addresses and ports that a Service asks for, whatever others have."""
    from minikctl.api.admission.service_addresses import admit_service

    try:
        admit_service(service, None, _NoServices())
    except Invalid as error:
        return error.errors
    return []


class _NoServices:
    """No Service has an address or port yet; what is drawn does not matter (see ``service_addresses.Lookup``)."""

    def used_cluster_ips(self) -> set[str]:
        return set()

    def used_node_ports(self) -> set[tuple[int, str]]:
        return set()

    def random(self) -> Random:
        from random import Random

        return Random(0)  # noqa: S311 - addresses, not secrets


def field_problem(error: FieldError, path: str = "") -> Problem:
    """A field error of the API server's as a problem; ``path`` is that of the manifest where it differs."""
    path = path or error.path
    message = str(error)
    if path == "[]":  # upstream's path of the whole object
        return Problem(_RULES.get(error.kind, "invalid-value"), message.removeprefix("[]: "))
    if path != error.path:
        message = path + message[len(error.path):]
    return Problem(_RULES.get(error.kind, "invalid-value"), message, path=path, suggestion=_value_advice(error))


def _value_advice(error: FieldError) -> str:
    """``did you mean Always?`` for a value that is none of the supported ones."""
    supported = [word for word in error.detail.split('"')[1::2] if word]
    if error.kind == "Invalid value" and error.detail.startswith("must be '"):
        supported = error.detail.split("'")[1::2]
    elif error.kind != "Unsupported value":
        return ""
    value = error.value
    if isinstance(value, dict) and len(value) and isinstance(next(iter(value.values())), str):
        value = next(iter(value.values()))
    near = closest(value, supported) if isinstance(value, str) else ""
    return f"did you mean {near}?" if near else ""
