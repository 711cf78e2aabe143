"""The doctor: look at every picture of a source, say what is wrong, and what to do."""
