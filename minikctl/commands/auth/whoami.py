"""``auth whoami`` (upstream: kubectl ``cmd/auth/whoami.go``)."""

from __future__ import annotations

from minikctl.commands._options import Command
from minikctl.commands._shared import PrintOptions
from minikctl.errors import Forbidden, MinikctlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


def run(options: PrintOptions, session: Session) -> None:
    """Print name, UID, groups and further attributes of who asks."""
    try:
        session.allow("create", "selfsubjectreviews.authentication.k8s.io", "", "")
    except Forbidden as error:
        raise MinikctlError(
            "the selfsubjectreviews API is not enabled in the cluster or you do not have permission to call it"
        ) from error
    info = session.user.info()
    if options.output or options.template:
        from minikctl import kinds
        from minikctl.commands._printing import ChangePrinter

        review = {
            "apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview", "metadata": {},
            "status": {"userInfo": info},
        }
        kind = kinds.info_for("selfsubjectreviews.authentication.k8s.io")
        ChangePrinter(session, options).print(kind, review, "")
        return
    from minikctl.lib.gofmt import value
    from minikctl.printing.tabwriter import align

    lines = ["ATTRIBUTE\tVALUE\n"]
    for title, field in (("Username", "username"), ("UID", "uid"), ("Groups", "groups")):
        if info.get(field):
            lines.append(f"{title}\t{value(info[field])}\n")
    extra = info.get("extra") or {}
    lines += [f"Extra: {key}\t{value(extra[key])}\n" for key in sorted(extra)]
    session.write(align("".join(lines), min_width=6, padding=3))


COMMAND = Command(
    usage="auth whoami",
    summary="Say who asks: name, groups and further attributes",
    examples=(("Who am I", "auth whoami"), ("Whom does --as make of me", "auth whoami --as=jane --as-group=dev")),
    options=PrintOptions,
    run=run,
)
