"""Image references: only what the API server itself reads out of them, which is the tag.

Upstream: ``pkg/util/parsers`` over ``github.com/distribution/reference``.
"""

from __future__ import annotations

import re

#: memory of ``pull_policy``: a cluster has thousands of Pods and a handful of images
_policies: dict[str, str] = {}

_DOMAIN_PART = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_DOMAIN = rf"(?:{_DOMAIN_PART}(?:\.{_DOMAIN_PART})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
_PATH_PART = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_REFERENCE = (
    rf"(?:{_DOMAIN}/)?{_PATH_PART}(?:/{_PATH_PART})*"
    r"(?::(?P<tag>\w[\w.-]{0,127}))?"
    r"(?P<digest>@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?"
)
_HEX_64 = r"[a-f0-9]{64}"
_LONGEST_NAME = 255


def is_reference(image: str) -> bool:
    """Whether a client takes a text for the name of an image, with a tag and a digest or without (``ReferenceRegexp``)."""
    return re.fullmatch(_REFERENCE, image, re.ASCII) is not None


def tag_of(image: str) -> str:
    """Return the tag that an image reference means: ``latest`` where there is neither tag nor digest.

    "" for a reference by digest alone, and for one that is not valid at all (the API server takes both as they are).
    """
    match = re.fullmatch(_REFERENCE, image, re.ASCII)
    if match is None or re.fullmatch(_HEX_64, image):
        return ""
    name = image[: match.start("tag") - 1] if match["tag"] else image.partition("@")[0]
    if len(name) > _LONGEST_NAME:
        return ""
    return match["tag"] or ("" if match["digest"] else "latest")


def pull_policy(image: str) -> str:
    """Return the imagePullPolicy that a container of ``image`` has by default.

    ``nginx`` and ``nginx:latest``: Always; ``nginx:1.16`` and ``nginx@sha256:...``: IfNotPresent.
    """
    policy = _policies.get(image)
    if policy is None:
        if len(_policies) > 10_000:
            _policies.clear()
        policy = _policies[image] = "Always" if tag_of(image) == "latest" else "IfNotPresent"
    return policy
