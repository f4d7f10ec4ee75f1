"""``create service``: one module each type."""
