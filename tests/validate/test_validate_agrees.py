"""What ``validate`` says agrees with what ``create`` does: it is the same API server's rules, found in another way."""

from __future__ import annotations

import pytest
from conftest import Cluster
from test_validate_right import DOCUMENTS
from test_validate_wrong import BY_HAND, GROWN

#: an error to validate, and passed over by kubectl
HARMLESS = {"duplicate-key", "key-not-text"}
#: right in a file, and nothing that can be created: answered but not stored, read from a cluster, an older version of a kind
NOT_FOR_CREATE = ("accessreview", "selfsubjectr", "tokenreview", "resourceVersion:", "autoscaling/v1\n", "kind: Binding\n", "kind: Namespace, metadata: {name: shop}")


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    cluster = Cluster(tmp_path_factory.mktemp("agrees"))
    cluster.ok("create", "namespace", "shop")
    return cluster


@pytest.mark.parametrize("text", DOCUMENTS)
def test_what_is_valid_is_taken(shop, text):
    if any(word in text or word in text.lower() for word in NOT_FOR_CREATE):
        return
    shop.ok("create", "--dry-run=server", "-f", "-", stdin=text)


@pytest.mark.parametrize(("text", "expected", "suggestion"), [*GROWN, *BY_HAND])
def test_what_is_invalid_is_refused(shop, text, expected, suggestion):
    rules = {each.split()[1] for each in expected.split(", ")}
    result = shop("create", "--dry-run=server", "-f", "-", stdin=text)
    assert (result.code != 0) == bool(rules - HARMLESS), result
    assert "Traceback" not in result.err
