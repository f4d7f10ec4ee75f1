"""``get --raw``: what the API answers at a path. Objects and lists, what there is to discover, health and version.

Upstream: ``apiserver/pkg/endpoints`` (lists and discovery), ``pkg/server/healthz``, ``pkg/server/routes/version.go``. The
addresses of objects are those of ``_raw``; a watch, logs and what else is no single answer is refused.
"""

from __future__ import annotations

import json

from minikctl import kinds
from minikctl.commands._raw import Place, check_path, nowhere, text_of
from minikctl.errors import BadRequest, MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session
    from minikctl.commands.get import GetOptions
    from minikctl.kinds import KindInfo

    Obj = dict[str, Any]

#: what says that the server is there, and what it says
_HEALTH = ("healthz", "livez", "readyz")
#: paths that mean more than the simulation has
_REFUSED = {
    "openapi": "explain shows what the fields of a kind are",
    "metrics": "top shows simulated figures",
    "logs": "there is no process that could log",
    "debug": "there is no process to look into",
}
#: the verbs of parts of objects
_CHANGING = ("get", "patch", "update")


def check(options: GetOptions) -> None:
    """Raise UsageError where --raw and other flags do not go together, in kubectl's order and words."""
    if options.args:
        raise UsageError("arguments may not be passed when --raw is specified")
    if options.watch or options.watch_only or options.selector:
        raise UsageError(
            "--raw may not be specified with other flags that filter the server request or alter the output"
        )
    if options.output:
        raise UsageError("--raw and --output are mutually exclusive")
    check_path(options.raw)


def get(session: Session, uri: str) -> None:
    """Print what there is at a path. Raises MinikctlError."""
    from urllib.parse import parse_qs, unquote, urlsplit

    parts = urlsplit(uri)
    query = {key: values[0] for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
    words = [unquote(word) for word in parts.path.strip("/").split("/") if word]
    head = words[0] if words else ""
    if head in _HEALTH:
        _health(session, words, query)
    elif head in _REFUSED:
        raise MinikctlError(f"--raw {parts.path} is not possible in a simulated cluster: {_REFUSED[head]}")
    elif words == ["version"]:
        _version(session)
    else:
        found = _discovered(words) or _stored(session, words, query)
        session.write(text_of(found, 2 if query.get("pretty", "") in ("1", "true") else None))
        session.show_warnings()


# -- health and version -----------------------------------------------------------------------------------------------


def _health(session: Session, words: list[str], query: dict[str, str]) -> None:
    """``ok``, or with ?verbose a line for each check: the state can be read, or we would not be here."""
    session.trusted.store.refresh()
    checks = ["ping", "etcd"]
    if len(words) > 2 or (len(words) == 2 and words[1] not in checks):
        raise nowhere()
    if "verbose" in query:
        lines = [f"[+]{check} ok\n" for check in (words[1:] or checks)]
        session.write("".join(lines) + f"{words[0]} check passed\n")
    else:
        session.write("ok")


def _version(session: Session) -> None:
    from minikctl.commands.version import version_info

    session.write(json.dumps(version_info(), indent=2))


# -- discovery --------------------------------------------------------------------------------------------------------


def _discovered(words: list[str]) -> Obj | None:
    """What a path says of groups, versions and resources; None for a path to objects."""
    if not words:
        paths = ["/api", "/api/v1", "/apis"]
        for group in sorted(_groups()):
            paths += [f"/apis/{group}", *(f"/apis/{group}/{version}" for version in _groups()[group])]
        return {"paths": [*paths, "/healthz", "/livez", "/readyz", "/version"]}
    if words == ["api"]:
        address = {"clientCIDR": "0.0.0.0/0", "serverAddress": "172.18.0.1:16443"}
        return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": [address]}
    if words == ["apis"]:
        groups = [_group(name, versions) for name, versions in _groups().items()]
        return {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}
    if words[0] == "apis" and len(words) == 2 and words[1] in _groups():
        return {"kind": "APIGroup", "apiVersion": "v1", **_group(words[1], _groups()[words[1]])}
    if words == ["api", "v1"] or (words[0] == "apis" and len(words) == 3):
        version = "/".join(words[1:])
        infos = [info for info in kinds.all_kinds() if info.api_version == version and info.served]
        if not infos:
            raise nowhere()
        resources = [line for info in sorted(infos, key=lambda info: info.plural) for line in _resources(info)]
        return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": version, "resources": resources}
    return None


def _groups() -> dict[str, list[str]]:
    """The groups, with their versions, the newest first."""
    found: dict[str, list[str]] = {}
    for info in kinds.all_kinds():
        if info.group and info.served and info.version not in found.setdefault(info.group, []):
            found[info.group].append(info.version)
    return found


def _group(name: str, versions: list[str]) -> Obj:
    shown = [{"groupVersion": f"{name}/{version}", "version": version} for version in versions]
    return {"name": name, "versions": shown, "preferredVersion": shown[0]}


def _resources(info: KindInfo) -> list[Obj]:
    """A kind as discovery has it, and its parts."""
    whole: Obj = {
        "name": info.plural, "singularName": info.singular, "namespaced": info.namespaced, "kind": info.kind,
        "verbs": list(info.verbs),
    }
    if info.short_names:
        whole["shortNames"] = list(info.short_names)
    if info.categories:
        whole["categories"] = list(info.categories)
    kind = kinds.load(info)
    own: Obj = {"singularName": "", "namespaced": info.namespaced}
    found = [whole]
    found += [
        {"name": f"{info.plural}/{part}", **own, "kind": info.kind, "verbs": list(_CHANGING)} for part in kind.parts
    ]
    if kind.scale_paths() is not None:
        scale = {"group": "autoscaling", "version": "v1", "kind": "Scale", "verbs": list(_CHANGING)}
        found.append({"name": f"{info.plural}/scale", **own, **scale})
    if kind.has_status:
        found.append({"name": f"{info.plural}/status", **own, "kind": info.kind, "verbs": list(_CHANGING)})
    return found


# -- objects ----------------------------------------------------------------------------------------------------------


def _stored(session: Session, words: list[str], query: dict[str, str]) -> Obj:
    """The object, part of an object or list that a path leads to. Raises MinikctlError."""
    place = Place("/".join(words), reads=True)
    if query.get("watch", "") in ("1", "true") or (words[1:3] == ["v1", "watch"]):
        raise MinikctlError("--raw with watch=true is not supported: use --watch")
    if not place.name:
        return _listed(session, place, query)
    if place.subresource == "log":
        raise MinikctlError("--raw of a log is not supported: use logs")
    info = place.info
    obj = session.api.get(info.resource, place.namespace, place.name)
    if place.subresource:
        session.allow("get", info.resource, place.namespace, place.name, place.subresource)
    if obj is None:
        from minikctl.errors import NotFound

        raise NotFound(info.group_resource, place.name)
    from minikctl.commands._managing import attach

    obj = attach(session.api, kinds.load(info).read(obj) if info.custom else obj)
    if place.subresource == "scale":
        from minikctl.commands._resources import Target
        from minikctl.commands._scales import scale_of

        return scale_of(Target(info, place.namespace, place.name), obj)
    return obj


def _listed(session: Session, place: Place, query: dict[str, str]) -> Obj:
    """A list, or with ?limit= a page of it. Raises MinikctlError."""
    from minikctl.commands._managing import attach
    from minikctl.commands._resources import list_objects

    info = place.info
    selectors = (query.get("labelSelector", ""), query.get("fieldSelector", ""))
    namespace = place.namespace or None
    found = list_objects(session, info, namespace, *selectors)
    session.trusted.store.refresh()
    meta: Obj = {"resourceVersion": str(session.trusted.store.revision)}
    limit = _number(query.get("limit", ""))
    start = _start(query.get("continue", ""))
    if start:
        found = [obj for obj in found if _key(obj) > start]
    if 0 < limit < len(found):
        meta["continue"] = _token(meta["resourceVersion"], _key(found[limit - 1]))
        if not any(selectors):
            meta["remainingItemCount"] = len(found) - limit
        found = found[:limit]
    items = [attach(session.api, obj) for obj in found]
    if info.custom:
        return {"apiVersion": info.api_version, "items": items, "kind": f"{info.kind}List", "metadata": {"continue": "", **meta}}
    # Items of built-in kinds do not say what they are: the list does.
    plain = [{field: value for field, value in obj.items() if field not in ("kind", "apiVersion")} for obj in items]
    return {"kind": f"{info.kind}List", "apiVersion": info.api_version, "metadata": meta, "items": plain}


def _number(text: str) -> int:
    """``limit``. Raises BadRequest."""
    try:
        return int(text) if text else 0
    except ValueError:
        raise BadRequest(f'strconv.ParseInt: parsing "{text}": invalid syntax') from None


def _key(obj: Obj) -> list[str]:
    """Where an object stands in a list of several namespaces."""
    meta = obj["metadata"]
    return [meta.get("namespace", ""), meta["name"]]


def _token(revision: str, key: list[str]) -> str:
    """``continue``: where the next page begins (upstream: ``storage.EncodeContinue``)."""
    from base64 import urlsafe_b64encode

    return urlsafe_b64encode(json.dumps({"v": "meta.k8s.io/v1", "rv": int(revision), "start": key}).encode()).decode().rstrip("=")


def _start(token: str) -> list[str]:
    """The last object of the page before. Raises BadRequest in the API server's words."""
    if not token:
        return []
    from base64 import urlsafe_b64decode

    try:
        found: list[str] = json.loads(urlsafe_b64decode(token + "=" * (-len(token) % 4)))["start"]
    except (ValueError, KeyError, TypeError) as error:
        raise BadRequest(f"continue key is not valid: {error}") from error
    return found
