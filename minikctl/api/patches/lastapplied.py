"""What was applied last: the annotation ``kubectl.kubernetes.io/last-applied-configuration``.

It holds the manifest as compact JSON with a newline at the end, without the annotation itself; the manifest has
``metadata.annotations`` then, empty if need be. Upstream: kubectl ``util/apply.go``.
"""

from __future__ import annotations

import json

from minikctl.errors import MinikctlError
from minikctl.kinds.base import LAST_APPLIED
from minikctl.lib import gojson

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Obj = dict[str, Any]

#: where it is noted
ANNOTATION = LAST_APPLIED


def get_annotation(obj: Obj) -> str | None:
    """What was applied last, as it stands on the object; None where nothing was (``GetOriginalConfiguration``)."""
    meta = obj.get("metadata")
    annotations = meta.get("annotations") if isinstance(meta, dict) else None
    found = annotations.get(ANNOTATION) if isinstance(annotations, dict) else None
    return found if isinstance(found, str) else None


def get_object(obj: Obj) -> Obj:
    """What was applied last, as an object; empty where nothing was. Raises MinikctlError where it is no JSON object."""
    text = get_annotation(obj)
    if not text:
        return {}
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise MinikctlError("invalid JSON document")
    return found


def build(obj: Obj) -> str:
    """The annotation's value for ``obj`` (``GetModifiedConfiguration`` without annotating)."""
    return gojson.compact(without_annotation(obj)) + "\n"


def with_annotation(obj: Obj) -> Obj:
    """A copy of ``obj`` that carries itself in the annotation (``GetModifiedConfiguration``).

    ``metadata`` and its annotations are new; everything else is shared with ``obj``.
    """
    bare = without_annotation(obj)
    annotations = {**bare["metadata"]["annotations"], ANNOTATION: gojson.compact(bare) + "\n"}
    return {**bare, "metadata": {**bare["metadata"], "annotations": annotations}}


def without_annotation(obj: Obj) -> Obj:
    """A copy of ``obj`` without the annotation, with annotations in any case; shares the rest with ``obj``."""
    meta = obj.get("metadata")
    meta = meta if isinstance(meta, dict) else {}
    annotations = meta.get("annotations")
    annotations = annotations if isinstance(annotations, dict) else {}
    kept = {key: value for key, value in annotations.items() if key != ANNOTATION}
    return {**obj, "metadata": {**meta, "annotations": kept}}
