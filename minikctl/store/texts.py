"""Objects as JSON text: whole, and cut into the texts of their top-level fields.

Turning an object into JSON and back is the greatest part of what a write costs. So what stays of an object (the spec of
one whose status changes) is kept and written as the text that it was. Texts are as ``encode`` makes them: no blanks.
"""

from __future__ import annotations

import json
from json.decoder import scanstring  # type: ignore[attr-defined]  # not in the stubs
from json.encoder import encode_basestring

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    Obj = dict[str, Any]

_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


def _quick_chunks() -> Callable[[Any, int], Iterable[str]] | None:
    """What the encoder makes anew for each value, which for small ones costs more than the encoding; None without C."""
    make: Any = getattr(json.encoder, "c_make_encoder", None)
    try:
        chunks = make(None, _encoder.default, encode_basestring, None, ":", ",", False, False, True)
        return chunks if "".join(chunks({"a": [1, "é"]}, 0)) == '{"a":[1,"é"]}' else None
    except TypeError:  # another implementation of Python
        return None


_chunks = _quick_chunks()
_scan = json.JSONDecoder().scan_once  # type: ignore[attr-defined]  # not in the stubs
#: field -> ``"field":``
_labels: dict[str, str] = {}


#: a string as JSON
quote: Callable[[str], str] = encode_basestring


def encode(value: Any) -> str:
    """A value as JSON."""
    return _encoder.encode(value) if _chunks is None else "".join(_chunks(value, 0))


def decode(text: str) -> Any:
    """The value of a text that ``encode`` made: without the look for blanks that ``json.loads`` takes."""
    return _scan(text, 0)[0]


def restamp(metadata: str, old: int, new: int) -> str | None:
    """The text of metadata with another resourceVersion; None where it cannot be told by looking at the text."""
    known = f'"resourceVersion":"{old}"'
    # At the end, with one brace after it, it is in no other field.
    if metadata.endswith(known + "}"):
        return f'{metadata[:-len(known) - 1]}"resourceVersion":"{new}"}}'
    # As text inside of a value it would stand with backslashes; as a label or annotation it would stand there twice.
    return metadata.replace(known, f'"resourceVersion":"{new}"') if metadata.count(known) == 1 else None


def cut(obj: Obj) -> dict[str, str]:
    """The texts of an object's fields, in its order."""
    return {field: encode(value) for field, value in obj.items()}


def join(texts: dict[str, str]) -> str:
    """The object whose fields have these texts, as one text."""
    return "{" + ",".join([(_labels.get(field) or _label(field)) + text for field, text in texts.items()]) + "}"


def _label(field: str) -> str:
    label = encode(field) + ":"
    if len(_labels) < 1000:
        _labels[field] = label
    return label


def split(body: str) -> dict[str, str]:
    """Cut the text of an object into the texts of its fields."""
    return take_apart(body)[0]


def take_apart(body: str) -> tuple[dict[str, str], Obj]:
    """Cut the text of an object into the texts of its fields; the values are found on the way, and come with them."""
    texts: dict[str, str] = {}
    values: Obj = {}
    position, end = 1, len(body) - 1
    while position < end:
        field, position = scanstring(body, position + 1)
        begin = position + 1
        values[field], position = _scan(body, begin)
        texts[field] = body[begin:position]
        position += 1
    return texts, values
