"""``fault image``: images cannot be pulled, are slow, or their containers crash."""

from __future__ import annotations

from minikctl.commands._options import Command, flag
from minikctl.commands.fault._making import ForOptions, TimesOptions, chosen, make
from minikctl.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session

    Obj = dict[str, Any]

WORDS = {"pull-error": "PullError", "crash": "Crash", "slow": "Slow"}


class FaultImageOptions(ForOptions, TimesOptions):
    """Flags of ``fault image``."""

    code: int = flag("code", kind="int32", default=1, help="The exit code of a crash.")
    delay: str = flag("delay", help="How much longer a slow image takes to be pulled (30s).", shown="DURATION")


def run(options: FaultImageOptions, session: Session) -> None:
    """Make the fault."""
    if len(options.args) != 2:
        raise UsageError("fault image takes a pattern of images and pull-error, crash or slow")
    pattern, word = options.args
    fault = chosen(word, WORDS, "an image")
    target: Obj = {"pattern": pattern, "fault": fault}
    for name, of_fault in (("code", "Crash"), ("delay", "Slow")):
        if name in options.given and fault != of_fault:
            raise UsageError(f"--{name} is not for {word}")
    if "code" in options.given:
        if not 0 <= options.code <= 255:
            raise UsageError(f"--code must be between 0 and 255, not {options.code}")
        target["exitCode"] = options.code
    if options.delay:
        from minikctl.lib.duration import parse_duration

        try:
            parse_duration(options.delay)
        except ValueError as error:
            raise UsageError(f"--delay: {error}") from error
        target["delay"] = options.delay
    make(session, f"image-{pattern}-{word}", {"image": target}, options, options.times, counted="times" in options.given)


COMMAND = Command(
    usage="fault image PATTERN pull-error|crash|slow [--for DURATION] [--times N]",
    summary="Let images fail to be pulled, crash or be slow",
    description="PATTERN is a shell pattern of images. --times counts pulls that fail, or crashes, of all containers together.",
    examples=(
        ("A registry that is away for five minutes", "fault image 'example/*' pull-error --for 5m"),
        ("A release that crashes", "fault image example/shop:v2 crash"),
        ("The next two pulls fail", "fault image example/shop:v2 pull-error --times 2"),
    ),
    options=FaultImageOptions,
    run=run,
)
