"""IngressClass (networking.k8s.io/v1): which controller looks after an Ingress.

Upstream: ``pkg/apis/networking/v1/defaults.go``, ``pkg/apis/networking/validation`` and ``printIngressClass``.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj, Reader, Writer

DEFAULT_ANNOTATION = "ingressclass.kubernetes.io/is-default-class"
#: bytes that the name of a controller may have
MAX_CONTROLLER = 250
_PATH = r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+"


class IngressClassKind(Kind):
    """The hooks of IngressClasses."""

    columns = (Column("NAME"), Column("CONTROLLER"), Column("PARAMETERS"), Column("AGE"))
    has_generation = True

    def default(self, obj: Obj) -> None:
        """See ``Kind.default``."""
        parameters = obj.setdefault("spec", {}).get("parameters")
        if parameters is not None:
            parameters.setdefault("scope", "Cluster")

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.errors import required, too_long

        controller = obj["spec"].get("controller", "")
        errors: list[FieldError] = []
        if not controller:
            errors.append(required("spec.controller"))
        else:
            if len(controller.encode()) > MAX_CONTROLLER:
                errors.append(too_long("spec.controller", MAX_CONTROLLER))
            errors += _validate_domain_prefixed_path(controller, "spec.controller")
        parameters = obj["spec"].get("parameters")
        return errors + (_validate_parameters(parameters, "spec.parameters") if parameters is not None else [])

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``Kind.validate_update``: the controller stays."""
        from minikctl.kinds.meta import validate_immutable_field

        was = (old.get("spec") or {}).get("controller")
        return validate_immutable_field(obj["spec"].get("controller"), was, "spec.controller") + self.validate(obj)

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.lib.times import age

        metadata, spec = obj["metadata"], obj.get("spec") or {}
        parameters, text = spec.get("parameters"), "<none>"
        if parameters is not None:
            group = f".{parameters['apiGroup']}" if parameters.get("apiGroup") is not None else ""
            text = f"{parameters.get('kind', '')}{group}/{parameters.get('name', '')}"
        return metadata["name"], spec.get("controller", ""), text, age(metadata.get("creationTimestamp"), now)

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:  # noqa: ARG002 - the hook's signature
        """See ``Kind.describe``."""
        from minikctl.kinds.describing import annotations_multiline, labels_multiline

        metadata, spec = obj["metadata"], obj.get("spec") or {}
        out.write(0, f"Name:\t{metadata['name']}\n")
        labels_multiline(out, "Labels", metadata.get("labels"))
        annotations_multiline(out, "Annotations", metadata.get("annotations"))
        out.write(0, f"Controller:\t{spec.get('controller', '')}\n")
        parameters = spec.get("parameters")
        if parameters is not None:
            out.write(0, "Parameters:\n")
            if parameters.get("apiGroup") is not None:
                out.write(1, f"APIGroup:\t{parameters['apiGroup']}\n")
            out.write(1, f"Kind:\t{parameters.get('kind', '')}\n")
            out.write(1, f"Name:\t{parameters.get('name', '')}\n")
        out.events(obj)


def _validate_domain_prefixed_path(text: str, path: str) -> list[FieldError]:
    """``example.com/controller`` (upstream: ``IsDomainPrefixedPath``)."""
    import re

    from minikctl.errors import invalid
    from minikctl.lib.names import is_dns1123_subdomain, regex_error

    host, _, rest = text.partition("/")
    if not host or not rest:
        return [invalid(path, text, 'must be a domain-prefixed path (such as "acme.io/foo")')]
    errors = [invalid(path, host, message) for message in is_dns1123_subdomain(host)]
    if not re.fullmatch(_PATH, rest):
        errors.append(invalid(path, rest, regex_error("Invalid path", _PATH)))
    return errors


def _validate_parameters(parameters: Obj, path: str) -> list[FieldError]:
    """Upstream: ``validateIngressClassParametersReference``."""
    from minikctl.errors import forbidden, invalid, not_supported, required
    from minikctl.kinds.ingress.validation import validate_typed_reference
    from minikctl.lib.names import is_dns1123_label

    errors = validate_typed_reference(parameters, path)
    scope, namespace = parameters.get("scope"), parameters.get("namespace")
    if scope not in ("Cluster", "Namespace"):
        errors.append(not_supported(f"{path}.scope", scope, ("Cluster", "Namespace")))
    elif scope == "Namespace":
        if namespace is None:
            errors.append(required(f"{path}.namespace", "`parameters.scope` is set to 'Namespace'"))
        else:
            errors += [invalid(f"{path}.namespace", namespace, message) for message in is_dns1123_label(namespace)]
    elif namespace is not None:
        errors.append(forbidden(f"{path}.namespace", "`parameters.scope` is set to 'Cluster'"))
    return errors


KIND = IngressClassKind
