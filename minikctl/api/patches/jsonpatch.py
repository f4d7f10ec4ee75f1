"""JSON patches (RFC 6902), as evanphx/json-patch applies them for the API server.

The library ``jsonpatch`` does the work; what evanphx does in another way is put right here: ``replace`` may set a field
that is not there, ``test`` finds null where nothing is, -1 is the last place of a list.
"""

from __future__ import annotations

from minikctl.api.patches.values import copy
from minikctl.api.patches.words import PatchError, go_type
from minikctl.lib import gofmt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: upstream: ``maxJSONPatchOperations``
MAX_OPERATIONS = 10_000

_KINDS = ("add", "remove", "replace", "move", "copy", "test")


def apply(original: Any, operations: Any) -> Any:
    """Return ``original`` after ``operations``.

    Raises PatchError (400: it is no JSON patch; 413: it is too long; 422: it does not apply).
    """
    _check(operations)
    from jsonpatch import JsonPatchException, JsonPatchTestFailed
    from jsonpointer import JsonPointerException

    document = copy(original)
    for each in operations or ():
        operation = each or {}  # null is an operation without anything in it
        kind = operation.get("op", "unknown")
        path = operation.get("path", "")
        try:
            document = _apply_one(document, operation)
        except JsonPatchTestFailed as error:
            raise PatchError(f"testing value {path} failed: test failed", 422) from error
        except (JsonPatchException, JsonPointerException) as error:
            raise PatchError(_words(document, kind, path), 422) from error
    return document


def _check(operations: Any) -> None:
    """Raise PatchError where ``operations`` is no list of operations, in the words of Go's decoder."""
    if operations is not None and not isinstance(operations, list):
        raise PatchError(f"json: cannot unmarshal {json_type(operations)} into Go value of type jsonpatch.Patch", 400)
    for operation in operations or ():
        if operation is not None and not isinstance(operation, dict):
            found = json_type(operation)
            raise PatchError(f"json: cannot unmarshal {found} into Go value of type jsonpatch.Operation", 400)
    count = len(operations or ())
    if count > MAX_OPERATIONS:
        raise PatchError(
            f"Request entity too large: The allowed maximum operations in a JSON patch is {MAX_OPERATIONS}, "
            f"got {count}", 413,
        )


def _apply_one(document: Any, operation: dict[str, Any] | None) -> Any:
    from jsonpatch import JsonPatch

    operation = dict(operation or {})
    kind = operation.get("op", "unknown")
    if kind not in _KINDS:
        raise PatchError(f"Unexpected kind: {kind if isinstance(kind, str) else 'unknown'}", 422)
    path = operation.get("path")
    if not isinstance(path, str):
        raise PatchError(f"{kind} operation does not apply: doc is missing path: {gofmt.syntax(path or '')}", 422)
    parent, name, there = _find(document, path)
    if isinstance(parent, list) and name.startswith("-") and name[1:].isdigit():
        # The new element is counted too: -1 puts it at the end.
        size = len(parent) + (kind in {"add", "copy", "move"})
        operation["path"] = f"{path.rpartition('/')[0]}/{size + int(name)}"
    if isinstance(parent, dict) and not there:
        if kind == "replace":
            operation["op"] = "add"
        elif kind == "test" and operation.get("value") is None:
            return document
    if kind in {"add", "replace", "test"}:
        operation.setdefault("value", None)
    return JsonPatch([operation]).apply(document, in_place=True)


def _find(document: Any, path: str) -> tuple[Any, str, bool]:
    """The container that ``path`` ends in (None where there is no such), the last step, and whether that is there."""
    *steps, name = (step.replace("~1", "/").replace("~0", "~") for step in path.split("/")[1:] or [""])
    here = document
    for step in steps:
        if isinstance(here, dict):
            here = here.get(step)
        elif isinstance(here, list) and step.isdigit() and int(step) < len(here):
            here = here[int(step)]
        else:
            return None, name, False
    return here, name, isinstance(here, dict) and name in here


def _words(document: Any, kind: str, path: str) -> str:
    """Why an operation did not apply, as evanphx says it (clients see it only with ``--local``)."""
    parent, name, there = _find(document, path)
    if not isinstance(parent, (dict, list)) or not path.startswith("/"):
        return f'{kind} operation does not apply: doc is missing path: "{path}": missing value'
    if isinstance(parent, list):
        # Python does not convert endless digits.
        shown = int(name) if name.lstrip("-").isdigit() and len(name) < 20 else name
        return f"error in {kind} for path: '{path}': Unable to access invalid index: {shown}: invalid index referenced"
    if kind == "remove" and not there:
        return f"error in remove for path: '{path}': Unable to remove nonexistent key: {name}: missing value"
    return f"error in {kind} for path: '{path}': missing value"


def json_type(value: Any) -> str:
    """What Go's decoder calls a JSON value: array, object, number, string, bool."""
    return {"[]interface {}": "array", "map[string]interface {}": "object", "int64": "number", "float64": "number"}.get(
        found := go_type(value), found
    )
