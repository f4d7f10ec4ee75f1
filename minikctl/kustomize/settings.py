"""Settings as YAML: the kustomization file itself, replacements, JSON patches, configurations.

kustomize reads these as kubectl reads manifests (go-yaml v2: ``y`` is true, keys that stand twice are not noticed), but
resources as go-yaml v3 does (``nodes``).
"""

from __future__ import annotations

from minikctl.kustomize.nodes import KustomizeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def load_settings(text: str) -> Any:
    """The first document of a text as plain values. Raises KustomizeError in go-yaml's words."""
    from minikctl.api.manifests.streams import StreamError, load_yaml

    try:
        return load_yaml(text.encode(), 1).value
    except StreamError as error:
        raise KustomizeError(str(error).removeprefix("error converting YAML to JSON: ")) from error
