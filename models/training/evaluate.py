#!/usr/bin/env python3
"""Prints the figures of the systems as Markdown tables.

Every track is predicted by heads and networks that were trained without its fold (its source in world, its artist in
GTZAN) and without its artists. The stack, the correlation of windows, the head of "none of these" and the thresholds
are fitted on the other folds of world. Figures are of what the server computes (see calibration.py)."""
import argparse

import numpy as np

from calibration import Calibration, Evidence
from data import GENRES, N_FOLDS
from scores import add_inputs, load_scores

DRAWS = 1000  # of the bootstrap

# Of each system: the scores that are stacked, and what "none of these" hears beside the certainties.
SYSTEMS = {
    "F: texture's discriminants": (["texture discriminants"], []),
    "T: texture": (["texture logistic"], []),
    "S: student": (["student"], ["student none"]),
    "E: mn04's classes": (["audioset"], ["mn04"]),
    "L: mn04": (["mn04 discriminants"], ["mn04"]),
    "M: musicnn": (["musicnn discriminants"], []),
    "K: mn04": (["mn04 logistic"], ["mn04"]),
    "J: mn04 and musicnn": (["mn04 and musicnn logistic"], ["mn04"]),
    "F + S": (["texture discriminants", "student"], ["student none"]),
    "T + S": (["texture logistic", "student"], ["student none"]),
    "F + L + E": (["texture discriminants", "mn04 discriminants", "audioset"], ["mn04"]),
    "T + K + E": (["texture logistic", "mn04 logistic", "audioset"], ["mn04"]),
    "T + S + K + E": (["texture logistic", "student", "mn04 logistic", "audioset"], ["mn04"]),
    "F + L + E + M": (["texture discriminants", "mn04 discriminants", "audioset", "musicnn discriminants"], ["mn04"]),
    "T + J + E": (["texture logistic", "mn04 and musicnn logistic", "audioset"], ["mn04"]),
    "T + S + J + E": (["texture logistic", "student", "mn04 and musicnn logistic", "audioset"], ["mn04"]),
    "T + S + J + E + M": (["texture logistic", "student", "mn04 and musicnn logistic", "audioset",
                           "musicnn discriminants"], ["mn04"]),
}


def evidence(scores, system):
    """The evidence to stack, and that of "none of these"."""
    stacked, extra = SYSTEMS[system]
    nothing = np.zeros((len(scores.track), 0))
    parts = [Evidence(nothing, nothing), *(scores.systems[name] for name in extra)]
    return [scores.systems[name] for name in stacked], Evidence.concatenate(parts)


class System:
    """Predictions of every excerpt, and of every window as a file of its own, by what was fitted on other folds."""

    def __init__(self, scores, name):
        experiment = scores.experiment
        n_audio = experiment.n_audio
        self.folds, world = experiment.folds[:n_audio], experiment.world[:n_audio]
        outside = experiment.outside[:n_audio]
        systems, extra = evidence(scores, name)
        label, group, track = experiment.label[:n_audio], experiment.group[:n_audio], scores.track
        masks = {"world": world & (label >= 0), "others": world & (label < 0), "gtzan": experiment.gtzan[:n_audio],
                 "filtered": np.array([track.filtered == "test" for track in experiment.tracks[:n_audio]])}
        self.tracks = Outcome(label, group, masks)
        self.clips = Outcome(label[track], group[track], {name: mask[track] for name, mask in masks.items()})
        self.weights = []
        for fold in range(N_FOLDS):
            test = self.folds == fold
            calibration = Calibration(scores.excerpts, ~test & outside, self.folds, systems, extra, scores.novelty)
            self.weights.append(calibration.weights)
            for kind, outcome, rows in (("track", self.tracks, test), ("clip", self.clips, test[track])):
                prediction = getattr(calibration, kind + "s")(systems, extra)
                outcome.add(rows, prediction.p, calibration.confident(prediction, kind))


class Outcome:
    """Predictions and the figures that follow from them. masks: world, others (none of the genres), gtzan,
    filtered (the test part of its fault-filtered split)."""

    def __init__(self, label, group, masks):
        self.label, self.group, self.masks = label, group, masks
        self.p = np.zeros((len(label), len(GENRES)))
        self.confident = np.zeros(len(label), bool)

    def add(self, rows, p, confident):
        self.p[rows], self.confident[rows] = p[rows], confident[rows]
        self.right = self.p.argmax(1) == self.label

    def figures(self):
        """Shares, by name. Those of world are balanced over the genres, except for what concerns `confident`."""
        world, others, gtzan, filtered = (self.masks[name] for name in ("world", "others", "gtzan", "filtered"))
        second = (np.argsort(-self.p, 1)[:, :2] == self.label[:, None]).any(1)
        sure = self.confident
        return {
            "world": balanced(self.right, self.label, world),
            "world_interval": interval(lambda rows: balanced(self.right, self.label, rows), world, self.group),
            "world_top_two": balanced(second, self.label, world),
            "world_calibration_error": calibration_error(self.p, self.right, self.label, world),
            "world_confident": sure[world].mean(),
            "world_confident_right": self.right[world & sure].mean(),
            "other_confident": sure[others].mean(),
            "gtzan": self.right[gtzan].mean(),
            "gtzan_interval": interval(lambda rows: self.right[rows].mean(), gtzan, self.group),
            "gtzan_fault_filtered": self.right[filtered].mean(),
            "gtzan_confident": sure[gtzan].mean(),
            "gtzan_confident_right": self.right[gtzan & sure].mean(),
        }

    def recalls(self):
        return {genre: self.right[self.masks["world"] & (self.label == number)].mean()
                for number, genre in enumerate(GENRES)}


def row(figures):
    """Figures as the columns of a table."""
    def with_interval(name):
        low, high = figures[name + "_interval"]
        return f"{percent(figures[name])} ({percent(low)} to {percent(high)})"

    return {"world": with_interval("world"), "top two": percent(figures["world_top_two"]),
            "ECE": f"{figures['world_calibration_error']:.3f}",
            "confident: covers, right": f"{percent(figures['world_confident'])}, "
                                        f"{percent(figures['world_confident_right'])}",
            "other confident": percent(figures["other_confident"]), "GTZAN": with_interval("gtzan"),
            "fault-filtered": percent(figures["gtzan_fault_filtered"]),
            "confident: covers, right on GTZAN": f"{percent(figures['gtzan_confident'])}, "
                                                 f"{percent(figures['gtzan_confident_right'])}"}


def percent(share):
    return f"{100 * share:.1f}"


def gain(outcome, baseline):
    """How much more is right on world (balanced) and on GTZAN, with intervals over groups of the difference."""
    more = outcome.right * 1.0 - baseline.right
    figures = {"world": lambda rows: balanced(more, outcome.label, rows), "gtzan": lambda rows: more[rows].mean()}
    parts = []
    for name, figure in figures.items():
        low, high = interval(figure, outcome.masks[name], outcome.group)
        value = figure(np.flatnonzero(outcome.masks[name]))
        parts.append(f"{name} {percent(value)} ({percent(low)} to {percent(high)})")
    return ", ".join(parts)


def balanced(right, label, rows):
    rows = np.flatnonzero(rows) if rows.dtype == bool else rows
    count = np.bincount(label[rows], minlength=len(GENRES))
    hits = np.bincount(label[rows], right[rows], len(GENRES))
    return (hits[count > 0] / count[count > 0]).mean()


def interval(figure, mask, group):
    """The 95 % interval of a figure over groups."""
    rows = np.flatnonzero(mask)
    _, inverse = np.unique(group[rows], return_inverse=True)
    members = [rows[inverse == number] for number in range(inverse.max() + 1)]
    random = np.random.default_rng(1)
    draws = [figure(np.concatenate([members[number] for number in random.integers(0, len(members), len(members))]))
             for _ in range(DRAWS)]
    return tuple(np.percentile(draws, [2.5, 97.5]))


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
    add_inputs(parser)
    scores = load_scores(parser.parse_args())
    systems = {name: System(scores, name) for name in SYSTEMS}
    print("Excerpts of 30 s:\n")
    print(markdown([{"system": name, **row(system.tracks.figures())} for name, system in systems.items()]))
    print("\nClips of 3 s:\n")
    print(markdown([{"system": name, **row(system.clips.figures())} for name, system in systems.items()]))
    print("\nThe accuracy for each genre on world, excerpts:\n")
    print(markdown([{"system": name, **{genre: percent(share) for genre, share in system.tracks.recalls().items()}}
                    for name, system in systems.items()]))
    print()
    for name, system in systems.items():
        print(f"{name}: weights {np.round(np.mean(system.weights, 0), 2)}; "
              f"gain over the first: {gain(system.tracks, next(iter(systems.values())).tracks)}")


if __name__ == "__main__":
    main()
