"""What each system says of every window of three seconds, by heads and networks that never heard its fold or artist."""
import os

import numpy as np

from calibration import Evidence, Excerpts
from data import GENRES, N_FOLDS
from heads import AUDIOSET, Experiment, log_sigmoid


def numbers(track):
    """The number of each window within its track; windows of a track follow each other."""
    index = np.arange(len(track))
    first = np.r_[True, track[1:] != track[:-1]]
    return index - np.maximum.accumulate(np.where(first, index, 0))


def add_inputs(parser):
    """The arguments of load_scores."""
    parser.add_argument("data", help="folder with world/ and gtzan/")
    parser.add_argument("texture", help="output of genre features --csv --feature-set texture")
    parser.add_argument("teachers", help="what the teachers hear, written by heard.py")
    parser.add_argument("targets", help="what the students learned, written by targets.py")
    parser.add_argument("students", help="folder of train.py, with the students of the folds")


def load_scores(arguments):
    experiment = Experiment(arguments.data, arguments.teachers, arguments.texture)
    return Scores(experiment, arguments.targets, arguments.students)


class Scores:
    """systems: Evidence by name (see evaluate.py). novelty: texture's, of each window. track: that of each window."""

    def __init__(self, experiment, targets, students):
        self.experiment = experiment
        with np.load(targets) as file:
            self.soft = file["soft"]
        n_audio = experiment.n_audio
        number, texture, student = self._align(students)
        self.fold = experiment.folds[self.track]
        weight = experiment.weights(experiment.outside & experiment.known)[:n_audio]
        self.excerpts = Excerpts(self.track, experiment.label[:n_audio], weight)

        mn04, musicnn = (self._teacher(name, number) for name in ("mn04", "musicnn"))
        both = Evidence.concatenate([mn04, musicnn])
        discriminants, logistic = experiment.discriminants, experiment.logistic
        texture_heads = self._heads(lambda fold, mask: logistic("texture", mask, self.soft[fold]))
        self.systems = {
            "student": Evidence(student[:, :len(GENRES)], student[:, :len(GENRES)]),
            "student none": Evidence(student[:, len(GENRES):], student[:, len(GENRES):]),
            "mn04": mn04,
            "audioset": Evidence(self._audioset(mn04.windows), self._audioset(mn04.clips)),
            "texture logistic": self._evidence(texture_heads, texture),
            "texture discriminants": self._evidence(self._heads(
                lambda fold, mask: discriminants("texture", mask)), texture),
            "mn04 discriminants": self._evidence(self._heads(
                lambda fold, mask: discriminants("mn04", mask)), mn04),
            "mn04 logistic": self._evidence(self._heads(
                lambda fold, mask: logistic("mn04", mask)), mn04),
            "musicnn discriminants": self._evidence(self._heads(
                lambda fold, mask: discriminants("musicnn", mask)), musicnn),
            "mn04 and musicnn logistic": self._evidence(self._heads(
                lambda fold, mask: logistic("mn04 and musicnn", mask)), both),
        }
        novelty = self._by_fold(texture_heads, lambda head, rows: head.novelty(texture.windows[rows])[:, None])
        self.novelty = novelty[:, 0]

    def _heads(self, train):
        return [train(fold, self.experiment.training(fold)) for fold in range(N_FOLDS)]

    def _evidence(self, heads, values):
        return Evidence(self._by_fold(heads, lambda head, rows: head.scores(values.windows[rows])),
                        self._by_fold(heads, lambda head, rows: head.scores(values.clips[rows])))

    def _by_fold(self, heads, function):
        """What the head of each window's fold says of it."""
        parts = [(np.flatnonzero(self.fold == fold), head) for fold, head in enumerate(heads)]
        parts = [(rows, function(head, rows)) for rows, head in parts]
        result = np.zeros((len(self.track), parts[0][1].shape[1]))
        for rows, values in parts:
            result[rows] = values
        return result

    def _align(self, students):
        """The number within its track, the texture and the student's logits of each window that has both.

        The student's last window is left out of tracks that are shorter by a frame."""
        texture = self.experiment.features["texture"]
        track, logits = self._students(students)
        place = {pair: row for row, pair in enumerate(zip(track, numbers(track)))}
        order = np.argsort(texture.track, kind="stable")
        windows = zip(order, texture.track[order], numbers(texture.track[order]))
        rows = np.array([(row, place[own, number], number) for row, own, number in windows if (own, number) in place])
        self.track = texture.track[rows[:, 0]]
        values = texture.values[rows[:, 0]]
        return rows[:, 2], Evidence(values, values), logits[rows[:, 1]]

    def _students(self, folder):
        """The track and the logits of each window, by the student of the track's fold."""
        n_audio, result = self.experiment.n_audio, None
        for fold in range(N_FOLDS):
            with np.load(os.path.join(folder, f"{fold}.npz")) as file:
                track, logits = file["tracks"].astype(int), file["logits"].astype(float)
            track, logits = track[track < n_audio], logits[track < n_audio]
            result = logits if result is None else result
            own = self.experiment.folds[track] == fold
            result[own] = logits[own]
        return track, result

    def _teacher(self, name, number):
        teachers = self.experiment.teachers
        return Evidence(teachers[name][self.track], teachers[name + "_windows"][self.track, number])

    def _audioset(self, logits):
        names = list(self.experiment.teachers["classes"])
        heard = log_sigmoid(logits)
        return np.stack([heard[:, [names.index(name) for name in AUDIOSET[genre]]].max(1) for genre in GENRES], 1)
