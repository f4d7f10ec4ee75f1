"""The subsets of Endpoints in their canonical form (upstream: ``pkg/api/v1/endpoints/util.go``).

A subset says that each of its addresses has each of its ports. ``repack_subsets`` takes any such list apart and makes
the shortest of it, in an order that hangs on the content alone, so that equal endpoints are equal objects.
"""

from __future__ import annotations

from minikctl.lib.fnv import fnv1a_128

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    Obj = dict[str, Any]
    #: an address is known by its IP and the UID of what is there: two Pods may share the IP of their node
    Key = tuple[str, str]


def repack_subsets(subsets: Iterable[Obj]) -> list[Obj]:
    """Return the canonical form of ``subsets``; the addresses and ports in it are those of the argument.

    An address that is given as ready and as not ready at one port is not ready.
    """
    addresses: dict[Key, Obj] = {}
    ports: dict[str, Obj] = {}
    ready_by_port: dict[str, dict[Key, bool]] = {}
    for subset in subsets:
        hosts: dict[Key, bool] = {}
        for field, ready in (("addresses", True), ("notReadyAddresses", False)):
            for address in subset.get(field) or ():
                key = (address["ip"], (address.get("targetRef") or {}).get("uid") or "")
                addresses.setdefault(key, address)
                hosts[key] = hosts.get(key, True) and ready
        named = {_dump_port(port): port for port in subset.get("ports") or ()}
        ports.update(named)
        # Endpoints of headless Services may have no ports; they stand under a name that no port has.
        for name in named or ("",):
            readiness = ready_by_port.setdefault(name, {})
            for key, ready in hosts.items():
                readiness[key] = readiness.get(key, True) and ready
    ports_by_hosts: dict[tuple[tuple[Key, bool], ...], list[str]] = {}
    for name, readiness in ready_by_port.items():
        if readiness:
            ports_by_hosts.setdefault(tuple(sorted(readiness.items())), []).append(name)
    packed = [
        _subset(
            [addresses[key] for key, ready in hosts_of if ready],
            [addresses[key] for key, ready in hosts_of if not ready],
            [ports[name] for name in sorted(names, key=fnv1a_128) if name],
        )
        for hosts_of, names in ports_by_hosts.items()
    ]
    # Few Services have several subsets, and the hash of a long one takes its time.
    return sorted(packed, key=lambda subset: fnv1a_128(_dump_subset(subset))) if len(packed) > 1 else packed


def _subset(addresses: list[Obj], not_ready: list[Obj], ports: list[Obj]) -> Obj:
    fields = {"addresses": addresses, "notReadyAddresses": not_ready, "ports": ports}
    return {name: found for name, found in fields.items() if found}


# Upstream hashes what the spew library prints of a Go value with "%#v". The texts below are that print, with one
# liberty: addresses, nodes and UIDs are left empty. A real cluster draws them at random, so that the order of subsets
# is random there; here a story that is told twice shall come out the same. Example of a port:
# (v1.EndpointPort){Name:(string)http Port:(int32)80 Protocol:(v1.Protocol)TCP AppProtocol:(*string)<nil>}


def _dump_port(port: Obj, type_name: str = "(v1.EndpointPort)") -> str:
    protocol = port.get("appProtocol")
    return (
        f"{type_name}{{Name:(string){port.get('name') or ''} Port:(int32){port['port']} "
        f"Protocol:(v1.Protocol){port.get('protocol', '')} AppProtocol:(*string){_pointer(protocol)}}}"
    )


def _dump_subset(subset: Obj) -> str:
    ports = " ".join(_dump_port(port, "") for port in subset.get("ports") or ())
    return (
        f"(v1.EndpointSubset){{Addresses:{_dump_addresses(subset.get('addresses'))} "
        f"NotReadyAddresses:{_dump_addresses(subset.get('notReadyAddresses'))} "
        f"Ports:([]v1.EndpointPort){f'[{ports}]' if ports else '<nil>'}}}"
    )


def _dump_addresses(addresses: list[Obj] | None) -> str:
    if not addresses:
        return "([]v1.EndpointAddress)<nil>"
    # By name, not by address, for the same reason.
    return f"([]v1.EndpointAddress)[{' '.join(sorted(map(_dump_address, addresses)))}]"


def _dump_address(address: Obj) -> str:
    target = address.get("targetRef")
    shown = "<nil>" if target is None else (
        f"{{Kind:(string){target.get('kind', '')} Namespace:(string){target.get('namespace', '')} "
        f"Name:(string){target.get('name', '')} UID:(types.UID) APIVersion:(string) ResourceVersion:(string) "
        "FieldPath:(string)}"
    )
    return (
        f"{{IP:(string) Hostname:(string){address.get('hostname', '')} NodeName:(*string)<nil> "
        f"TargetRef:(*v1.ObjectReference){shown}}}"
    )


def _pointer(text: str | None) -> str:
    return "<nil>" if text is None else text
