"""What the fields of the kinds are for: the texts beside the schemas.

``schemas/_descriptions/<group>_<version>.json`` (and ``_common.json``) has, for each schema of that folder, a text for
the type itself (``_``) and one for each field. ``tools/make_schemas.py`` makes them out of
``tools/schema_overlays/descriptions``. They lie beside the schemas and not in them, because whatever decodes a manifest
reads schemas and nothing but ``explain`` reads texts. Schemas that bring texts along (``description``: minikctl's own
kinds, custom resources) need none here, but for ``apiVersion``, ``kind`` and ``metadata``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.api.schemas import Registry

FOLDER = "_descriptions"
#: the file of what every object has
CUSTOM = "custom"
#: the text of a type itself, among those of its fields
TYPE = "_"


def texts_of(registry: Registry, document: str) -> dict[str, str]:
    """The texts for one schema file, by field (``_``: the type itself).

    ``document`` is the file's name as ``Schema.document`` has it. For a kind that brings its own (minikctl's, custom
    ones) they are those of what every object has. A folder's texts are read once in a process.
    """
    folder, _, name = document.rpartition("/")
    root, _, group = folder.rpartition("/")
    found: dict[str, str] | None = None
    if root == registry.folder:
        try:
            found = registry.document(f"{root}/{FOLDER}/{group}.json").get(name.removesuffix(".json"))
        except FileNotFoundError:
            found = None
    if found is None:
        found = registry.document(f"{registry.folder}/{FOLDER}/{CUSTOM}.json")["object"]
    return found
