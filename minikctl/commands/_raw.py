"""``--raw``: a request to a path of the API, with a file as its body; what is answered is printed as it is.

Upstream: kubectl ``pkg/rawhttp``, and the checks of ``cmd/create``, ``cmd/replace`` and ``cmd/delete``.
"""

from __future__ import annotations

from minikctl import kinds
from minikctl.errors import BadRequest, NotFound, StatusError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.api.server import Api
    from minikctl.commands._session import Session
    from minikctl.commands._shared import FilenameOptions
    from minikctl.kinds import KindInfo

    Obj = dict[str, Any]

#: so much of a body is shown in an error
_SHOWN = 30
#: metadata as the API's type has it; all other fields follow by name
_FIRST = ("kind", "apiVersion", "metadata")


def check_raw(options: FilenameOptions, path: str, *, needs_file: bool = True) -> None:
    """Raise UsageError where --raw and other flags do not go together, in kubectl's order and words."""
    files = options.filename
    if (needs_file and len(files) != 1) or len(files) > 1:
        raise UsageError("--raw can only use a single local file or stdin")
    if files and files[0].startswith(("http://", "https://")):
        raise UsageError("--raw cannot read from a url")
    if options.recursive:
        raise UsageError("--raw and --recursive are mutually exclusive")
    selector = getattr(options, "selector", "")
    if needs_file and selector:
        raise UsageError("--raw and --selector (-l) are mutually exclusive")
    if getattr(options, "output", ""):
        raise UsageError("--raw and --output are mutually exclusive")
    check_path(path)


def check_path(path: str) -> None:
    """Raise UsageError for what is no path (upstream: Go's ``url.ParseRequestURI``)."""
    problem = "" if path.startswith(("/", "http://", "https://")) else "invalid URI for request"
    for place, char in enumerate(path.partition("?")[0]):
        if char == "%" and not problem and not _is_hex(path[place + 1 : place + 3]):
            problem = f'invalid URL escape "{path[place : place + 3]}"'
    if problem:
        raise UsageError(f'--raw must be a valid URL path: parse "{path}": {problem}')


def _is_hex(text: str) -> bool:
    return len(text) == 2 and all(char in "0123456789abcdefABCDEF" for char in text)


class Place:
    """What a path of the API leads to: a kind, and where one is named an object or a part of one."""

    __slots__ = ("info", "name", "namespace", "subresource")

    def __init__(self, path: str, *, reads: bool = False) -> None:
        """Raises NotFound for a path that leads to no kind. ``reads``: objects of all namespaces, and all parts, are places."""
        words = path.partition("?")[0].strip("/").split("/")
        group, rest = ("", words[1:]) if words[0] == "api" else (words[1] if len(words) > 1 else "", words[2:])
        if words[0] not in ("api", "apis") or len(rest) < 2:
            raise nowhere()
        version, rest = rest[0], rest[1:]
        self.namespace = ""
        if rest[0] == "namespaces" and len(rest) > 2 and _find(group, version, rest[2]) is not None:
            self.namespace, rest = rest[1], rest[2:]
        found = _find(group, version, rest[0])
        everywhere = reads and len(rest) == 1
        if found is None or len(rest) > 3 or (found.namespaced != bool(self.namespace) and not everywhere):
            raise nowhere()
        self.info: KindInfo = found
        self.name = rest[1] if len(rest) > 1 else ""
        self.subresource = rest[2] if len(rest) > 2 else ""
        if self.subresource and not (self.subresource == "status" and kinds.load(found).has_status):
            kind = kinds.load(found)
            readable = (*kind.parts, *(("scale",) if kind.scale_paths() else ()), *(("log",) if found.resource == "pods" else ()))
            if not reads or self.subresource not in readable:
                raise nowhere()


def nowhere() -> NotFound:
    """The error of a path that leads nowhere."""
    return NotFound("", message="the server could not find the requested resource")


def _find(group: str, version: str, plural: str) -> KindInfo | None:
    api_version = f"{group}/{version}" if group else version
    return next((i for i in kinds.all_kinds() if i.plural == plural and i.api_version == api_version), None)


def post(session: Session, path: str, filename: str) -> None:
    """Create an object and print it. Raises MinikctlError."""
    place, body = Place(path), _body(session, filename)
    if place.name:
        raise _not_allowed()
    obj = _decoded(body, place)
    with session.change() as api:
        _print(session, api, api.create(obj, client=True, validation="warn"))


def put(session: Session, path: str, filename: str) -> None:
    """Replace an object and print it. Raises MinikctlError."""
    place, body = Place(path), _body(session, filename)
    if not place.name:
        raise _not_allowed()
    obj = _decoded(body, place)
    name = obj["metadata"].get("name")
    if name != place.name:
        raise BadRequest(f"the name of the object ({name or ''}) does not match the name on the URL ({place.name})")
    with session.change() as api:
        _print(session, api, api.update(obj, client=True, validation="warn", subresource=place.subresource))


def delete(session: Session, path: str) -> None:
    """Delete an object and print what the API answers. Raises MinikctlError."""
    place = Place(path)
    if not place.name or place.subresource:
        raise _not_allowed()
    with session.change() as api:
        old = api.delete(place.info.resource, place.namespace, place.name, client=True)
        left = api.get(place.info.resource, place.namespace, place.name)
        if left is not None:  # it is on its way out
            _print(session, api, left)
            return
        details = {"name": place.name, "group": place.info.group, "kind": place.info.plural, "uid": old["metadata"]["uid"]}
        status: Obj = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}
        _print(session, api, {**status, "details": {key: value for key, value in details.items() if value}})


def _not_allowed() -> StatusError:
    from minikctl.errors import MethodNotAllowed

    return MethodNotAllowed("the server does not allow this method on the requested resource")


def _body(session: Session, filename: str) -> bytes:
    """The file's bytes. Raises MinikctlError."""
    from minikctl.api.manifests.sources import STDIN, read_bytes

    return read_bytes(STDIN if filename == "-" else filename, session.env.stdin)


def _decoded(body: bytes, place: Place) -> Obj:
    """The object of a body, in the request's namespace. Raises BadRequest in the API server's words."""
    from minikctl.api.manifests.streams import load_json
    from minikctl.lib.gojsonsyntax import JSONSyntaxError

    info = place.info
    try:
        obj = load_json(body.decode("utf-8", "replace"))
        problem = "" if isinstance(obj, dict) else "json: cannot unmarshal the body into an object"
    except JSONSyntaxError as error:
        obj, problem = {}, str(error)
    if problem:
        raise BadRequest(
            f"the object provided is unrecognized (must be of type {info.kind}): couldn't get version/kind; json parse "
            f"error: {problem} ({_summary(body)})"
        )
    if obj.setdefault("apiVersion", info.api_version) != info.api_version:
        raise BadRequest(
            f"the API version in the data ({obj['apiVersion']}) does not match the expected API version ({info.api_version})"
        )
    if obj.setdefault("kind", info.kind) != info.kind:
        raise BadRequest(f'{obj["kind"]} in version "{info.version}" cannot be handled as a {info.kind}')
    meta = obj["metadata"] = dict(obj.get("metadata") or {})
    if info.namespaced and meta.setdefault("namespace", place.namespace) != place.namespace:
        raise BadRequest("the namespace of the provided object does not match the namespace sent on the request")
    return dict(obj)


def _summary(body: bytes) -> str:
    """The beginning of a body: JSON as it is, anything else in hexadecimal (upstream: ``summarizeData``)."""
    if not body:
        return "<empty>"
    more = " ..." if len(body) > _SHOWN else ""
    return (body[:_SHOWN].decode("utf-8", "replace") if body[:1] == b"{" else body[:_SHOWN].hex()) + more


def _print(session: Session, api: Api, obj: Obj) -> None:
    from minikctl.commands._managing import attach

    session.write(text_of(attach(api, obj)))
    session.show_warnings()


def text_of(obj: Obj, indent: int | None = None) -> str:
    """An object as the API writes it: one line, with what it is before everything else; with ``indent`` several lines."""
    import json

    from minikctl.lib.gojson import escaped
    from minikctl.printing.structorder import in_struct_order

    whole = {field: obj[field] for field in (*_FIRST, *obj) if field in obj}
    if "name" in whole.get("metadata", ()):
        whole = in_struct_order(whole)
    elif "items" in whole:
        what = {"kind": whole["kind"].removesuffix("List"), "apiVersion": whole["apiVersion"]}
        items = [(item, in_struct_order({**item, **what})) for item in whole["items"]]
        whole["items"] = [{name: value for name, value in ordered.items() if name in item} for item, ordered in items]
    between = (",", ":") if indent is None else (",", ": ")
    return escaped(json.dumps(whole, ensure_ascii=False, indent=indent, separators=between)) + ("" if indent else "\n")
