"""What is left of a pod spec after a trip through the API's Go types: empty fields that say nothing are gone.

``ports: []``, ``stdin: false`` or ``hostPort: 0`` in a manifest cannot be told from their absence once they stand in a
Go struct, and ``omitempty`` leaves them out on the way back. A field that is a pointer keeps its empty value
(``automountServiceAccountToken: false``, ``runAsUser: 0``, ``emptyDir: {}``). Upstream: the tags of
``k8s.io/api/core/v1/types.go``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Obj = dict[str, Any]

#: booleans that are no pointers: false is the same as nothing
_FALSE_IS_NOTHING = frozenset({
    "hostNetwork", "hostPID", "hostIPC", "readOnly", "stdin", "stdinOnce", "tty", "chapAuthDiscovery",
    "chapAuthSession", "sslEnabled",
})
#: numbers that are no pointers and may be left out
_ZERO_IS_NOTHING = frozenset({
    "hostPort", "initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold",
    "partition",
})
#: strings that are pointers, or are written even when they are empty
_EMPTY_TEXT_STAYS = frozenset({
    "type", "service", "localhostProfile", "storageClassName", "volumeAttributesClassName", "mountPath", "key", "path",
    "devicePath", "fieldPath", "resource", "topologyKey", "resourceClaimName", "resourceClaimTemplateName",
})
#: maps with the user's own keys: dropped when empty, and nothing inside of them is looked at
_USERS_MAPS = frozenset({
    "nodeSelector", "limits", "requests", "overhead", "labels", "annotations", "matchLabels", "volumeAttributes",
    "userAnnotations",
})
#: lists that are written even when they are empty
_EMPTY_LIST_STAYS = frozenset({"containers"})
#: in these volume sources ``readOnly`` and ``fsType`` are pointers
_SOURCES_WITH_POINTERS = frozenset({"azureDisk", "csi"})
#: strings that are written even when they are empty only in some structs
_EMPTY_TEXT_STAYS_IN = {
    "value": frozenset({"httpHeaders", "sysctls"}),
    "fsType": _SOURCES_WITH_POINTERS,
    "name": frozenset({
        "containers", "initContainers", "ephemeralContainers", "volumes", "env", "volumeMounts", "volumeDevices",
        "httpHeaders", "sysctls", "resourceClaims", "claims", "schedulingGates", "os",
    }),
}


def drop_empty(node: Obj, parent: str = "") -> None:
    """Take out of ``node``, and of all below it, the fields that mean nothing; also every null.

    ``parent`` is the name of the field (or of the list) that ``node`` stands in.
    """
    gone = []
    for key, value in node.items():
        # Most values are non-empty strings and numbers; they are not looked at.
        if value.__class__ is dict:
            if not _is_users_map(key, parent):
                drop_empty(value, key)
                continue
        elif value.__class__ is list:
            for item in value:
                if item.__class__ is dict:
                    drop_empty(item, key)
        if not value and not _stays(key, value, parent):
            gone.append(key)
    for key in gone:
        del node[key]


def _is_users_map(key: str, parent: str) -> bool:
    return key in _USERS_MAPS or (key == "options" and parent == "flexVolume")


def _stays(key: str, value: Any, parent: str) -> bool:
    """Whether an empty value is written all the same."""
    if value is False:
        return key not in _FALSE_IS_NOTHING or (key == "readOnly" and parent in _SOURCES_WITH_POINTERS)
    if value == 0:
        return key not in _ZERO_IS_NOTHING
    if value != "":  # null, an empty list, an empty map of the user's
        return key in _EMPTY_LIST_STAYS and value is not None
    parents = _EMPTY_TEXT_STAYS_IN.get(key)
    return key in _EMPTY_TEXT_STAYS if parents is None else parent in parents
