"""What of an object does not fit the schema of its kind: every unknown field and every wrong type, not only the first.

So that the rest can still be looked at, the object is repaired on the way: a misspelt field gets the name that was
meant, ``"3"`` where an integer belongs becomes 3, and what cannot be mended is left out. ``Fit`` says where, so that no
rule complains of what was left out, and each complaint of what was mended points to what the manifest says.
"""

from __future__ import annotations

from minikctl.api.accepting import CLEAN, NO, acceptor_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from minikctl.api.findings import Finding
    from minikctl.api.schemas import Schema

    Obj = dict[str, Any]
    Path = tuple[str | int, ...]
    Texts = Callable[[str], str | None]

#: a repaired field may hold fields that are wrong in their turn; more rounds than this no manifest needs
_MOST_ROUNDS = 8


class Misfit:
    """One thing that does not fit: the rule, the path to it, what to say and what to suggest.

    ``of_value``: the value is wrong, not the field. ``quoted``: the suggestion is to put quotes around the value; what
    exactly it says is for somebody to fill in who has the text (``{text}``).
    """

    __slots__ = ("message", "of_value", "path", "rule", "suggestion")

    def __init__(self, rule: str, path: str, message: str, suggestion: str = "", *, of_value: bool = False) -> None:
        self.rule = rule
        self.path = path
        self.message = message
        self.suggestion = suggestion
        self.of_value = of_value


class Fit:
    """What came of it: ``obj`` in the shape in which it would be kept, and the misfits.

    ``left_out`` are paths of which nothing more is to be said; ``renamed`` leads from the path of a mended field to the
    one in the manifest.
    """

    __slots__ = ("left_out", "misfits", "obj", "renamed")

    def __init__(self, obj: Obj) -> None:
        self.obj = obj
        self.misfits: list[Misfit] = []
        self.left_out: list[str] = []
        self.renamed: dict[str, str] = {}

    def says_nothing_of(self, path: str) -> bool:
        """Whether ``path`` lies in what was left out."""
        return any(_within(path, out) for out in self.left_out)

    def written(self, path: str) -> str:
        """Return ``path`` as the manifest has it."""
        for mended, given in self.renamed.items():
            if _within(path, mended):
                return given + path[len(mended):]
        return path


def _within(path: str, outer: str) -> bool:
    return path == outer or path.startswith((f"{outer}.", f"{outer}["))


def fit(obj: Obj, schema: Schema, texts: Texts | None = None) -> Fit:
    """Hold ``obj`` against the schema of its kind. ``obj`` itself is not changed.

    ``texts`` tells of a path what the manifest says there: ``1.10`` where the object has 1.1.
    """
    found = Fit(obj)
    try:
        verdict = acceptor_for(schema)(obj)
        if verdict == NO:
            _repair(found, schema, texts)
        if verdict != CLEAN:
            from minikctl.api.tidying import tidy

            found.obj = tidy(found.obj, schema)
    except RecursionError:
        # Only kinds that contain themselves get here (a schema in a CustomResourceDefinition).
        found.misfits = [Misfit("wrong-type", "", "the object is nested too deeply")]
        found.left_out.append("")
    return found


def _repair(found: Fit, schema: Schema, texts: Texts | None) -> None:
    from copy import deepcopy

    from minikctl.api.findings import find
    from minikctl.api.tidying import without_nulls

    obj = deepcopy(found.obj)
    for _ in range(_MOST_ROUNDS):
        obj = without_nulls(obj, schema)
        findings = [each for each in find(obj, schema) if each.keyword in {"additionalProperties", "type", "format"}]
        if not findings:
            break
        # From the end, so that what is taken out of a list does not move what comes before it.
        misfits = [misfit for each in reversed(findings) if (misfit := _mend(found, obj, schema, each, texts))]
        found.misfits += reversed(misfits)
    found.obj = obj


def _mend(found: Fit, obj: Obj, schema: Schema, finding: Finding, texts: Texts | None) -> Misfit | None:
    """Repair the place of one finding in ``obj`` and return what to say of it."""
    parent: Any = obj
    for step in finding.path[:-1]:
        inner = parent[step] if isinstance(parent, dict) and step in parent else None
        if isinstance(parent, list) and isinstance(step, int) and step < len(parent):
            inner = parent[step]
        if inner is None:
            return None  # what was around it is gone
        parent = inner
    if not finding.path:
        return None
    if finding.keyword == "additionalProperties":
        return _unknown(found, obj, parent, schema, finding)
    from minikctl.api.validating.types import mended, wrong_value

    value = mended(finding.node, finding.value)
    text = _text(schema, finding.path)
    misfit = wrong_value(finding, text, schema)
    misfit.path = found.written(misfit.path)
    if isinstance(value, str) and texts is not None:
        value = texts(misfit.path) or value
    step = finding.path[-1]
    if value is not None:
        parent[step] = value
    elif isinstance(parent, dict):
        parent.pop(step, None)
        found.left_out.append(text)
    else:
        parent[step] = _nothing(finding.node)
        found.left_out.append(text)
    return misfit


def _nothing(node: Schema) -> Any:
    from minikctl.api.tidying import zero

    empty = zero(node)
    return [] if empty is None and node.type == "array" else {} if empty is None else empty


def _unknown(found: Fit, obj: Obj, parent: Obj, schema: Schema, finding: Finding) -> Misfit | None:
    from minikctl.api.validating.misplaced import find_place
    from minikctl.api.validating.spelling import closest, slips

    name = str(finding.path[-1])
    if name not in parent:
        return None
    where = finding.path[:-1]
    text = _text(schema, finding.path)
    misfit = Misfit("unknown-field", found.written(text), f'unknown field "{found.written(text)}"')
    value = parent.pop(name)
    fields = finding.node.properties
    meant = closest(name, [each for each in fields if each not in parent]) or closest(name, fields)
    sure = meant and (slips(name.lower(), meant.lower()) <= 1 or _bare(name) == _bare(meant))
    place = None if sure else find_place(name, value, obj, schema, where)
    if place is not None:
        there = _text(schema, place)
        misfit.suggestion = f"{name} belongs under {there}" if there else f"{name} belongs at the top level"
        mended = f"{there}.{name}" if there else name
        if _move(obj, place, name, value):
            found.renamed[mended] = misfit.path
        else:
            found.left_out.append(mended)
    elif meant:
        misfit.suggestion = f"did you mean {meant}?"
        if meant not in parent:
            parent[meant] = value
            prefix = _text(schema, where)
            found.renamed[f"{prefix}.{meant}" if prefix else meant] = misfit.path
    found.left_out.append(text)
    return misfit


def _move(obj: Obj, place: Path, name: str, value: Any) -> bool:
    """Put a field where it belongs, if there is something to put it into that has none yet."""
    target: Any = obj
    for step in place:
        try:
            target = target[step]
        except (LookupError, TypeError):
            return False
    if not isinstance(target, dict) or name in target:
        return False
    target[name] = value
    return True


def _bare(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def _text(schema: Schema, path: Path) -> str:
    return "".join(_pieces(schema, path)).removeprefix(".")


def _pieces(schema: Schema, path: Path) -> Iterator[str]:
    """The path as field errors have it: keys of maps in brackets, ``spec.hard[cpu]``."""
    node: Schema | None = schema
    for step in path:
        in_brackets = isinstance(step, int) or (node is not None and not node.has_fields)
        yield f"[{step}]" if in_brackets else f".{step}"
        if node is not None:
            node = node.items if isinstance(step, int) else node.field(step)
