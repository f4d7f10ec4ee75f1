"""The fields of a kubeconfig file: their types for ``set`` and ``unset``, and how they are shown.

Upstream: client-go ``clientcmd/api`` (whose names ``set`` goes by) and ``clientcmd/api/v1`` (which stand in the file).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Obj = dict[str, Any]

#: name in ``set`` -> (field in the file, type), in the order in which JSON shows them
CLUSTER: dict[str, tuple[str, str]] = {
    "server": ("server", "string"),
    "tls-server-name": ("tls-server-name", "string"),
    "insecure-skip-tls-verify": ("insecure-skip-tls-verify", "bool"),
    "certificate-authority": ("certificate-authority", "string"),
    "certificate-authority-data": ("certificate-authority-data", "bytes"),
    "proxy-url": ("proxy-url", "string"),
    "disable-compression": ("disable-compression", "bool"),
}
USER: dict[str, tuple[str, str]] = {
    "client-certificate": ("client-certificate", "string"),
    "client-certificate-data": ("client-certificate-data", "bytes"),
    "client-key": ("client-key", "string"),
    "client-key-data": ("client-key-data", "bytes"),
    "token": ("token", "string"),
    "tokenFile": ("tokenFile", "string"),
    "act-as": ("as", "string"),
    "act-as-uid": ("as-uid", "string"),
    "act-as-groups": ("as-groups", "slice"),
    "act-as-user-extra": ("as-user-extra", "map"),
    "username": ("username", "string"),
    "password": ("password", "string"),
    "auth-provider": ("auth-provider", "struct"),
    "exec": ("exec", "struct"),
}
CONTEXT: dict[str, tuple[str, str]] = {
    "cluster": ("cluster", "string"), "user": ("user", "string"), "namespace": ("namespace", "string"),
}
#: the order of an ``exec``
EXEC = ("command", "args", "env", "apiVersion", "installHint", "provideClusterInfo", "interactiveMode")
#: the versions without a word on who may be asked (upstream: ``SetDefaults_ExecConfig``)
_OLDER_EXEC = ("client.authentication.k8s.io/v1alpha1", "client.authentication.k8s.io/v1beta1")
SECTIONS = {"clusters": CLUSTER, "users": USER, "contexts": CONTEXT}
#: fields that stand in the file even where they are empty
_ALWAYS = {"clusters": ("server",), "contexts": ("cluster", "user"), "users": ()}


def tidy(section: str, entry: Obj) -> Obj:
    """An entry as it is shown: known fields in their order, without empty ones; then those that nobody knows."""
    always = _ALWAYS[section]
    known = [field for field, _ in SECTIONS[section].values()]
    shown: Obj = dict.fromkeys(always, "")
    for field in (*known, *(name for name in entry if name not in known)):
        if entry.get(field) or field in always:
            shown[field] = _program(entry[field]) if field == "exec" else entry.get(field) or ""
    return {field: shown[field] for field in (*known, *shown) if field in shown}


def _program(program: Obj) -> Obj:
    """A program that gives credentials: its fields in the order of its type, and what an older version takes for granted."""
    whole = {field: program[field] for field in EXEC if field in program}
    whole.update((field, value) for field, value in program.items() if field not in EXEC)
    if not whole.get("interactiveMode") and str(whole.get("apiVersion")) in _OLDER_EXEC:
        whole["interactiveMode"] = "IfAvailable"
    return whole


def shown(config: Obj) -> Obj:
    """The configuration as ``config view`` prints it: sections sorted by name, null where they are empty."""
    whole: Obj = {"kind": "Config", "apiVersion": "v1"}
    if config.get("preferences"):
        whole["preferences"] = config["preferences"]
    for section in ("clusters", "users", "contexts"):
        entries = sorted(config.get(section) or (), key=lambda each: str(each.get("name", "")))
        whole[section] = [
            {"name": each.get("name", ""), section[:-1]: tidy(section, each.get(section[:-1]) or {})} for each in entries
        ] or None
    return {**whole, "current-context": config.get("current-context") or ""}
