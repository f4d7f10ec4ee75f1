"""``create token`` (upstream: kubectl ``cmd/create/create_token.go``)."""

from __future__ import annotations

from minikctl.commands._options import Command, flag
from minikctl.commands._shared import PrintOptions
from minikctl.errors import MinikctlError, StatusError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session

    Obj = dict[str, Any]

_KINDS = ("Node", "Pod", "Secret")


class CreateTokenOptions(PrintOptions):
    """Flags of ``create token``."""

    audience: list[str] = flag("audience", kind="array", help="Whom the token is for; may be repeated.")
    duration: float = flag("duration", kind="duration", help="How long it holds: 10m; 0: an hour.")
    bound_object_kind: str = flag(
        "bound-object-kind", help="The token holds as long as an object is there: Node, Pod or Secret."
    )
    bound_object_name: str = flag("bound-object-name", help="The name of that object.")
    bound_object_uid: str = flag("bound-object-uid", help="Its UID; without it, that of the one that is there.")


def run(options: CreateTokenOptions, session: Session) -> None:
    """Print a new token of a ServiceAccount. Nothing is stored."""
    name = _name(options, session)
    _check(options)
    spec: Obj = {"audiences": options.audience}
    if options.duration:
        spec["expirationSeconds"] = int(options.duration)
    if options.bound_object_kind:
        spec["boundObjectRef"] = {
            "kind": options.bound_object_kind, "apiVersion": "v1", "name": options.bound_object_name,
            **({"uid": options.bound_object_uid} if options.bound_object_uid else {}),
        }
    from minikctl.api.rbac.tokens import request

    try:
        session.allow("create", "serviceaccounts", session.namespace, name, "token")
        answer = request(session.trusted, session.namespace, name, spec)
    except StatusError as error:
        raise MinikctlError(f"failed to create token: {error}") from error
    if options.output or options.template:
        from minikctl.commands._printing import ChangePrinter
        from minikctl.kinds import KindInfo

        ChangePrinter(session, options, keep_order=True).print(
            KindInfo("authentication.k8s.io/v1", "TokenRequest", "tokenrequests"), answer, "created"
        )
        return
    end = "\n" if session.env.out.is_terminal() else ""
    session.write(answer["status"]["token"] + end)


def _name(options: CreateTokenOptions, session: Session) -> str:
    args = options.args if options.dash < 0 else options.args[: options.dash]
    if len(args) != 1:
        raise UsageError(
            f"exactly one NAME is required, got {len(args)}\nSee '{session.program} create token -h' for help and examples"
        )
    return args[0]


def _check(options: CreateTokenOptions) -> None:
    """Raise UsageError where flags are wrong or do not go together (upstream: ``TokenOptions.Validate``)."""
    if options.duration < 0:
        raise UsageError("--duration must be greater than or equal to 0")
    if options.duration % 1:
        raise UsageError("--duration cannot be expressed in units less than seconds")
    if "" in options.audience:
        raise UsageError("--audience must not be an empty string")
    if not options.bound_object_kind:
        for given, name in ((options.bound_object_name, "name"), (options.bound_object_uid, "uid")):
            if given:
                raise UsageError(f"--bound-object-{name} can only be set if --bound-object-kind is provided")
        return
    if options.bound_object_kind not in _KINDS:
        raise UsageError(f"supported --bound-object-kind values are {', '.join(_KINDS)}")
    if not options.bound_object_name:
        raise UsageError("--bound-object-name is required if --bound-object-kind is provided")


COMMAND = Command(
    usage="create token SERVICE_ACCOUNT_NAME",
    summary="Print a token of a ServiceAccount",
    description="The token is well-formed and has the claims of a real one, but its signature is simulated.",
    examples=(
        ("A token for the API", "create token default"),
        ("For somebody else, for ten minutes", "create token default --audience=https://example.com --duration=10m"),
    ),
    options=CreateTokenOptions,
    run=run,
)
