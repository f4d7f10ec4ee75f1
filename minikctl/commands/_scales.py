"""The Scale of an object, as the API has it under ``/scale``: read for a patch, and written back."""

from __future__ import annotations

from minikctl import kinds
from minikctl.errors import NotFound, StatusError
from minikctl.lib import fieldpath

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.api.patches import Patch
    from minikctl.api.server import Api
    from minikctl.commands._resources import Found, Target
    from minikctl.commands._session import Session

    Obj = dict[str, Any]

SCALE = kinds.KindInfo("autoscaling/v1", "Scale", "scales", module="scale")


def scale_of(target: Target, obj: Obj) -> Obj:
    """The Scale of an object. Raises NotFound for a kind that cannot be scaled."""
    from minikctl.lib.labels import format_label_selector

    kind = kinds.load(target.info)
    paths = kind.scale_paths()
    if paths is None:
        raise NotFound(target.info.resource, message="the server could not find the requested resource")
    kept = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    status: Obj = {"replicas": int(fieldpath.get_path(obj, paths[1]) or 0)}
    selector = kind.selector(obj)
    if selector:
        status["selector"] = format_label_selector(selector)
    return {
        "apiVersion": SCALE.api_version, "kind": SCALE.kind,
        "metadata": {field: obj["metadata"][field] for field in kept if field in obj["metadata"]},
        "spec": {"replicas": int(fieldpath.get_path(obj, paths[0]) or 0)}, "status": status,
    }


def patch_scale(api: Api, target: Target, change: Patch) -> tuple[Obj, bool]:
    """Patch the Scale of an object; returns it as it is then, and whether it differs. Raises as ``Api.update``."""
    from minikctl.api.decoding import decode

    obj = api.must_get(target.info.resource, target.namespace, target.name)
    before = scale_of(target, obj)
    after, _ = decode(change.apply(before), SCALE.api_version, SCALE.kind)
    paths = kinds.load(target.info).scale_paths()
    assert paths is not None
    replicas = (after.get("spec") or {}).get("replicas", 0)
    if replicas < 0:
        from minikctl.errors import Invalid, invalid

        words = invalid("spec.replicas", replicas, "must be greater than or equal to 0")
        raise Invalid(SCALE.qualified_kind, target.name, [words])
    fieldpath.set_path(obj, paths[0], replicas)
    stored = api.update(obj, client=True, verb="patch")
    return scale_of(target, stored), stored["metadata"]["resourceVersion"] != before["metadata"]["resourceVersion"]


def take_parts(session: Session, found: Found, part: str) -> None:
    """Put in the place of each object what the API has of it under ``/part``; an error where there is none such."""
    targets, found.targets = found.targets, []
    for target in targets:
        assert target.obj is not None
        kind = kinds.load(target.info)
        try:
            session.allow("get", target.info.resource, target.namespace, target.name, part)
            if part == "scale":
                target.obj, target.info = scale_of(target, target.obj), SCALE
            elif not (part in kind.parts or (part == "status" and kind.has_status)):
                raise NotFound(target.info.resource, message="the server could not find the requested resource")
        except StatusError as error:
            found.fail(error)
            continue
        found.targets.append(target)
