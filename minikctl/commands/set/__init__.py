"""``set``: change one thing of an object that has Pods (one module each thing)."""
