"""The environment variables that a container gets.

Upstream: ``makeEnvironmentVariables`` in ``pkg/kubelet/kubelet_pods.go``, ``pkg/kubelet/envvars`` (Services),
``third_party/forked/golang/expansion`` (``$(NAME)``) and ``pkg/api/v1/resource`` (resourceFieldRef).
"""

from __future__ import annotations

from minikctl.kinds.podspec.environment import split_subscript
from minikctl.lib.addresses import join_host_port

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from minikctl.kinds.base import Obj, Reader

#: what stands for a value out of a Secret
MASK = "***"
_SOURCES = (("configMapRef", "configmaps", "ConfigMap"), ("secretRef", "secrets", "Secret"))
_KEY_SOURCES = (("configMapKeyRef", "configmaps", "ConfigMap"), ("secretKeyRef", "secrets", "Secret"))


class Variable:
    """One variable: ``value`` as the container sees it, ``shown`` with what comes out of Secrets masked."""

    __slots__ = ("name", "shown", "source", "value")

    def __init__(self, name: str, value: str, source: str, shown: str | None = None) -> None:
        self.name = name
        self.value = value
        #: where it comes from, in words
        self.source = source
        self.shown = value if shown is None else shown


class Environment:
    """The variables of a container by name, in the order in which they are set.

    ``problems`` are what keeps the container from starting (CreateContainerConfigError), ``notes`` what is left out
    because it is optional or not known yet.
    """

    __slots__ = ("notes", "problems", "variables")

    def __init__(self) -> None:
        self.variables: dict[str, Variable] = {}
        self.problems: list[str] = []
        self.notes: list[str] = []


def environment_of(read: Reader, pod: Obj, container: Obj) -> Environment:
    """What a container of the Pod would see, were it started now; what its image sets besides is not known."""
    return _Builder(read, pod, container).build()


class _Builder:
    def __init__(self, read: Reader, pod: Obj, container: Obj) -> None:
        self.read = read
        self.pod = pod
        self.container = container
        self.namespace: str = pod["metadata"].get("namespace", "")
        self.result = Environment()
        self.own = self.result.variables
        self.services = service_variables(read, self.namespace, links=pod["spec"].get("enableServiceLinks") is not False)

    def build(self) -> Environment:
        # The container runtime sets this one before all others.
        self._set(Variable("HOSTNAME", host_name(self.pod), "host name of the Pod"))
        runtime = dict(self.own)
        self.own.clear()
        for source in self.container.get("envFrom") or ():
            self._add_all(source)
        for entry in self.container.get("env") or ():
            self._add(entry)
        own = dict(self.own)
        self.own.clear()
        self.own.update({**runtime, **own})
        for name, variable in self.services.items():
            if name not in own:
                self.own[name] = variable
        return self.result

    def _set(self, variable: Variable) -> None:
        self.own[variable.name] = variable

    def _add_all(self, source: Obj) -> None:
        """One entry of envFrom: every key of a ConfigMap or Secret."""
        for field, resource, kind in _SOURCES:
            if source.get(field) is None:
                continue
            data = self._data(resource, kind, source[field])
            for key in sorted(data or {}):
                self._set(_from_data(source.get("prefix", "") + key, (data or {})[key], kind, source[field]["name"], key))

    def _add(self, entry: Obj) -> None:
        """One entry of env."""
        name, value, source = entry["name"], entry.get("value") or "", entry.get("valueFrom")
        if value or not source:
            real = expand(value, lambda other: self._lookup(other, masked=False))
            shown = expand(value, lambda other: self._lookup(other, masked=True))
            self._set(Variable(name, real, "value", shown))
            return
        for field, resource, kind in _KEY_SOURCES:
            if source.get(field) is not None:
                variable = self._of_key(name, resource, kind, source[field])
                if variable is not None:
                    self._set(variable)
                return
        if source.get("fieldRef") is not None:
            path = source["fieldRef"].get("fieldPath", "")
            text = field_value(self.pod, path)
            if text == "":
                self.result.notes.append(f"{name}: the Pod has no {path} yet")
            self._set(Variable(name, text, f"field {path}"))
        elif source.get("resourceFieldRef") is not None:
            self._set(Variable(name, *self._resource(source["resourceFieldRef"])))
        else:
            self.result.notes.append(f"{name}: comes out of a file of the container, which there is none of")

    def _lookup(self, name: str, *, masked: bool) -> str:
        variable = self.own.get(name) or self.services.get(name)
        if variable is None:
            return f"$({name})"
        return variable.shown if masked else variable.value

    def _data(self, resource: str, kind: str, reference: Obj) -> Obj | None:
        """The keys of a ConfigMap or Secret; None where it is not there, which is said."""
        name = reference.get("name", "")
        obj = self.read.get(resource, self.namespace, name)
        if obj is not None:
            return obj.get("data") or {}
        if reference.get("optional"):
            self.result.notes.append(f'optional {kind} "{name}" is not there: left out')
        else:
            self.result.problems.append(f'{kind.lower()} "{name}" not found')
        return None

    def _of_key(self, name: str, resource: str, kind: str, reference: Obj) -> Variable | None:
        data = self._data(resource, kind, reference)
        if data is None:
            return None
        key = reference.get("key", "")
        if key in data:
            return _from_data(name, data[key], kind, reference["name"], key)
        if reference.get("optional"):
            self.result.notes.append(f'optional key "{key}" of {kind} "{reference["name"]}" is not there: left out')
        else:
            self.result.problems.append(f"couldn't find key {key} in {kind} {self.namespace}/{reference['name']}")
        return None

    def _resource(self, reference: Obj) -> tuple[str, str]:
        """The value and source of a resourceFieldRef."""
        name = reference.get("containerName") or self.container["name"]
        spec = self.pod["spec"]
        containers = [*spec["containers"], *(spec.get("initContainers") or ())]
        container = next((each for each in containers if each["name"] == name), self.container)
        node = self.read.get("nodes", "", spec.get("nodeName") or "") if spec.get("nodeName") else None
        source = f"resource {reference['resource']} of container {name}"
        return resource_value(container, reference["resource"], reference.get("divisor"), node), source


def _from_data(name: str, value: str, kind: str, source: str, key: str) -> Variable:
    """A variable with the value of a key, which in Secrets is base64."""
    words = f'{kind} "{source}", key {key}'
    if kind != "Secret":
        return Variable(name, value, words)
    import base64

    return Variable(name, base64.b64decode(value).decode("utf-8", "replace"), words, MASK)


def host_name(pod: Obj) -> str:
    """The host name that a container has: the Pod's own, cut to 63 letters; on the node's network the node's."""
    spec = pod["spec"]
    if spec.get("hostNetwork"):
        return str(spec.get("nodeName") or "")
    return str(spec.get("hostname") or pod["metadata"]["name"][:63].rstrip("-."))


def expand(text: str, value_of: Callable[[str], str]) -> str:
    """Replace ``$(NAME)`` by ``value_of(NAME)``; ``$$`` is a dollar, any other ``$`` stays (upstream: ``Expand``)."""
    out = []
    position = 0
    while position < len(text):
        letter, following = text[position], text[position + 1:position + 2]
        end = text.find(")", position + 2) if letter == "$" and following == "(" else -1
        if end > 0:
            out.append(value_of(text[position + 2:end]))
            position = end + 1
        elif letter == "$" and following:
            out.append("$" if following == "$" else letter + following)
            position += 2
        else:
            out.append(letter)
            position += 1
    return "".join(out)


def service_variables(read: Reader, namespace: str, *, links: bool) -> dict[str, Variable]:
    """The variables for Services: always for ``kubernetes``, with ``links`` for all of the namespace with an address."""
    services = {"kubernetes": read.get("services", "default", "kubernetes")}
    if links:
        services.update({service["metadata"]["name"]: service for service in read.list("services", namespace)})
    found = {}
    for name in sorted(services):
        service = services[name]
        if service is not None and service["spec"].get("clusterIP") not in (None, "", "None"):
            for variable, value in _of_service(service):
                found[variable] = Variable(variable, value, f'Service "{name}"')
    return found


def _of_service(service: Obj) -> Iterator[tuple[str, str]]:
    """Upstream: ``envvars.FromServices`` and ``makeLinkVariables``."""
    prefix, ip, ports = _env_name(service["metadata"]["name"]), service["spec"]["clusterIP"], service["spec"].get("ports")
    yield f"{prefix}_SERVICE_HOST", ip
    for index, port in enumerate(ports or ()):
        number, protocol = port["port"], port.get("protocol", "TCP")
        if index == 0:
            yield f"{prefix}_SERVICE_PORT", str(number)
        if port.get("name"):
            yield f"{prefix}_SERVICE_PORT_{_env_name(port['name'])}", str(number)
    for index, port in enumerate(ports or ()):
        number, protocol = port["port"], port.get("protocol", "TCP")
        url = f"{protocol.lower()}://{join_host_port(ip, number)}"
        if index == 0:
            yield f"{prefix}_PORT", url
        own = f"{prefix}_PORT_{number}_{protocol.upper()}"
        yield own, url
        yield f"{own}_PROTO", protocol.lower()
        yield f"{own}_PORT", str(number)
        yield f"{own}_ADDR", ip


def _env_name(name: str) -> str:
    return name.replace("-", "_").upper()


def field_value(pod: Obj, path: str) -> str:
    """A field of the Pod as text; "" where it has none (upstream: ``podFieldSelectorRuntimeValue``)."""
    base, subscript = split_subscript(path)
    section, _, field = base.partition(".")
    part = pod.get(section) or {}
    if subscript is not None:
        return str((part.get(field) or {}).get(subscript, ""))
    if field in ("podIPs", "hostIPs"):
        return ",".join(each.get("ip", "") for each in part.get(field) or ())
    return str(part.get(field) or "")


def resource_value(container: Obj, resource: str, divisor: str | None, node: Obj | None) -> str:
    """A resource of a container in units of ``divisor`` (1), rounded up. A limit that is not set is the node's whole."""
    from minikctl.lib.quantity import Quantity

    section, _, name = resource.partition(".")
    text = ((container.get("resources") or {}).get(section) or {}).get(name)
    if section == "limits" and (text is None or Quantity(text).is_zero()) and node is not None:
        text = ((node.get("status") or {}).get("allocatable") or {}).get(name)
    amount = Quantity(0 if text is None else text)
    unit = Quantity(divisor) if divisor is not None else Quantity(1)
    if unit.is_zero():
        unit = Quantity(1)
    if name == "cpu":
        return str(-(-amount.milli_value() // unit.milli_value()))
    return str(-(-amount.value() // unit.value()))
