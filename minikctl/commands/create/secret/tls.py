"""``create secret tls`` (upstream: kubectl ``cmd/create/create_secret_tls.go``)."""

from __future__ import annotations

from minikctl.commands._options import Command, flag
from minikctl.commands.create._data import read_file
from minikctl.commands.create._generators import one_name
from minikctl.commands.create.secret._secrets import SecretData, SecretOptions, create_secret
from minikctl.errors import MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


class CreateTlsSecretOptions(SecretOptions):
    """Flags of ``create secret tls``."""

    cert: str = flag("cert", complete="files", help="A file with the certificate, as PEM.")
    key: str = flag(
        "key", complete="files", help="A file with the private key that belongs to the certificate, as PEM."
    )


def run(options: CreateTlsSecretOptions, session: Session) -> None:
    """Make a Secret with a certificate and its key."""
    name = one_name(session, options, "create secret tls")
    if not options.key or not options.cert:
        raise UsageError("key and cert must be specified")
    certificate, key = _read(options.cert), _read(options.key)
    _check_pair(certificate, key)
    content = SecretData(name)
    content.add("tls.crt", certificate)
    content.add("tls.key", key)
    create_secret(session, options, content, "kubernetes.io/tls", failed="failed to create secret ")


def _read(path: str) -> bytes:
    try:
        return read_file(path)
    except MinikctlError as error:
        raise MinikctlError(f"Cannot read file {path}, {error}") from error


def _check_pair(certificate: bytes, key: bytes) -> None:
    """Refuse files without a certificate or a key in them, and a key of another certificate (``tls.X509KeyPair``)."""
    from minikctl.commands.create.secret._keypairs import check_pair

    try:
        check_pair(certificate, key)
    except ValueError as error:
        raise MinikctlError(str(error)) from error


COMMAND = Command(
    usage="create secret tls NAME --cert=FILE --key=FILE",
    summary="Create a Secret with a certificate and its key",
    examples=(("A certificate", "create secret tls site --cert=site.crt --key=site.key"),),
    options=CreateTlsSecretOptions,
    run=run,
)
