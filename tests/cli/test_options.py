"""The parser of options holds to pflag's rules, and Typer's reading of the same declarations agrees with it."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikctl.commands._options import FlagError, HelpRequested, Options, flag, parse
from minikctl.errors import UsageError


class Some(Options):
    name: str = flag("name", "n")
    all: bool = flag("all", "A", kind="bool")
    wait: bool = flag("wait", "w", kind="bool", default=True)
    count: int = flag("count", "c", kind="int", default=7)
    port: int = flag("port", kind="int32")
    timeout: float = flag("timeout", kind="duration")
    files: list[str] = flag("files", "f", kind="strings")
    env: list[str] = flag("env", "e", kind="array")
    mode: str = flag("mode", default="none", bare="unchanged")


class Others(Options):
    context: str = flag("context")


def values(*words, with_others=False):
    options, others = Some(), Others()
    parse(words, options, others)
    return (options, others) if with_others else options


@pytest.mark.parametrize(
    ("words", "attribute", "expected"),
    [
        (["--name", "x"], "name", "x"),
        (["--name=x"], "name", "x"),
        (["--name="], "name", ""),
        (["-n", "x"], "name", "x"),
        (["-nx"], "name", "x"),
        (["-n=x"], "name", "x"),
        (["--name", "-x"], "name", "-x"),
        (["-n", "--all"], "name", "--all"),
        (["--all"], "all", True),
        (["--all=false"], "all", False),
        (["--all=T"], "all", True),
        (["--wait=0"], "wait", False),
        (["-A"], "all", True),
        (["-A=false"], "all", False),
        (["-Aw"], "all", True),
        (["-Anx"], "name", "x"),
        (["--count", "-3"], "count", -3),
        (["--count=0x10"], "count", 16),
        (["--count=010"], "count", 8),
        (["-c5"], "count", 5),
        ([], "count", 7),
        (["--timeout=1m30s"], "timeout", 90.0),
        (["--files", "a,b", "--files=c"], "files", ["a", "b", "c"]),
        (["-f", '"a,b",c'], "files", ["a,b", "c"]),
        (["-f", ""], "files", []),
        (["-e", "A=1,2", "-e", "B=3"], "env", ["A=1,2", "B=3"]),
        (["--mode"], "mode", "unchanged"),
        (["--mode=client"], "mode", "client"),
        (["--mode", "client"], "args", ["client"]),
        (["a", "--all", "b"], "args", ["a", "b"]),
        (["a", "--", "--all", "-x"], "args", ["a", "--all", "-x"]),
        (["-"], "args", ["-"]),
        (["--name", "a", "--name", "b"], "name", "b"),
    ],
)
def test_values(words, attribute, expected):
    assert getattr(values(*words), attribute) == expected


def test_two_dashes_are_remembered():
    assert values("a", "b", "--", "c").dash == 2
    assert values("a", "--all").dash == -1


def test_flags_go_to_the_options_that_have_them():
    options, others = values("--context", "dev", "--name", "x", "pods", with_others=True)
    assert (others.context, options.name, options.args, others.args) == ("dev", "x", ["pods"], [])
    assert (others.given, options.given) == ({"context"}, {"name"})


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--nosuch"], "unknown flag: --nosuch"),
        (["--nosuch=1"], "unknown flag: --nosuch"),
        (["-x"], "unknown shorthand flag: 'x' in -x"),
        (["-Ax"], "unknown shorthand flag: 'x' in -Ax"),
        (["--name"], "flag needs an argument: --name"),
        (["-n"], "flag needs an argument: 'n' in -n"),
    ],
)
def test_unknown_flags(words, message):
    with pytest.raises(FlagError, match=f"^{message.replace('(', '[(]')}$"):
        values(*words)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--count=x"], 'invalid argument "x" for "-c, --count" flag: strconv.ParseInt: parsing "x": invalid syntax'),
        (
            ["--count=9223372036854775808"],
            'invalid argument "9223372036854775808" for "-c, --count" flag: '
            'strconv.ParseInt: parsing "9223372036854775808": value out of range',
        ),
        (
            ["--port=2147483648"],
            'invalid argument "2147483648" for "--port" flag: '
            'strconv.ParseInt: parsing "2147483648": value out of range',
        ),
        (["--all=x"], 'invalid argument "x" for "-A, --all" flag: strconv.ParseBool: parsing "x": invalid syntax'),
        (["--timeout=5"], 'invalid argument "5" for "--timeout" flag: time: missing unit in duration "5"'),
        (["---x"], "bad flag syntax: ---x"),
        (["--=x"], "bad flag syntax: --=x"),
    ],
)
def test_wrong_values(words, message):
    with pytest.raises(UsageError) as caught:
        values(*words)
    assert str(caught.value) == message


@pytest.mark.parametrize("words", [["-h"], ["--help"], ["pods", "--all", "-h"]])
def test_help(words):
    with pytest.raises(HelpRequested):
        values(*words)


@given(
    st.lists(
        st.text(max_size=6) | st.sampled_from(["--name", "-A", "--", "-", "--mode", "--count=1", "-nx", "--files=a,b"]),
        max_size=8,
    )
)
def test_any_words_give_values_or_a_usage_error(words):
    with contextlib.suppress(UsageError, HelpRequested):
        values(*words)


_words = st.one_of(
    st.sampled_from([["--all"], ["-A"], ["pods"], ["web"]]),
    st.builds(lambda n: ["--count", str(n)], st.integers(0, 99)),
    st.builds(lambda t: ["--name", t], st.text("abc", min_size=1)),
    st.builds(lambda t: [f"--name={t}"], st.text("abc", min_size=1)),
    st.builds(lambda t: ["-m", t], st.text("abc", min_size=1)),
    st.builds(lambda t: ["-e", t], st.text("abc=,", min_size=1)),
)


@given(st.lists(_words, max_size=6))
def test_typer_reads_a_plain_command_line_alike(parts):
    """Typer gives help and completion out of the same declarations: it has to understand them in the same way."""
    import typer
    from typer.main import get_command

    from minikctl.commands import CommandRef, _typer
    from minikctl.commands._options import Command

    class Plain(Options):
        name: str = flag("name", "m")
        all: bool = flag("all", "A", kind="bool")
        count: int = flag("count", "c", kind="int", default=7)
        env: list[str] = flag("env", "e", kind="array")

    words = [word for part in parts for word in part]
    mine = Plain()
    parse(words, mine)
    seen = {}
    ref = CommandRef("try", "Try", "Group")
    command = Command(usage="try [ARGS]", summary="Try", run=None, options=Plain)
    app = typer.Typer()
    app.command()(_typer.callback(ref, command, lambda _, found: seen.update(found)))
    get_command(app).main(args=words, standalone_mode=False)
    for name in ("name", "all", "count"):
        assert seen[name] == getattr(mine, name)
    assert list(seen["env"] or []) == mine.env
    assert list(seen["args"] or []) == mine.args
