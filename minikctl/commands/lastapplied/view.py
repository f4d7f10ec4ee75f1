"""``apply view-last-applied`` (upstream: kubectl ``cmd/apply/apply_view_last_applied.go``)."""

from __future__ import annotations

import json

from minikctl.api.patches import lastapplied
from minikctl.commands._manifests import NAME_RESOURCES, find_targets
from minikctl.commands._options import Command, flag
from minikctl.commands._shared import FilenameOptions, SelectorOptions
from minikctl.errors import MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


class ViewOptions(FilenameOptions, SelectorOptions):
    """Flags of ``apply view-last-applied``."""

    output: str = flag(
        "output", "o", default="yaml", group="Output", choices=("yaml", "json"), help="yaml or json."
    )
    all: bool = flag("all", kind="bool", group="Selection", help="All objects of the kinds.")


def run(options: ViewOptions, session: Session) -> None:
    """Print what was applied last of every object that is named; objects that nothing was applied to are passed over."""
    found = find_targets(
        session, options, options.args, nothing_named=NAME_RESOURCES, selector=options.selector, all_of_kind=options.all
    )
    if found.errors:
        raise found.errors[0]
    texts: list[str] = []
    for target in found.targets:
        text = lastapplied.get_annotation(target.obj or {})
        if text is not None:
            texts.append(text)
        elif target.source:  # these are kubectl's words, down to the error that is none
            raise MinikctlError(
                f"error: error when no last-applied-configuration annotation found on resource: {target.name}\n "
                f'"{target.source}": <nil>'
            )
    for text in texts:
        session.write(_formatted(text, options.output, session))


def _formatted(text: str, output: str, session: Session) -> str:
    """The annotation as YAML, or as JSON with its keys as they stand there (upstream: ``json.Indent``)."""
    if output not in ("json", "yaml"):
        raise UsageError(
            f"Unexpected -o output mode: {output}, the flag 'output' must be one of yaml|json\n"
            f"See '{session.program} apply view-last-applied -h' for help and examples"
        )
    try:
        obj = json.loads(text)
    except ValueError as error:
        raise MinikctlError(f"the annotation is no JSON: {error}") from error
    if output == "json":
        return json.dumps(obj, indent=2, ensure_ascii=False) + "\n"
    from minikctl.printing.yamlout import dump

    return dump(obj)


COMMAND = Command(
    usage="apply view-last-applied (TYPE [NAME | -l label] | TYPE/NAME | -f FILE)",
    summary="Print what was applied last",
    examples=(
        ("Of a Deployment", "apply view-last-applied deployment/web"),
        ("Of what a file names, as JSON", "apply view-last-applied -f web.yaml -o json"),
    ),
    options=ViewOptions,
    run=run,
    complete="resources",
)
