"""What can be done with a model: (engine, request, pictures) -> result. No I/O."""
