"""``set env`` (upstream: kubectl ``cmd/set/set_env.go``)."""

from __future__ import annotations

import re

from minikctl.commands._manifests import NAME_RESOURCES, SPECIFY_RESOURCES
from minikctl.commands._options import Command, flag
from minikctl.commands.set._podspecs import Changes, SetOptions, change_each, containers_of, find, template_of
from minikctl.errors import MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._resources import Target
    from minikctl.commands._session import Session

    Obj = dict[str, Any]


class SetEnvOptions(SetOptions):
    """Flags of ``set env``."""

    containers: str = flag("containers", "c", default="*", help="The containers, as a pattern.")
    env: list[str] = flag("env", "e", kind="array", help="A variable, as an argument gives it: KEY=VALUE.")
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
    new, remove = _parse([*words, *options.env])
    if not options.listing and not new and not remove and not options.from_:
        raise UsageError("at least one environment variable must be provided")
    if options.listing and (new or remove):
        raise UsageError("can not set variables with --list")
    new += _from_object(options, session)
    if not resources and not options.filename and not options.kustomize:
        raise UsageError(SPECIFY_RESOURCES)
    found = find(options, session, resources, local_error=NAME_RESOURCES)
    if options.listing:
        _list(options, session, [(target, target.obj or {}) for target in found.targets])
        session.end_with(found.errors)
        return

    def change(target: Target, obj: Obj) -> None:
        containers = containers_of(template_of(target, obj)["spec"], options.containers)
        if not containers:
            session.complain(
                f'Warning: {target.info.kind}/{target.name} does not have any containers matching "{options.containers}"'
            )
        for container in containers:
            _update(container, new, remove, overwrite=options.overwrite)

    changes = Changes(change, "env updated", failed="failed to patch env update to pod template: ")
    change_each(options, session, found, changes)


def _split(words: list[str]) -> tuple[list[str], list[str]]:
    resources: list[str] = []
    pairs: list[str] = []
    for word in words:
        if "=" in word or word.endswith("-"):
            pairs.append(word)
        elif pairs:
            raise UsageError(f"all resources must be specified before environment changes: {word}")
        else:
            resources.append(word)
    return resources, pairs


def _parse(words: list[str]) -> tuple[list[Obj], list[str]]:
    """Variables to set and names to remove. Raises UsageError in kubectl's words."""
    new: list[Obj] = []
    remove: list[str] = []
    for word in words:
        if word == "-":
            raise UsageError("reading variables from standard input is not supported: give them as KEY=VALUE")
        if "=" in word:
            name, _, value = word.partition("=")
            if not name:
                raise UsageError(
                    f'"{name}" is not a valid key name: a valid environment variable name must consist of characters'
                )
            new.append({"name": name, "value": value})
        else:
            remove.append(word[:-1])
    return new, remove


def _from_object(options: SetEnvOptions, session: Session) -> list[Obj]:
    """The references that --from asks for, one for each key."""
    if not options.from_:
        return []
    from minikctl.commands._resources import ResourceQuery

    found = ResourceQuery(session, [options.from_]).find()
    session.end_with(found.errors)
    variables: list[Obj] = []
    for target in found.targets:
        reference = {"configmaps": "configMapKeyRef", "secrets": "secretKeyRef"}.get(target.info.resource)
        if reference is None:
            raise MinikctlError(f"unsupported resource specified in --from: {target.info.kind}")
        for key in sorted((target.obj or {}).get("data") or {}):
            if options.keys and key not in options.keys:
                continue
            name = options.prefix + re.sub(r"[^A-Za-z0-9_]", "_", key).upper()
            variables.append({"name": name, "valueFrom": {reference: {"name": target.name, "key": key}}})
    return variables


def _update(container: Obj, new: list[Obj], remove: list[str], *, overwrite: bool) -> None:
    env: list[Obj] = list(container.get("env") or ())
    for variable in new:
        for position, old in enumerate(env):
            if old.get("name") == variable["name"]:
                if overwrite:
                    env[position] = dict(variable)
                break
        else:
            env.append(dict(variable))
    env = [variable for variable in env if variable.get("name") not in remove]
    if env:
        container["env"] = env
    else:
        container.pop("env", None)


def _list(options: SetEnvOptions, session: Session, objects: list[tuple[Target, Obj]]) -> None:
    for target, obj in objects:
        for container in containers_of(template_of(target, obj)["spec"], options.containers):
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
