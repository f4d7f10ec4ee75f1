"""Reviews: requests that are answered and not stored (who am I, may I, may he, what may I, whose token is this).

Upstream: ``pkg/registry/authorization`` and ``pkg/registry/authentication`` with their validations.
"""

from __future__ import annotations

from minikctl.api.rbac.rules import Attributes, Resolver
from minikctl.api.rbac.user import User
from minikctl.errors import BadRequest, FieldError, Invalid, invalid, required

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from minikctl.api.server import Api

    Obj = dict[str, Any]

_AUTHORIZATION, _AUTHENTICATION = "authorization.k8s.io", "authentication.k8s.io"


def answer(api: Api, user: User, kind: str, obj: Obj) -> Obj:
    """The review ``obj`` with its status; ``kind`` is its kind, ``user`` who asks. Raises Invalid, BadRequest."""
    spec = obj.get("spec") or {}
    answers: dict[str, Callable[[], Obj]] = {
        "SelfSubjectReview": lambda: {"userInfo": user.info()},
        "SelfSubjectAccessReview": lambda: _self_access(api, user, spec),
        "SubjectAccessReview": lambda: _access(api, spec, "SubjectAccessReview"),
        "LocalSubjectAccessReview": lambda: _local_access(api, obj, spec),
        "SelfSubjectRulesReview": lambda: rules_review(api, user, spec.get("namespace", "")),
        "TokenReview": lambda: _token(api, spec),
    }
    status = answers[kind]()
    # The answer has a name of its own no more than the question had.
    meta = {field: value for field, value in (obj.get("metadata") or {}).items() if value}
    answered = {"apiVersion": obj["apiVersion"], "kind": kind, "metadata": meta}
    if kind != "SelfSubjectReview":
        answered["spec"] = spec
    return {**answered, "status": status}


def access(api: Api, attributes: Attributes) -> Obj:
    """The status of an access review: whether it is allowed, and why."""
    allowed, reason = Resolver(api).authorize(attributes)
    return {"allowed": allowed, **({"reason": reason} if reason else {})}


def rules_review(api: Api, user: User, namespace: str) -> Obj:
    """The status of a rules review. Raises BadRequest where no namespace is given."""
    if not namespace:
        raise BadRequest("no namespace on request")
    rules, errors = Resolver(api).rules_for(user, namespace)
    resources, urls = [], []
    for rule in rules:
        if rule.get("nonResourceURLs"):
            urls.append({"nonResourceURLs": rule["nonResourceURLs"], "verbs": rule.get("verbs") or []})
        if rule.get("resources"):
            fields = ("apiGroups", "resourceNames", "resources")
            resources.append({"verbs": rule.get("verbs") or [], **{f: rule[f] for f in fields if rule.get(f)}})
    status: Obj = {"incomplete": bool(errors), "nonResourceRules": urls, "resourceRules": resources}
    if errors:
        from minikctl.errors import AggregateError

        status["evaluationError"] = str(AggregateError(errors))
    return status


def _self_access(api: Api, user: User, spec: Obj) -> Obj:
    errors = _validate_attributes(spec)
    if errors:
        raise Invalid(f"SelfSubjectAccessReview.{_AUTHORIZATION}", "", errors)
    return access(api, _attributes(user, spec))


def _access(api: Api, spec: Obj, kind: str) -> Obj:
    errors = _validate_attributes(spec)
    if not spec.get("user") and not spec.get("groups"):
        errors.append(required("spec.user", "at least one of user or group must be specified"))
    if errors:
        raise Invalid(f"{kind}.{_AUTHORIZATION}", "", errors)
    user = User(
        spec.get("user", ""), spec.get("groups") or (), uid=spec.get("uid", ""), extra=spec.get("extra") or {}
    )
    return access(api, _attributes(user, spec))


def _local_access(api: Api, obj: Obj, spec: Obj) -> Obj:
    namespace = (obj.get("metadata") or {}).get("namespace", "")
    wanted = (spec.get("resourceAttributes") or {}).get("namespace", "")
    if spec.get("resourceAttributes") is not None and wanted != namespace:
        raise BadRequest("spec.resourceAttributes.namespace must match namespace: " + namespace)
    if spec.get("nonResourceAttributes") is not None:
        path = "spec.nonResourceAttributes"
        raise Invalid(
            f"LocalSubjectAccessReview.{_AUTHORIZATION}", "",
            [invalid(path, spec["nonResourceAttributes"], "disallowed on this kind of request")],
        )
    return _access(api, spec, "LocalSubjectAccessReview")


def _validate_attributes(spec: Obj) -> list[FieldError]:
    """Exactly one of the two has to be there (upstream: ``ValidateSubjectAccessReviewSpec``)."""
    resource, path = spec.get("resourceAttributes"), spec.get("nonResourceAttributes")
    if resource is not None and path is not None:
        return [invalid(
            "spec.nonResourceAttributes", path, "cannot be specified in combination with resourceAttributes"
        )]
    if resource is None and path is None:
        either = "exactly one of nonResourceAttributes or resourceAttributes must be specified"
        return [invalid("spec.resourceAttributes", None, either)]
    return []


def _attributes(user: User, spec: Obj) -> Attributes:
    wanted = spec.get("resourceAttributes")
    if wanted is None:
        path = spec["nonResourceAttributes"]
        return Attributes(user, path.get("verb", ""), path=path.get("path", "") or "/")
    names = ("group", "resource", "subresource", "namespace", "name")
    return Attributes(user, wanted.get("verb", ""), **{name: wanted.get(name, "") for name in names})


def _token(api: Api, spec: Obj) -> Obj:
    if not spec.get("token"):
        raise BadRequest("token is required for TokenReview in authentication")
    from minikctl.api.rbac.tokens import review

    return review(api, spec["token"], spec.get("audiences") or ())
