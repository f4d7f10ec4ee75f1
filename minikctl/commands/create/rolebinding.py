"""``create rolebinding`` (upstream: kubectl ``cmd/create/create_rolebinding.go``)."""

from __future__ import annotations

from minikctl.commands._options import Command, flag
from minikctl.commands.create._bindings import BindingOptions, binding, subjects_of
from minikctl.commands.create._generators import create, metadata, one_name
from minikctl.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


class CreateRoleBindingOptions(BindingOptions):
    """Flags of ``create rolebinding``."""

    clusterrole: str = flag("clusterrole", help="The ClusterRole that is bound, in this namespace.")
    role: str = flag("role", help="The Role that is bound.")


def run(options: CreateRoleBindingOptions, session: Session) -> None:
    """Bind users, groups and service accounts to a Role or, in this namespace, to a ClusterRole."""
    name = one_name(session, options, "create rolebinding")
    if bool(options.clusterrole) == bool(options.role):
        raise UsageError("exactly one of clusterrole or role must be specified")
    kind = "Role" if options.role else "ClusterRole"
    obj = binding(
        "RoleBinding", metadata(session, name), subjects_of(options), kind, options.role or options.clusterrole
    )
    create(session, options, obj, failed="failed to create rolebinding: ")


COMMAND = Command(
    usage="create rolebinding NAME (--clusterrole=NAME | --role=NAME) [--user=USER] [--serviceaccount=NAMESPACE:NAME]",
    summary="Create a RoleBinding",
    examples=(
        ("Give a Role to a program", "create rolebinding robot-reads --role=pod-reader --serviceaccount=default:robot"),
        ("Give a ClusterRole to people", "create rolebinding admins --clusterrole=admin --user=jane --user=joe"),
    ),
    options=CreateRoleBindingOptions,
    run=run,
)
