"""Train the `latent` family: codec, words, generator, upscaler, knowledge, one stage each."""
