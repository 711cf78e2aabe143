"""Model bundles: format, reading, writing, exchange archive and the models folder."""
