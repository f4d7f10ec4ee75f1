"""What ``certificate approve`` and ``certificate deny`` share (upstream: kubectl ``cmd/certificates``)."""

from __future__ import annotations

from minikctl.api.rbac.approval import check_approval
from minikctl.commands._manifests import find_targets
from minikctl.commands._options import flag
from minikctl.commands._printing import ChangePrinter
from minikctl.commands._shared import FilenameOptions, PrintOptions
from minikctl.errors import MinikctlError, UsageError
from minikctl.lib.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session

    Obj = dict[str, Any]

REQUESTS = "certificatesigningrequests.certificates.k8s.io"


class ApprovalOptions(FilenameOptions, PrintOptions):
    """Flags of both."""

    force: bool = flag("force", kind="bool", help="Also a request that is so already.")


class Decision:
    """Approved or denied: the condition that says so, and the one that it cannot go with."""

    __slots__ = ("message", "opposite", "reason", "type")

    def __init__(self, kind: str, opposite: str, verb: str) -> None:
        self.type = kind
        self.opposite = opposite
        self.reason = f"Kubectl{verb.capitalize()}"
        self.message = f"This CSR was {kind.lower()} by kubectl certificate {verb}."


def decide(options: ApprovalOptions, session: Session, decision: Decision) -> None:
    """Give each request the condition. Goes on after an error with the next one."""
    if not options.args and not options.filename and not options.kustomize:
        raise UsageError("one or more CSRs must be specified as <name> or -f <filename>")
    printer = ChangePrinter(session, options)
    words = [REQUESTS, *options.args] if options.args else []
    found = find_targets(session, options, words)
    with session.change():
        for target in found.targets:
            assert target.obj is not None
            try:
                if target.info.resource != REQUESTS:
                    wanted = "CertificateSigningRequest.certificates.k8s.io"
                    raise MinikctlError(f"can only handle {wanted} objects, got {target.info.qualified_kind}")  # noqa: TRY301
                _decide(session, target.name, decision, force=options.force)
            except MinikctlError as error:
                found.errors.append(error)
                continue
            printer.print(target.info, target.obj, decision.type.lower())
        session.show_warnings()
    session.end_with(found.errors)


def _decide(session: Session, name: str, decision: Decision, *, force: bool) -> None:
    """Write the condition, unless it is there."""
    api = session.trusted
    request = api.must_get(REQUESTS, "", name)
    status = request.get("status") or {}
    conditions = list(status.get("conditions") or ())
    types = {condition.get("type") for condition in conditions}
    if decision.opposite in types:
        raise MinikctlError(f'certificate signing request "{name}" is already {decision.opposite}')
    if decision.type in types and not force:
        return
    session.allow("update", REQUESTS, "", name, "approval")
    check_approval(api, session.user, request)
    if decision.type in types:
        return
    now = format_time(api.now())
    conditions.append({
        "type": decision.type, "status": "True", "reason": decision.reason, "message": decision.message,
        "lastUpdateTime": now, "lastTransitionTime": now,
    })
    request["status"] = {**status, "conditions": conditions}
    api.update_status(request)
