"""Latent variables, finite or Gaussian: exact computations, pictures and explorers."""
