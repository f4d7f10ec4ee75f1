"""``auth reconcile`` (upstream: kubectl ``cmd/auth/reconcile.go``)."""

from __future__ import annotations

from minikctl.api.rbac.reconciliation import CREATE, NONE, RECREATE, Result, compute_binding, compute_role
from minikctl.commands._manifests import read_targets
from minikctl.commands._options import Command, flag
from minikctl.commands._printing import ChangePrinter, dry_run_mode
from minikctl.commands._shared import DryRunOptions, FilenameOptions, PrintOptions
from minikctl.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.api.server import Api
    from minikctl.commands._resources import Target
    from minikctl.commands._session import Session

    Obj = dict[str, Any]

_GROUP = "rbac.authorization.k8s.io/v1"
_ROLES, _BINDINGS = ("Role", "ClusterRole"), ("RoleBinding", "ClusterRoleBinding")
_CAVEAT = ", but object opted out (rbac.authorization.kubernetes.io/autoupdate: false)"


class ReconcileOptions(FilenameOptions, DryRunOptions, PrintOptions):
    """Flags of ``auth reconcile``."""

    remove_extra_permissions: bool = flag(
        "remove-extra-permissions", kind="bool", help="Take rules from roles that the files do not have."
    )
    remove_extra_subjects: bool = flag(
        "remove-extra-subjects", kind="bool", help="Take subjects from bindings that the files do not have."
    )


def run(options: ReconcileOptions, session: Session) -> None:
    """Bring roles and bindings up to what the files say; other objects are passed over. The first error ends it."""
    if not options.filename and not options.kustomize:
        raise UsageError("must specify one of -f and -k")
    if options.args:
        raise UsageError("no arguments are allowed")
    dry_run = dry_run_mode(options.dry_run, session)
    if dry_run == "server":
        raise UsageError("--dry-run=server for command reconcile is not supported yet")
    printer = ChangePrinter(session, options, dry_run=dry_run)
    targets, errors = read_targets(session, options)
    with session.change(dry_run=bool(dry_run)) as api:
        for target in targets:
            if target.info.api_version == _GROUP and target.info.kind in (*_ROLES, *_BINDINGS):
                result = _reconcile(api, target, options, confirm=not dry_run)
                printer.print(target.info, result.obj, "reconciled")
                _report(session, options, result)
        session.show_warnings()
    session.end_with(errors)


def _reconcile(api: Api, target: Target, options: ReconcileOptions, *, confirm: bool) -> Result:
    """Work out what is to be done with one object, and do it."""
    expected = target.manifest
    assert expected is not None
    existing = api.get(target.info.resource, target.namespace, target.name)
    if target.info.kind in _ROLES:
        result = compute_role(existing, expected, remove_extra=options.remove_extra_permissions)
    else:
        result = compute_binding(existing, expected, remove_extra=options.remove_extra_subjects)
    if result.protected or not confirm or result.operation == NONE:
        return result
    if result.operation == RECREATE:
        api.delete(target.info.resource, target.namespace, target.name)
    if result.operation in (CREATE, RECREATE):
        _ensure_namespace(api, target.namespace)
        result.obj = api.create(result.obj, client=True)
    else:
        result.obj = api.update(result.obj, client=True)
    return result


def _ensure_namespace(api: Api, name: str) -> None:
    """Make the namespace that an object shall stand in, where it is not there (upstream: ``tryEnsureNamespace``)."""
    if name and api.get("namespaces", "", name) is None:
        api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}, client=True)


def _report(session: Session, options: ReconcileOptions, result: Result) -> None:
    """Say on standard error what was missing or too much, as Go prints it."""
    if result.operation == NONE:
        return
    lines = [f"\treconciliation required {result.operation}{_CAVEAT if result.protected else ''}"]
    parts = (
        ("missing subjects added", result.missing_subjects, _SUBJECT),
        ("extra subjects removed", result.extra_subjects if options.remove_extra_subjects else (), _SUBJECT),
        ("missing rules added", result.missing_rules, _RULE),
        ("extra rules removed", result.extra_rules if options.remove_extra_permissions else (), _RULE),
    )
    for title, items, fields in parts:
        if items:
            lines.append(f"\t{title}:")
            empty: Any = [] if fields is _RULE else ""
            lines += [
                "\t\t{" + " ".join(f"{name}:{_shown(item.get(key) or empty)}" for name, key in fields) + "}"
                for item in items
            ]
    for line in lines:
        session.complain(line)


_SUBJECT = (("Kind", "kind"), ("APIGroup", "apiGroup"), ("Name", "name"), ("Namespace", "namespace"))
_RULE = (
    ("Verbs", "verbs"), ("APIGroups", "apiGroups"), ("Resources", "resources"), ("ResourceNames", "resourceNames"),
    ("NonResourceURLs", "nonResourceURLs"),
)


def _shown(value: list[str] | str) -> str:
    """A field as ``%+v`` prints it: rules have lists, subjects texts."""
    return "[" + " ".join(value) + "]" if isinstance(value, list) else str(value)


COMMAND = Command(
    usage="auth reconcile -f FILE",
    summary="Bring roles and bindings up to what files say",
    description=(
        "Rules and subjects that are missing are added; those that are too much stay, unless a flag says otherwise. A binding to "
        "another role is made anew."
    ),
    examples=(("Add what is missing", "auth reconcile -f rbac.yaml"),),
    options=ReconcileOptions,
    run=run,
)
