"""Tokens of ServiceAccounts: well-formed JSON web tokens with the claims that a cluster writes, by simulated time.

They are not signed with a key of anybody's: the signature is a hash that this state recognises again, no more. Upstream:
``pkg/serviceaccount`` (``claims.go``, ``legacy.go``), ``pkg/registry/core/serviceaccount/storage/token.go`` and
``pkg/apis/authentication/validation``.
"""

from __future__ import annotations

from minikctl.api.rbac.user import AUTHENTICATED, account_groups, account_name
from minikctl.errors import BadRequest, Conflict, FieldError, Invalid, NotFound, invalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Protocol

    from minikctl.api.server import Api

    Obj = dict[str, Any]

    class Getter(Protocol):
        """The cluster, as far as a token needs it."""

        def get(self, resource: str, namespace: str, name: str) -> Obj | None:
            """One object, or None."""

#: who issues tokens, and for whom where nobody else is named
ISSUER = "https://kubernetes.default.svc.cluster.local"
LEGACY_ISSUER = "kubernetes/serviceaccount"
_LEGACY = "kubernetes.io/serviceaccount/"
#: seconds that a token holds where nothing else is asked for, and the fewest and most that may be asked for
DEFAULT_SECONDS, FEWEST, MOST = 3600, 600, 1 << 32
_CREDENTIAL = "authentication.kubernetes.io/"
#: the resources of objects that a token may be bound to
_BINDABLE = {"Pod": "pods", "Secret": "secrets", "Node": "nodes"}


def request(api: Api, namespace: str, name: str, spec: Obj) -> Obj:
    """Answer a TokenRequest for a ServiceAccount. Raises NotFound, Invalid, Conflict, BadRequest."""
    from minikctl.lib.times import format_time

    account = api.must_get("serviceaccounts", namespace, name)
    seconds = spec.get("expirationSeconds") or DEFAULT_SECONDS
    _validate(spec, seconds)
    audiences = list(spec.get("audiences") or ()) or [ISSUER]
    now = int(api.now())
    private: Obj = {"namespace": namespace, "serviceaccount": {"name": name, "uid": account["metadata"]["uid"]}}
    ref = spec.get("boundObjectRef")
    if ref:
        private.update(_bound(api, namespace, name, ref))
    claims = {
        "aud": audiences, "exp": now + seconds, "iat": now, "iss": ISSUER, "jti": api.new_uid(),
        "kubernetes.io": private, "nbf": now, "sub": account_name(namespace, name),
    }
    return {
        "kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1",
        "metadata": {"name": name, "namespace": namespace, "creationTimestamp": format_time(api.now())},
        "spec": {"audiences": audiences, "expirationSeconds": seconds, "boundObjectRef": ref or None},
        "status": {"token": _sign(api, claims), "expirationTimestamp": format_time(now + seconds)},
    }


def _validate(spec: Obj, seconds: int) -> None:
    """Upstream: ``ValidateTokenRequest``."""
    errors: list[FieldError] = []
    if seconds < FEWEST:
        errors.append(invalid("spec.expirationSeconds", seconds, "may not specify a duration less than 10 minutes"))
    if seconds > MOST:
        errors.append(invalid("spec.expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds"))
    if errors:
        raise Invalid("TokenRequest.authentication.k8s.io", "", errors)
    kind = (spec.get("boundObjectRef") or {}).get("kind")
    if kind is not None and kind not in _BINDABLE:
        raise BadRequest("cannot bind token to object of type " + kind)


def _bound(api: Api, namespace: str, account: str, ref: Obj) -> Obj:
    """The claims of the object that the token is bound to."""
    kind, name, uid = ref["kind"], ref.get("name", ""), ref.get("uid", "")
    resource = _BINDABLE[kind]
    obj = api.must_get(resource, "" if kind == "Node" else namespace, name)
    found: Obj = {kind.lower(): {"name": name, "uid": obj["metadata"]["uid"]}}
    if kind == "Pod":
        if account != obj["spec"].get("serviceAccountName"):
            raise BadRequest(
                f'cannot bind token for serviceaccount "{account}" to pod running with different serviceaccount name.'
            )
        node = obj["spec"].get("nodeName")
        if node:
            stored = api.get("nodes", "", node)
            node_uid = {"uid": stored["metadata"]["uid"]} if stored else {}
            found["node"] = {"name": node, **node_uid}
    if uid and uid != obj["metadata"]["uid"]:
        raise Conflict(
            kind, name,
            f"the UID in the bound object reference ({uid}) does not match the UID in record. The object might have been "
            "deleted and then recreated",
        )
    return found


def legacy(api: Getter, account: Obj, secret: str) -> str:
    """The token of a Secret of the type kubernetes.io/service-account-token: it does not expire."""
    meta = account["metadata"]
    return _sign(api, {
        "iss": LEGACY_ISSUER, f"{_LEGACY}namespace": meta["namespace"], f"{_LEGACY}secret.name": secret,
        f"{_LEGACY}service-account.name": meta["name"], f"{_LEGACY}service-account.uid": meta["uid"],
        "sub": account_name(meta["namespace"], meta["name"]),
    })


# -- review -----------------------------------------------------------------------------------------------------------


def review(api: Api, token: str, audiences: Sequence[str]) -> Obj:
    """The status of a TokenReview (upstream: ``authenticator.token.union`` and ``serviceaccount.validator``)."""
    try:
        claims = _verified(api, token)
        wanted = list(audiences) or [ISSUER]
        user = _user_of(api, claims)
    except NotFound as error:
        return {"error": f"[invalid bearer token, {error}]", "user": {}}
    except ValueError as error:
        return {"error": f"[invalid bearer token, {error}]" if str(error) else "invalid bearer token", "user": {}}
    shared = [each for each in wanted if each in claims.get("aud", wanted)]
    if not shared:
        said = " ".join(f'"{each}"' for each in claims["aud"])
        asked = " ".join(f'"{each}"' for each in wanted)
        text = f"token audiences [{said}] is invalid for the target audiences [{asked}]"
        return {"error": f"[invalid bearer token, {text}]", "user": {}}
    return {"audiences": shared, "authenticated": True, "user": user}


def _user_of(api: Api, claims: Obj) -> Obj:
    """Who a token stands for. Raises ValueError and NotFound where it does not hold any more."""
    private = claims.get("kubernetes.io")
    if private is None:
        namespace = claims[f"{_LEGACY}namespace"]
        name, uid = claims[f"{_LEGACY}service-account.name"], claims[f"{_LEGACY}service-account.uid"]
        bound = [("Secret", {"name": claims[f"{_LEGACY}secret.name"]})]
        extra: dict[str, list[str]] = {}
    else:
        if claims["exp"] < api.now():
            raise ValueError("service account token has expired")
        namespace, name, uid = private["namespace"], private["serviceaccount"]["name"], private["serviceaccount"]["uid"]
        extra = {f"{_CREDENTIAL}credential-id": [f"JTI={claims['jti']}"]}
        bound = [(kind, private[kind.lower()]) for kind in ("Pod", "Secret", "Node") if kind.lower() in private]
    account = api.must_get("serviceaccounts", namespace, name)
    if account["metadata"]["uid"] != uid:
        raise ValueError(f"service account UID ({account['metadata']['uid']}) does not match claim ({uid})")
    for kind, ref in bound:
        obj = api.get(_BINDABLE[kind], "" if kind == "Node" else namespace, ref["name"])
        if obj is None or obj["metadata"]["uid"] != ref.get("uid", obj["metadata"]["uid"]):
            raise ValueError("service account token has been invalidated")
        if kind != "Secret":
            extra[f"{_CREDENTIAL}{kind.lower()}-name"] = [ref["name"]]
            extra[f"{_CREDENTIAL}{kind.lower()}-uid"] = [obj["metadata"]["uid"]]
    return {
        "username": account_name(namespace, name), "uid": uid, "groups": [*account_groups(namespace), AUTHENTICATED],
        **({"extra": extra} if extra else {}),
    }


# -- the text ---------------------------------------------------------------------------------------------------------


def _sign(api: Getter, claims: Obj) -> str:
    head = {"alg": "RS256", "kid": _encode(_hash(_secret(api) + b"kid"))}
    text = f"{_part(head)}.{_part(claims)}"
    return f"{text}.{_encode(_signature(api, text))}"


def _verified(api: Getter, token: str) -> Obj:
    """The claims of a token of this state. Raises ValueError for any other."""
    import json
    from base64 import urlsafe_b64decode

    parts = token.split(".")
    if len(parts) != 3 or parts[2] != _encode(_signature(api, f"{parts[0]}.{parts[1]}")):
        raise ValueError("")
    claims: Obj = json.loads(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    return claims


def _part(value: Obj) -> str:
    import json

    return _encode(json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode())


def _encode(data: bytes) -> str:
    from base64 import urlsafe_b64encode

    return urlsafe_b64encode(data).decode().rstrip("=")


def _secret(api: Getter) -> bytes:
    """What only this state has: the UID of its namespace kube-system."""
    namespace = api.get("namespaces", "", "kube-system")
    return str((namespace or {"metadata": {}})["metadata"].get("uid", "")).encode()


def _signature(api: Getter, text: str) -> bytes:
    """256 bytes, as a signature of a key of 2048 bits has."""
    secret = _secret(api)
    return b"".join(_hash(secret + bytes([part]) + text.encode()) for part in range(8))


def _hash(data: bytes) -> bytes:
    from hashlib import sha256

    return sha256(data).digest()
