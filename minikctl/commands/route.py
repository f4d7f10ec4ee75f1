"""``route``: which Pods would get requests, and what would stop them (minikctl's own)."""

from __future__ import annotations

from minikctl import kinds
from minikctl.commands._options import Command, flag
from minikctl.commands._pods import find_pod
from minikctl.commands._reports import ReportOptions, print_report
from minikctl.errors import MinikctlError, SilentExit, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session
    from minikctl.network.policies import Peer
    from minikctl.network.routing import Route, Router

    Obj = dict[str, Any]


class RouteOptions(ReportOptions):
    """Flags of ``route``."""

    count: int = flag("count", kind="int", help="How many requests; absent: one to each Pod.")
    from_: str = flag(
        "from", help="Where they come from: POD, NAMESPACE/POD, TYPE/NAME or an address; absent: from outside.",
    )
    ingress_class: str = flag("ingress-class", help="Only Ingresses of this class.")
    no_headers: bool = flag("no-headers", kind="bool", group="Output", help="Leave the line of headers out.")


def run(options: RouteOptions, session: Session) -> None:
    """Follow the requests and print where they end; exit code 1 where none arrives."""
    if len(options.args) != 1:
        raise UsageError("route takes one Service or URL: web, web:80, http://web.shop/cart")
    if options.count < 0:
        raise UsageError(f"--count must not be negative: {options.count}")
    from minikctl.network.routing import Router

    client = _client(session, options.from_)
    namespace = client.pod["metadata"]["namespace"] if client.pod is not None else session.namespace
    router = Router(session.api, client, namespace, options.count, options.ingress_class)
    route = _follow(router, session, options.args[0])
    report = {
        "target": options.args[0], "from": options.from_ or "outside", "hops": route.hops, "backends": route.backends,
        "notes": route.notes, "problem": route.problem, "arrives": route.arrives,
    }
    if not print_report(session, options, report):
        _print(session, options, route)
    if not route.arrives:
        raise SilentExit


def _client(session: Session, text: str) -> Peer:
    """The end that requests come from. Raises NotFound, MinikctlError."""
    from minikctl.lib.ips import parse_ip
    from minikctl.network.policies import Peer

    if not text:
        return Peer()
    if parse_ip(text) is not None:
        return Peer(ip=text)
    first, slash, name = text.partition("/")
    if slash and kinds.find_kind(first) is None:
        return Peer(find_pod(session, name, first))
    return Peer(find_pod(session, text))


def _follow(router: Router, session: Session, text: str) -> Route:
    """Send the requests to what a word of the command line means. Raises UsageError."""
    if "://" in text:
        from urllib.parse import urlsplit

        try:
            url = urlsplit(text)
            port = url.port
        except ValueError as error:
            raise UsageError(f"{text}: {error}") from error
        if url.scheme not in ("http", "https") or not url.hostname:
            raise UsageError(f"{text} is no URL with http or https and a host")
        return router.to_url(url.scheme, url.hostname, port, url.path or "/")
    name, _, port_text = text.partition(":")
    kind, slash, rest = name.partition("/")
    if slash:
        info = kinds.find_kind(kind)
        if info is None or info.resource != "services":
            raise UsageError(f"route leads to Services, not to {kind}")
        name = rest
    service, _, namespace = name.partition(".")
    return router.to_service(namespace.partition(".")[0] or session.namespace, service, port_text)


def _print(session: Session, options: RouteOptions, route: Route) -> None:
    for hop in route.hops:
        session.print(hop)
    if route.backends:
        from minikctl.printing.table import format_table

        rows = [
            [
                each["pod"] or "<none>", each["address"], each["node"] or "<none>", str(each["requests"]),
                "allowed" if each["allowed"] else "denied", "; ".join(each["why"]) or "<none>",
            ]
            for each in route.backends
        ]
        headers = ["POD", "ADDRESS", "NODE", "REQUESTS", "RESULT", "POLICIES"]
        session.write(format_table(None if options.no_headers else headers, rows))
    for note in route.notes:
        session.complain(f"note: {note}")
    if route.problem:
        raise MinikctlError(route.problem)


COMMAND = Command(
    usage="route (SERVICE[:PORT] | URL) [--count N] [--from POD]",
    summary="Say which Pods would get requests, and what would stop them",
    description=(
        "Through the Service's ready endpoints (traffic policies, session affinity, hints), for a URL that is not the cluster's "
        "own through Ingresses, and past the NetworkPolicies of both ends, which are named. Requests go round in turn; the same "
        "state gives the same answer. Exit code 1: none arrives."
    ),
    examples=(
        ("To a Service from outside", "route web"),
        ("Ten requests from a Pod", "route web.shop:80 --from client --count 10"),
        ("Through an Ingress", "route http://shop.example.com/cart"),
    ),
    options=RouteOptions,
    run=run,
    complete="resources",
)
