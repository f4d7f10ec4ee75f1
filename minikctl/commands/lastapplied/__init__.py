"""``apply view-last-applied``, ``set-last-applied`` and ``edit-last-applied`` (one module each verb)."""
