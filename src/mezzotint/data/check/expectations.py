"""What so many pictures can give: published results of GANs without pretrained parts."""

from __future__ import annotations

from bisect import bisect_right

from mezzotint.domain.message import Message

# Frechet Inception distances at 256 px, without -> with augmentation (Zhao et al. 2020,
# "Differentiable Augmentation for Data-Efficient GAN Training"): 100-shot Obama 80 -> 47 and panda
# 34 -> 12; FFHQ 1k 62 -> 26, 5k 27 -> 10, 10k 15 -> 8, 30k 6.2 -> 5.1, 70k 3.8 -> 4.2.
_FROM_PICTURES = (0, 50, 500, 2_000, 8_000, 25_000, 50_000)


# One pair for each entry of _FROM_PICTURES: what to expect, and what that rests on.
_EXPECTATIONS: tuple[tuple[Message, Message], ...] = (
    (
        Message(
            "Expect little: a model trained on so few pictures alone repeats them. Start from "
            "a shipped model, or find more pictures."
        ),
        Message("With fewer than 50 pictures there is no published success to point to."),
    ),
    (
        Message(
            "Expect recognisable pictures with little variety, some of them near copies of "
            "yours. Pictures of one subject seen from one side do far better than a mixture."
        ),
        Message(
            "Published with 100 pictures, without and with augmentation (Frechet distance, "
            "less is better): one face 80 and 47, pandas 34 and 12."
        ),
    ),
    (
        Message(
            "Expect the right colours and shapes, with flaws in the details. Keep "
            "augmentation on and look at the memorisation figure."
        ),
        Message(
            "Published with 1,000 faces, without and with augmentation (Frechet distance, "
            "less is better): 62 and 26."
        ),
    ),
    (
        Message(
            "Expect good pictures of a narrow subject and fair ones of a wide one, if they "
            "are augmented."
        ),
        Message(
            "Published with 5,000 faces, without and with augmentation (Frechet distance, "
            "less is better): 27 and 10."
        ),
    ),
    (
        Message("Expect good pictures; augmentation still helps a lot."),
        Message(
            "Published with 10,000 faces, without and with augmentation (Frechet distance, "
            "less is better): 15 and 8."
        ),
    ),
    (
        Message("Expect good pictures; computing time is now the limit, not the set."),
        Message(
            "Published with 30,000 faces, without and with augmentation (Frechet distance, "
            "less is better): 6.2 and 5.1."
        ),
    ),
    (
        Message("Expect as much as your computing time allows; augmentation now does harm."),
        Message(
            "Published with 70,000 faces, without and with augmentation (Frechet distance, "
            "less is better): 3.8 and 4.2."
        ),
    ),
)


def expected_result(num_pictures: int) -> tuple[Message, Message]:
    """Say what to expect from a set of this size, and what that is based on.

    Args:
        num_pictures: That can be trained on.

    Example:
        >>> text, reason = expected_result(100)
        >>> str(reason)[:53]
        'Published with 100 pictures, without and with augment'
    """
    return _EXPECTATIONS[bisect_right(_FROM_PICTURES, num_pictures) - 1]
