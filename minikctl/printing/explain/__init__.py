"""How ``explain`` writes a kind and its fields: one module a format, over one view of the schemas (``model``)."""
