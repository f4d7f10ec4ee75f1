"""``replace``: put a whole object from a file in the place of the stored one (upstream: kubectl ``cmd/replace``)."""

from __future__ import annotations

from minikctl import kinds
from minikctl.commands._manifests import read_targets, validation_mode
from minikctl.commands._options import Command, flag
from minikctl.commands._printing import ChangePrinter, dry_run_mode, in_source, propagation
from minikctl.commands._shared import DryRunOptions, FieldManagerOptions, FilenameOptions, PrintOptions, ValidateOptions
from minikctl.errors import MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.api.server import Api
    from minikctl.commands._resources import Target
    from minikctl.commands._session import Session

    Obj = dict[str, Any]


class ReplaceOptions(FilenameOptions, DryRunOptions, ValidateOptions, PrintOptions, FieldManagerOptions):
    """Flags of ``replace``."""

    force: bool = flag("force", kind="bool", help="Delete the object and make it anew (what it owns goes too).")
    cascade: str = flag(
        "cascade",
        default="background",
        bare="background",
        help="How --force deletes: background, foreground or orphan.",
    )
    grace_period: int = flag("grace-period", kind="int", default=-1, help="Seconds that --force gives a Pod to stop.")
    timeout: float = flag("timeout", kind="duration", help="How long --force waits for the end, in simulated time.")
    save_config: bool = flag("save-config", kind="bool", help="Remember the file in the object, as apply does.")
    raw: str = flag("raw", help="Send the file to this path of the API, and print the answer.")
    wait: bool = flag("wait", kind="bool", help="With --force: go on only when the object is gone; it is waited for anyhow.")
    subresource: str = flag("subresource", help="Replace this part only: status.", choices=("status",))


def run(options: ReplaceOptions, session: Session) -> None:
    """Replace every object of the files; go on after an error with the next one."""
    _check(options, session)
    if options.raw:
        from minikctl.commands import _raw

        _raw.check_raw(options, options.raw)
        _raw.put(session, options.raw, options.filename[0])
        return
    dry_run = dry_run_mode(options.dry_run, session)
    if options.force and dry_run:
        raise UsageError("--dry-run can not be used when --force is set")
    validation = validation_mode(options.validate)
    printer = ChangePrinter(session, options, dry_run=dry_run)
    targets, errors = read_targets(session, options, validation=validation)
    if not targets and not errors:
        raise UsageError("no objects passed to replace")
    if options.force:
        _delete_first(options, session, targets, errors)
    if targets:
        with session.change(dry_run=bool(dry_run)) as api:
            for target in targets:
                try:
                    with api.store.savepoint():
                        stored = _replace(api, target, options, dry_run, validation)
                except MinikctlError as error:
                    errors.append(target.blame(in_source(error, "replacing", target.source)))
                    continue
                printer.print(target.info, stored, "replaced")
            session.show_warnings()
    session.end_with(errors)


def _check(options: ReplaceOptions, session: Session) -> None:
    """Raise UsageError where the flags do not go together."""
    if not options.filename and not options.kustomize:
        raise UsageError("must specify one of -f and -k")
    if options.args:
        words = " ".join(options.args)
        raise UsageError(f"Unexpected args: [{words}]\nSee '{session.program} replace -h' for help and examples")
    if options.grace_period >= 0 and not options.force:
        raise UsageError("--grace-period must have --force specified")
    if options.timeout and not options.force:
        raise UsageError("--timeout must have --force specified")


def _delete_first(
    options: ReplaceOptions, session: Session, targets: list[Target], errors: list[MinikctlError]
) -> None:
    """The first half of --force: what is there goes, and is waited for."""
    from minikctl.commands._waiting import run_until

    cascade = propagation(options.cascade, session)
    grace = max(options.grace_period, 0)
    gone: list[tuple[str, str, str, str]] = []
    with session.change() as api:
        for target in targets:
            old = api.get(target.info.resource, target.namespace, target.name)
            if old is None:
                continue
            api.delete(
                target.info.resource, target.namespace, target.name, propagation=cascade, grace_period=grace, client=True
            )
            gone.append((target.info.resource, target.namespace, target.name, old["metadata"]["uid"]))
            place = f" from {target.namespace} namespace" if target.info.namespaced else ""
            session.print(f'{target.info.singular_resource} "{target.name}" deleted{place}')

    def all_gone() -> bool:
        left = (session.api.get(resource, namespace, name) for resource, namespace, name, _ in gone)
        return not any(obj and obj["metadata"]["uid"] == uid for obj, (_, _, _, uid) in zip(left, gone, strict=True))

    if not run_until(session, all_gone, options.timeout or 300.0):
        errors.append(MinikctlError("timed out waiting for the condition"))


def _replace(api: Api, target: Target, options: ReplaceOptions, dry_run: str, validation: str) -> Obj:
    obj = target.manifest
    assert obj is not None
    if options.save_config:
        from minikctl.api.patches import lastapplied

        obj = lastapplied.with_annotation(obj)
    if options.force:
        return api.create(obj, client=True, validation=validation)
    if not (obj.get("metadata") or {}).get("name"):
        raise MinikctlError("resource name may not be empty")
    if dry_run == "client":
        api.must_get(target.info.resource, target.namespace, target.name)
        return obj
    if options.subresource == "scale" and kinds.load(target.info).scale_paths() is not None:
        raise MinikctlError("--subresource=scale is not supported; use scale")
    return api.update(obj, client=True, validation=validation, subresource=options.subresource)


COMMAND = Command(
    usage="replace -f FILE",
    summary="Replace objects by what files say",
    description="The whole object is replaced; see apply for merging. With --force it is deleted and made anew.",
    examples=(("Replace an object", "replace -f web.yaml"), ("Make it anew", "replace --force -f web.yaml")),
    options=ReplaceOptions,
    run=run,
)
