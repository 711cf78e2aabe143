"""The packed set: all pictures of a source, resized once, as one memory-mapped array."""
