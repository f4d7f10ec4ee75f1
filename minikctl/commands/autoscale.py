"""``autoscale``: a HorizontalPodAutoscaler for a workload (upstream: kubectl ``cmd/autoscale``)."""

from __future__ import annotations

from minikctl import kinds
from minikctl.commands._manifests import SPECIFY_RESOURCES, find_targets
from minikctl.commands._options import Command, flag
from minikctl.commands._printing import dry_run_mode
from minikctl.commands._shared import FilenameOptions, RecordOptions
from minikctl.commands.create._generators import UncheckedOptions, create
from minikctl.errors import MinikctlError, StatusError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._resources import Target
    from minikctl.commands._session import Session

    Obj = dict[str, Any]


class AutoscaleOptions(RecordOptions, UncheckedOptions, FilenameOptions):
    """Flags of ``autoscale``."""

    name: str = flag("name", help="The name of the autoscaler; without it that of the workload.")
    min: int = flag("min", kind="int32", default=-1, help="The fewest replicas.")
    max: int = flag("max", kind="int32", default=-1, required=True, help="The most replicas.")
    cpu: str = flag("cpu", help="The CPU to aim at: a share of the requests (80%) or an amount (500m).")
    memory: str = flag("memory", help="The memory to aim at: a share of the requests (80%) or an amount (500Mi).")
    cpu_percent: int = flag(
        "cpu-percent", kind="int", default=-1, help="The share of the requested CPU to aim at.",
        deprecated="Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU).",
    )


def run(options: AutoscaleOptions, session: Session) -> None:
    """Make an autoscaler for every workload that is named."""
    if options.max < 1:
        raise UsageError(f"--max=MAXPODS is required and must be at least 1, max: {options.max}")
    if options.max < options.min:
        raise UsageError(
            f"--max=MAXPODS must be larger or equal to --min=MINPODS, max: {options.max}, min: {options.min}"
        )
    if "cpu-percent" in options.given and options.cpu:
        raise UsageError("--cpu-percent and --cpu are mutually exclusive")
    found = find_targets(session, options, options.args, nothing_named=SPECIFY_RESOURCES)
    errors = found.errors
    if not found.targets and not errors:
        raise MinikctlError("no objects passed to autoscale")
    for target in found.targets:
        try:
            _autoscale(options, session, target)
        except MinikctlError as error:
            errors.append(error)
    session.end_with(errors)


def _autoscale(options: AutoscaleOptions, session: Session, target: Target) -> None:
    info = target.info
    if kinds.load(info).scale_paths() is None:
        raise MinikctlError(
            f"cannot autoscale a {info.kind}: could not find scale subresource for {info.group}/{info.version}, "
            f"Resource={info.plural} in discovery information"
        )
    spec: Obj = {"scaleTargetRef": {"kind": info.kind, "name": target.name, "apiVersion": info.api_version}}
    if options.min > 0:
        spec["minReplicas"] = options.min
    spec["maxReplicas"] = options.max
    metrics = _metrics(options)
    if metrics:
        spec["metrics"] = metrics
    metadata: Obj = {"name": options.name or target.name}
    if session.namespace_given:
        metadata["namespace"] = target.namespace
    obj = {
        "kind": "HorizontalPodAutoscaler",
        "apiVersion": "autoscaling/v2",
        "metadata": metadata,
        "spec": spec,
        "status": {"desiredReplicas": 0, "currentMetrics": None},
    }
    done = "created" if dry_run_mode(options.dry_run) == "client" else "autoscaled"  # two pieces of kubectl's print it
    try:
        create(session, options, session.recorded(obj), done=done)
    except StatusError as error:
        reason = _incompatible_with_v1(options)
        if reason is None:
            raise
        raise MinikctlError(
            "failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1: " + reason
        ) from error


def _incompatible_with_v1(options: AutoscaleOptions) -> str | None:
    """Why kubectl does not try version v1 after v2 was refused; None: it does, and v1 is refused in the same words.

    Upstream: ``canCreateHPAV1``. It parses ``--cpu`` even where that was not given, and wraps an error that it does not have.
    """
    if not options.cpu:
        return "empty input"
    if options.memory or not options.cpu.endswith("%"):
        return "%!w(<nil>)"
    return None


def _metrics(options: AutoscaleOptions) -> list[Obj]:
    found: list[Obj] = []
    cpu = options.cpu or (f"{options.cpu_percent}%" if options.cpu_percent >= 0 else "")
    for resource, text in (("cpu", cpu), ("memory", options.memory)):
        if not text:
            continue
        if text.endswith("%"):
            if not text[:-1].isdigit() or int(text[:-1]) < 1:
                raise UsageError(f"invalid resource {resource} value: {text}")
            target: Obj = {"type": "Utilization", "averageUtilization": int(text[:-1])}
        else:
            from minikctl.lib.quantity import parse_quantity

            try:
                target = {"type": "AverageValue", "averageValue": str(parse_quantity(text))}
            except ValueError as error:
                raise UsageError(f"invalid resource {resource} value: {text}") from error
        found.append({"type": "Resource", "resource": {"name": resource, "target": target}})
    return found


COMMAND = Command(
    usage="autoscale (-f FILE | TYPE NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU]",
    summary="Let the number of replicas follow the load",
    examples=(
        ("Two to six replicas, at 80% of the requested CPU", "autoscale deployment web --min=2 --max=6 --cpu=80%"),
    ),
    options=AutoscaleOptions,
    run=run,
    complete="workloads",
)
