"""``resolve``: what the cluster's DNS would answer to a Pod (minikctl's own)."""

from __future__ import annotations

from minikctl.commands._options import Command, flag
from minikctl.commands._reports import ReportOptions, print_report
from minikctl.errors import MinikctlError, NotFound, SilentExit, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session
    from minikctl.network.dns import Answer


class ResolveOptions(ReportOptions):
    """Flags of ``resolve``."""

    from_: str = flag("from", help="The namespace of the Pod that asks (-n does the same).", complete="namespaces")
    type: str = flag(
        "type",
        help="The type of record: a, aaaa, srv, cname or ptr. Absent: addresses, for _port._protocol.NAME srv.",
        choices=("a", "aaaa", "srv", "cname", "ptr"),
    )
    no_headers: bool = flag("no-headers", kind="bool", group="Output", help="Leave the line of headers out.")


def run(options: ResolveOptions, session: Session) -> None:
    """Ask for one name and print the answer; no answer is an error with exit code 1."""
    from minikctl.network import dns

    if len(options.args) != 1 or not options.args[0].strip("."):
        raise UsageError("resolve takes one name, such as web, web.shop or web.shop.svc.cluster.local")
    name = options.args[0]
    namespace = options.from_ or session.namespace
    types = _types(options.type, name)
    if session.api.get("namespaces", "", namespace) is None:
        raise NotFound("namespaces", namespace)
    answer = dns.resolve(session.api, name, namespace, types)
    report = {
        "question": name, "from": namespace, "name": answer.name, "rcode": answer.rcode, "asked": answer.asked,
        "records": answer.records,
    }
    if answer.reason:
        report["reason"] = answer.reason
    if print_report(session, options, report):
        if not answer.records:
            raise SilentExit
        return
    if not answer.records:
        what = answer.rcode if not answer.name else "no answer"
        raise MinikctlError(f'{what} for "{name}": {answer.reason} (asked for {", ".join(answer.asked)})')
    _print_table(session, options, answer)


def _types(text: str, name: str) -> tuple[str, ...]:
    """The types of record that are asked for. Raises UsageError."""
    from minikctl.network.dns import TYPES

    if not text:
        return ("SRV",) if name.startswith("_") else ("A", "AAAA")
    if text.upper() not in TYPES:
        raise UsageError(f"--type must be one of {', '.join(each.lower() for each in TYPES)}, not {text!r}")
    return (text.upper(),)


def _print_table(session: Session, options: ResolveOptions, answer: Answer) -> None:
    from minikctl.printing.table import format_table

    rows = []
    for record in answer.records:
        about = record.get("object")
        shown = f"{about['kind'].lower()}/{about['name']}" if about else "<none>"
        rows.append([record["name"], record["type"], record["data"], shown])
    headers = None if options.no_headers else ["NAME", "TYPE", "DATA", "OBJECT"]
    session.write(format_table(headers, rows))


COMMAND = Command(
    usage="resolve NAME [--from NAMESPACE]",
    summary="Say what the cluster's DNS would answer",
    description=(
        "Names are looked for as a Pod's resolver does: first in the Pod's namespace, then in the cluster. Services have "
        "their address, headless ones those of their ready Pods, ExternalName ones another name; _PORT._PROTOCOL.NAME gives "
        "SRV records, 10-244-1-2.NAMESPACE.pod the address of a Pod, an address its name. Exit code 1: no answer."
    ),
    examples=(
        ("A Service of this namespace", "resolve web"),
        ("As a Pod of the namespace shop would ask", "resolve web --from shop"),
        ("The ports of a Service", "resolve _http._tcp.web.default.svc.cluster.local"),
        ("For a script", "resolve web -o jsonpath='{.records[0].data}'"),
    ),
    options=ResolveOptions,
    run=run,
)
