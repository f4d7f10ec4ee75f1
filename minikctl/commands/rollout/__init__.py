"""``rollout``: status, history, undo, pause, resume and restart (one module each)."""
