"""Who manages which fields of an object: ``metadata.managedFields``, and server-side apply, which goes by them.

Most commands never look at managedFields, so no write works them out: each row of the journal says who wrote it
(``store.writing``), and ``history`` makes the entries of the rows' objects before and after when somebody asks. What
does not follow from the rows (what a manager *applied*, what a user wrote into managedFields, what stood in rows that
have been pruned) is kept beside them, in the table ``managed``.

``asking`` tells what a client has asked for from what the server has added, ``given`` is for clients that write
managedFields themselves.

``shapes`` says how the schemas cut an object into fields, ``comparing`` and ``merging`` walk objects by that,
``updating`` is structured-merge-diff's ``merge.Updater``, ``entries`` the wire format, ``applying`` the request of a
server-side apply, ``upgrading`` the way there from client-side apply. ``lib.fieldsets`` has the sets.
"""
