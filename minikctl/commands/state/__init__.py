"""``state``: the state file itself, looked at and looked after (one module each)."""
