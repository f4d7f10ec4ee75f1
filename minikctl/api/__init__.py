"""What an API server does, without one: decode, default, admit, validate, store; patches, manifests, events."""
