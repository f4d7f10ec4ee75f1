"""managedFields that a client writes itself: with an update, a patch or a creation.

An empty list (or one empty entry) ends the account; entries are taken for what there was before the write; what is no
entry is passed over. Upstream: apimachinery ``managedfields/internal/fieldmanager.go`` (``decodeLiveOrNew``).
"""

from __future__ import annotations

from minikctl.api.managed.asking import asked_for
from minikctl.api.managed.entries import decode, encode
from minikctl.api.managed.history import filled, managers_at, revision_of, scope_of
from minikctl.api.managed.updating import update
from minikctl.lib.times import format_time
from minikctl.store.texts import encode as encode_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.api.server import Api

    Obj = dict[str, Any]


def keep_given(api: Api, resource: str, given: list[Obj], live: Obj | None, stored: Obj) -> Obj:
    """Take the managedFields that came with an object which has just become ``stored`` (``live``: nothing changed).

    Returns the object as it is stored then.
    """
    reset = given in ([], [{}])
    try:
        managers = {} if reset else decode(given)
    except (AttributeError, TypeError, ValueError):
        return stored
    if not managers and not reset:
        return stored
    if stored is live:
        if encode(managers) == encode(managers_at(api.store, revision_of(api, live))):
            return stored
        stored = api.touch(stored)
    elif not reset:
        scope = scope_of(resource, stored, "")
        after = filled(asked_for(resource, stored) if live is None else stored, scope.empty)
        before = None if live is None else filled(live, scope.empty)
        update(managers, api.store.manager, scope, before, after, format_time(api.now()))
    api.store.write_managers(revision_of(api, stored), encode_text(encode(managers)))
    return stored
