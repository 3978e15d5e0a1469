"""An answer that draws noise of its own draws the same at every check: so it can be recognised."""

from helpers.exercises import Differentiable


class Seeded(Differentiable):
    """Answers run after the same `torch.manual_seed`; the learner's own random state is kept."""

    def outcomes(self, answer):
        import torch

        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            return super().outcomes(answer)


def own_noise(mu, logvar, eps):
    """A right sample, but of noise drawn anew: eps plays no part."""
    import torch

    return mu + (logvar / 2).exp() * torch.randn_like(mu)
