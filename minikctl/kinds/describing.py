"""What the descriptions of many kinds have in common: labels, annotations, owners, and the description of any object.

Everything writes to a ``kinds.base.Writer``. Upstream: kubectl's ``describe.go`` (``printLabelsMultiline``,
``printAnnotationsMultiline``, ``genericDescriber``).
"""

from __future__ import annotations

from minikctl.kinds.base import LAST_APPLIED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from minikctl.kinds.base import Obj, Writer

#: annotations that describe leaves out
SKIPPED_ANNOTATIONS = frozenset({LAST_APPLIED})
#: annotations longer than this, in bytes, are shown on lines of their own and cut off
MAX_ANNOTATION = 140

#: parts of metadata that the description of any object does not repeat
_SHOWN_ABOVE = frozenset({
    ".metadata.managedFields", ".metadata.name", ".metadata.namespace", ".metadata.labels", ".metadata.annotations",
})
_ACRONYMS = frozenset({"API", "URL", "UID", "GUID"})


def labels_multiline(out: Writer, title: str, labels: Mapping[str, str] | None) -> None:
    """Write ``title:`` and labels, sorted, a line each (also for node selectors and the like)."""
    write_values(out, title, [f"{key}={(labels or {})[key]}\n" for key in sorted(labels or ())])


def write_values(out: Writer, title: str, values: Sequence[str]) -> None:
    """Write ``title:`` and values, which have their newlines, below each other in the second column.

    Piece by piece as kubectl does it, for a writer that indents shows each piece.
    """
    out.write(0, f"{title}:\t")
    for index, value in enumerate(values or ["<none>\n"]):
        if index:
            out.write(0, "\t")
        out.write(0, value)


def annotations_multiline(out: Writer, title: str, annotations: Mapping[str, str] | None) -> None:
    """Write ``title:`` and annotations, sorted; long ones and those of several lines below their key, cut off."""
    parts = []
    for key in sorted(annotations or ()):
        if key in SKIPPED_ANNOTATIONS:
            continue
        value = (annotations or {})[key].removesuffix("\n")
        if _length(value) + _length(key) + 2 > MAX_ANNOTATION or "\n" in value:
            lines = [f"\t  {_shorten(line, MAX_ANNOTATION - 2)}\n" for line in value.split("\n")]
            parts.append(f"{key}:\n" + "".join(lines))
        else:
            parts.append(f"{key}: {value}\n")
    write_values(out, title, parts)


def _length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def _shorten(text: str, most: int) -> str:
    """Cut after ``most`` bytes, as Go counts them."""
    if _length(text) <= most:
        return text
    return text.encode("utf-8", "surrogatepass")[:most].decode("utf-8", "replace") + "..."


def controlled_by(obj: Obj) -> str:
    """The owner that controls ``obj``, as ``ReplicaSet/web-1``; "" without one (upstream: ``printController``)."""
    for reference in obj["metadata"].get("ownerReferences") or ():
        if reference.get("controller"):
            return f"{reference.get('kind', '')}/{reference.get('name', '')}"
    return ""


# ---------------------------------------------------------------------------------------------------------------------
# Any object
# ---------------------------------------------------------------------------------------------------------------------


def describe_generic(out: Writer, obj: Obj) -> None:
    """Write an object of a kind that kubectl has no words for: all of its fields, and its events."""
    metadata = obj["metadata"]
    out.write(0, f"Name:\t{metadata.get('name', '')}\n")
    out.write(0, f"Namespace:\t{metadata.get('namespace', '')}\n")
    labels_multiline(out, "Labels", metadata.get("labels"))
    annotations_multiline(out, "Annotations", metadata.get("annotations"))
    _describe_fields(out, 0, obj, "")
    out.events(obj)


def _describe_fields(out: Writer, level: int, fields: Mapping[str, Any], path: str) -> None:
    """Write a map field by field (upstream: ``printUnstructuredContent``)."""
    from minikctl.lib.gofmt import value as go_value

    for field in sorted(fields):
        where = f"{path}.{field}"
        if where in _SHOWN_ABOVE:
            continue
        value, label = fields[field], smart_label(field)
        if isinstance(value, dict):
            out.write(level, f"{label}:\n")
            _describe_fields(out, level + 1, value, where)
        elif isinstance(value, list):
            out.write(level, f"{label}:\n")
            for item in value:
                if isinstance(item, dict):
                    _describe_fields(out, level + 1, item, where)
                else:
                    out.write(level + 1, f"{go_value(item)}\n")
        else:
            out.write(level, f"{label}:\t{go_value(value)}\n")


def smart_label(field: str) -> str:
    """``apiVersion`` becomes ``API Version``, ``podSelector`` ``Pod Selector`` (upstream: ``smartLabelFor``)."""
    if not all(char.isalpha() or char == "-" for char in field):
        return field
    words = []
    for word in _join_acronyms(_split_camel_case(field)):
        if word.upper() in _ACRONYMS:
            words.append(word.upper())
        else:
            words.append(word.title() if word == word.lower() else word)
    return " ".join(words)


def _split_camel_case(text: str) -> list[str]:
    """``PDFLoader-x`` becomes ``PDF``, ``Loader``, ``-``, ``x`` (upstream: ``fatih/camelcase``)."""
    words: list[str] = []
    last = -1
    for char in text:
        kind = 0 if char.islower() else 1 if char.isupper() else 2
        if kind == last:
            words[-1] += char
        else:
            words.append(char)
        last = kind
    for index in range(len(words) - 1):
        # The last of several capitals begins the next word.
        if words[index] and words[index][0].isupper() and words[index + 1][0].islower():
            words[index + 1] = words[index][-1] + words[index + 1]
            words[index] = words[index][:-1]
    return [word for word in words if word]


def _join_acronyms(words: list[str]) -> list[str]:
    """Put acronyms back together that were split: ``API``, ``s`` was read as ``AP``, ``Is``.

    An acronym has two letters at least, so ``podIPs`` stays ``Pod I Ps``.
    """
    joined: list[str] = []
    index = 0
    while index < len(words):
        word = words[index]
        following = words[index + 1] if index + 1 < len(words) else ""
        if following[:1].isupper() and len(word) > 1 and all(char.isupper() or char == "-" for char in word):
            word += following
            index += 1
        joined.append(word)
        index += 1
    return joined
