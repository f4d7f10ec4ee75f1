"""``create ingress`` (upstream: kubectl ``cmd/create/create_ingress.go``)."""

from __future__ import annotations

import re

from minikctl.commands._options import Command, flag
from minikctl.commands.create._generators import GeneratorOptions, create, metadata, one_name
from minikctl.errors import UsageError
from minikctl.lib import intstr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session

    Obj = dict[str, Any]

#: host/path=service:port[,tls[=secret]]; what stands before and after does not matter to upstream either
_RULE = r"^(?P<host>[\w\*\-\.]*)(?P<path>/.*)=(?P<svcname>.*):(?P<svcport>.*)(?P<tls>(,tls|,tls=.*|))$"


class CreateIngressOptions(GeneratorOptions):
    """Flags of ``create ingress``."""

    class_: str = flag("class", help="The ingress class.")
    rule: list[str] = flag(
        "rule",
        kind="array",
        help="HOST/PATH=SERVICE:PORT[,tls[=SECRET]]; a path that ends in * is a prefix; may be repeated.",
    )
    default_backend: str = flag("default-backend", help="Where all else goes: SERVICE:PORT.")
    annotation: list[str] = flag("annotation", kind="array", help="An annotation: KEY=VALUE; may be repeated.")


def run(options: CreateIngressOptions, session: Session) -> None:
    """Make an Ingress."""
    name = one_name(session, options, "create ingress")
    _check(options)
    meta = metadata(session, name)
    if options.annotation:
        pairs = (text.partition("=") for text in options.annotation)
        meta["annotations"] = dict(sorted({key: value for key, _, value in pairs}.items()))
    spec: Obj = {}
    if options.class_:
        spec["ingressClassName"] = options.class_
    if options.default_backend:
        spec["defaultBackend"] = _backend(options.default_backend)
    for field, entries in (("tls", _tls(options.rule)), ("rules", _rules(options.rule))):
        if entries:
            spec[field] = entries
    create(
        session,
        options,
        {
            "kind": "Ingress",
            "apiVersion": "networking.k8s.io/v1",
            "metadata": meta,
            "spec": spec,
            "status": {"loadBalancer": {}},
        },
        failed="failed to create ingress: ",
    )


def _check(options: CreateIngressOptions) -> None:
    if not options.default_backend and not options.rule:
        raise UsageError(
            "not enough information provided: every ingress has to either specify a default-backend (which catches all "
            "traffic) or a list of rules (which catch specific paths)"
        )
    for rule in options.rule:
        if not re.match(_RULE, rule, re.ASCII):
            raise _invalid(rule)
    for annotation in options.annotation:
        if "=" not in annotation:
            raise UsageError(f"annotation {annotation} is invalid and should be in format key=[value]")
    if options.default_backend and options.default_backend.count(":") != 1:
        raise UsageError("default-backend should be in format servicename:serviceport")


def _tls(rules: list[str]) -> list[Obj]:
    """What is encrypted: hosts by secret, each host once (upstream: ``buildTLSRules``)."""
    found: list[Obj] = []
    hosts: set[str] = set()
    for rule in rules:
        parts = rule.split(",")
        if len(parts) != 2:
            continue
        host = rule.partition("/")[0]
        words = parts[1].split("=")
        secret = words[1] if len(words) > 1 else ""
        if host in hosts:
            continue
        hosts.add(host)
        same = next((entry for entry in found if entry.get("secretName", "") == secret), None)
        if same is not None:
            same.setdefault("hosts", []).append(host)
            continue
        entry: Obj = {}
        if host:
            entry["hosts"] = [host]
        if secret:
            entry["secretName"] = secret
        if entry:
            found.append(entry)
    return found


def _rules(rules: list[str]) -> list[Obj]:
    """A rule for each host, with its paths in order (upstream: ``buildIngressRules``)."""
    by_host: dict[str, list[Obj]] = {}
    for rule in rules:
        host, _, path = rule.partition(",")[0].partition("/")
        by_host.setdefault(host, []).append(_path(path, rule))
    return [{**({"host": host} if host else {}), "http": {"paths": paths}} for host, paths in by_host.items()]


def _invalid(rule: str) -> UsageError:
    return UsageError(f"rule {rule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]")


def _path(text: str, rule: str) -> Obj:
    """``path=service:port``; a path that ends in * is a prefix."""
    words = text.split("=")
    if ":" not in words[1]:
        raise _invalid(rule)  # kubectl dies of a path with = in it
    path, kind = "/" + words[0], "Exact"
    if path.endswith("*"):
        path, kind = path[:-1], "Prefix"
    entry: Obj = {"path": path} if path else {}
    return {**entry, "pathType": kind, "backend": _backend(words[1])}


def _backend(text: str) -> Obj:
    name, port = text.split(":")[:2]
    number = intstr.parse(port)
    if isinstance(number, int):
        return {"service": {"name": name, "port": {"number": number} if number else {}}}
    return {"service": {"name": name, "port": {"name": number} if number else {}}}


COMMAND = Command(
    usage="create ingress NAME --rule=HOST/PATH=SERVICE:PORT[,tls[=SECRET]]",
    summary="Create an Ingress",
    examples=(
        ("A path of a host", "create ingress shop --rule=shop.example.com/cart=cart:8080"),
        ("All paths, encrypted", "create ingress site --class=outer --rule='example.com/*=web:80,tls=site-cert'"),
        ("All that comes in", "create ingress all --default-backend=web:80"),
    ),
    options=CreateIngressOptions,
    run=run,
)
