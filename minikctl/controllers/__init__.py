"""The controllers, in the order in which a pass runs them."""
