"""Feeds the parsers of user text with whatever atheris thinks of: errors of their own, or a result, and in time.

    python -m pip install --group fuzz
    python -m fuzz.parsers                    # all parsers, until it is stopped
    python -m fuzz.parsers quantity -max_total_time=600 -rss_limit_mb=1024 -timeout=2

The first word may name one parser of ``TARGETS``; what else there is goes to libFuzzer. What it finds is written to
``crash-*``; running it with that file as an argument shows it again. This takes longer than tests should: a test only
sees to it that the targets run.
"""

from __future__ import annotations

import sys

from minikctl.errors import MinikctlError

POD = {
    "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "labels": {"a": "b"}},
    "spec": {"containers": [{"name": "c", "image": "i:1", "ports": [{"containerPort": 80}]}], "priority": 3},
    "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}, {"type": "X", "status": None}]},
}


def manifests(data: bytes) -> None:
    """What ``-f`` reads: errors come as results."""
    from minikctl.api.manifests import read_text

    for _ in read_text(data, "fuzz"):
        pass


def validation(data: bytes) -> None:
    """Everything that ``validate`` does with a text."""
    from minikctl.api.manifests.sources import to_utf8
    from minikctl.api.validating.catalog import Catalog
    from minikctl.api.validating.units import Unit, work

    work(Unit("fuzz", to_utf8(data), 1), Catalog(), "default")


def patch(data: bytes) -> None:
    """Patches of each kind, applied to a Pod."""
    from copy import deepcopy

    from minikctl.api.patches import from_text

    text = _text(data)
    for kind in ("strategic", "merge", "json"):
        try:
            from_text(text, kind, "v1", "Pod").apply(deepcopy(POD))
        except MinikctlError:
            continue


def jsonpath(data: bytes) -> None:
    """``-o jsonpath``."""
    from minikctl.printing.jsonpath import parse, relaxed

    text = _text(data)
    parse(text).render(POD)
    parse(relaxed(text)).render(POD)


def go_template(data: bytes) -> None:
    """``-o go-template``."""
    from minikctl.printing.gotemplate import parse

    parse(_text(data)).render(POD)


def custom_columns(data: bytes) -> None:
    """``-o custom-columns``."""
    from minikctl.printing.customcolumns import from_spec

    from_spec(_text(data)).render([POD])


def regexp(data: bytes) -> None:
    """Go's regular expressions: both ways of looking agree. Before the first newline is the pattern, behind it the text."""
    from minikctl.lib.goregexp import compile_regexp

    pattern, _, text = _text(data).partition("\n")
    found = compile_regexp(pattern)
    assert found.search(text) == bool(found.find_all(text, 1))


def selector(data: bytes) -> None:
    """``-l``: what was read is written, and read again."""
    from minikctl.lib.labels import parse

    found = parse(_text(data))
    found.matches({"a": "b"})
    assert str(parse(str(found))) == str(found)


def field_selector(data: bytes) -> None:
    """``--field-selector``."""
    from minikctl.lib.fieldselectors import parse

    found = parse(_text(data))
    assert sorted(parse(str(found)).requirements) == sorted(found.requirements)


def quantity(data: bytes) -> None:
    """Quantities: the canonical one is canonical."""
    from minikctl.lib.quantity import canonical

    found = canonical(_text(data))
    assert canonical(found) == found


def schedule(data: bytes) -> None:
    """Cron schedules, and when they come next."""
    from minikctl.lib.cron import parse

    parse(_text(data)).next(1_767_323_045.0)


def duration(data: bytes) -> None:
    """Go's durations."""
    from minikctl.lib.duration import parse_duration

    parse_duration(_text(data))


def time(data: bytes) -> None:
    """Times."""
    from minikctl.lib.times import parse_time

    parse_time(_text(data))


def addresses(data: bytes) -> None:
    """Addresses and networks."""
    from minikctl.lib.ips import parse_cidr, parse_ip

    parse_ip(_text(data))
    parse_cidr(_text(data))


TARGETS = {
    target.__name__: target for target in (
        manifests, validation, patch, jsonpath, go_template, custom_columns, regexp, selector, field_selector, quantity, schedule,
        duration, time, addresses,
    )
}


def feed(target: str, data: bytes) -> None:
    """Give one parser a text. Its own errors are results; anything else is a find, and is raised."""
    try:
        TARGETS[target](data)
    except (MinikctlError, ValueError) as error:
        if isinstance(error, UnicodeError):
            raise


def feed_any(data: bytes) -> None:
    """The first byte chooses the parser."""
    if data:
        feed(sorted(TARGETS)[data[0] % len(TARGETS)], data[1:])


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def main() -> None:
    """Let atheris run."""
    import atheris

    words = sys.argv[1:]
    chosen = words.pop(0) if words and words[0] in TARGETS else ""
    with atheris.instrument_imports(include=["minikctl"]):
        for target in [chosen] if chosen else TARGETS:
            feed(target, b"a: 1")  # what a parser needs is imported when it is first used
    atheris.Setup([sys.argv[0], *words], (lambda data: feed(chosen, data)) if chosen else feed_any)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
