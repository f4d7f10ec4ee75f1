"""What the two kinds of webhook configurations have in common. No webhook is called: there is nobody to call.

Upstream: ``pkg/apis/admissionregistration/v1/defaults.go``, ``pkg/apis/admissionregistration/validation`` and
``printMutatingWebhook``.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj

SIDE_EFFECTS = ("None", "NoneOnDryRun")
LONGEST_TIMEOUT = 30  # seconds


class WebhookConfigurationKind(Kind):
    """The hooks of webhook configurations."""

    columns = (Column("NAME"), Column("WEBHOOKS"), Column("AGE"))
    has_generation = True
    #: fields that each webhook gets where it does not have them
    webhook_defaults: tuple[tuple[str, object], ...] = (
        ("failurePolicy", "Fail"), ("matchPolicy", "Equivalent"), ("timeoutSeconds", 10),
    )

    def default(self, obj: Obj) -> None:
        """See ``Kind.default``."""
        for webhook in obj.get("webhooks") or ():
            for field, value in self.webhook_defaults:
                webhook.setdefault(field, value)
            for field in ("namespaceSelector", "objectSelector"):
                webhook.setdefault(field, {})
            default_rules(webhook.get("rules") or ())
            service = (webhook.get("clientConfig") or {}).get("service")
            if service is not None:
                service.setdefault("port", 443)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        errors: list[FieldError] = []
        names: set[str] = set()
        for index, webhook in enumerate(obj.get("webhooks") or ()):
            errors += _validate_webhook(webhook, names, f"webhooks[{index}]")
        return errors

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:  # noqa: ARG002 - the hook's signature
        """See ``Kind.validate_update``: the same rules again."""
        return self.validate(obj)

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.lib.times import age

        metadata = obj["metadata"]
        return metadata["name"], str(len(obj.get("webhooks") or ())), age(metadata.get("creationTimestamp"), now)


def default_rules(rules: Sequence[Obj]) -> None:
    """Rules hold for objects of any scope, unless they say otherwise (upstream: ``SetDefaults_Rule``)."""
    for rule in rules:
        rule.setdefault("scope", "*")


def _validate_webhook(webhook: Obj, names: set[str], path: str) -> list[FieldError]:
    """One webhook; ``names`` are those of the ones before, and grow."""
    from minikctl.errors import duplicate, invalid, not_supported, required
    from minikctl.kinds.meta import validate_label_selector
    from minikctl.lib.names import is_dns1123_subdomain

    name = webhook.get("name", "")
    errors: list[FieldError] = []
    if not name:
        errors.append(required(f"{path}.name"))
    elif name.count(".") < 2:
        errors.append(invalid(f"{path}.name", name, "should be a domain with at least three segments separated by dots"))
    else:
        errors += [invalid(f"{path}.name", name, message) for message in is_dns1123_subdomain(name)]
    if name and name in names:
        errors.append(duplicate(f"{path}.name", name))
    names.add(name)
    errors += validate_rules(webhook.get("rules") or (), f"{path}.rules")
    effects = webhook.get("sideEffects")
    if effects is None:
        errors.append(required(f"{path}.sideEffects", f"must specify one of {', '.join(SIDE_EFFECTS)}"))
    elif effects not in SIDE_EFFECTS:
        errors.append(not_supported(f"{path}.sideEffects", effects, SIDE_EFFECTS))
    seconds = webhook.get("timeoutSeconds")
    if seconds is not None and not 1 <= seconds <= LONGEST_TIMEOUT:
        errors.append(invalid(
            f"{path}.timeoutSeconds", seconds, f"the timeout value must be between 1 and {LONGEST_TIMEOUT} seconds"
        ))
    for field in ("namespaceSelector", "objectSelector"):
        errors += validate_label_selector(webhook.get(field), f"{path}.{field}")
    client = webhook.get("clientConfig") or {}
    if (client.get("url") is None) == (client.get("service") is None):
        errors.append(required(f"{path}.clientConfig", "exactly one of url or service is required"))
    if not webhook.get("admissionReviewVersions"):
        errors.append(required(f"{path}.admissionReviewVersions", "must specify one of v1, v1beta1"))
    return errors


def validate_rules(rules: Sequence[Obj], path: str) -> list[FieldError]:
    """Which requests are meant (upstream: ``validateRuleWithOperations``)."""
    from minikctl.errors import invalid, not_supported, required

    operations = ("*", "CONNECT", "CREATE", "DELETE", "UPDATE")
    errors: list[FieldError] = []
    for index, rule in enumerate(rules):
        where = f"{path}[{index}]"
        for field in ("apiGroups", "apiVersions", "resources"):
            values = rule.get(field) or []
            if not values:
                errors.append(required(f"{where}.{field}"))
            elif len(values) > 1 and "*" in values and field != "resources":
                errors.append(invalid(f"{where}.{field}", values, "if '*' is present, must not specify other " + {
                    "apiGroups": "API groups", "apiVersions": "API versions",
                }[field]))
        given = rule.get("operations") or []
        if not given:
            errors.append(required(f"{where}.operations"))
        elif len(given) > 1 and "*" in given:
            errors.append(invalid(f"{where}.operations", given, "if '*' is present, must not specify other operations"))
        errors += [
            not_supported(f"{where}.operations[{number}]", operation, operations)
            for number, operation in enumerate(given) if operation not in operations
        ]
        scope = rule.get("scope")
        if scope is not None and scope not in ("*", "Cluster", "Namespaced"):
            errors.append(not_supported(f"{where}.scope", scope, ("*", "Cluster", "Namespaced")))
    return errors
