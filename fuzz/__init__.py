"""What looks for texts that the parsers cannot stand, for as long as it is let; no part of the tests."""
