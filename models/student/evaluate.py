#!/usr/bin/env python3
"""Prints the figures of the students and of their baselines as one Markdown table.

Every track is predicted by heads and networks that were trained without its fold (its source in world, its artist in
GTZAN) and without its artists. Stacking weights, temperatures, the head of "none of the genres" and thresholds are
fitted on the other folds."""
import argparse
import os

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from data import GENRES, N_FOLDS
from heads import Experiment, Stack, log_softmax

PRECISION = 0.92     # of confident predictions, aimed at on the folds that set the threshold
OTHER_SHARE = 0.08   # of other music that may be confident there
DRAWS = 1000         # of the bootstrap


def load_students(folders, experiment):
    """Out-of-fold scores [n_tracks, 10] and logits of "none of them" [n_tracks], means over windows and folders."""
    n_audio = experiment.n_audio
    scores, others = np.zeros((n_audio, len(GENRES))), np.zeros(n_audio)
    for folder in folders:
        for fold in range(N_FOLDS):
            with np.load(os.path.join(folder, f"{fold}.npz")) as file:
                track, logits = file["tracks"].astype(int), file["logits"].astype(float)
            count = np.bincount(track)
            values = np.zeros((len(count), logits.shape[1]))
            np.add.at(values, track, np.c_[log_softmax(logits[:, :-1]), logits[:, -1]])
            test = (experiment.folds == fold)[:n_audio]
            means = (values / count[:, None])[:n_audio]
            scores[test] += means[test, :-1] / len(folders)
            others[test] += means[test, -1] / len(folders)
    return scores, others


class System:
    """Out-of-fold certainties of a stack of scores, with "none of them"."""

    def __init__(self, experiment, scores, extra=None):
        """scores: list of [n_tracks, 10]. extra: more inputs of the head of "none of them", [n_tracks, ...]."""
        self.experiment = experiment
        scores = np.stack(scores)
        world, known, label, folds = (values[:experiment.n_audio] for values in (
            experiment.world, experiment.known, experiment.label, experiment.folds))
        self.p = np.zeros(scores.shape[1:])
        self.certain = np.zeros(len(known))
        self.confident = np.zeros(len(known), bool)
        self.stacks = []
        for fold in range(N_FOLDS):
            test = folds == fold
            fit = ~test & world
            weight = experiment.weights(experiment.world & (experiment.folds != fold))[:len(fit)]
            stack = Stack(scores[:, fit & known], label[fit & known], weight[fit & known])
            self.stacks.append(stack.weights)
            p = stack(scores)
            inputs = np.concatenate([np.log(p + 1e-9), *([extra] if extra is not None else [])], 1)
            other = make_pipeline(StandardScaler(), LogisticRegression(C=0.03, class_weight="balanced"))
            other.fit(inputs[fit], ~known[fit])
            # The prior is even in training, but one in ten when predicting: most music is of the ten.
            odds = np.exp(other.decision_function(inputs)) / 9
            certain = p.max(1) / (1 + odds)
            threshold = self.threshold(certain[fit], p[fit].argmax(1) == label[fit], known[fit])
            self.p[test], self.certain[test] = p[test], certain[test]
            self.confident[test] = certain[test] >= threshold

    @staticmethod
    def threshold(certain, right, known):
        """The lowest that keeps PRECISION among the ten genres and OTHER_SHARE among the rest."""
        for value in np.sort(certain):
            chosen = certain >= value
            if (right[chosen & known].mean() if (chosen & known).any() else 1) >= PRECISION and \
                    chosen[~known].mean() <= OTHER_SHARE:
                return value
        return np.inf

    def figures(self):
        n_audio, known = len(self.p), self.experiment.known
        label, group, world, others, gtzan = (values[:n_audio] for values in (
            self.experiment.label, self.experiment.group, self.experiment.world & known,
            self.experiment.world & ~known, self.experiment.gtzan))
        predicted = self.p.argmax(1)
        right = predicted == label
        second = (np.argsort(-self.p, 1)[:, :2] == label[:, None]).any(1)
        sure = self.confident
        subset = world & np.isin(label, [GENRES.index(name) for name in ("classical", "pop", "rock")])
        country = predicted == GENRES.index("country")
        pop_rock = world & np.isin(label, [GENRES.index(name) for name in ("pop", "rock")])
        return {
            "world": interval(lambda rows: balanced(right, label, rows), world, group),
            "top two": percent(balanced(second, label, world)),
            "GTZAN": interval(lambda rows: right[rows].mean(), gtzan, group),
            "ECE": f"{calibration_error(self.p, right, label, world):.3f}",
            "confident: covers, right": f"{percent(sure[world].mean())}, {percent(right[world & sure].mean())}",
            "other confident": percent(sure[others].mean()),
            "classical, pop, rock": percent(balanced(right, label, subset)),
            "pop, rock as country": percent(country[pop_rock].mean()),
        }

    def recalls(self):
        label, world = (values[:len(self.p)] for values in (self.experiment.label, self.experiment.world))
        right = self.p.argmax(1) == label
        return [percent(right[world & (label == genre)].mean()) for genre in range(len(GENRES))]


def percent(share):
    return f"{100 * share:.1f}"


def gain(system, baseline):
    """How much more is right on world (balanced) and on GTZAN, with intervals over groups of the difference."""
    n_audio = len(system.p)
    experiment = system.experiment
    label, group = experiment.label[:n_audio], experiment.group[:n_audio]
    more = (system.p.argmax(1) == label) * 1.0 - (baseline.p.argmax(1) == label)
    world, gtzan = (experiment.world & experiment.known)[:n_audio], experiment.gtzan[:n_audio]
    return f"world {interval(lambda rows: balanced(more, label, rows), world, group)}, " \
        f"GTZAN {interval(lambda rows: more[rows].mean(), gtzan, group)}"


def balanced(right, label, rows):
    rows = np.flatnonzero(rows) if rows.dtype == bool else rows
    count = np.bincount(label[rows], minlength=len(GENRES))
    hits = np.bincount(label[rows], right[rows], len(GENRES))
    return (hits[count > 0] / count[count > 0]).mean()


def interval(figure, mask, group):
    """A figure with its 95 % interval over groups."""
    rows = np.flatnonzero(mask)
    _, inverse = np.unique(group[rows], return_inverse=True)
    members = [rows[inverse == number] for number in range(inverse.max() + 1)]
    random = np.random.default_rng(1)
    draws = [figure(np.concatenate([members[number] for number in random.integers(0, len(members), len(members))]))
             for _ in range(DRAWS)]
    low, high = np.percentile(draws, [2.5, 97.5])
    return f"{percent(figure(rows))} ({percent(low)} to {percent(high)})"


def calibration_error(p, right, label, mask, bins=10):
    """Expected calibration error of the highest certainty; genres count the same."""
    weight = 1 / np.bincount(label[mask], minlength=len(GENRES))[label[mask]]
    top, hit = p[mask].max(1), right[mask]
    number = np.minimum((top * bins).astype(int), bins - 1)
    gaps = np.bincount(number, weight * (top - hit), bins)
    return np.abs(gaps).sum() / weight.sum()


def markdown(rows):
    lines = [list(rows[0]), ["---"] * len(rows[0]), *(list(row.values()) for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", help="folder with world/ and gtzan/")
    parser.add_argument("texture", help="output of genre features --csv --feature-set texture")
    parser.add_argument("teachers", help="what the teachers hear, written by teachers.py")
    parser.add_argument("students", nargs="*", help="folders of train.py; several are averaged")
    arguments = parser.parse_args()

    experiment = Experiment(arguments.data, arguments.teachers, arguments.texture)
    scores = {name: experiment.out_of_fold(name) for name in ("texture", "mn04", "musicnn")}
    mapped, mn04 = log_softmax(experiment.audioset()), experiment.teachers["mn04"]
    systems = {
        "F: texture": System(experiment, [scores["texture"]]),
        "E: mn04's classes": System(experiment, [mapped], mn04),
        "L: mn04's logits": System(experiment, [scores["mn04"]], mn04),
        "M: musicnn": System(experiment, [scores["musicnn"]]),
        "F + L + E": System(experiment, [scores["texture"], scores["mn04"], mapped], mn04),
        "F + L + E + M": System(experiment, [scores["texture"], scores["mn04"], mapped, scores["musicnn"]], mn04),
    }
    if arguments.students:
        student, other = load_students(arguments.students, experiment)
        systems["S: student"] = System(experiment, [student], other[:, None])
        systems["**F + S**"] = System(experiment, [scores["texture"], student], other[:, None])
    print(markdown([{"system": name, **system.figures()} for name, system in systems.items()]))
    print()
    print(markdown([{"system": name, **dict(zip(GENRES, system.recalls()))} for name, system in systems.items()]))
    print()
    for name, system in systems.items():
        print(f"{name}: stacking weights {np.round(np.mean(system.stacks, 0), 2)}; "
              f"gain over texture: {gain(system, systems['F: texture'])}")


if __name__ == "__main__":
    main()
