"""Manifests: from ``-f`` arguments to objects, as kubectl's resource builder reads them.

``load`` is what verbs use: it yields documents and errors in order. ``load_all`` has them apart. Sources
(``sources``), the cutting of streams (``streams``), YAML (``yamltree``, ``scalars``, ``yamlwords``), kubectl's checks
(``decoding``) and places in files (``positions``) stand in their own modules. yaml is imported when YAML is read.
"""

from minikctl.api.manifests.positions import positions
from minikctl.api.manifests.reading import Document, ManifestError, Passage, load, load_all, read, read_text
from minikctl.api.manifests.sources import STDIN, Sources, expand
from minikctl.api.manifests.yamltree import Duplicate

__all__ = [
    "STDIN", "Document", "Duplicate", "ManifestError", "Passage", "Sources", "expand", "load", "load_all", "positions", "read",
    "read_text",
]
