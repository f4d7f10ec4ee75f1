"""``create clusterrolebinding`` (upstream: kubectl ``cmd/create/create_clusterrolebinding.go``)."""

from __future__ import annotations

from minikctl.commands._options import Command, flag
from minikctl.commands.create._bindings import BindingOptions, binding, subjects_of
from minikctl.commands.create._generators import create, metadata, one_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


class CreateClusterRoleBindingOptions(BindingOptions):
    """Flags of ``create clusterrolebinding``."""

    clusterrole: str = flag("clusterrole", required=True, help="The ClusterRole that is bound.")


def run(options: CreateClusterRoleBindingOptions, session: Session) -> None:
    """Bind users, groups and service accounts to a ClusterRole, everywhere."""
    name = one_name(session, options, "create clusterrolebinding")
    meta = metadata(session, name, namespaced=False)
    obj = binding("ClusterRoleBinding", meta, subjects_of(options), "ClusterRole", options.clusterrole)
    create(session, options, obj, failed="failed to create clusterrolebinding: ")


COMMAND = Command(
    usage="create clusterrolebinding NAME --clusterrole=NAME [--user=USER] [--group=GROUP] [--serviceaccount=NAMESPACE:NAME]",
    summary="Create a ClusterRoleBinding",
    examples=(
        ("Give a ClusterRole to a group", "create clusterrolebinding ops --clusterrole=admin --group=operators"),
    ),
    options=CreateClusterRoleBindingOptions,
    run=run,
)
