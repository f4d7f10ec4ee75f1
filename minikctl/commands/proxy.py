"""``proxy``: refused, for there is no API server (upstream: kubectl ``cmd/proxy``)."""

from __future__ import annotations

from minikctl.commands._options import Command, Options, flag
from minikctl.commands._refusing import refusal
from minikctl.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


class ProxyOptions(Options):
    """Flags of ``proxy``."""

    accept_hosts: str = flag(
        "accept-hosts", default=r"^localhost$,^127\.0\.0\.1$,^\[::1\]$", help="Hosts to accept, as a regular expression."
    )
    accept_paths: str = flag("accept-paths", default="^.*", help="Paths to accept, as a regular expression.")
    address: str = flag("address", default="127.0.0.1", help="The address to serve on.")
    api_prefix: str = flag("api-prefix", default="/", help="The path of the API.")
    append_server_path: bool = flag("append-server-path", kind="bool", help="Append the path of the context's server.")
    disable_filter: bool = flag("disable-filter", kind="bool", help="Let all requests through.")
    keepalive: float = flag("keepalive", kind="duration", help="How long connections are kept.")
    port: int = flag("port", "p", kind="int", default=8001, help="The port to serve on.")
    reject_methods: str = flag("reject-methods", default="^$", help="Methods to reject, as a regular expression.")
    reject_paths: str = flag(
        "reject-paths", default="^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach", help="Paths to reject, as regular expressions."
    )
    unix_socket: str = flag("unix-socket", "u", help="The socket to serve on.")
    www: str = flag("www", "w", complete="files", help="A folder of files to serve.")
    www_prefix: str = flag("www-prefix", "P", default="/static/", help="The path of these files.")


def run(options: ProxyOptions, session: Session) -> None:  # noqa: ARG001 - the signature of all verbs
    """Check the flags as kubectl does, and refuse."""
    if options.port != 8001 and options.unix_socket:
        raise UsageError("cannot set --unix-socket and --port at the same time")
    raise refusal("proxy", "there is no server to pass requests on to", "Objects as the API has them, get -o json prints")


COMMAND = Command(
    usage="proxy [--port=PORT]",
    summary="Refused: there is no API server",
    description="The flags are checked as kubectl checks them; then it says why there is nothing to serve.",
    examples=(("Ends with exit code 1", "proxy --port=8080"),),
    options=ProxyOptions,
    run=run,
)
