"""Runs a command line in a child of its own that is killed at a chosen moment; used by the tests of crashes.

A child is a fork of a process that has imported everything, so that hundreds of deaths take seconds. It dies by SIGKILL:
no handler runs, nothing is cleared away, the locks go with the process.
"""

from __future__ import annotations

import io
import os
import select
import signal
import sqlite3
import time

from minikctl.cli import main
from minikctl.env import Env


class Counting(sqlite3.Connection):
    """A connection that counts its statements, and dies before or after the one that it is told to die at."""

    seen = 0
    #: the number of the statement, counted from 1 over all connections of the process; 0: never
    fatal = 0
    #: only these statements count, by their beginning; "" all
    only = ""
    after = False

    def execute(self, sql, *values):
        counts = sql.lstrip().upper().startswith(Counting.only)
        Counting.seen += counts
        fatal = counts and Counting.seen == Counting.fatal
        if fatal and not Counting.after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = super().execute(sql, *values)
        if fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        return result


def counting_connect(connect):
    def connect_counting(*args, **settings):
        return connect(*args, factory=Counting, **settings)

    return connect_counting


def _run(environ, words, stdin):
    out, err = io.StringIO(), io.StringIO()
    code = main(list(words), Env(io.StringIO(stdin), out, err, environ))
    return code, err.getvalue()


def count(environ, words, stdin="", only=""):
    """How many statements a command line makes (it runs in a child and leaves its traces)."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            sqlite3.connect = counting_connect(sqlite3.connect)
            Counting.only = only
            code, err = _run(environ, words, stdin)
            os.write(writing, f"{Counting.seen} {code} {err}".encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answers:
        seen, code, err = answers.read().split(" ", 2)
    os.waitpid(child, 0)
    assert code == "0", err
    return int(seen)


def die_at(environ, words, number, *, stdin="", only="", after=False):
    """Run a command line that is killed at its ``number``th statement; whether it was."""
    child = os.fork()
    if child == 0:
        try:
            sqlite3.connect = counting_connect(sqlite3.connect)
            Counting.only, Counting.fatal, Counting.after = only, number, after
            _run(environ, words, stdin)
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def die_after(environ, words, seconds, stdin=""):
    """Run a command line that is killed after so many seconds from its start; whether it was."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, b"!")
            _run(environ, words, stdin)
        finally:
            os._exit(0)
    os.close(writing)
    select.select([reading], [], [])
    os.close(reading)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])
