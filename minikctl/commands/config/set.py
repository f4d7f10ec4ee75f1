"""``config set``: one value by the name of its property (upstream: kubectl ``cmd/config/set.go``)."""

from __future__ import annotations

from minikctl.commands import _contexts
from minikctl.commands._options import Command, Options, flag
from minikctl.commands.config._editing import editable, entry, put, wrong_arguments
from minikctl.commands.config._shape import SECTIONS
from minikctl.errors import MinikctlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session

    Obj = dict[str, Any]

#: what is a field of the configuration and stays as it is, whatever is set
VERSION = ("kind", "apiVersion")


class SetOptions(Options):
    """Flags of ``config set``."""

    set_raw_bytes: bool = flag(
        "set-raw-bytes", kind="bool", help="The value of a field with bytes is given as it is, not in base64."
    )


def run(options: SetOptions, session: Session) -> None:
    """Set one value; the entry that it belongs to is made where it is not there."""
    if len(options.args) != 2:
        raise wrong_arguments(session, "config set", options.args)
    name, text = options.args
    if not text or not name:
        raise MinikctlError("you must specify a property" if text else "you cannot use set to unset a property")
    path, config = editable(session)
    section, key, field = split(name)
    if section in VERSION:
        pass  # the file keeps its own
    elif section == "current-context":
        put(config, section, text)
    elif section == "preferences":
        if not key:
            raise MinikctlError("can't set preferences to a value: name one of its fields (preferences.colors)")
        put(config, section, {**(config.get(section) or {}), "colors": value(text, "bool")})
    else:
        target, kind = SECTIONS[section].get(field, ("", ""))
        if not target:
            known = " ".join(sorted(str(each.get("name")) for each in config.get(section) or ()))
            raise MinikctlError(f"can't set a map to a value: map[{known}]")
        if kind in ("struct", "map"):
            raise _no_place(name)
        put(entry(config, section, key)[0], target, value(text, kind, raw=options.set_raw_bytes))
    _contexts.save_config(path, config)
    session.print(f'Property "{name}" set.')


def split(name: str) -> tuple[str, str, str]:
    """``clusters.dev.server`` as section, key and field; what is one value has only the first.

    A key goes on over dots until a word that is a field's name (upstream: ``newNavigationSteps``); without one all of it
    is the key. Raises MinikctlError.
    """
    section, *rest = name.split(".")
    if section in ("current-context", *VERSION):
        if rest:
            raise _no_place(name)
        return section, "", ""
    if section == "preferences":
        if rest and rest[0] != "colors":
            raise MinikctlError(f"unable to parse {name} after [{{preferences}}] at api.Preferences")
        if rest[1:]:
            raise _no_place(name)
        return section, "".join(rest), ""
    if section not in SECTIONS:
        raise MinikctlError(f"unable to parse {name} after [] at api.Config")
    place = next((index for index, word in enumerate(rest) if index and word in SECTIONS[section]), 0)
    if not place:
        return section, ".".join(rest), ""
    if rest[place + 1 :]:
        raise _no_place(name)
    return section, ".".join(rest[:place]), rest[place]


def _no_place(name: str) -> MinikctlError:
    return MinikctlError(f"unable to parse one or more field values of {name}")


def value(text: str, kind: str, *, raw: bool = False) -> Any:
    """A text as a value of this type. Raises MinikctlError in Go's words."""
    from base64 import b64decode, b64encode
    from binascii import Error

    from minikctl.api.formats import base64_error

    if kind == "bool":
        if text in ("1", "t", "T", "TRUE", "true", "True"):
            return True
        if text in ("0", "f", "F", "FALSE", "false", "False"):
            return False
        raise MinikctlError(f'strconv.ParseBool: parsing "{text}": invalid syntax')
    if kind == "slice":
        raise MinikctlError("unrecognized slice type. string")
    if kind == "bytes":
        if raw:
            return b64encode(text.encode("utf-8", "surrogateescape")).decode()
        try:
            b64decode(text, validate=True)
        except (Error, ValueError):
            place = base64_error(text.encode("utf-8", "surrogatepass"))
            raise MinikctlError(f"error decoding input value: illegal base64 data at input byte {place}") from None
    return text


COMMAND = Command(
    usage="config set PROPERTY VALUE",
    summary="Set one value of the configuration",
    description="The property is the way to it: current-context, clusters.NAME.server, contexts.NAME.namespace and so on.",
    examples=(
        ("The namespace of a context", "config set contexts.minikctl.namespace dev"),
        ("The state file of a cluster", "config set clusters.staging.server minikctl:///tmp/staging.db"),
    ),
    options=SetOptions,
    run=run,
)
