"""From the scores of several systems to what the server says of a file: certainties, "none of these", confident.

Only what the server computes is used: the mean over a file's windows of log certainties and of one logit, and the
correlation of the windows, which stands for how much more certain a long file is than a short one."""
from dataclasses import dataclass

import numpy as np
import scipy.optimize
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from heads import Stack, log_softmax

PRECISION = 0.92     # of confident predictions, aimed at where the thresholds are fitted
OTHER_SHARE = 0.08   # of other music that may be confident there
OTHER_ODDS = 1 / 9   # most music is of the ten genres; in training the odds are even
REGULARISATION = 0.003  # C of the head of "none of these"
USUAL = 0.99         # share of the music of the ten genres whose novelty is low enough to be confident
LEAST = 1e-9         # of a window's certainties, as in the server


@dataclass(frozen=True)
class Evidence:
    """What one system says: the scores of each window as a part of its excerpt, and as a file of its own.

    The two differ where a network listens to the whole song."""
    windows: np.ndarray  # [n_windows, ...]
    clips: np.ndarray    # [n_windows, ...]

    @staticmethod
    def concatenate(parts):
        return Evidence(np.concatenate([part.windows for part in parts], 1),
                        np.concatenate([part.clips for part in parts], 1))


class Excerpts:
    """Which windows belong to which excerpt, and the true genres and weights of the excerpts."""

    def __init__(self, track, label, weight):
        self.track, self.label, self.weight = track, label, weight
        self.count = np.bincount(track, minlength=len(label))
        self.clip_weight = (weight / np.maximum(self.count, 1))[track]

    def means(self, values):
        sums = np.zeros((len(self.count), *values.shape[1:]))
        np.add.at(sums, self.track, values)
        return sums / np.maximum(self.count, 1).reshape(-1, *[1] * (values.ndim - 1))


def loss(scores, label, weight):
    """The mean cross-entropy."""
    return -log_softmax(scores)[np.arange(len(label)), label] @ weight / weight.sum()


@dataclass
class Prediction:
    p: np.ndarray        # [n, 10]
    none: np.ndarray     # [n]
    novelty: np.ndarray  # [n]

    @property
    def certain(self):
        """What is compared with the threshold of `confident`."""
        return self.p.max(1) * (1 - self.none)


class Calibration:
    """Fitted on the excerpts of a mask; the others are only predicted.

    weights, bias: of each system's scores and of the genres, for one window. correlation: of a file's windows.
    none_weights, none_bias: the logit of "none of these" from the window's log certainties and from more inputs.
    thresholds: the certainty and the novelty of `confident` for clips and for excerpts."""

    def __init__(self, excerpts, mask, folds, systems, extra, novelty):
        """folds: of the excerpts. systems: list of Evidence. extra: Evidence. novelty: [n_windows]."""
        self.excerpts, self.novelty = excerpts, novelty
        label, weight = excerpts.label, excerpts.weight
        known = label >= 0
        fit = mask & known
        scores = np.stack([excerpts.means(system.windows) for system in systems])
        self._fit_correlation(Stack(scores[:, fit], label[fit], weight[fit]), systems, fit)

        # The thresholds are fitted on what heads say that did not hear the excerpt, or they would be too low.
        certain = {"track": np.full(len(label), np.nan), "clip": np.full(len(excerpts.track), np.nan)}
        for fold in np.unique(folds[mask]):
            self._fit_none(systems, extra, mask & (folds != fold))
            test = mask & (folds == fold)
            certain["track"][test] = self.tracks(systems, extra).certain[test]
            certain["clip"][test[excerpts.track]] = self.clips(systems, extra).certain[test[excerpts.track]]
        self._fit_none(systems, extra, mask)
        self.thresholds = {
            "track": self._threshold(self.tracks(systems, extra), certain["track"], label),
            "clip": self._threshold(self.clips(systems, extra), certain["clip"], label[excerpts.track])}

    def _fit_none(self, systems, extra, mask):
        inputs = np.concatenate([log_softmax(self.stack(systems, "windows")), extra.windows], 1)
        inputs = self.excerpts.means(inputs)[mask]
        scaler = StandardScaler().fit(inputs)
        head = LogisticRegression(C=REGULARISATION, class_weight="balanced", max_iter=1000)
        head.fit(scaler.transform(inputs), self.excerpts.label[mask] < 0)
        self.none_weights = head.coef_[0] / scaler.scale_
        self.none_bias = head.intercept_[0] - self.none_weights @ scaler.mean_ + np.log(OTHER_ODDS)

    def _fit_correlation(self, stack, systems, fit):
        """Divides the weights and biases of an excerpt into those of a window and the number of independent windows."""
        excerpts = self.excerpts
        clips = np.tensordot(stack.weights, np.stack([system.clips for system in systems]), 1) + stack.bias
        chosen = fit[excerpts.track]
        label, weight = excerpts.label[excerpts.track][chosen], excerpts.clip_weight[chosen]
        scale = scipy.optimize.minimize_scalar(lambda scale: loss(scale * clips[chosen], label, weight),
                                               bounds=(0.05, 1), method="bounded").x
        n = np.median(excerpts.count[fit])
        self.weights, self.bias = scale * stack.weights, scale * stack.bias
        self.correlation = float(np.clip((n * scale - 1) / (n - 1), 0, 1))

    def stack(self, systems, part):
        return np.tensordot(self.weights, np.stack([getattr(system, part) for system in systems]), 1) + self.bias

    def _none(self, log_p, extra):
        return np.concatenate([log_p, extra], 1) @ self.none_weights + self.none_bias

    def clips(self, systems, extra):
        """Each window as a file of its own."""
        log_p = log_softmax(self.stack(systems, "clips"))
        return Prediction(np.exp(log_p), 1 / (1 + np.exp(-self._none(log_p, extra.clips))), self.novelty)

    def tracks(self, systems, extra):
        excerpts = self.excerpts
        log_p = log_softmax(self.stack(systems, "windows"))
        none = excerpts.means(self._none(log_p, extra.windows))
        count = excerpts.count / (1 + (excerpts.count - 1) * self.correlation)
        pooled = log_softmax(count[:, None] * excerpts.means(np.maximum(log_p, np.log(LEAST))))
        return Prediction(np.exp(pooled), 1 / (1 + np.exp(-none)), excerpts.means(self.novelty))

    @staticmethod
    def _threshold(prediction, certain, label):
        """The lowest certainty that keeps PRECISION among the ten genres and OTHER_SHARE among the rest.

        certain: NaN where it is not to be looked at."""
        mask = np.isfinite(certain)
        known = label >= 0
        novelty = np.quantile(prediction.novelty[mask & known], USUAL)
        right = prediction.p.argmax(1) == label
        order = np.flatnonzero(mask & (prediction.novelty <= novelty))
        order = order[np.argsort(-certain[order], kind="stable")]
        good = np.cumsum(right[order] & known[order]) >= PRECISION * np.cumsum(known[order])
        few = np.cumsum(~known[order]) <= OTHER_SHARE * (mask & ~known).sum()
        allowed = np.flatnonzero(good & few)
        certainty = certain[order[allowed[-1]]] if len(allowed) else 2.0
        return {"certainty": float(certainty), "novelty": float(novelty)}

    def confident(self, prediction, kind):
        threshold = self.thresholds[kind]
        return (prediction.certain >= threshold["certainty"]) & (prediction.novelty <= threshold["novelty"])
