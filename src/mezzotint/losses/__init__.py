"""The mathematics of training: small pure functions, tensors in and out, each with its paper."""
