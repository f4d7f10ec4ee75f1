"""``--sort-by``: the order that kubectl gives to objects.

Upstream: kubectl ``get/sorter.go``. A path in kubectl's JSONPath is looked up in each object, and the first value that
it finds there decides: numbers by size, texts by quantity where both are quantities (``512Mi`` before ``1Gi``) and else
by their characters; nothing comes first. Upstream sorts with Go's ``sort.Sort``, which is not stable: where values are
equal, and where they are missing, objects change places in a way of its own, and that way is kept (``go_sort``).
"""

from __future__ import annotations

from minikctl.errors import MinikctlError, quote
from minikctl.lib.gosort import go_sort
from minikctl.lib.gotypes import type_name
from minikctl.printing.errors import PrintError
from minikctl.printing.jsonpath import JSONPathError, compile_path, relaxed
from minikctl.printing.jsonpath.evaluate import NOTHING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    Obj = dict[str, Any]

#: exit codes of klog.Exit and klog.Fatal
_EXIT, _FATAL = 1, 255


#: what a quantity may begin with: most texts are seen not to be one by that
_QUANTITY_STARTS = tuple("0123456789+-.")


class _Missing:
    """Where the path found nothing."""

    __slots__ = ()


_MISSING = _Missing()


def sort_objects(objects: Sequence[Obj], path: str) -> list[Obj]:
    """Return the items of a list in the order of ``--sort-by=path``, for all formats but tables.

    Raises ``JSONPathError`` when the path does not parse, does not fit an object or is found in none of them
    (``couldn't find any field with path "{.x}" in the list of objects``), ``PrintError`` when values cannot be
    compared. No objects are in order whatever the path.
    """
    if not objects:
        return []
    field = relaxed(path)
    template = compile_path(field)
    keys: list[Any] = []
    found = False
    for obj in objects:
        try:
            results = template.find_results(obj)
        except JSONPathError as error:
            if not found:  # upstream looks for the first object that has the field, and checks no further
                raise
            raise _no_values(obj, field, error) from error
        keys.append(_key(results))
        found = found or keys[-1] is not _MISSING
    if not found:
        raise _not_found(field)
    return _sorted(objects, keys, f"Field {field} in *unstructured.Unstructured")


def sort_rows(objects: Sequence[Obj], path: str) -> list[Obj] | None:
    """Return the objects of one table in the order of ``--sort-by=path``; None: the table is not printed at all.

    That is what kubectl does when the path does not parse, does not fit or is found nowhere: the error is lost, and
    ``No resources found`` is said. One row needs no order, and then the path does not matter.
    Raises ``PrintError`` when values cannot be compared.
    """
    if len(objects) < 2:
        return list(objects)
    try:
        field = relaxed(path)
    except JSONPathError:
        field = path
    try:
        template = compile_path(field)
        keys = [_key(template.find_results(obj)) for obj in objects]
    except JSONPathError:
        return None
    if all(key is _MISSING for key in keys):
        return None
    return _sorted(objects, keys, f"Field {field} in [][][]reflect.Value")


def sort_tables(tables: Sequence[Sequence[Obj]], versions: Sequence[str], path: str) -> list[int]:
    """Return the order of several tables of ``get --sort-by=path``: one a kind, or one an object asked for by its name.

    kubectl looks the path up in the tables as the API sent them: ``.metadata.name`` is in none, so this mostly raises
    ``JSONPathError`` as ``sort_objects`` does (``{.rows[0].object.metadata.name}`` would work). ``versions`` are the
    tables' resourceVersions.
    """
    if len(tables) < 2:
        return list(range(len(tables)))
    answers = [
        {
            "kind": "Table",
            "apiVersion": "meta.k8s.io/v1",
            "metadata": {"resourceVersion": version},
            "rows": [{"object": obj} for obj in rows],
        }
        for rows, version in zip(tables, versions, strict=True)
    ]
    places = {id(answer): index for index, answer in enumerate(answers)}
    return [places[id(answer)] for answer in sort_objects(answers, path)]


def _not_found(field: str) -> MinikctlError:
    return JSONPathError(f"couldn't find any field with path {quote(field)} in the list of objects")


def _no_values(obj: Obj, field: str, error: JSONPathError) -> MinikctlError:
    from minikctl.lib.gofmt import syntax

    return PrintError(
        f"Failed to get i values for &unstructured.Unstructured{{Object:{syntax(obj)}}} using {field} "
        f"(&errors.errorString{{s:{quote(str(error))}}})",
        exit_code=_FATAL,
    )


def _key(results: list[list[Any]]) -> Any:
    """The value that decides: the first one that the first part of the path found."""
    return results[0][0] if results and results[0] else _MISSING


def _sorted(objects: Sequence[Obj], keys: list[Any], what: str) -> list[Obj]:
    order = list(range(len(objects)))
    comparable = [_comparable(key) for key in keys]

    def less(one: int, other: int) -> bool:
        left = comparable[order[one]]
        if left is _MISSING:
            return True
        right = comparable[order[other]]
        if right is _MISSING:
            return False
        try:
            return _is_less(left, right)
        except _Unsortable as error:
            raise PrintError(f"{what} is an unsortable type: interface, err: {error}", exit_code=_EXIT) from error

    def swap(one: int, other: int) -> None:
        order[one], order[other] = order[other], order[one]

    go_sort(len(order), less, swap)
    return [objects[index] for index in order]


class _Unsortable(Exception):  # noqa: N818 - made into a user's error at once
    """Two values have no order; the text is upstream's."""


def _comparable(key: Any) -> Any:
    """A value in the form that ``_is_less`` compares: (type, value, quantity) for what has an order."""
    if key is _MISSING or key is None or key is NOTHING:
        return _MISSING if key is _MISSING else None
    name = type_name(key)
    if name == "string":
        if key[:1] not in _QUANTITY_STARTS or key[-1:].isspace():
            return name, key, None
        from minikctl.lib.quantity import QuantityError, parse_quantity

        try:
            return name, key, parse_quantity(key)
        except QuantityError:
            return name, key, None
    return name, float(key) if name == "float64" else key, None


def _is_less(left: Any, right: Any) -> bool:
    """Whether one value stands before another. Upstream: ``isLess``."""
    if left is None or right is None:
        return left is None and right is not None
    kind, value, quantity = left
    if kind not in ("int64", "int", "float64", "string"):
        raise _Unsortable(f"unsortable type: {kind}")
    other_kind, other, other_quantity = right
    if kind != other_kind:
        raise _Unsortable("unsortable interface: interface")
    if quantity is not None and other_quantity is not None:
        return bool(quantity < other_quantity)
    return bool(value < other)
