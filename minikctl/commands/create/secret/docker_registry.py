"""``create secret docker-registry`` (upstream: kubectl ``cmd/create/create_secret_docker.go``)."""

from __future__ import annotations

from minikctl.commands._options import Command, flag
from minikctl.commands.create._data import add_files
from minikctl.commands.create._generators import one_name
from minikctl.commands.create.secret._secrets import SecretData, SecretOptions, create_secret
from minikctl.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session

#: the key that a Secret of this type has
_KEY = ".dockerconfigjson"


class CreateDockerRegistrySecretOptions(SecretOptions):
    """Flags of ``create secret docker-registry``."""

    docker_server: str = flag(
        "docker-server",
        default="https://index.docker.io/v1/",
        help="The registry.",
    )
    docker_username: str = flag("docker-username", help="The user's name at the registry.")
    docker_password: str = flag("docker-password", secret=True, help="The user's password at the registry.")
    docker_email: str = flag("docker-email", help="The user's address.")
    from_file: list[str] = flag(
        "from-file",
        kind="strings",
        complete="files",
        help=f"A file with the credentials ({_KEY} is its key), or KEY=FILE.",
    )


def run(options: CreateDockerRegistrySecretOptions, session: Session) -> None:
    """Make a Secret with which images are pulled."""
    name = one_name(session, options, "create secret docker-registry")
    complete = options.docker_username and options.docker_password and options.docker_server
    if not options.from_file and not complete:
        raise UsageError(
            "either --from-file or the combination of --docker-username, --docker-password and --docker-server is required"
        )
    content = SecretData(name)
    if options.from_file:
        add_files([_with_key(source) for source in options.from_file], content.add)
    else:
        content.add(_KEY, _credentials(options))
    create_secret(session, options, content, "kubernetes.io/dockerconfigjson", failed="failed to create secret ")


def _with_key(source: str) -> str:
    """``--from-file``: the key is ``.dockerconfigjson`` unless another is named."""
    return source if "=" in source else f"{_KEY}={source}"


def _credentials(options: CreateDockerRegistrySecretOptions) -> bytes:
    """The content of a ``~/.docker/config.json``."""
    from base64 import b64encode
    from json import dumps

    from minikctl.lib.gojson import escaped

    user, password = options.docker_username, options.docker_password
    entry = {"username": user, "password": password}
    if options.docker_email:
        entry["email"] = options.docker_email
    entry["auth"] = b64encode(f"{user}:{password}".encode("utf-8", "surrogateescape")).decode()
    text = dumps({"auths": {options.docker_server: entry}}, ensure_ascii=False, separators=(",", ":"))
    return escaped(text).encode()


COMMAND = Command(
    usage="create secret docker-registry NAME --docker-username=USER --docker-password=PASSWORD [--docker-server=SERVER]",
    summary="Create a Secret for an image registry",
    examples=(
        (
            "Credentials for a registry",
            "create secret docker-registry hub --docker-server=r.example.com --docker-username=me --docker-password=guess",
        ),
    ),
    options=CreateDockerRegistrySecretOptions,
    run=run,
)
