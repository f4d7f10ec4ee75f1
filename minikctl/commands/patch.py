"""``patch`` (upstream: kubectl ``cmd/patch``)."""

from __future__ import annotations

from minikctl.api import patches
from minikctl.commands._manifests import NAME_RESOURCES, find_targets, local_targets
from minikctl.commands._options import Command, flag
from minikctl.commands._printing import ChangePrinter, dry_run_mode
from minikctl.commands._shared import DryRunOptions, FieldManagerOptions, FilenameOptions, PrintOptions, RecordOptions
from minikctl.errors import BadRequest, MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from minikctl.api.server import Api
    from minikctl.commands._resources import Target
    from minikctl.commands._session import Session

    Obj = dict[str, Any]


class PatchOptions(RecordOptions, FilenameOptions, DryRunOptions, PrintOptions, FieldManagerOptions):
    """Flags of ``patch``."""

    patch: str = flag("patch", "p", secret=True, help="The patch, as JSON or YAML.")
    patch_file: str = flag("patch-file", complete="files", help="A file with the patch.")
    type: str = flag(
        "type", default="strategic", help="How the patch is meant.", choices=("json", "merge", "strategic")
    )
    local: bool = flag("local", kind="bool", help="Patch the objects of the files and print them; store nothing.")
    subresource: str = flag("subresource", help="Patch this part only: status, scale, or of Pods resize or ephemeralcontainers.")


def run(options: PatchOptions, session: Session) -> None:
    """Patch every object that is named."""
    _check(options)
    dry_run = dry_run_mode(options.dry_run, session)
    patch = _read(options)
    if options.local:
        if options.args:
            raise UsageError("cannot specify --local and server resources")
        found = local_targets(session, options, nothing_named=NAME_RESOURCES)
        _local(options, session, found.targets, patch)
        session.end_with(found.errors)
        return
    found = find_targets(session, options, options.args, nothing_named=NAME_RESOURCES)
    errors = found.errors
    printer = ChangePrinter(session, options)  # kubectl does not say here that nothing is stored
    with session.change(dry_run=bool(dry_run)) as api:
        if options.subresource not in ("", "status"):
            api.store.subresource = options.subresource
        for target in found.targets:
            if options.subresource == "scale":
                try:
                    _patch_scale(options, api, target, patch, printer)
                except MinikctlError as error:
                    errors.append(error)
                continue
            try:
                change = patches.from_text(patch, options.type, target.info.api_version, target.info.kind)
                apply: Callable[[Obj], Obj] = change.apply
                if "managedFields" in patch:
                    from minikctl.commands._managing import attaching

                    apply = attaching(api, apply)
                with api.store.savepoint():
                    stored, changed = api.patch(
                        target.info.resource,
                        target.namespace,
                        target.name,
                        apply,
                        patch=change.content if change.kind == patches.STRATEGIC else None,
                        subresource=options.subresource,
                        info=target.info,
                    )
                    noted = session.recorded(stored)
                    if noted is not stored:
                        before, stored = stored, api.update(noted, client=True, verb="patch")
                        changed = changed or stored is not before
            except MinikctlError as error:
                errors.append(error)
                continue
            printer.print(target.info, stored, "patched" if changed else "patched (no change)")
        session.show_warnings()
    session.end_with(errors)


def _check(options: PatchOptions) -> None:
    """What kubectl asks of the flags. Raises UsageError."""
    if bool(options.patch) == bool(options.patch_file):
        raise UsageError(
            "must specify --patch or --patch-file containing the contents of the patch"
            if not options.patch
            else "cannot specify --patch and --patch-file together"
        )
    if options.type not in ("json", "merge", "strategic"):
        raise UsageError(f'--type must be one of [json merge strategic], not "{options.type}"')


def _patch_scale(options: PatchOptions, api: Api, target: Target, patch: str, printer: ChangePrinter) -> None:
    """Patch the Scale of an object, which is what is printed then."""
    from minikctl.commands._scales import SCALE, patch_scale

    with api.store.savepoint():
        change = patches.from_text(patch, options.type, SCALE.api_version, SCALE.kind)
        scale, changed = patch_scale(api, target, change)
    printer.print(SCALE, scale, "patched" if changed else "patched (no change)")


def _read(options: PatchOptions) -> str:
    """The patch's text. Raises MinikctlError in kubectl's words."""
    if not options.patch_file:
        return options.patch
    try:
        with open(options.patch_file, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise MinikctlError(f"unable to read patch file: open {options.patch_file}: {reason.lower()}") from error


def _local(options: PatchOptions, session: Session, documents: list[Target], patch: str) -> None:
    printer = ChangePrinter(session, options)
    for target in documents:
        assert target.manifest is not None
        try:
            change = patches.from_text(patch, options.type, target.info.api_version, target.info.kind)
        except BadRequest as error:  # what the API server has words for, kubectl says by itself here
            raise MinikctlError(_UNREADABLE.get(options.type, str(error))) from error
        patched = change.apply_locally(target.manifest)
        printer.print(target.info, patched, "patched" if patched != target.manifest else "patched (no change)")


#: what libraries say of a patch that they cannot read
_UNREADABLE = {"strategic": "invalid JSON document", "merge": "Invalid JSON Patch"}


COMMAND = Command(
    usage="patch (-f FILE | TYPE NAME) [-p PATCH | --patch-file FILE]",
    summary="Change fields of an object",
    examples=(
        ("Change a field, lists merged by their keys", """patch deployment web -p '{"spec":{"replicas":3}}'"""),
        ("JSON merge patch", """patch deployment web --type=merge -p '{"spec":{"paused":true}}'"""),
        (
            "JSON patch",
            """patch deployment web --type=json -p '[{"op":"replace","path":"/spec/replicas","value":2}]'""",
        ),
    ),
    options=PatchOptions,
    run=run,
    complete="resources",
)
