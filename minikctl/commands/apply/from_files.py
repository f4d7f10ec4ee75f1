"""``apply``: make the stored objects as files say, leaving alone what others have set (upstream: kubectl ``cmd/apply``)."""

from __future__ import annotations

from minikctl.commands._manifests import matching, read_targets, validation_mode
from minikctl.commands._options import Command, flag
from minikctl.commands._printing import ChangePrinter, dry_run_mode, propagation
from minikctl.commands._shared import (
    DryRunOptions,
    FieldManagerOptions,
    FilenameOptions,
    PrintOptions,
    RecordOptions,
    SelectorOptions,
    ValidateOptions,
)
from minikctl.commands.apply._application import Application
from minikctl.errors import MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from minikctl.commands._resources import Target
    from minikctl.commands._session import Session
    from minikctl.commands.apply._applyset import ApplySet


class ApplyOptions(
    RecordOptions, FilenameOptions, SelectorOptions, DryRunOptions, ValidateOptions, PrintOptions, FieldManagerOptions
):
    """Flags of ``apply``."""

    overwrite: bool = flag(
        "overwrite",
        kind="bool",
        default=True,
        help="Settle conflicts between the file and what was changed in the state in favour of the file.",
    )
    force: bool = flag(
        "force", kind="bool", help="Delete and make anew an object that cannot be changed as the file says."
    )
    cascade: str = flag(
        "cascade",
        default="background",
        bare="background",
        help="How --force and --prune delete: background, foreground or orphan.",
    )
    grace_period: int = flag(
        "grace-period", kind="int", default=-1, help="Seconds that --force and --prune give a Pod to stop."
    )
    timeout: float = flag(
        "timeout", kind="duration", help="How long --force waits for an object to go; here that takes no time."
    )
    wait: bool = flag("wait", kind="bool", help="Wait until what --force deletes is gone, which apply does in any case.")
    openapi_patch: bool = flag(
        "openapi-patch", kind="bool", default=True, help="Merge lists by the schemas' merge keys."
    )
    server_side: bool = flag(
        "server-side", kind="bool", group="Server-side apply",
        help="Let it be decided by who manages which field, instead of by what the file said before.",
    )
    force_conflicts: bool = flag(
        "force-conflicts", kind="bool", group="Server-side apply", help="Take over the fields that others manage."
    )
    subresource: str = flag(
        "subresource", group="Server-side apply", shown="NAME", help="Apply to a subresource: status."
    )
    prune: bool = flag(
        "prune", kind="bool", group="Pruning",
        help="Delete what was applied before and is in no file any more. With -l or --all, or --applyset.",
    )
    all: bool = flag("all", kind="bool", group="Pruning", help="Prune all objects of the kinds that are pruned.")
    prune_allowlist: list[str] = flag(
        "prune-allowlist", kind="array", group="Pruning", shown="GROUP/VERSION/KIND",
        help="Prune these kinds, instead of the usual ones: core/v1/ConfigMap.",
    )
    applyset: str = flag(
        "applyset", group="Pruning", shown="[RESOURCE][.GROUP]/NAME",
        help="The object that keeps account of what is applied together (alpha: needs KUBECTL_APPLYSET=true).",
    )


def run(options: ApplyOptions, session: Session) -> None:
    """Apply every object of the files; go on after an error with the next one; then prune, if all went well."""
    app, applyset = _understand(options, session)
    targets, errors = read_targets(session, options, validation=app.validation)
    if applyset is not None:
        applyset.label(targets)
    if options.selector:
        targets = matching(targets, options.selector)
    if not targets and not errors:
        raise UsageError("no objects passed to apply")
    if targets:
        with session.change(dry_run=bool(app.dry_run)) as app.api:
            if applyset is not None:
                applyset.begin(app, targets)
            _apply_all(app, targets, errors)
            if not errors:
                app.print_objects()
                if options.prune:
                    if applyset is not None:
                        applyset.prune()
                    else:
                        from minikctl.commands.apply._pruning import prune

                        prune(app)
    session.end_with(errors, reads_first=True)


def _understand(options: ApplyOptions, session: Session) -> tuple[Application, ApplySet | None]:
    """What the flags mean. Raises UsageError and MinikctlError in upstream's order (``ToOptions``, ``Validate``)."""
    if options.args:
        raise UsageError(
            f"Unexpected args: {_go_list(options.args)}\nSee '{session.program} apply -h' for help and examples"
        )
    dry_run = dry_run_mode(options.dry_run, session)
    propagation(options.cascade, session)
    if not options.filename and not options.kustomize:
        raise UsageError("must specify one of -f and -k")
    if not options.openapi_patch:
        raise UsageError("--openapi-patch=false is not supported: lists are always merged by the schemas' merge keys")
    validation = validation_mode(options.validate)
    applyset = _applyset(options, session)
    if options.prune and options.prune_allowlist:
        from minikctl.commands._pruning import allowed_kinds

        allowed_kinds(options.prune_allowlist)
    _refuse(_mistakes(options, dry_run))
    if applyset is not None:
        _refuse([(not options.prune, "--applyset requires --prune")])
        applyset.validate(session)
    if options.prune:
        _refuse(_prune_mistakes(options, with_set=applyset is not None))
    printer = ChangePrinter(session, options, dry_run=dry_run)
    return Application(session, options, printer, dry_run, validation), applyset


def _applyset(options: ApplyOptions, session: Session) -> ApplySet | None:
    if "applyset" not in options.given:
        return None
    from minikctl.commands.apply._applyset import ApplySet, enabled

    if not enabled(session):
        raise UsageError(f"unknown flag: --applyset\nSee '{session.program} apply --help' for usage.")
    return ApplySet(session, options.applyset) if options.applyset else None


def _refuse(mistakes: Iterable[tuple[bool, str]]) -> None:
    """Raise UsageError for the first thing that is wrong."""
    for wrong, words in mistakes:
        if wrong:
            raise UsageError(words)


def _mistakes(options: ApplyOptions, dry_run: str) -> tuple[tuple[bool, str], ...]:
    server_side = options.server_side
    return (
        (options.force_conflicts and not server_side, "--force-conflicts only works with --server-side"),
        (
            dry_run == "client" and server_side,
            "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)",
        ),
        (server_side and options.force, "--force cannot be used with --server-side"),
        (bool(options.subresource) and not server_side, "--subresource can only be specified for --server-side"),
        (dry_run == "server" and options.force, "--dry-run=server cannot be used with --force"),
        (options.all and bool(options.selector), "cannot set --all and --selector at the same time"),
    )


_ALL_OR_SELECTOR = (
    "all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did "
    "not mean to prune all resources, specify a label selector"
)


def _prune_mistakes(options: ApplyOptions, *, with_set: bool) -> tuple[tuple[bool, str], ...]:
    return (
        (options.force, "--force cannot be used with --prune"),
        (with_set and options.all, "--all is incompatible with --applyset"),
        (with_set and bool(options.selector), "--selector is incompatible with --applyset"),
        (with_set and bool(options.prune_allowlist), "--prune-allowlist is incompatible with --applyset"),
        (
            not with_set and not options.all and not options.selector,
            _ALL_OR_SELECTOR,
        ),
        (
            not with_set and options.server_side,
            "--prune is in alpha and doesn't currently work on objects created by server-side apply",
        ),
    )


def _apply_all(app: Application, targets: list[Target], errors: list[MinikctlError]) -> None:
    """Apply each object by itself: a wrong one is an error, the others land."""
    if app.options.server_side:
        from minikctl.commands.apply._serverside import apply_target
    else:
        from minikctl.commands.apply._clientside import apply_target
    line = app.session.progress
    for number, target in enumerate(targets):
        if line is not None:
            line.say("Applying", number / len(targets), f"{number}/{len(targets)}")
            line.tick()
        app.visit(target)
        target.manifest = app.session.recorded(target.manifest or {})
        try:
            with app.api.store.savepoint():
                _check_name(target, server_side=app.options.server_side)
                apply_target(app, target)
        except MinikctlError as error:
            errors.append(target.blame(error))
        app.session.show_warnings()
    if line is not None:
        line.say("Reconciling")


def _check_name(target: Target, *, server_side: bool) -> None:
    """Raise MinikctlError for a manifest without a name."""
    if target.name:
        return
    generate = ((target.manifest or {}).get("metadata") or {}).get("generateName")
    if generate:
        raise MinikctlError(f"from {generate}: cannot use generate name with apply")
    if server_side:
        raise MinikctlError("resource name may not be empty")
    from minikctl.commands.apply._clientside import describe_target

    raise MinikctlError(
        f"error when retrieving current configuration of:\n{describe_target(target)}\n"
        f'from server for: "{target.source}": resource name may not be empty'
    )


def _go_list(words: list[str]) -> str:
    return "[" + " ".join(words) + "]"


COMMAND = Command(
    usage="apply -f FILE",
    summary="Make the stored objects as files say",
    description=(
        "Objects that are not there are created; of those that are, what the file says is merged with what others have set: "
        "the file's own earlier words are remembered in an annotation, so that a field that is gone from the file goes from "
        "the object too. With --server-side it goes by who manages which field instead (metadata.managedFields), and a field of "
        "another manager is a conflict. A wrong object does not keep the others from landing; the exit code is then 1."
    ),
    examples=(
        ("Apply a file", "apply -f web.yaml"),
        ("Apply all files of a folder and its folders", "apply -R -f manifests/"),
        ("Apply what another program writes", "apply -f -"),
        ("Check a file with all rules and store nothing", "apply -f web.yaml --dry-run=server"),
        ("Apply as the manager of the file's fields", "apply --server-side -f web.yaml"),
        ("Delete what is in the file no more", "apply --prune -l app=web -f web.yaml"),
    ),
    options=ApplyOptions,
    run=run,
)
