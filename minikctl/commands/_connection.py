"""Flags about a connection to a server: there is none, so each is refused, has a meaning of its own, or changes nothing.

Refused is what means another cluster than the simulated one, or somebody whom it does not know: a script that passes it
wants something that is not done here. What only says how requests are sent (compression, caches, logs) changes nothing of
what kubectl answers, and nothing here.
"""

from __future__ import annotations

from minikctl.commands import _contexts
from minikctl.errors import MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.api.rbac.user import User
    from minikctl.api.server import Api
    from minikctl.commands._session import Session

#: flags that say which server, and who one is to it by other means than a token
REFUSED = (
    "server", "certificate-authority", "tls-server-name", "client-certificate", "client-key", "username", "password",
)
#: what kubectl can measure of itself
PROFILES = ("cpu", "heap", "goroutine", "threadcreate", "block", "mutex", "trace", "allocs")
#: from this level on kubectl logs its requests
LOGS_REQUESTS = 6


def check(session: Session, *, uses_cluster: bool = True) -> None:
    """Refuse what is not possible, and let the session know of the rest. Raises MinikctlError and UsageError.

    ``uses_cluster``: the verb goes to the cluster as the user, so that both have to be there.
    """
    options = session.options
    for name in REFUSED:
        if name in options.given and getattr(options, options.FLAGS[name].attribute):
            raise MinikctlError(
                f"--{name} is not possible in a simulated cluster: there is no server to connect to. "
                "--context and --state say which state file is used, --as and --token who asks."
            )
    _check_profile(options.profile)
    session.request_timeout = timeout(options.request_timeout)
    if options.token and options.impersonate:
        raise MinikctlError("--as is not possible together with --token: only the administrator can be somebody else")
    if uses_cluster and options.cluster and _contexts.find(session.config, "clusters", options.cluster) is None:
        raise MinikctlError(f'no server found for cluster "{options.cluster}"')
    if uses_cluster and options.user and _contexts.find(session.config, "users", options.user) is None:
        raise MinikctlError(f'auth info "{options.user}" does not exist')
    if options.level >= LOGS_REQUESTS:
        session.complain(f"note: -v={options.level} shows nothing more: no requests are sent that could be logged")


def _check_profile(name: str) -> None:
    """Upstream: kubectl ``cmd/profiling.go``."""
    if name == "none":
        return
    if name not in PROFILES:
        raise MinikctlError(f"unknown profile '{name}'")
    raise MinikctlError(f"--profile={name} is not supported: what is measured of kubectl is not there to be measured")


def timeout(text: str) -> float:
    """``--request-timeout`` in seconds. Raises UsageError in kubectl's words (upstream: clientcmd's ``ParseTimeout``)."""
    from minikctl.lib.duration import parse_duration

    try:
        return float(int(text)) if text.lstrip("+-").isdigit() and text.isascii() else parse_duration(text)
    except ValueError:
        raise UsageError(
            "Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding "
            "time unit (e.g. 1s | 2m | 3h)"
        ) from None


def bearer(api: Api, token: str) -> User:
    """Who a token of this state stands for. Raises MinikctlError in kubectl's words for any other."""
    from minikctl.api.rbac.tokens import review
    from minikctl.api.rbac.user import User

    status = review(api, token, ())
    if not status.get("authenticated"):
        raise MinikctlError("You must be logged in to the server (Unauthorized)")
    user = status["user"]
    return User(user["username"], user["groups"], uid=user.get("uid", ""), extra=user.get("extra"))
