"""``create``: from files, or from words (one module each kind)."""
