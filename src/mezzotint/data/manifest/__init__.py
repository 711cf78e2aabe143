"""The manifest: which pictures a model is trained on, where they come from, who agreed."""
