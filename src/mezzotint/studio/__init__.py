"""The facade that all faces call; settings and wiring."""
