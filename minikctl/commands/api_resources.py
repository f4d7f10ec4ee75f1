"""``api-resources`` (upstream: kubectl ``cmd/apiresources``)."""

from __future__ import annotations

from minikctl import kinds
from minikctl.commands._options import Command, Options, flag
from minikctl.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session
    from minikctl.kinds import KindInfo


#: formats, as errors list them
OUTPUTS = ("json", "kyaml", "name", "wide", "yaml")


class ApiResourcesOptions(Options):
    """Flags of ``api-resources``."""

    api_group: str = flag("api-group", group="Selection", help="Kinds of this group only; '' is the core group.")
    namespaced: bool = flag(
        "namespaced", kind="bool", default=True, group="Selection", help="Namespaced kinds, or with =false the others."
    )
    verbs: list[str] = flag("verbs", kind="strings", group="Selection", help="Kinds that know all these verbs.")
    categories: list[str] = flag("categories", kind="strings", group="Selection", help="Kinds in all these categories.")
    output: str = flag(
        "output", "o", group="Output", help="json, yaml, kyaml, name or wide.", choices=OUTPUTS, complete="outputs"
    )
    show_managed_fields: bool = flag(
        "show-managed-fields", kind="bool", group="Output", help="What is listed has no metadata.managedFields."
    )
    no_headers: bool = flag("no-headers", kind="bool", group="Output", help="Leave the line of headers out.")
    sort_by: str = flag("sort-by", group="Output", help="name or kind.", choices=("name", "kind"))
    cached: bool = flag("cached", kind="bool", help="There is nothing to be cached: the list is always what there is.")


def run(options: ApiResourcesOptions, session: Session) -> None:
    """List the kinds."""
    if options.args:
        raise UsageError(
            f"unexpected arguments: [{' '.join(options.args)}]\nSee '{session.program} api-resources -h' for help and examples"
        )
    if options.output not in ("", *OUTPUTS):
        raise UsageError(
            f'unable to match a printer suitable for the output format "{options.output}", allowed formats are: '
            + ",".join(OUTPUTS)
        )
    if options.sort_by not in ("", "name", "kind"):
        raise UsageError("--sort-by accepts only name or kind")
    found = [info for info in kinds.all_kinds() if not info.is_older and _wanted(info, options)]
    if options.sort_by == "kind":
        found.sort(key=lambda info: (info.kind, info.plural))
    elif options.sort_by == "name":
        found.sort(key=lambda info: info.plural)
    else:
        found.sort(key=lambda info: (info.group, info.plural))
    if options.output == "name":
        for info in found:
            session.print(info.resource)
        return
    if options.output in ("json", "yaml", "kyaml"):
        from minikctl.printing import make_printer

        session.write(make_printer(options.output, keep_order=True).print(_list(found)))
        return
    from minikctl.printing.table import format_table

    headers = ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"]
    if options.output == "wide":
        headers += ["VERBS", "CATEGORIES"]
    rows = [_row(info, wide=options.output == "wide") for info in found]
    session.write(format_table(None if options.no_headers else headers, rows))


def _wanted(info: KindInfo, options: ApiResourcesOptions) -> bool:
    if "api-group" in options.given and info.group != options.api_group:
        return False
    if "namespaced" in options.given and info.namespaced != options.namespaced:
        return False
    return set(options.verbs) <= set(info.verbs) and set(options.categories) <= set(info.categories)


def _list(infos: list[KindInfo]) -> dict[str, Any]:
    """The kinds as the discovery API has them (upstream: ``metav1.APIResourceList``)."""
    resources = []
    for info in infos:
        resource: dict[str, Any] = {"name": info.plural, "singularName": info.singular, "namespaced": info.namespaced}
        if info.group:
            resource["group"] = info.group
        resource |= {"version": info.version, "kind": info.kind, "verbs": list(info.verbs)}
        if info.short_names:
            resource["shortNames"] = list(info.short_names)
        if info.categories:
            resource["categories"] = list(info.categories)
        resources.append(resource)
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "", "resources": resources}


def _row(info: KindInfo, *, wide: bool) -> list[str]:
    row = [
        info.plural,
        ",".join(info.short_names),
        info.api_version,
        "true" if info.namespaced else "false",
        info.kind,
    ]
    if wide:
        row += [",".join(info.verbs), ",".join(info.categories)]
    return row


COMMAND = Command(
    usage="api-resources",
    summary="List the kinds that there are",
    examples=(
        ("All kinds", "api-resources"),
        ("The kinds of a group", "api-resources --api-group=apps"),
        ("Names for a script", "api-resources --namespaced=true -o name"),
    ),
    options=ApiResourcesOptions,
    run=run,
)
