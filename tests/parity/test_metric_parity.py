"""Every formula of the metrics against a trusted other: SciPy, scikit-learn, scikit-image."""

import math

import numpy as np
import pytest
import scipy.linalg
import scipy.ndimage
import scipy.optimize
import scipy.stats
import torch
from scipy.spatial.distance import cdist
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.metrics.pairwise import polynomial_kernel
from sklearn.neighbors import NearestNeighbors

from mezzotint.metrics.frechet import frechet_distance, moments
from mezzotint.metrics.kernel_distance import kernel_distance
from mezzotint.metrics.likelihood import importance_sampled_likelihood
from mezzotint.metrics.linear_probe import fit_linear_probe
from mezzotint.metrics.manifold import manifold_scores
from mezzotint.metrics.memorisation import mann_whitney_z
from mezzotint.metrics.neighbours import nearest_neighbours
from mezzotint.metrics.picture_similarity import SCALE_WEIGHTS, ms_ssim, psnr, ssim
from mezzotint.metrics.sliced_wasserstein import mind_distance, random_directions


def features(seed: int, count: int, dimension: int, shift: float = 0.0) -> np.ndarray:
    """Draw correlated features, so that covariances are far from diagonal."""
    generator = np.random.default_rng(seed)
    mixing = generator.standard_normal((dimension, dimension)) / math.sqrt(dimension)
    return generator.standard_normal((count, dimension)) @ mixing + shift


@pytest.mark.parametrize("dimension", [3, 17, 64])
def test_frechet_distance_equals_the_matrix_root_of_scipy(dimension: int) -> None:
    a, b = features(1, 300, dimension), features(2, 200, dimension, shift=0.3)
    cov_a, cov_b = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    root = scipy.linalg.sqrtm(cov_a @ cov_b).real
    shift = a.mean(axis=0) - b.mean(axis=0)
    expected = shift @ shift + np.trace(cov_a + cov_b - 2 * root)
    assert frechet_distance(moments(a), moments(b)) == pytest.approx(expected, rel=1e-9)


def test_kernel_distance_equals_its_definition_on_scikit_learns_kernel() -> None:
    # More rows than a block holds, so that the sum over blocks is tested too.
    x, y = features(1, 1500, 6), features(2, 1100, 6, shift=0.2)
    kernels = [
        polynomial_kernel(left, right, degree=3, gamma=1 / 6, coef0=1)
        for left, right in ((x, x), (y, y), (x, y))
    ]
    same = [
        (kernel.sum() - np.trace(kernel)) / (len(kernel) * (len(kernel) - 1))
        for kernel in kernels[:2]
    ]
    expected = same[0] + same[1] - 2 * kernels[2].mean()
    assert kernel_distance(x, y) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("num_x", "num_y"), [(40, 40), (40, 100), (33, 20)])
def test_one_direction_equals_optimal_transport_of_scipy(num_x: int, num_y: int) -> None:
    x, y = features(1, num_x, 1), features(2, num_y, 1, shift=0.5)
    # Whole copies give both sets the same size; then transport is a matching, solved exactly.
    size = math.lcm(num_x, num_y)
    cost = cdist(np.repeat(x, size // num_x, 0), np.repeat(y, size // num_y, 0), "sqeuclidean")
    rows, columns = scipy.optimize.linear_sum_assignment(cost)
    expected = 3 * cost[rows, columns].mean()
    assert mind_distance(x, y, np.ones((1, 1))) == pytest.approx(expected, rel=1e-9)


def test_mind_equals_sorting_each_projection() -> None:
    x, y = features(1, 300, 8), features(2, 300, 8, shift=0.2)
    directions = random_directions(120, 8, np.random.default_rng(3))
    squares = [np.mean((np.sort(x @ u) - np.sort(y @ u)) ** 2) for u in directions]
    assert mind_distance(x, y, directions) == pytest.approx(3 * 8 * np.mean(squares), rel=1e-9)


@pytest.mark.parametrize("num_neighbours", [1, 5])
def test_neighbours_are_those_of_scikit_learn(num_neighbours: int) -> None:
    queries, references = features(1, 300, 16), features(2, 500, 16)
    ours = nearest_neighbours(queries, references, num_neighbours)
    other = NearestNeighbors(n_neighbors=num_neighbours, algorithm="brute").fit(references)
    distances, indices = other.kneighbors(queries)
    assert np.array_equal(ours.indices, indices)
    assert np.allclose(ours.distances, distances, rtol=1e-9)


def test_manifold_scores_follow_their_definitions() -> None:
    real, made, k = features(1, 200, 8), features(2, 150, 8, shift=0.2), 5
    between = cdist(real, made)
    real_reach = np.sort(cdist(real, real), axis=1)[:, k]  # column 0 is the picture itself
    made_reach = np.sort(cdist(made, made), axis=1)[:, k]
    in_real_ball = between < real_reach[:, None]
    scores = manifold_scores(real, made, k)
    assert scores.precision == in_real_ball.any(axis=0).mean()
    assert scores.recall == (between < made_reach[None, :]).any(axis=1).mean()
    assert scores.density == pytest.approx(in_real_ball.sum(axis=0).mean() / k)
    assert scores.coverage == in_real_ball.any(axis=1).mean()
    assert np.array_equal(scores.covered, in_real_ball.any(axis=1))


@pytest.mark.parametrize("decimals", [8, 1], ids=["no ties", "many ties"])
def test_mann_whitney_agrees_with_scipy(decimals: int) -> None:
    generator = np.random.default_rng(0)
    first = generator.gamma(2.0, size=80).round(decimals)
    second = generator.gamma(2.4, size=130).round(decimals)
    other = scipy.stats.mannwhitneyu(
        first, second, alternative="less", method="asymptotic", use_continuity=False
    )
    assert scipy.stats.norm.cdf(mann_whitney_z(first, second)) == pytest.approx(
        other.pvalue, rel=1e-9
    )


def test_linear_probe_agrees_with_scikit_learn() -> None:
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 4, 400)
    known = features(1, 400, 6) + labels[:, None] * 0.5
    unseen = features(2, 300, 6) + 0.8
    other = LinearDiscriminantAnalysis(solver="lsqr").fit(known, labels)
    assert np.array_equal(
        fit_linear_probe(known, labels, ridge=0.0).classify(unseen), other.predict(unseen)
    )


def pictures(seed: int, height_px: int, width_px: int) -> tuple[np.ndarray, np.ndarray]:
    """Make three smooth colour pictures and noisy copies of them, uint8 [3, H, W, 3]."""
    generator = np.random.default_rng(seed)
    smooth = scipy.ndimage.gaussian_filter(
        generator.standard_normal((3, height_px, width_px, 3)), (0, 4, 4, 0)
    )
    clean = 127 + 120 * smooth / np.abs(smooth).max()
    noise = generator.standard_normal(clean.shape) * np.array([4, 12, 30])[:, None, None, None]
    return clean.astype(np.uint8), (clean + noise).clip(0, 255).astype(np.uint8)


def test_psnr_and_ssim_agree_with_scikit_image() -> None:
    clean, noisy = pictures(0, 40, 56)
    similarities = ssim(clean, noisy)
    for index in range(len(clean)):
        assert psnr(clean, noisy)[index] == pytest.approx(
            peak_signal_noise_ratio(clean[index], noisy[index], data_range=255)
        )
        expected = structural_similarity(
            clean[index],
            noisy[index],
            channel_axis=2,
            data_range=255,
            gaussian_weights=True,
            sigma=1.5,
            use_sample_covariance=False,
        )
        assert similarities[index] == pytest.approx(expected, rel=1e-9)


def ms_ssim_by_scipy(x: np.ndarray, y: np.ndarray, num_scales: int) -> float:
    """Follow Wang et al. (2003) on one grey picture, with SciPy's filters."""

    def blur(picture: np.ndarray) -> np.ndarray:
        inside = slice(5, -5)
        return scipy.ndimage.gaussian_filter(picture, 1.5, radius=5)[inside, inside]

    result = 1.0
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    weights = np.array(SCALE_WEIGHTS[:num_scales]) / sum(SCALE_WEIGHTS[:num_scales])
    for scale, weight in enumerate(weights):
        mean_x, mean_y = blur(x), blur(y)
        covariance = blur(x * y) - mean_x * mean_y
        variances = blur(x * x) - mean_x**2 + blur(y * y) - mean_y**2
        similarity = (2 * covariance + c2) / (variances + c2)
        if scale == num_scales - 1:
            similarity = similarity * (2 * mean_x * mean_y + c1) / (mean_x**2 + mean_y**2 + c1)
        result *= similarity.mean() ** weight
        x, y = halved(x), halved(y)
    return result


def halved(picture: np.ndarray) -> np.ndarray:
    """Average squares of four pixels; an odd row or column at the end is left out."""
    height_px, width_px = (side // 2 * 2 for side in picture.shape)
    even = picture[:height_px, :width_px]
    return even.reshape(height_px // 2, 2, width_px // 2, 2).mean(axis=(1, 3))


@pytest.mark.parametrize(("side_px", "num_scales"), [(176, 5), (96, 4), (32, 2)])
def test_ms_ssim_follows_the_paper(side_px: int, num_scales: int) -> None:
    clean, noisy = pictures(0, side_px, side_px + 32)
    ours = ms_ssim(clean, noisy, num_scales)
    for index in range(len(clean)):
        channels = [
            ms_ssim_by_scipy(
                clean[index, :, :, channel].astype(float),
                noisy[index, :, :, channel].astype(float),
                num_scales,
            )
            for channel in range(3)
        ]
        assert ours[index] == pytest.approx(np.mean(channels), rel=1e-9)


def test_importance_sampling_finds_the_exact_likelihood_of_a_linear_model() -> None:
    # z ~ N(0, I), x | z ~ N(W z, s^2 I), so x ~ N(0, W W^T + s^2 I); q is a little wide.
    generator = torch.Generator().manual_seed(0)
    weight = torch.randn(5, 2, generator=generator)
    sigma = 0.7
    data = torch.randn(40, 2, generator=generator) @ weight.T
    data += sigma * torch.randn(40, 5, generator=generator)
    precision = torch.eye(2) + weight.T @ weight / sigma**2
    posterior_mean = data @ weight @ torch.linalg.inv(precision) / sigma**2
    spread = torch.linalg.cholesky(1.3 * torch.linalg.inv(precision))

    def log_weights(pictures: torch.Tensor, num_draws: int) -> torch.Tensor:
        assert pictures is data
        q = torch.distributions.MultivariateNormal(posterior_mean, scale_tril=spread)
        noise = torch.randn(num_draws, len(pictures), 2, generator=generator)
        z = posterior_mean + noise @ spread.T
        prior = torch.distributions.Normal(0.0, 1.0).log_prob(z).sum(-1)
        likelihood = torch.distributions.Normal(z @ weight.T, sigma).log_prob(pictures).sum(-1)
        return prior + likelihood - q.log_prob(z)

    estimate = importance_sampled_likelihood([data], log_weights, num_importance=5000)
    covariance = (weight @ weight.T + sigma**2 * torch.eye(5)).numpy()
    exact = scipy.stats.multivariate_normal(np.zeros(5), covariance).logpdf(data.numpy()).mean()
    assert estimate.log_likelihood_nats == pytest.approx(exact, abs=2e-3)
    assert estimate.elbo_nats < estimate.log_likelihood_nats
