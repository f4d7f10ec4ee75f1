"""``state sql``: look into the state with SQL."""

from __future__ import annotations

from minikctl.commands._options import Command, Options, flag
from minikctl.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session


class SqlOptions(Options):
    """Flags of ``state sql``."""

    output: str = flag("output", "o", group="Output", choices=("json",), help="json: a list with an object for each row.")
    no_headers: bool = flag("no-headers", kind="bool", group="Output", help="Leave the line of headers out.")


def run(options: SqlOptions, session: Session) -> None:
    """Run one statement and print what it gives."""
    from minikctl.store.querying import query

    if len(options.args) != 1:
        raise UsageError("state sql takes one statement, in quotes: state sql 'select name from objects'")
    if options.output not in ("", "json"):
        raise UsageError(f"--output must be json, not {options.output}")
    columns, rows = query(session.state_path, options.args[0], session.lock_timeout())
    if options.output:
        from minikctl.printing.jsonout import dump

        found = [{name: _value(value) for name, value in zip(columns, row, strict=True)} for row in rows]
        session.print(dump(found, keep_order=True))
        return
    from minikctl.printing.table import TableWriter

    writer = TableWriter(session.write, no_headers=options.no_headers)
    writer.start([name.upper() for name in columns])
    writer.rows([_cell(value) for value in row] for row in rows)
    writer.flush()
    if not rows:
        session.complain("No rows found")


def _value(value: Any) -> Any:
    """A value of SQLite's as JSON has it: bytes as hexadecimal digits."""
    if value in (float("inf"), float("-inf")):  # JSON has no such number, and SQLite no other one that JSON has not
        return str(value)
    return value.hex() if isinstance(value, bytes) else value


def _cell(value: Any) -> str:
    """A value in a table; no value is ``<none>``."""
    return "<none>" if value is None else str(_value(value))


COMMAND = Command(
    usage="state sql STATEMENT",
    summary="Look into the state with SQL",
    description=(
        "It only reads: whatever would write is refused. Tables: objects, journal, labels, owners, cursors, timers, memories "
        "and state; the view history has each write with the object before and after it. It shows what it is asked for, Secrets "
        "too."
    ),
    examples=(
        ("What the last commands wrote", "state sql 'select revision, verb, resource, name, command from history'"),
        ("Pods by node", 'state sql "select ref, count(*) from objects where resource = \'pods\' group by ref" -o json'),
    ),
    options=SqlOptions,
    run=run,
)
