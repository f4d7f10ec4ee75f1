"""``config get-contexts``."""

from __future__ import annotations

from minikctl.commands import _contexts
from minikctl.commands._options import Command, Options, flag
from minikctl.commands.config._editing import names, readable
from minikctl.errors import MinikctlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


class GetContextsOptions(Options):
    """Flags of ``config get-contexts``."""

    output: str = flag("output", "o", group="Output", help="name: print names only.", choices=("name",))
    no_headers: bool = flag("no-headers", kind="bool", group="Output", help="Leave the line of headers out.")


def run(options: GetContextsOptions, session: Session) -> None:
    """List the contexts, or those that are named."""
    config = readable(session)
    if options.output not in ("", "name"):
        raise MinikctlError(
            f"--output {options.output} is not available in kubectl config get-contexts; resetting to default output format"
        )
    wanted = sorted(options.args) or names(config, "contexts")
    missing = [name for name in wanted if _contexts.find(config, "contexts", name) is None]
    found = [name for name in wanted if name not in missing]
    if options.output == "name":
        for name in found:
            session.print(name)
    else:
        from minikctl.printing.table import format_table

        current = config.get("current-context")
        rows = []
        for name in found:
            context = _contexts.find(config, "contexts", name) or {}
            rows.append(
                [
                    "*" if name == current else "",
                    name,
                    context.get("cluster") or "",
                    context.get("user") or "",
                    context.get("namespace") or "",
                ]
            )
        headers = ["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"]
        session.write(format_table(None if options.no_headers else headers, rows))
    session.end_with([MinikctlError(f"context {name} not found") for name in missing])


COMMAND = Command(
    usage="config get-contexts [NAME ...]",
    summary="List the contexts",
    options=GetContextsOptions,
    run=run,
    complete="contexts",
    examples=(("All contexts", "config get-contexts"), ("Names for a script", "config get-contexts -o name")),
)
