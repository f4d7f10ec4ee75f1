"""``set subject`` (upstream: kubectl ``cmd/set/set_subject.go``)."""

from __future__ import annotations

from minikctl import kinds
from minikctl.commands._options import Command, flag
from minikctl.commands.set._podspecs import Changes, SetOptions, change_each, find, in_error
from minikctl.errors import MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._resources import Found, Target
    from minikctl.commands._session import Session

    Obj = dict[str, Any]

RBAC = "rbac.authorization.k8s.io"


class SetSubjectOptions(SetOptions):
    """Flags of ``set subject``."""

    user: list[str] = flag("user", kind="array", help="A user; may be repeated.")
    group: list[str] = flag("group", kind="array", help="A group; may be repeated.")
    serviceaccount: list[str] = flag(
        "serviceaccount", kind="array", help="A ServiceAccount: NAMESPACE:NAME, or :NAME; may be repeated."
    )


def run(options: SetSubjectOptions, session: Session) -> None:
    """Add users, groups and service accounts to every binding that is named; those that are there already stay."""
    found = find(options, session, options.args)
    session.end_with(found.errors, reads_first=True)
    _check(options, found)
    subjects = _subjects(options, session)

    def change(target: Target, obj: Obj) -> None:
        if not kinds.load(target.info).has_subjects:
            raise MinikctlError(
                f"error: {in_error(target)} setting subjects is only supported for RoleBinding/ClusterRoleBinding\n"
            )
        have = obj.get("subjects") or []
        new = [subject for subject in subjects if subject not in have]
        if new:
            obj["subjects"] = [*have, *new]

    failed = "failed to patch subjects to rolebinding: "
    change_each(options, session, found, Changes(change, "subjects updated", failed=failed, silent_without_change=True))


def _check(options: SetSubjectOptions, found: Found) -> None:
    """Raise UsageError in kubectl's words."""
    if not (options.user or options.group or options.serviceaccount):
        raise UsageError("you must specify at least one value of user, group or serviceaccount")
    for account in options.serviceaccount:
        parts = account.split(":")
        if len(parts) != 2 or not parts[1]:
            raise UsageError("serviceaccount must be <namespace>:<name>")
        cluster_wide = (t for t in found.targets if not t.info.namespaced and kinds.load(t.info).has_subjects)
        if not parts[0] and any(cluster_wide):
            raise UsageError("serviceaccount must be <namespace>:<name>, namespace must be specified")


def _subjects(options: SetSubjectOptions, session: Session) -> list[Obj]:
    """Users, groups and service accounts, each by name and once."""
    found: list[Obj] = [{"kind": "User", "apiGroup": RBAC, "name": name} for name in sorted(set(options.user))]
    found += [{"kind": "Group", "apiGroup": RBAC, "name": name} for name in sorted(set(options.group))]
    for account in sorted(set(options.serviceaccount)):
        namespace, _, name = account.partition(":")
        found.append({"kind": "ServiceAccount", "name": name, "namespace": namespace or session.namespace})
    return found


COMMAND = Command(
    usage="set subject (-f FILE | TYPE NAME) [--user=USER] [--group=GROUP] [--serviceaccount=NAMESPACE:NAME]",
    summary="Bind a role to more users",
    examples=(
        ("Bind two users and a group", "set subject rolebinding admin --user=ann --user=joe --group=ops"),
        ("Bind a ServiceAccount", "set subject clusterrolebinding view --serviceaccount=default:robot"),
    ),
    options=SetSubjectOptions,
    run=run,
    complete="resources",
)
