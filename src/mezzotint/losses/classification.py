"""What an auxiliary classifier learns by."""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import log_softmax


# L_C = -E sum_k y_k log C(k | x)                                   (Odena et al. 2017, Eq. 3)
def class_cross_entropy(class_logits: Tensor, class_weights: Tensor) -> Tensor:
    """Return the cross-entropy of class logits [N, K] against class weights [N, K]."""
    return -(class_weights * log_softmax(class_logits, dim=1)).sum(dim=1).mean()
