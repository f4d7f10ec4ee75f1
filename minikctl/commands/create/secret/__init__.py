"""``create secret``: one module each type."""
