"""kustomize: from a folder with a ``kustomization.yaml`` to objects, to the byte as the one in kubectl does it.

``build`` is all that others need. The way through it: ``loading`` reads files, ``kustomization`` the file itself,
``target`` gathers resources (``resource``, ``resmap``) from files and folders and lets ``generators``, ``patches``
(``merging``), ``transformers`` and ``replacements`` work on them, by the places that ``config`` (``fieldspecs``) knows;
``nameref`` and ``variables`` settle what hangs together, ``ordering`` sorts. ``nodes`` is the form that objects have
meanwhile, ``openapi`` the schema that kustomize carries.
"""

from minikctl.kustomize.building import VERSION, Result, build, file_names
from minikctl.kustomize.nodes import KustomizeError

__all__ = ["VERSION", "KustomizeError", "Result", "build", "file_names"]
