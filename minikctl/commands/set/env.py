"""``set env`` (upstream: kubectl ``cmd/set/set_env.go``)."""

from __future__ import annotations

import re

from minikctl.commands._manifests import NAME_RESOURCES, SPECIFY_RESOURCES
from minikctl.commands._options import Command, flag
from minikctl.commands.set._podspecs import (
    Changes,
    SetOptions,
    change_each,
    containers_of,
    find,
    in_error,
    template_of,
)
from minikctl.errors import MinikctlError, UsageError
from minikctl.lib.gojson import quote
from minikctl.lib.names import is_strict_env_var_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._resources import Target
    from minikctl.commands._session import Session

    Obj = dict[str, Any]


class SetEnvOptions(SetOptions):
    """Flags of ``set env``."""

    secret_arguments = True

    containers: str = flag("containers", "c", default="*", help="The containers, as a pattern.")
    env: list[str] = flag("env", "e", kind="array", secret=True, help="A variable, as an argument gives it: KEY=VALUE.")
    listing: bool = flag("list", kind="bool", help="Print the variables and change nothing.")
    resolve: bool = flag(
        "resolve", kind="bool", help="With --list: print the values behind references to ConfigMaps and Secrets."
    )
    from_: str = flag("from", help="Take the variables from a ConfigMap or Secret: configmap/NAME.")
    prefix: str = flag("prefix", help="With --from: put this before each name.")
    keys: list[str] = flag("keys", kind="strings", help="With --from: only these keys.")
    overwrite: bool = flag("overwrite", kind="bool", default=True, help="Replace variables that are there already.")


def run(options: SetEnvOptions, session: Session) -> None:
    """Set, remove or list the variables of containers."""
    resources, words = _split(options.args)
    _check(options)
    new, remove = _parse([*words, *options.env], session)
    new += _from_object(options, session)
    if not resources and not options.filename and not options.kustomize:
        raise UsageError(SPECIFY_RESOURCES)
    found = find(options, session, resources, local_error=NAME_RESOURCES)
    if options.listing:
        session.end_with(found.errors, reads_first=True)
        for target in found.targets:
            _list(options, session, target, new, remove)
        return

    def change(target: Target, obj: Obj) -> None:
        containers = containers_of(template_of(target, obj)["spec"], options.containers)
        if not containers:
            session.complain(
                f'Warning: {target.info.kind}/{target.name} does not have any containers matching "{options.containers}"'
            )
        for container in containers:
            if not options.overwrite:
                _refuse_overwriting(target, container, new)
            _update(container, new, remove)

    changes = Changes(change, "env updated", failed="failed to patch env update to pod template: ")
    change_each(options, session, found, changes)


def _check(options: SetEnvOptions) -> None:
    """Raise UsageError where flags do not go together."""
    if options.listing and options.output:
        raise UsageError("--list and --output may not be specified together")
    if options.keys and not options.from_:
        raise UsageError("when specifying --keys, a configmap or secret must be provided with --from")


def _split(words: list[str]) -> tuple[list[str], list[str]]:
    resources: list[str] = []
    pairs: list[str] = []
    for word in words:
        if "=" in word[1:] or word.endswith("-"):
            pairs.append(word)
        elif pairs:
            raise UsageError(f"all resources must be specified before environment changes: {' '.join(words)}")
        else:
            resources.append(word)
    return resources, pairs


def _parse(words: list[str], session: Session) -> tuple[list[Obj], list[str]]:
    """Variables to set and names to remove; ``-`` reads them from standard input. Raises UsageError in kubectl's words.

    Upstream: ``pkg/cmd/set/env.parseIntoEnvVar``. Lines of standard input without a value are not looked at.
    """
    new: list[Obj] = []
    remove: list[str] = []
    pairs: list[str] = []
    for word in words:
        pairs += [line for line in session.env.stdin.read().split("\n") if "=" in line] if word == "-" else [word]
    for word in pairs:
        name, equals, value = word.partition("=")
        if equals and name:
            wrong = is_strict_env_var_name(name)
            if wrong:
                raise UsageError(f"{quote(name)} is not a valid key name: {';'.join(wrong)}")
            new.append({"name": name, "value": value} if value else {"name": name})
        elif word.endswith("-"):
            remove.append(word[:-1])
        elif not equals:
            raise UsageError(f"unknown environment variable: {word}")
    if any(variable["name"] in remove for variable in new):
        raise UsageError("can not both modify and remove the same environment variable in the same command")
    return new, remove


def _from_object(options: SetEnvOptions, session: Session) -> list[Obj]:
    """The references that --from asks for, one for each key."""
    if not options.from_:
        return []
    from minikctl.commands._resources import ResourceQuery

    found = ResourceQuery(session, [options.from_]).find()
    session.end_with(found.errors, reads_first=True)
    variables: list[Obj] = []
    for target in found.targets:
        reference = {"configmaps": "configMapKeyRef", "secrets": "secretKeyRef"}.get(target.info.resource)
        if reference is None:
            raise MinikctlError(f"unsupported resource specified in --from: {target.info.kind}")
        for key in sorted((target.obj or {}).get("data") or {}):
            if options.keys and key not in options.keys:
                continue
            name = re.sub(r"[^A-Za-z0-9_]", "_", key).upper()
            if name != key:
                session.complain(f"Warning: key {key} transferred to {name}")
            name = options.prefix + name
            variables.append({"name": name, "valueFrom": {reference: {"name": target.name, "key": key}}})
    return variables


def _refuse_overwriting(target: Target, container: Obj, new: list[Obj]) -> None:
    """Raises MinikctlError where a variable is there already with a value of its own."""
    for variable in new:
        for old in container.get("env") or ():
            value = old.get("value", "")
            if old.get("name") == variable["name"] and value != variable.get("value", ""):
                raise MinikctlError(
                    f"error: {in_error(target)} '{old['name']}' already has a value ({value}), and --overwrite is false\n"
                )


def _update(container: Obj, new: list[Obj], remove: list[str]) -> None:
    """Set and remove variables: of several of one name the first counts, and those that are there keep their places."""
    first: dict[str, Obj] = {}
    for variable in new:
        first.setdefault(variable["name"], variable)
    covered = set(remove)
    env: list[Obj] = []
    for old in container.get("env") or ():
        name = old.get("name")
        if name in covered:
            continue
        if name in first:
            covered.add(name)
        env.append(dict(first.get(name, old)))
    env += [dict(variable) for name, variable in first.items() if name not in covered]
    if env:
        container["env"] = env
    else:
        container.pop("env", None)


def _list(options: SetEnvOptions, session: Session, target: Target, new: list[Obj], remove: list[str]) -> None:
    """Print the variables as they would be with what the command line sets and removes."""
    for container in containers_of(template_of(target, target.obj or {})["spec"], options.containers):
        _update(container, new, remove)
        session.print(f"# {target.info.kind} {target.name}, container {container.get('name', '')}")
        for variable in container.get("env") or ():
            source = variable.get("valueFrom")
            if source is None:
                session.print(f"{variable['name']}={variable.get('value', '')}")
            elif options.resolve:
                session.print(f"{variable['name']}={_resolve(session, target, source)}")
            else:
                session.print(f"# {variable['name']} from {_reference(source)}")


def _reference(source: Obj) -> str:
    """A valueFrom in kubectl's words."""
    if "configMapKeyRef" in source:
        return f"configmap {source['configMapKeyRef'].get('name')}, key {source['configMapKeyRef'].get('key')}"
    if "secretKeyRef" in source:
        return f"secret {source['secretKeyRef'].get('name')}, key {source['secretKeyRef'].get('key')}"
    if "fieldRef" in source:
        return f"field path {source['fieldRef'].get('fieldPath')}"
    if "resourceFieldRef" in source:
        name = source["resourceFieldRef"].get("containerName")
        return f"resource field {name + '.' if name else ''}{source['resourceFieldRef'].get('resource')}"
    return "invalid valueFrom"


def _resolve(session: Session, target: Target, source: Obj) -> str:
    import base64

    for key, resource in (("configMapKeyRef", "configmaps"), ("secretKeyRef", "secrets")):
        if key in source:
            reference = source[key]
            obj = session.api.must_get(resource, target.namespace, reference.get("name", ""))
            value = (obj.get("data") or {}).get(reference.get("key", ""))
            if value is None:
                raise MinikctlError(
                    f"key {reference.get('key')} not found in {target.info.kind} {reference.get('name')}"
                )
            return base64.b64decode(value).decode("utf-8", "replace") if resource == "secrets" else str(value)
    if "fieldRef" in source:
        path = source["fieldRef"].get("fieldPath", "")
        if path in ("metadata.name", "metadata.namespace", "metadata.uid"):  # the object's own, not those of its Pods
            return str((target.obj or {}).get("metadata", {}).get(path.partition(".")[2], ""))
    return f"<{_reference(source)}>"


COMMAND = Command(
    usage="set env (-f FILE | TYPE NAME) KEY=VALUE ... KEY- ...",
    summary="Set environment variables of containers",
    examples=(
        ("Set a variable", "set env deployment/web COLOR=blue"),
        ("Remove it", "set env deployment/web COLOR-"),
        ("Show all", "set env deployment/web --list"),
    ),
    options=SetEnvOptions,
    run=run,
    complete="workloads",
)
