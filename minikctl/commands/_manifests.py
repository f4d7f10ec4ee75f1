"""``-f``: from files to targets, with the checks that kubectl makes before it asks the API server anything."""

from __future__ import annotations

from minikctl import kinds
from minikctl.commands._resources import Found, ResourceQuery, Target
from minikctl.errors import MinikctlError, ReadingError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from minikctl.commands._session import Session
    from minikctl.commands._shared import FilesOptions
    from minikctl.kinds import KindInfo

    Obj = dict[str, Any]


def validation_mode(text: str) -> str:
    """``--validate``: strict, warn or ignore. Raises UsageError for another word (upstream: GetValidationDirective)."""
    modes = {"true": "strict", "strict": "strict", "warn": "warn", "false": "ignore", "ignore": "ignore"}
    if text.lower() in modes:
        return modes[text.lower()]
    raise UsageError(f'invalid - validate option "{text}"; must be one of: strict (or true), warn, ignore (or false)')


def read_targets(
    session: Session, options: FilesOptions, *, validation: str = "strict", local: bool = False,
    first_error_ends: bool = False,
) -> tuple[list[Target], list[MinikctlError]]:
    """The objects of ``-f`` in order, each with its kind and namespace, and the errors met on the way.

    ``validation`` "ignore" leaves out kubectl's own check of apiVersion and kind. ``local``: the objects stay as they
    stand in the files, without a namespace that is not there. ``first_error_ends``: what comes after an error is not read.
    Raises UsageError for the flags themselves.
    """
    from minikctl.api.manifests import load

    targets: list[Target] = []
    errors: list[MinikctlError] = []
    reading: list[MinikctlError] = []
    items: Iterable[Any]
    if options.kustomize:
        from minikctl.commands import _kustomize

        _kustomize.check(options)
        items = _kustomize.documents(session, options.kustomize, validation=validation != "ignore")
    else:
        items = load(
            options.filename,
            recursive=options.recursive,
            stdin=session.env.stdin,
            check=validation != "ignore",
            recognize=kinds.served_kind,
        )
    for place, item in enumerate(items, 1):
        if first_error_ends and reading:
            break
        if isinstance(item, MinikctlError):
            item.place = place
            reading.append(item)
            continue
        assert item.info is not None
        try:
            target = _target(session, item.info, item.obj, item.source, local=local)
            target.document, target.place = item, place
            targets.append(target)
        except MinikctlError as error:
            error.place = place
            reading.append(error)
    if reading:  # errors of reading count as one among those of the verb
        errors.append(ReadingError(reading))
    return targets, errors


def _target(session: Session, info: KindInfo, obj: Obj, source: str, *, local: bool) -> Target:
    # Without an apiVersion (--validate=false) the API server takes that of the address that it is sent to.
    obj["apiVersion"] = obj.get("apiVersion") or info.api_version
    meta = obj.get("metadata") or {}
    name, namespace = meta.get("name") or "", meta.get("namespace") or ""
    if not info.namespaced or local:
        return Target(info, namespace, name, manifest=obj, source=source)
    if session.namespace_given and namespace and namespace != session.namespace:
        raise MinikctlError(
            f'the namespace from the provided object "{namespace}" does not match the namespace "{session.namespace}". '
            f"You must pass '--namespace={namespace}' to perform this operation."
        )
    namespace = namespace or session.namespace
    if not isinstance(obj.get("metadata"), dict):
        obj["metadata"] = {}
    obj["metadata"]["namespace"] = namespace
    return Target(info, namespace, name, manifest=obj, source=source)


def matching(targets: Sequence[Target], selector: str) -> list[Target]:
    """The objects of files that have the labels of ``-l``. Raises MinikctlError for a selector that is none."""
    from minikctl.lib import labels

    try:
        wanted = labels.parse(selector)
    except ValueError as error:
        raise MinikctlError(f'the provided selector "{selector}" is not valid: {error}') from error
    return [t for t in targets if t.manifest and wanted.matches(t.manifest.get("metadata", {}).get("labels") or {})]


def find_targets(
    session: Session,
    options: FilesOptions,
    args: Sequence[str],
    *,
    nothing_named: str = "",
    collects: bool = False,
    **query: Any,
) -> Found:
    """What a verb was pointed at: the objects that ``-f`` names, or else those that ``args`` name.

    ``query`` goes to ``ResourceQuery``. Raises UsageError with ``nothing_named`` where there are neither files nor
    words, and as ``ResourceQuery`` does; errors of single files and objects are collected in the result. ``collects``: the
    verb prints the error of a kustomization like one of several.
    """
    documents: list[Target] | None = None
    errors: list[MinikctlError] = []
    if options.filename or options.kustomize:
        if args:
            raise UsageError(_FILES_AND_NAMES if "/" in args[0] else _FILES_AND_WORDS)
        try:
            documents, errors = read_targets(session, options)
        except MinikctlError as error:
            if not collects or not options.kustomize or isinstance(error, UsageError):
                raise
            from minikctl.commands._kustomize import collected

            raise collected(error) from error
        if query.get("selector"):
            documents = matching(documents, query["selector"])
    elif not args and nothing_named:
        raise UsageError(nothing_named)
    found = ResourceQuery(session, args, documents=documents, **query).find()
    found.errors = errors + found.errors
    found.steps = [*errors, *found.steps]
    return found


_FILES_AND_WORDS = (
    "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well"
)
_FILES_AND_NAMES = "resource/name arguments cannot be provided when a path is specified"


def local_targets(
    session: Session, options: FilesOptions, *, nothing_named: str = "", in_namespace: bool = False
) -> Found:
    """The objects of the files themselves, for ``--local``. Raises UsageError with ``nothing_named`` without files.

    ``in_namespace``: they get the request's namespace, as those that are stored.
    """
    if not options.filename and not options.kustomize:
        raise UsageError(nothing_named)
    found = Found()
    found.targets, found.errors = read_targets(session, options, local=not in_namespace)
    for target in found.targets:
        target.obj = target.manifest
        target.is_local = True
    return found


#: what several verbs say when neither files nor words name anything
NAME_RESOURCES = (
    "You must provide one or more resources by argument or filename.\n"
    "Example resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n"
    "   '<resource>'"
)
#: what they say of names beside --local (upstream: ``resource.LocalResourceError``)
LOCAL_RESOURCE = (
    "you must specify resources by --filename when --local is set.\nExample resource specifications include:\n"
    "   '-f rsrc.yaml'\n   '--filename=rsrc.json'"
)
#: the same, of other verbs
SPECIFY_RESOURCES = "one or more resources must be specified as <resource> <name> or <resource>/<name>"


def singular_input(options: FilesOptions) -> bool:
    """Whether ``-f`` names one file, so that one object in it is printed as itself and not as a List; -k counts as one."""
    import os

    if options.kustomize:
        return True
    return len(options.filename) == 1 and options.filename[0] != "-" and not os.path.isdir(options.filename[0])
