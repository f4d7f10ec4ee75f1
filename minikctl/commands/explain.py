"""``explain``: what the fields of a kind are for (upstream: kubectl ``cmd/explain`` and ``pkg/explain``)."""

from __future__ import annotations

from minikctl import kinds
from minikctl.commands._fields import group_version, resource_and_path, schema_of
from minikctl.commands._options import Command, Options, flag
from minikctl.commands._resources import kind_for
from minikctl.errors import MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session
    from minikctl.kinds import KindInfo

PLAINTEXT, PLAINTEXT_OPENAPIV2 = "plaintext", "plaintext-openapiv2"


class ExplainOptions(Options):
    """Flags of ``explain``."""

    recursive: bool = flag(
        "recursive", "R", kind="bool", group="Output", help="Only names and types, of the fields in fields as well."
    )
    api_version: str = flag(
        "api-version", group="Selection", help="The kind of this group and version (apps/v1).", shown="VERSION"
    )
    output: str = flag(
        "output", "o", default=PLAINTEXT, group="Output", choices=(PLAINTEXT, PLAINTEXT_OPENAPIV2),
        help="plaintext, or plaintext-openapiv2 for the layout of older versions.",
    )


def run(options: ExplainOptions, session: Session) -> None:
    """Print what a kind or one of its fields is for."""
    if not options.args:
        raise UsageError(
            "You must specify the type of resource to explain. "
            f'Use "{session.program} api-resources" for a complete list of supported resources.'
        )
    if len(options.args) > 1:
        raise UsageError("We accept only this format: explain RESOURCE")
    info, path = resource_and_path(options.args[0], options.api_version)
    short = options.args[0].partition(".")[0]
    if short in info.short_names:
        kind_for(short, session)  # warns where others have the name as well
    if options.output not in (PLAINTEXT, PLAINTEXT_OPENAPIV2):
        raise UsageError(f"unrecognized format: {options.output}")
    older = options.output == PLAINTEXT_OPENAPIV2
    group, version = group_version(options.api_version) if options.api_version else (info.group, info.version)
    schema = schema_of(info, group, version)
    if schema is None:
        raise MinikctlError(_no_schema(info, group, version, older=older))
    from minikctl.printing.explain.model import Model

    if older:
        from minikctl.printing.explain.openapiv2 import explain
    else:
        from minikctl.printing.explain.plaintext import explain
    session.write(explain(Model(schema), (group, version, info.kind), path, recursive=options.recursive))


def _no_schema(info: KindInfo, group: str, version: str, *, older: bool) -> str:
    """What kubectl says where a group and version do not have the kind, or are not there at all."""
    if older:
        return f"couldn't find resource for \"{group}/{version}, Kind={info.kind}\""
    resource = f"{group}/{version}, Resource={info.plural}"
    custom = kinds.definitions()
    there = [*kinds.built_in_kinds(), *(custom.versions() if custom is not None else ())]
    if any((other.group, other.version) == (group, version) for other in there):
        return f"GVR ({resource}) not found in OpenAPI schema"
    return f'couldn\'t find resource for "{resource}"'


COMMAND = Command(
    usage="explain TYPE[.FIELD...]",
    summary="Say what the fields of a kind are for",
    description="The words are minikctl's own; names, types and layout are those of the Kubernetes API.",
    examples=(
        ("A kind and its fields", "explain pods"),
        ("A field, and the fields in it", "explain pods.spec.containers"),
        ("The names of all fields, however deep", "explain deployments --recursive"),
        ("A kind of another API version", "explain hpa --api-version=autoscaling/v1"),
        ("The layout of older versions", "explain services.spec.ports --output=plaintext-openapiv2"),
    ),
    options=ExplainOptions,
    run=run,
    complete="fields",
)
