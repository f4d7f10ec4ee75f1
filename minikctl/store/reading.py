"""Looking objects up: by name, owner, label or indexed field; alone, in lists, one after the other, or just counted.

Every look-up is by an index, and costs what it finds and not what is stored: a test explains each statement.
"""

from __future__ import annotations

from minikctl.store.stored import Memory, Stored
from minikctl.store.texts import decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any, TypedDict, Unpack

    from minikctl.lib.labels import Selector

    Obj = dict[str, Any]

    class Wanted(TypedDict, total=False):
        """Which objects, and what of them: see ``Reading.each``."""

        selector: Selector | None
        owner: str | None
        not_owner: str | None
        ref: str | None
        fields: Sequence[str]
        mentions: str

    # A method is called ``list``: below it, the types need other names.
    Objects = list[Obj]
    Keys = list[tuple[str, str, str]]
    Counts = list[tuple[str, int]]
    Names = list[tuple[str, int]]
    Strings = list[str]

#: up to this many objects with a label are looked up one by one; of more, those of the namespace are gone through
FEW = 500


class Query:
    """Which objects are wanted, as SQL: tables, conditions and their values, the order of an API server."""

    __slots__ = ("conditions", "mentions", "order", "tables", "values")

    def __init__(self) -> None:
        self.tables = ["objects o"]
        self.conditions: list[str] = []
        self.values: list[str] = []
        #: the name of a field that the objects have to have somewhere
        self.mentions = ""
        self.order = "o.namespace || '/', o.name"

    def select(self, what: str) -> str:
        """The statement that gives ``what``, which is made of the object ``o`` and its journal row ``j``."""
        # The rows are sorted before their bodies are read: what is sorted is copied. The limit (none) keeps SQLite from
        # making one query of the two.
        return (
            f"SELECT {what} FROM (SELECT o.id, o.revision, o.ref FROM {' CROSS JOIN '.join(self.tables)} "  # noqa: S608
            f"WHERE {' AND '.join(self.conditions)} ORDER BY {self.order} LIMIT -1) o "
            "CROSS JOIN journal j ON j.revision = o.revision"
            + (f" WHERE instr(j.body, '\"{self.mentions}\":')" if self.mentions else "")
        )

    def keys(self) -> str:
        """The statement that gives namespace, name and revision."""
        return (
            f"SELECT o.namespace, o.name, o.revision FROM {' CROSS JOIN '.join(self.tables)} "  # noqa: S608 - as above
            f"WHERE {' AND '.join(self.conditions)} ORDER BY {self.order}"
        )

    def names(self) -> str:
        """The statement that gives resource, namespace and name."""
        return (
            f"SELECT o.resource, o.namespace, o.name FROM {' CROSS JOIN '.join(self.tables)} "  # noqa: S608 - as above
            f"WHERE {' AND '.join(self.conditions)} ORDER BY {self.order}"
        )

    def count(self, limit: int = -1) -> str:
        """The statement that counts, up to ``limit``."""
        among = f"FROM {' CROSS JOIN '.join(self.tables)} WHERE {' AND '.join(self.conditions)}"
        if limit < 0:
            return f"SELECT count(*) {among}"
        return f"SELECT count(*) FROM (SELECT 1 {among} LIMIT {limit})"  # noqa: S608 - our own names, and a number


class Link:
    """One write of an object: what it made, who made it, and the managers after it where they were written down."""

    __slots__ = ("body", "fields", "manager", "resource", "revision", "subresource", "time", "verb")

    def __init__(
        self, revision: int, time: float, verb: str, resource: str, body: str | None, manager: str | None,
        subresource: str | None, fields: str | None,
    ) -> None:
        self.revision = revision
        self.time = time
        self.verb = verb
        self.resource = resource
        self.body = body
        self.manager = manager
        self.subresource = subresource
        self.fields = fields


class Reading:
    """The part of ``Store`` that reads objects."""

    _connection: sqlite3.Connection
    _execute: Callable[..., sqlite3.Cursor]
    _memory: Memory
    #: resources of which there is no object, in this transaction
    empty: set[str]
    #: resources of which there was one when it was last looked for, in this transaction
    _some: set[str]

    @classmethod
    def over(cls, connection: sqlite3.Connection) -> Reading:
        """A reader of the rows of an open file, outside of a ``Store``."""
        reading = cls()
        reading._connection, reading._execute = connection, connection.execute
        return reading

    def find(self, resource: str, namespace: str, name: str) -> Stored | None:
        """One object as it stands in the file, or None."""
        key = (resource, namespace, name)
        known = self._memory.get(key)
        if known is not None:
            return known
        row = self._execute(
            "SELECT o.id, o.revision, o.ref, j.body FROM objects o JOIN journal j ON j.revision = o.revision "
            "WHERE o.resource = ? AND o.namespace = ? AND o.name = ?",
            key,
        ).fetchone()
        if row is None:
            return None
        stored = Stored(row[0], row[1], row[2], body=row[3])
        if self._connection.in_transaction:  # nobody else can write meanwhile
            self._memory.keep(key, stored)
        return stored

    def get(self, resource: str, namespace: str, name: str) -> Obj | None:
        """One object, or None. ``namespace`` is "" for what is cluster-scoped."""
        stored = self.find(resource, namespace, name)
        return None if stored is None else stored.load()

    def look(self, resource: str, namespace: str, name: str) -> Obj | None:
        """As ``get``, for looking only: an object that is at hand is not made anew, and others look at it as well."""
        stored = self.find(resource, namespace, name)
        if stored is None:
            return None
        if stored.shared is None:
            writing = self._connection.in_transaction
            found = stored.load(apart=writing)
            if writing:  # it is remembered
                self._memory.share((resource, namespace, name), stored, found)
            return found
        return stored.shared

    def share(self, resource: str, stored: Stored, obj: Obj) -> None:
        """Let others look at an object that has just been stored: nobody changes it from now on."""
        meta = obj["metadata"]
        if self._connection.in_transaction:
            self._memory.share((resource, meta.get("namespace", ""), meta["name"]), stored, obj)

    def owned(self, resource: str, namespace: str, uid: str) -> Objects:
        """As ``list`` with ``owner``, for looking only and for a few: what is at hand is neither read nor made anew."""
        rows = self._execute(
            "SELECT o.name FROM owners w CROSS JOIN objects o ON o.id = w.object "
            "WHERE w.owner = ? AND +o.resource = ? AND +o.namespace = ? ORDER BY o.name",
            (uid, resource, namespace),
        ).fetchall()
        found = [self.look(resource, namespace, name) for (name,) in rows]
        return [obj for obj in found if obj is not None]

    def lineage(self, revision: int) -> Sequence[Link]:
        """The writes of an object up to ``revision``, oldest first.

        They begin where its managers were written down, else with its creation, else where the journal has been pruned.
        """
        rows = self._execute(
            "WITH RECURSIVE chain (revision, previous, fields) AS ("
            "SELECT j.revision, j.previous, m.fields FROM journal j LEFT JOIN managed m ON m.revision = j.revision "
            "WHERE j.revision = ? "
            "UNION ALL SELECT j.revision, j.previous, m.fields FROM chain JOIN journal j ON j.revision = chain.previous "
            "LEFT JOIN managed m ON m.revision = j.revision WHERE chain.fields IS NULL) "
            "SELECT j.revision, j.time, j.verb, j.resource, j.body, j.manager, j.subresource, chain.fields "
            "FROM chain JOIN journal j ON j.revision = chain.revision ORDER BY j.revision",
            (revision,),
        )
        return [Link(*row) for row in rows]

    def exists(self, resource: str, namespace: str, name: str) -> bool:
        """Whether there is such an object (without reading it)."""
        key = (resource, namespace, name)
        if self._memory.get(key) is not None:
            return True
        found = self._execute("SELECT 1 FROM objects WHERE resource = ? AND namespace = ? AND name = ?", key)
        return found.fetchone() is not None

    def list(self, resource: str, namespace: str | None = None, **wanted: Unpack[Wanted]) -> Objects:
        """Objects of a resource as an API server lists them: by namespace and name. What is ``wanted``: see ``each``."""
        return list(self.each(resource, namespace, **wanted))

    def each(
        self,
        resource: str,
        namespace: str | None = None,
        *,
        selector: Selector | None = None,
        owner: str | None = None,
        not_owner: str | None = None,
        ref: str | None = None,
        fields: Sequence[str] = (),
        mentions: str = "",
    ) -> Iterator[Obj]:
        """Objects by namespace and name, one at a time. Nothing may be written before the last one was taken.

        ``namespace`` None: all namespaces. ``owner``: only those with this UID among their ownerReferences,
        ``not_owner``: only those without it. ``ref``: only those with this value in the resource's indexed field.
        ``selector``: only those whose labels match (which have to be among ``fields``, then). ``fields``: paths such as
        ``status.phase``; the objects need have nothing but these, for a fifth of the price, and are for looking only.
        ``mentions``: only those with a field of this name anywhere in them, which costs next to nothing to find out.
        """
        if self.is_empty(resource):
            return
        query = self._query(resource, namespace, selector, owner, ref, not_owner)
        query.mentions = mentions
        matches = selector.matches if selector is not None and not selector.empty else None
        found = self._facts(resource, query, fields) if fields else self._whole(query)
        for obj in found:
            if matches is None or matches(obj["metadata"].get("labels") or {}):
                yield obj

    def _whole(self, query: Query) -> Iterator[Obj]:
        for (body,) in self._execute(query.select("j.body"), query.values):
            yield decode(body)

    def _facts(self, resource: str, query: Query, fields: Sequence[str]) -> Iterator[Obj]:
        """Some fields of the objects, for looking only: of those that are at hand, nothing has to be read."""
        # SQLite gives several paths as one array, a single one bare: so there is always one more.
        paths = ", ".join(f"'$.{field}'" for field in (*fields, "kind"))
        split = [tuple(field.split(".")) for field in fields]
        if not self._memory.objects:
            for (row,) in self._execute(query.select(f"json_extract(j.body, {paths})"), query.values):
                yield _nested(split, decode(row))
            return
        known, mark = self._memory.get, f'"{query.mentions}":'
        read = f"SELECT json_extract(j.body, {paths}) FROM journal j WHERE j.revision = ?"  # noqa: S608 - our own names
        if query.mentions:
            read += f" AND instr(j.body, '{mark}')"
        for namespace, name, revision in self._execute(query.keys(), query.values):
            stored = known((resource, namespace, name))
            if stored is not None and stored.shared is not None:
                if not query.mentions or any(mark in text for text in stored.texts.values()):
                    yield stored.shared
            else:
                for (row,) in self._execute(read, (revision,)):
                    yield _nested(split, decode(row))

    def is_empty(self, resource: str) -> bool:
        """Whether there is no object of a resource: with each Pod, many look for rules that few clusters have."""
        if resource in self.empty:
            return True
        if self._connection.in_transaction and resource not in self._some:
            found = self._execute("SELECT 1 FROM objects WHERE resource = ? LIMIT 1", (resource,))
            if found.fetchone() is None:
                self.empty.add(resource)
                return True
            # It may become empty in the transaction: then that is just not known.
            self._some.add(resource)
        return False

    def _query(
        self,
        resource: str,
        namespace: str | None,
        selector: Selector | None = None,
        owner: str | None = None,
        ref: str | None = None,
        not_owner: str | None = None,
    ) -> Query:
        query = Query()
        few = owner is not None or ref is not None
        if owner is not None:
            query.tables.insert(0, "owners w")
            query.conditions.append("w.owner = ? AND o.id = w.object")
            query.values.append(owner)
        elif ref is not None:
            query.conditions.append("o.ref = ?")
            query.values.append(ref)
        elif selector is not None:
            few = self._narrow(query, selector, resource, namespace)
        if not_owner is not None:
            query.conditions.append("NOT EXISTS (SELECT 1 FROM owners n WHERE n.owner = ? AND n.object = o.id)")
            query.values.append(not_owner)
        # Without statistics SQLite takes the index by name, which walks the whole namespace; a plus keeps it from that.
        plus = "+" if few else ""
        query.conditions.append(f"{plus}o.resource = ?")
        query.values.append(resource)
        if namespace is not None:
            query.conditions.append(f"{plus}o.namespace = ?")
            query.values.append(namespace)
            query.order = "o.name"
        return query

    def _narrow(self, query: Query, selector: Selector, resource: str, namespace: str | None) -> bool:
        """Let the table of labels answer what it can of ``selector``.

        Says whether to begin there: of what has the label and what the namespace has of the resource, the fewer are
        gone through.
        """
        options = [(key, values) for key, operator, values in selector.requirements if operator in ("=", "==", "in")]
        if not options:
            return False
        (key, values), count = options[0], FEW + 1
        for other, wanted in options:
            # The rarest decides: of app=web,pod-template-hash=x the hash.
            found = self._execute(f"{_labeled(wanted)} LIMIT {count}", (other, *wanted)).fetchall()
            if len(found) < count:
                (key, values), count = (other, wanted), len(found)
        query.conditions.append(f"o.id IN ({_labeled(values)})")
        query.values += [key, *values]
        # Each further one is a look-up by primary key: cheaper than reading an object that does not match.
        for other, wanted in options:
            if other != key:
                query.conditions.append(
                    f"EXISTS (SELECT 1 FROM labels WHERE key = ? AND value IN ({_marks(wanted)}) AND object = o.id)"  # noqa: S608 - as above
                )
                query.values += [other, *wanted]
        return count <= FEW or self._is_rarer(key, values, resource, namespace)

    def _is_rarer(self, key: str, values: Sequence[str], resource: str, namespace: str | None) -> bool:
        """Whether fewer objects have the label than the namespace has of the resource: found by counting to the fewer."""
        limit = FEW
        among, of = "SELECT 1 FROM objects WHERE resource = ?", [resource]
        if namespace is not None:
            among += " AND namespace = ?"
            of.append(namespace)
        while True:
            limit *= 8
            for sql, bound, rarer in ((_labeled(values), [key, *values], True), (among, of, False)):
                counted = self._execute(f"SELECT count(*) FROM ({sql} LIMIT {limit})", bound)  # noqa: S608 - numbers
                if counted.fetchone()[0] < limit:
                    return rarer

    def dependents(self, uid: str) -> Keys:
        """(resource, namespace, name) of every object that names ``uid`` among its owners."""
        return self._execute(
            "SELECT o.resource, o.namespace, o.name FROM owners w CROSS JOIN objects o ON o.id = w.object "
            "WHERE w.owner = ? ORDER BY o.resource, o.namespace, o.name",
            (uid,),
        ).fetchall()

    def has_ref(self, resource: str, ref: str) -> bool:
        """Whether any object of a resource has this value in the indexed field."""
        found = self._execute("SELECT 1 FROM objects WHERE ref = ? AND resource = ? LIMIT 1", (ref, resource))
        return found.fetchone() is not None

    def has_dependents(self, uid: str) -> bool:
        """Whether any object names ``uid`` among its owners."""
        return self._execute("SELECT 1 FROM owners WHERE owner = ? LIMIT 1", (uid,)).fetchone() is not None

    def names(self, resource: str | None = None, namespace: str | None = None) -> Keys:
        """(resource, namespace, name) of objects, without reading them; None: of all."""
        found = []
        for each in self.resources() if resource is None else [resource]:
            query = self._query(each, namespace)
            found += self._execute(query.names(), query.values).fetchall()
        return found

    def revisions(self, resource: str) -> Names:
        """(name, revision) of all objects of a cluster-scoped resource, by name, without reading them."""
        rows = self._execute(
            "SELECT name, revision FROM objects WHERE resource = ? AND namespace = '' ORDER BY name", (resource,)
        )
        return rows.fetchall()

    def resources(self) -> Strings:
        """The resources of which there is any object, in their order: by hops through the index, from one to the next."""
        rows = self._execute(
            "WITH RECURSIVE hop (resource) AS (SELECT min(resource) FROM objects UNION ALL "
            "SELECT (SELECT min(o.resource) FROM objects o WHERE o.resource > hop.resource) FROM hop "
            "WHERE hop.resource IS NOT NULL) SELECT resource FROM hop WHERE resource IS NOT NULL"
        )
        return [resource for (resource,) in rows]

    def count(
        self, resource: str, namespace: str | None = None, *, owner: str | None = None, ref: str | None = None,
        limit: int = -1,
    ) -> int:
        """How many objects ``list`` would give, without reading them; ``limit``: it is enough to count that far."""
        if self.is_empty(resource):
            return 0
        query = self._query(resource, namespace, None, owner, ref)
        count: int = self._execute(query.count(limit), query.values).fetchone()[0]
        return count

    def refs(self, resource: str) -> Counts:
        """How many objects of a resource have each value in the indexed field."""
        return self._execute(
            "SELECT ref, count(*) FROM objects WHERE resource = ? AND ref IS NOT NULL GROUP BY ref", (resource,)
        ).fetchall()


def _marks(values: Sequence[str]) -> str:
    return ",".join("?" * len(values))


def _labeled(values: Sequence[str]) -> str:
    return f"SELECT object FROM labels WHERE key = ? AND value IN ({_marks(values)})"  # noqa: S608 - only marks


def _nested(paths: Sequence[tuple[str, ...]], values: Sequence[Any]) -> Obj:
    """An object that has ``values`` at ``paths``, without those that are null."""
    obj: Obj = {"metadata": {}}
    for path, value in zip(paths, values, strict=False):
        if value is not None:
            inner = obj
            for name in path[:-1]:
                inner = inner.setdefault(name, {})
            inner[path[-1]] = value
    return obj
