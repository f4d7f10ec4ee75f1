"""Output formats: one module each; ``make_printer`` finds the one that ``-o`` asks for.

A printer has ``print(obj) -> str``; a verb that prints several objects calls it for each, as kubectl does.
"""

from __future__ import annotations

from minikctl.errors import MinikctlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    Obj = dict[str, Any]

    class Printer(Protocol):
        """Turns an object into text."""

        def print(self, obj: Obj) -> str:
            """The text for ``obj``, with its final newline if it has one."""


#: formats that print objects, as errors list them
FORMATS = (
    "go-template",
    "go-template-file",
    "json",
    "jsonpath",
    "jsonpath-as-json",
    "jsonpath-file",
    "kyaml",
    "name",
    "template",
    "templatefile",
    "yaml",
)
#: formats that only ``get`` has besides
TABLE_FORMATS = ("custom-columns", "custom-columns-file", "wide")
#: formats with a template, which is the text after ``=`` or that of --template; with -file it is a file's
_TEMPLATES = {
    "go-template": "gotemplate",
    "template": "gotemplate",
    "go-template-file": "gotemplate",
    "templatefile": "gotemplate",
    "jsonpath": "jsonpath",
    "jsonpath-file": "jsonpath",
    "jsonpath-as-json": "jsonpath",
}


def make_printer(
    output: str,
    *,
    template: str = "",
    allow_missing: bool = True,
    show_managed_fields: bool = False,
    tables: bool = False,
    no_headers: bool = False,
    keep_order: bool = False,
) -> Printer:
    """The printer for ``-o output``.

    ``tables``: the verb has custom-columns (and wide) as well; ``no_headers`` is for them.

    ``keep_order``: json and kyaml leave keys in the order of the dicts, as kubectl does with what it made itself.
    Raises MinikctlError for an unknown format, and for a template that is missing or wrong.
    """
    name, equals, argument = output.partition("=")
    if not equals and template and name in _TEMPLATES:
        argument = template
    lowered = name.lower()
    if not equals and lowered == "yaml":
        return YamlPrinter(show_managed_fields=show_managed_fields)
    if not equals and lowered == "json":
        return JsonPrinter(show_managed_fields=show_managed_fields, keep_order=keep_order)
    if not equals and lowered == "kyaml":
        return KyamlPrinter(show_managed_fields=show_managed_fields, keep_order=keep_order)
    if not equals and lowered == "name":
        return NamePrinter()
    if name in _TEMPLATES:
        return _template_printer(name, argument, allow_missing=allow_missing)
    if tables and name in ("custom-columns", "custom-columns-file"):
        return _columns_printer(name, argument or template, no_headers=no_headers)
    allowed = sorted({*FORMATS, *TABLE_FORMATS} if tables else FORMATS)
    raise MinikctlError(
        f'unable to match a printer suitable for the output format "{output}", allowed formats are: {",".join(allowed)}'
    )


def _template_printer(name: str, argument: str, *, allow_missing: bool) -> Printer:
    family = _TEMPLATES[name]
    if not argument:
        raise MinikctlError("template format specified but no template given")
    if name.endswith("file"):
        argument = _read(argument, "--template")
    if family == "gotemplate":
        from minikctl.printing import gotemplate

        return TemplatePrinter(gotemplate.parse(argument), allow_missing=allow_missing)
    from minikctl.printing import jsonpath

    if name == "jsonpath-as-json":
        return JsonPathAsJsonPrinter(jsonpath.parse(argument), allow_missing=allow_missing)
    return TemplatePrinter(jsonpath.parse(argument), allow_missing=allow_missing)


def _columns_printer(name: str, argument: str, *, no_headers: bool) -> Printer:
    from minikctl.printing import customcolumns

    if name.endswith("file") and argument:
        return ColumnsPrinter(customcolumns.from_template(_read(argument, "template")))
    return ColumnsPrinter(customcolumns.from_spec(argument, no_headers=no_headers))


def _read(path: str, what: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise MinikctlError(f"error reading {what} {path}, open {path}: {reason}") from error


def visible(obj: Obj, *, show_managed_fields: bool) -> Obj:
    """The object as json and yaml show it: without metadata.managedFields unless they were asked for."""
    if show_managed_fields:
        return obj
    if obj.get("kind") == "List" and isinstance(obj.get("items"), list):
        return {**obj, "items": [visible(item, show_managed_fields=False) for item in obj["items"]]}
    if "managedFields" in (obj.get("metadata") or {}):
        return {**obj, "metadata": {k: v for k, v in obj["metadata"].items() if k != "managedFields"}}
    return obj


class YamlPrinter:
    """``-o yaml``: documents with ``---`` between them."""

    def __init__(self, *, show_managed_fields: bool) -> None:
        self.show_managed_fields = show_managed_fields
        self.count = 0

    def print(self, obj: Obj) -> str:
        """The object as YAML."""
        from minikctl.printing.yamlout import dump

        self.count += 1
        text = dump(visible(obj, show_managed_fields=self.show_managed_fields))
        return "---\n" + text if self.count > 1 else text


class KyamlPrinter:
    """``-o kyaml``: documents, each after its ``---``."""

    def __init__(self, *, show_managed_fields: bool, keep_order: bool) -> None:
        self.show_managed_fields = show_managed_fields
        self.keep_order = keep_order

    def print(self, obj: Obj) -> str:
        """The object as KYAML."""
        from minikctl.printing.kyamlout import dump

        return dump(visible(obj, show_managed_fields=self.show_managed_fields), keep_order=self.keep_order)


class JsonPrinter:
    """``-o json``."""

    def __init__(self, *, show_managed_fields: bool, keep_order: bool) -> None:
        self.show_managed_fields = show_managed_fields
        self.keep_order = keep_order

    def print(self, obj: Obj) -> str:
        """The object as indented JSON."""
        from minikctl.printing.jsonout import dump

        return dump(visible(obj, show_managed_fields=self.show_managed_fields), keep_order=self.keep_order) + "\n"


class NamePrinter:
    """``-o name``."""

    def print(self, obj: Obj) -> str:
        """``deployment.apps/web``, a line each."""
        if "items" in obj and obj.get("kind", "").endswith("List"):
            return "".join(self.print(item) for item in obj["items"])
        group = obj["apiVersion"].rpartition("/")[0]
        kind = obj["kind"].lower() + (f".{group}" if group else "")
        return f"{kind}/{obj['metadata'].get('name', '')}\n"


class TemplatePrinter:
    """``-o jsonpath=`` and ``-o go-template=``."""

    def __init__(self, template: Any, *, allow_missing: bool) -> None:
        self.template = template
        self.allow_missing = allow_missing

    def print(self, obj: Obj) -> str:
        """What the template makes of the object; no newline is added."""
        return str(self.template.render(obj, allow_missing=self.allow_missing))


class JsonPathAsJsonPrinter:
    """``-o jsonpath-as-json=``."""

    def __init__(self, template: Any, *, allow_missing: bool) -> None:
        self.template = template
        self.allow_missing = allow_missing

    def print(self, obj: Obj) -> str:
        """The results as JSON lists."""
        return str(self.template.render(obj, allow_missing=self.allow_missing, as_json=True))


class ColumnsPrinter:
    """``-o custom-columns=``."""

    def __init__(self, columns: Any) -> None:
        self.columns = columns

    def print(self, obj: Obj) -> str:
        """The object, or each of a list, as a row."""
        objects = obj["items"] if obj.get("kind", "").endswith("List") and isinstance(obj.get("items"), list) else [obj]
        return str(self.columns.render(objects))
