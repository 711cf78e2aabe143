"""Measurements, apart from the tests: each module has `run()` and prints JSON when executed."""
