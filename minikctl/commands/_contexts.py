"""Contexts: which state file and which namespace a command works on, kept in a file of kubeconfig's form.

Where the file lies: ``--kubeconfig``, else ``$KUBECONFIG`` (its first file that exists), else ``config`` beside the
default state file. It is read as kubectl reads its own; a context's state file is named by its cluster's server
(``minikctl:///path/state.db``). A context whose cluster is a real one gets a state file of its own, so that nobody's
simulation of ``prod`` is mixed with that of ``dev``. What minikctl writes is JSON, which is YAML too and read at no
cost.
"""

from __future__ import annotations

import json
import os
import sys

from minikctl.errors import MinikctlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    Obj = dict[str, Any]

#: the first context, which is there without any file
DEFAULT_CONTEXT = "minikctl"
#: how a cluster's server names a state file
SCHEME = "minikctl://"


def data_folder(environ: Mapping[str, str]) -> str:
    """The folder for minikctl's files: the platform's folder for a user's data, and ``minikctl`` in it.

    On Linux the rule is one line (the XDG base directories), and a test holds it against platformdirs, whose import
    costs more than the rest of a command; elsewhere platformdirs answers.
    """
    if sys.platform.startswith("linux"):
        base = environ.get("XDG_DATA_HOME", "").strip()
        if not base:
            home = environ.get("HOME") or os.path.expanduser("~")
            base = os.path.join(home, ".local", "share")
        return os.path.join(base, "minikctl")
    from platformdirs import user_data_dir  # type: ignore[unreachable,unused-ignore]

    return user_data_dir("minikctl", appauthor=False)


def config_path(environ: Mapping[str, str], given: str = "") -> str:
    """The configuration file: the one given, else $KUBECONFIG's, else minikctl's own. It need not exist."""
    if given:
        return given
    named = [path for path in environ.get("KUBECONFIG", "").split(os.pathsep) if path]
    if named:
        return next((path for path in named if os.path.exists(path)), named[0])
    return os.path.join(data_folder(environ), "config")


def empty_config(environ: Mapping[str, str]) -> Obj:
    """What holds while there is no file: one context on the default state."""
    state = os.path.join(data_folder(environ), "state.db")
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "preferences": {},
        "current-context": DEFAULT_CONTEXT,
        "clusters": [{"name": DEFAULT_CONTEXT, "cluster": {"server": SCHEME + state}}],
        "contexts": [{"name": DEFAULT_CONTEXT, "context": {"cluster": DEFAULT_CONTEXT, "user": DEFAULT_CONTEXT}}],
        "users": [{"name": DEFAULT_CONTEXT, "user": {}}],
    }


def load_config(environ: Mapping[str, str], path: str, *, must_exist: bool = False) -> Obj:
    """Read the configuration at ``path``; the default one where there is no file.

    Raises MinikctlError for a file that cannot be read or is no configuration, or (``must_exist``) is not there.
    """
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except FileNotFoundError:
        if must_exist:
            raise MinikctlError(f"stat {path}: no such file or directory") from None
        return empty_config(environ)
    except (OSError, UnicodeDecodeError) as error:
        raise MinikctlError(f"error loading config file {json.dumps(path)}: {error}") from error
    if not text.strip():
        return {"apiVersion": "v1", "kind": "Config", "preferences": {}, "clusters": [], "contexts": [], "users": []}
    if text.lstrip().startswith("{"):
        try:
            config = json.loads(text)
        except ValueError as error:
            raise MinikctlError(f"error loading config file {json.dumps(path)}: {error}") from error
    else:
        from minikctl.api.manifests.streams import StreamError, load_yaml

        try:
            config = load_yaml(text.encode("utf-8", "surrogatepass"), 1).value
        except StreamError as error:
            problem = str(error).removeprefix("error converting YAML to JSON: ")
            raise MinikctlError(f"error loading config file {json.dumps(path)}: {problem}") from error
    if not isinstance(config, dict):
        raise MinikctlError(f"error loading config file {json.dumps(path)}: it is no configuration")
    return config


def save_config(path: str, config: Obj) -> None:
    """Write the configuration, whole or not at all; readable by its owner alone. Raises MinikctlError."""
    draft = f"{path}.{os.urandom(6).hex()}.new"  # no killed process has left this one
    try:
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(config, file, indent=2, ensure_ascii=False)
            file.write("\n")
        os.replace(draft, path)
    except OSError as error:
        if os.path.exists(draft):
            os.unlink(draft)
        raise MinikctlError(f"cannot write the configuration {path}: {error.strerror}") from error


def find(config: Obj, section: str, name: str) -> Obj | None:
    """The entry of this name in ``clusters``, ``contexts`` or ``users``, or None."""
    for entry in config.get(section) or ():
        if isinstance(entry, dict) and entry.get("name") == name:
            found = entry.setdefault(section[:-1], {})
            if found is None:
                found = entry[section[:-1]] = {}
            return found if isinstance(found, dict) else None
    return None


def state_of(
    config: Obj, context: Obj, context_name: str, environ: Mapping[str, str], cluster_name: str = ""
) -> str:
    """The state file of a context, or of the cluster that is named instead of the context's."""
    if cluster_name and cluster_name != context.get("cluster"):
        context_name = cluster_name
    cluster = find(config, "clusters", cluster_name or context.get("cluster") or "") or {}
    server = cluster.get("server") or ""
    if server.startswith(SCHEME):
        return str(server[len(SCHEME) :])
    if context_name in ("", DEFAULT_CONTEXT):
        return os.path.join(data_folder(environ), "state.db")
    safe = "".join(char if char.isalnum() or char in "-_." else "_" for char in context_name)
    return os.path.join(data_folder(environ), "contexts", f"{safe}.db")
