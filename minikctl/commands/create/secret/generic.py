"""``create secret generic`` (upstream: kubectl ``cmd/create/create_secret.go``)."""

from __future__ import annotations

from minikctl.commands._options import Command, flag
from minikctl.commands.create._data import add_env_files, add_files, add_literals
from minikctl.commands.create._generators import ContentOptions, one_name
from minikctl.commands.create.secret._secrets import SecretData, SecretOptions, create_secret
from minikctl.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


class CreateGenericSecretOptions(ContentOptions, SecretOptions):
    """Flags of ``create secret generic``."""

    from_literal: list[str] = flag(
        "from-literal", kind="array", secret=True, help="A key and its value: KEY=VALUE; may be repeated."
    )
    type: str = flag("type", help="The type of the Secret; without it Opaque.")


def run(options: CreateGenericSecretOptions, session: Session) -> None:
    """Make a Secret of literals and files."""
    name = one_name(session, options, "create secret generic")
    if options.from_env_file and (options.from_file or options.from_literal):
        raise UsageError("from-env-file cannot be combined with from-file or from-literal")
    content = SecretData(name)
    add_files(options.from_file, content.add)
    add_literals(options.from_literal, content.add)
    add_env_files(options.from_env_file, session.env.environ, content.add)
    create_secret(session, options, content, options.type, failed="failed to create secret ")


COMMAND = Command(
    usage="create secret generic NAME [--from-file=[KEY=]FILE] [--from-literal=KEY=VALUE] [--from-env-file=FILE] [--type=TYPE]",
    summary="Create a Secret of keys and values",
    examples=(
        ("Keys and values", "create secret generic login --from-literal=user=admin --from-literal=password=guess"),
        ("The content of a file", "create secret generic manifest --from-file=web.yaml"),
    ),
    options=CreateGenericSecretOptions,
    run=run,
)
