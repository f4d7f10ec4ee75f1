"""Small YAML texts that are part of a kustomization's output or messages: origins, and nodes that errors show.

What a user gets as YAML is printed by ``printing``; this is for what stands inside of annotations and error messages,
which kustomize writes in the order of the source.
"""

from __future__ import annotations

from minikctl.kustomize.nodes import STRING, Scalar, resolve

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def in_order(value: Any) -> Any:
    """A plain value with the keys of its mappings sorted, as Go writes them to JSON."""
    if isinstance(value, dict):
        return {key: in_order(value[key]) for key in sorted(value)}
    return [in_order(each) for each in value] if isinstance(value, list) else value


def dump(node: Any, indent: int = 0) -> str:
    """A node, or a plain value, as YAML in the order of its keys."""
    margin = " " * indent
    if isinstance(node, dict) and node:
        lines = []
        for key, value in node.items():
            if isinstance(value, dict) and value:
                lines.append(f"{margin}{key}:\n{dump(value, indent + 2)}")
            elif isinstance(value, list) and value:
                lines.append(f"{margin}{key}:\n{dump(value, indent)}")
            else:
                lines.append(f"{margin}{key}: {_leaf(value, indent)}\n")
        return "".join(lines)
    if isinstance(node, list) and node:
        return "".join(
            f"{margin}- {dump(each, indent + 2).lstrip(' ')}"
            if isinstance(each, dict | list) and each
            else f"{margin}- {_leaf(each, indent)}\n"
            for each in node
        )
    return f"{margin}{_leaf(node, indent)}\n"


def _leaf(value: Any, indent: int) -> str:
    if isinstance(value, dict | list):
        return "{}" if isinstance(value, dict) else "[]"
    if isinstance(value, Scalar):
        return _string(value.text, indent) if value.tag == STRING else value.text or "null"
    if isinstance(value, str):
        return _string(value, indent)
    return {True: "true", False: "false", None: "null"}[value] if value in (True, False, None) else str(value)


def _string(text: str, indent: int) -> str:
    if "\n" in text:
        margin = " " * (indent + 2)
        body = "".join(f"{margin}{line}\n" if line else "\n" for line in text.removesuffix("\n").split("\n"))
        return ("|\n" if text.endswith("\n") else "|-\n") + body.removesuffix("\n")
    if resolve(text) != STRING:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    plain = (
        text[0] not in " #,[]{}&*!|>'\"%@`-?:" and text[-1] not in " :" and ": " not in text and " #" not in text
    ) or (text[0] in "-?:" and len(text) > 1 and text[1] != " " and ": " not in text and " #" not in text)
    return text if plain else "'" + text.replace("'", "''") + "'"
