"""The vocabulary every layer shares: frozen types and errors. No I/O, no torch."""
