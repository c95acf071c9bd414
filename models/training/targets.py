#!/usr/bin/env python3
"""Writes what the students are trained on: labels, weights, soft genres and the teachers' outputs.

The soft genre of a track is said by heads on mn04 and musicnn that were trained without its fold and its artists, and,
for the student of a fold, without that fold too: no label reaches a student from its test part."""
import argparse

import numpy as np

from data import GENRES, N_FOLDS
from heads import Experiment, Stack, log_softmax

MN04_COMPONENTS, MUSICNN_COMPONENTS = 96, 64
OTHER_WEIGHT = 1.5  # of all music of none of the genres, against one genre


def principal(values, n):
    """The n largest principal components of standardised values, clipped; their mean variance is 1."""
    flat = values.reshape(-1, values.shape[-1])
    flat = np.clip((flat - flat.mean(0)) / (flat.std(0) + 1e-6), -5, 5)
    variance, vectors = np.linalg.eigh(np.cov(flat.T))
    print(f"{n} components have {100 * variance[-n:].sum() / variance.sum():.0f} % of the variance", flush=True)
    components = flat @ vectors[:, -n:] / np.sqrt(variance[-n:].mean())
    return components.reshape(*values.shape[:-1], n).astype(np.float16)


def soft_genres(experiment, mask):
    """[n_tracks, 10], zero outside the mask. Archive tracks, which no head can hear, have their smoothed label."""
    used = mask & experiment.known & experiment.audio
    heard = used[:experiment.n_audio]
    scores = np.stack([experiment.out_of_fold(experiment.logistic, "mn04 and musicnn", mask),
                       experiment.out_of_fold(experiment.discriminants, "musicnn", mask),
                       log_softmax(experiment.audioset())])[:, heard]
    stack = Stack(scores, experiment.label[used], experiment.weights(used)[used], biased=False)
    print(f"{used.sum()} tracks, weights of both teachers, musicnn, AudioSet: {np.round(stack.weights, 2)}", flush=True)
    soft = np.zeros((len(mask), len(GENRES)), np.float32)
    soft[~experiment.audio] = 0.8 * np.eye(len(GENRES))[experiment.label[~experiment.audio]] + 0.02
    soft[used] = stack(scores)
    return soft


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", help="folder with world/ and gtzan/")
    parser.add_argument("teachers", help="what the teachers hear, written by heard.py")
    parser.add_argument("output", help="targets to write (.npz)")
    arguments = parser.parse_args()

    experiment = Experiment(arguments.data, arguments.teachers)
    everything = np.ones(len(experiment.tracks), bool)
    masks = [experiment.training(fold) for fold in range(N_FOLDS)] + [everything]
    weights = []
    for mask in masks:
        weight = experiment.weights(mask)
        others = mask & ~experiment.known
        weight[others] = OTHER_WEIGHT / others.sum()
        weights.append(weight.astype(np.float32))
    # Scales and components use every track, but no label.
    np.savez(arguments.output, label=experiment.label, weight=np.stack(weights),
             soft=np.stack([soft_genres(experiment, mask) for mask in masks]),
             mn04=principal(experiment.teachers["mn04_windows"], MN04_COMPONENTS),
             musicnn=principal(experiment.teachers["musicnn_windows"], MUSICNN_COMPONENTS))


if __name__ == "__main__":
    main()
