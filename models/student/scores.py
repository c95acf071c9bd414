"""What each system says of every window of three seconds, by heads and networks that never heard its fold or artist."""
import os

import numpy as np

from calibration import Evidence, Excerpts
from data import GENRES, N_FOLDS
from heads import log_sigmoid, AUDIOSET


def numbers(track):
    """The number of each window within its track; windows of a track follow each other."""
    index = np.arange(len(track))
    first = np.r_[True, track[1:] != track[:-1]]
    return index - np.maximum.accumulate(np.where(first, index, 0))


class Scores:
    """Evidence by name: texture, student, student_none, mn04, audioset, musicnn, mn04_logits. novelty: texture's."""

    def __init__(self, experiment, students):
        self.experiment = experiment
        texture = experiment.features["texture"]
        track, logits = self._students(students)
        # The student's last window is shorter by a frame, and left out for some tracks; so it is here for all systems.
        place = {pair: row for row, pair in enumerate(zip(track, numbers(track)))}
        order = np.argsort(texture.track, kind="stable")
        pairs = zip(order, texture.track[order], numbers(texture.track[order]))
        rows = np.array([(row, place[own, number], number) for row, own, number in pairs if (own, number) in place])
        self.rows, student_rows, number = rows.T
        self.track = texture.track[self.rows]
        self.number = number
        n_audio = experiment.n_audio
        weight = experiment.weights(experiment.world & experiment.known)[:n_audio]
        self.excerpts = Excerpts(self.track, experiment.label[:n_audio], weight)

        self.systems = {}
        logits = logits[student_rows]
        self._same("student", logits[:, :len(GENRES)])
        self._same("student_none", logits[:, len(GENRES):])
        heads = [[experiment.discriminants(name, experiment.training(fold)) for name in ("texture", "mn04", "musicnn")]
                 for fold in range(N_FOLDS)]
        fold = experiment.folds[self.track]
        scores, self.novelty = np.zeros((len(rows), len(GENRES))), np.zeros(len(rows))
        mn04 = Evidence(scores.copy(), scores.copy())
        musicnn = scores.copy()
        logits = Evidence(experiment.teachers["mn04"][self.track],
                          experiment.teachers["mn04_windows"][self.track, np.minimum(number, 9)])
        for own in range(N_FOLDS):
            test = fold == own
            texture_head, mn04_head, musicnn_head = heads[own]
            values = texture.values[self.rows[test]]
            scores[test] = texture_head.scores(values)
            self.novelty[test] = texture_head.novelty(values)
            mn04.windows[test] = mn04_head.scores(logits.windows[test])
            mn04.clips[test] = mn04_head.scores(logits.clips[test])
            musicnn[test] = musicnn_head.scores(experiment.features["musicnn"].values[self.track[test]])
        self._same("texture", scores)
        self._same("musicnn", musicnn)
        self.systems["mn04"] = mn04
        self.systems["mn04_logits"] = logits
        self.systems["audioset"] = Evidence(self._audioset(logits.windows), self._audioset(logits.clips))

    def _same(self, name, values):
        self.systems[name] = Evidence(values, values)

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

    def _audioset(self, logits):
        names = list(self.experiment.teachers["classes"])
        heard = log_sigmoid(logits)
        return np.stack([heard[:, [names.index(name) for name in AUDIOSET[genre]]].max(1) for genre in GENRES], 1)
