"""``expose``: a Service for what is there (upstream: kubectl ``cmd/expose``)."""

from __future__ import annotations

from minikctl import kinds
from minikctl.commands._manifests import NAME_RESOURCES, find_targets, local_targets
from minikctl.commands._options import Command, flag
from minikctl.commands._overrides import OverrideOptions, overridden
from minikctl.commands._printing import ChangePrinter, dry_run_mode
from minikctl.commands._shared import DryRunOptions, FieldManagerOptions, FilenameOptions, PrintOptions, RecordOptions
from minikctl.commands.create._generators import with_config
from minikctl.errors import MinikctlError, UsageError
from minikctl.lib import intstr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._resources import Found, Target
    from minikctl.commands._session import Session

    Obj = dict[str, Any]

#: names of Services were no longer than this, and what is cut is still cut here
LONGEST_NAME = 63


class ExposeOptions(RecordOptions, FilenameOptions, OverrideOptions, DryRunOptions, PrintOptions, FieldManagerOptions):
    """Flags of ``expose``."""

    name: str = flag("name", help="The Service's name; without it that of the object.")
    port: str = flag("port", help="The Service's port, or several; without it those of the object.")
    target_port: str = flag("target-port", help="The number or name of the containers' port; without it the Service's.")
    protocol: str = flag("protocol", help="TCP, UDP or SCTP; without it what the object says.")
    type: str = flag(
        "type", help="The Service's type.", choices=("ClusterIP", "NodePort", "LoadBalancer", "ExternalName")
    )
    selector: str = flag("selector", help="The labels of the Pods: a=b,c=d; without it those of the object.")
    labels: str = flag("labels", "l", help="The Service's labels: a=b,c=d; without them those of the object.")
    cluster_ip: str = flag("cluster-ip", help="The Service's address; None for a headless one.")
    external_ip: str = flag("external-ip", help="An outer address that leads to the Service.")
    load_balancer_ip: str = flag("load-balancer-ip", help="The address that a load balancer is asked for.")
    session_affinity: str = flag(
        "session-affinity", help="Whether a client stays with its Pod.", choices=("None", "ClientIP")
    )
    save_config: bool = flag("save-config", kind="bool", help="Remember the object in itself, as apply does.")


def run(options: ExposeOptions, session: Session) -> None:
    """Make a Service for every object that is named; go on after an error with the next one."""
    dry_run = dry_run_mode(options.dry_run, session)
    printer = ChangePrinter(session, options, dry_run=dry_run, typed=True)
    found = _find(options, session)
    errors = found.errors
    if not found.targets and not errors:
        raise MinikctlError("no objects passed to expose")
    wanted = _Wanted()
    for target in found.targets:
        try:
            _expose(options, session, target, wanted, printer, dry_run)
        except MinikctlError as error:
            errors.append(error)
    session.end_with(errors)


def _find(options: ExposeOptions, session: Session) -> Found:
    """The objects that words name, or those of files as the files have them."""
    if options.filename or options.kustomize:
        return local_targets(session, options, in_namespace=True)
    return find_targets(session, options, options.args, nothing_named=NAME_RESOURCES)


class _Wanted:
    """What the Services shall have: what flags say, else what the objects say.

    What an object said holds for the objects after it in the same command line as well, because kubectl keeps it where
    its flags are.
    """

    __slots__ = ("labels", "numbers", "selector")

    def __init__(self) -> None:
        self.selector: dict[str, str] = {}
        self.labels: dict[str, str] = {}
        self.numbers: list[int] = []

    def complete(self, options: ExposeOptions, target: Target, exposed: Obj, ports: dict[int, list[str]]) -> None:
        """Fill in what is not known yet. Raises UsageError."""
        if not self.selector:
            self.selector = _pairs(options.selector) if options.selector else _selector_of(target, exposed)
        if not self.numbers:
            self.numbers = [_number(text) for text in options.port.split(",")] if options.port else list(ports)
        if not self.numbers and options.cluster_ip != "None":
            raise UsageError("couldn't find port via --port flag or introspection")
        if not self.labels:
            labels = dict(sorted((exposed["metadata"].get("labels") or {}).items()))
            self.labels = _pairs(options.labels) if options.labels else labels


def _expose(
    options: ExposeOptions, session: Session, target: Target, wanted: _Wanted, printer: ChangePrinter, dry_run: str
) -> None:
    if not kinds.load(target.info).exposable:
        raise MinikctlError(f"cannot expose a {target.info.qualified_kind}")
    obj = _service(options, target, wanted)
    if options.overrides:
        obj = overridden(obj, options)
    info = kinds.info_for_object(obj["apiVersion"], obj["kind"])
    if info is None:
        raise MinikctlError(f'no matches for kind "{obj["kind"]}" in version "{obj["apiVersion"]}"')
    obj = session.recorded(obj)
    if dry_run == "client":
        if session.namespace_given:
            name, *rest = obj["metadata"].items()
            obj["metadata"] = dict([name, ("namespace", session.namespace), *rest])
        printer.print(info, obj, "exposed")
        return
    if options.save_config:
        obj = with_config(obj)
    obj["metadata"]["namespace"] = session.namespace
    with session.change(dry_run=bool(dry_run)) as api:
        stored = api.create(obj, client=True)
        session.show_warnings()
        printer.print(info, stored, "exposed")


def _service(options: ExposeOptions, target: Target, wanted: _Wanted) -> Obj:
    """The Service for an object, its fields in the API's order (upstream: ``createService``)."""
    exposed = target.obj or {}
    ports = _ports_of(target, exposed)
    wanted.complete(options, target, exposed, ports)
    metadata: Obj = {"name": options.name or target.name[:LONGEST_NAME]}
    if wanted.labels:
        metadata["labels"] = dict(wanted.labels)
    spec: Obj = {}
    if wanted.numbers:
        spec["ports"] = _service_ports(options, wanted.numbers, ports)
    spec["selector"] = dict(wanted.selector)
    if options.session_affinity not in ("", "None", "ClientIP"):
        raise UsageError(f"unknown session affinity: {options.session_affinity}")
    fields = {
        "clusterIP": options.cluster_ip,
        "type": options.type,
        "externalIPs": [options.external_ip] if options.external_ip else None,
        "sessionAffinity": options.session_affinity,
        "loadBalancerIP": options.load_balancer_ip if options.type == "LoadBalancer" else "",
    }
    spec |= {field: value for field, value in fields.items() if value}
    return {
        "kind": "Service",
        "apiVersion": "v1",
        "metadata": metadata,
        "spec": spec,
        "status": {"loadBalancer": {}},
    }


def _selector_of(target: Target, obj: Obj) -> dict[str, str]:
    """The labels by which the object's Pods are found (upstream: ``mapBasedSelectorForObject``)."""
    kind = kinds.load(target.info)
    if kind.pod_template(obj) is obj:
        labels = obj["metadata"].get("labels")
        problem = "the pod has no labels and cannot be exposed"
    else:
        selector = kind.selector(obj) or {}
        if selector.get("matchExpressions"):
            shown = " ".join(_shown(each) for each in selector["matchExpressions"])
            raise UsageError(
                "couldn't retrieve selectors via --selector flag or introspection: couldn't convert expressions - "
                f'"[{shown}]" to map-based selector format'
            )
        labels = selector.get("matchLabels")
        problem = "the service has no pod selector set"
    if not labels:
        raise UsageError(f"couldn't retrieve selectors via --selector flag or introspection: {problem}")
    return dict(sorted(labels.items()))


def _shown(requirement: Obj) -> str:
    """A requirement of a selector as Go's ``%+v`` has it."""
    values = " ".join(requirement.get("values") or ())
    return f"{{Key:{requirement.get('key', '')} Operator:{requirement.get('operator', '')} Values:[{values}]}}"


def _ports_of(target: Target, obj: Obj) -> dict[int, list[str]]:
    """The object's ports in order, each with its protocols (upstream: ``multiProtocolsForObject``)."""
    template = kinds.load(target.info).pod_template(obj)
    if template is None:
        pairs = [(port["port"], port) for port in obj["spec"].get("ports") or ()]
    else:
        containers = template["spec"].get("containers") or ()
        pairs = [(port["containerPort"], port) for each in containers for port in each.get("ports") or ()]
    found: dict[int, list[str]] = {}
    for number, port in pairs:
        found.setdefault(number, []).append(port.get("protocol") or "TCP")
    return found


def _service_ports(options: ExposeOptions, numbers: list[int], known: dict[int, list[str]]) -> list[Obj]:
    """The Service's ports, each with the protocols that the object has it with."""
    found = []
    for position, number in enumerate(numbers, 1):
        protocols = [options.protocol] if options.protocol else known.get(number) or ["TCP"]
        for protocol in protocols:
            name = f"port-{position}" if len(numbers) > 1 else ""
            if len(protocols) > 1:
                name = f"port-{position}-{protocol.lower()}"
            target = intstr.parse(options.target_port) if options.target_port else number
            found.append({
                **({"name": name} if name else {}), "protocol": protocol, "port": number, "targetPort": target,
            })  # fmt: skip
    return found


def _number(text: str) -> int:
    try:
        if text != text.strip() or "_" in text:
            raise ValueError(text)  # noqa: TRY301 - one answer for all that is no number
        return int(text)
    except ValueError:
        raise UsageError(f'strconv.Atoi: parsing "{text}": invalid syntax') from None


def _pairs(text: str) -> dict[str, str]:
    """``a=b,c=d`` as a map (upstream: ``parseLabels``). Raises UsageError."""
    found: dict[str, str] = {}
    for part in text.split(","):
        pair = part.split("=")
        if len(pair) != 2:
            raise UsageError(f"unexpected label spec: {part}")
        if not pair[0]:
            raise UsageError("unexpected empty label key")
        found[pair[0]] = pair[1]
    return dict(sorted(found.items()))


COMMAND = Command(
    usage="expose (-f FILE | TYPE NAME) [--port=PORT] [--target-port=NUMBER-OR-NAME] [--name=NAME] [--type=TYPE]",
    summary="Make a Service for what is there",
    description=(
        "A Service can be made for Deployments, ReplicaSets, ReplicationControllers, Pods and other Services. Labels, "
        "ports and protocols are the object's own, unless flags say otherwise."
    ),
    examples=(
        ("A Service for a Deployment", "expose deployment web --port=80 --target-port=8080"),
        ("A port of the nodes for it", "expose deployment/web --type=NodePort --port=80 --name=web-outside"),
        ("See the manifest only", "expose deployment web --port=80 --dry-run=client -o yaml"),
    ),
    options=ExposeOptions,
    run=run,
    complete="workloads",
)
