"""``config``: contexts (one module each verb)."""
