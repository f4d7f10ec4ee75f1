"""Secrets with tokens of ServiceAccounts: filled when they are made, gone when their account goes.

Upstream: ``pkg/controller/serviceaccount/tokens_controller.go``. A Secret of this type names its account in an
annotation; one whose account is not there is deleted.
"""

from __future__ import annotations

from minikctl.controllers.base import Controller
from minikctl.kinds.secret import SERVICE_ACCOUNT_NAME, SERVICE_ACCOUNT_TOKEN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from minikctl.controllers.base import Change, Context

    Obj = dict[str, Any]

SECRETS = "secrets"
SERVICE_ACCOUNTS = "serviceaccounts"
SERVICE_ACCOUNT_UID = "kubernetes.io/service-account.uid"


class TokensController(Controller):
    """Secrets, by namespace and name."""

    name = "tokens"
    watches = (SERVICE_ACCOUNTS, SECRETS)

    def keys(self, change: Change, context: Context) -> Iterator[str]:
        """A Secret of this type that was written, and those of an account that came or went."""
        if change.resource == SECRETS:
            after = change.after
            if after is not None and after.get("type") == SERVICE_ACCOUNT_TOKEN:
                yield f"{change.namespace}/{change.name}"
        elif change.before is None or change.after is None:
            for secret in context.list(SECRETS, change.namespace):
                annotations = secret["metadata"].get("annotations") or {}
                if secret.get("type") == SERVICE_ACCOUNT_TOKEN and annotations.get(SERVICE_ACCOUNT_NAME) == change.name:
                    yield f"{change.namespace}/{secret['metadata']['name']}"

    def sync(self, context: Context, key: str) -> None:
        """Fill the Secret, or delete one that belongs to nobody."""
        namespace, _, name = key.partition("/")
        secret = context.get(SECRETS, namespace, name)
        if secret is None or secret["metadata"].get("deletionTimestamp"):
            return
        annotations = secret["metadata"].get("annotations") or {}
        account = context.get(SERVICE_ACCOUNTS, namespace, annotations.get(SERVICE_ACCOUNT_NAME, ""))
        wanted_uid = annotations.get(SERVICE_ACCOUNT_UID)
        if account is None or (wanted_uid and wanted_uid != account["metadata"]["uid"]):
            context.delete(SECRETS, namespace, name, uid=secret["metadata"]["uid"])
            return
        self._fill(context, secret, account)

    @staticmethod
    def _fill(context: Context, secret: Obj, account: Obj) -> None:
        from base64 import b64encode

        from minikctl.api.bootstrap import root_ca
        from minikctl.api.rbac.tokens import legacy

        meta, data = secret["metadata"], dict(secret.get("data") or {})
        namespace = meta["namespace"]
        wanted = {"ca.crt": root_ca(namespace)["data"]["ca.crt"], "namespace": namespace}
        for field, text in wanted.items():
            data[field] = b64encode(text.encode()).decode()
        if not data.get("token"):
            data["token"] = b64encode(legacy(context, account, meta["name"]).encode()).decode()
        secret["data"] = data
        meta["annotations"] = {**(meta.get("annotations") or {}), SERVICE_ACCOUNT_UID: account["metadata"]["uid"]}
        context.update(secret)


CONTROLLER = TokensController
