"""Linear discriminant heads on features and on the teachers' outputs, and how they are combined."""
import csv
import os

import numpy as np
import scipy.optimize
import torch

from data import GENRES, N_FOLDS, OTHER, OUTSIDE, assign_folds, read_tracks, training_rows

# AudioSet's classes of each genre. The genre's score is that of the class that is heard best.
AUDIOSET = {
    "blues": ("Blues",), "classical": ("Classical music", "Opera", "Orchestra", "String section"),
    "country": ("Country", "Bluegrass"), "disco": ("Disco", "Funk"), "hiphop": ("Hip hop music", "Rapping"),
    "jazz": ("Jazz", "Swing music"), "metal": ("Heavy metal",), "pop": ("Pop music",), "reggae": ("Reggae", "Ska"),
    "rock": ("Rock music", "Punk rock", "Grunge", "Progressive rock", "Rock and roll", "Psychedelic rock")}
SHRINKAGE = {"texture": 0.3, "mn04": 0.6, "musicnn": 0.3}
EPOCHS = {"texture": 60, "mn04": 100, "mn04 and musicnn": 100}  # of logistic regression, without altered copies
BATCH_SIZE = 512
WEIGHT_PENALTY, BIAS_PENALTY = 1e-3, 2e-2  # of a stack
GTZAN_WEIGHT = 0.5  # of a track, against one of music from elsewhere


def log_softmax(x):
    x = x - x.max(1, keepdims=True)
    return x - np.log(np.exp(x).sum(1, keepdims=True))


def log_sigmoid(x):
    return -np.logaddexp(0, -x)


class Discriminants:
    """Linear discriminant analysis with even priors. Within-genre covariance shrunken towards the identity."""

    def __init__(self, x, label, weight, shrinkage):
        self.mean = weight @ x / weight.sum()
        x = x - self.mean
        self.deviation = np.sqrt(weight @ x ** 2 / weight.sum()) + 1e-9
        x /= self.deviation
        means = np.stack([weight[label == genre] @ x[label == genre] / weight[label == genre].sum()
                          for genre in range(len(GENRES))])
        x -= means[label]
        x *= np.sqrt(weight / weight.sum())[:, None]
        covariance = (x.T @ x).astype(float)
        identity = np.trace(covariance) / len(covariance) * np.eye(len(covariance))
        self.linear = np.linalg.solve((1 - shrinkage) * covariance + shrinkage * identity, means.T)
        self.bias = -0.5 * (means * self.linear.T).sum(1)

    def scores(self, x):
        return (x - self.mean) / self.deviation @ self.linear + self.bias


class Logistic:
    """Multinomial logistic regression on standardised, clipped inputs, with mixup (Zhang and others 2018)."""

    CLIP = 5.0  # deviations; a rare value must not decide alone

    def __init__(self, x, target, weight, steps, batch_size=BATCH_SIZE, learning_rate=1e-3, mixup=0.4):
        """target: shares of the genres, [n, 10]."""
        torch.manual_seed(1)
        share = (weight / weight.sum()).astype(np.float32)
        self.mean = share @ x
        self.deviation = np.sqrt(share @ (x - self.mean) ** 2) + 1e-9
        x, target, share = (torch.from_numpy(values.astype(np.float32)) for values in (
            self.standardise(x), target, share))
        layer = torch.nn.Linear(x.shape[1], len(GENRES))
        optimizer = torch.optim.AdamW(layer.parameters(), lr=learning_rate, weight_decay=1.0)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / steps)
        for _ in range(steps):
            first = torch.multinomial(share, batch_size, replacement=True)
            second = first[torch.randperm(batch_size)]
            part = torch.distributions.Beta(mixup, mixup).sample((batch_size, 1))
            logits = layer(torch.lerp(x[second], x[first], part))
            loss = torch.nn.functional.cross_entropy(logits, torch.lerp(target[second], target[first], part))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        self.linear = layer.weight.detach().numpy().T.astype(float)
        self.bias = layer.bias.detach().numpy().astype(float)

    def standardise(self, x):
        return np.clip((x - self.mean) / self.deviation, -self.CLIP, self.CLIP)

    def scores(self, x):
        return self.standardise(x) @ self.linear + self.bias

    def novelty(self, x):
        """The mean square of the standardised inputs: about 1 for music like that of the training."""
        return (((x - self.mean) / self.deviation) ** 2).mean(1)


class Features:
    """Rows of features: one a track, or one a window of a track."""

    def __init__(self, values, track=None):
        self.values = values.astype(np.float32)
        self.track = np.arange(len(values)) if track is None else track
        self.count = np.bincount(self.track)

    def track_means(self, values):
        sums = np.zeros((len(self.count), values.shape[1]))
        np.add.at(sums, self.track, values)
        return sums / self.count[:, None]


class Experiment:
    """The tracks, their folds, and what heads are trained on: texture, mn04 and musicnn.

    Only the tracks with audio have features: the first n_audio. The rest are there for the students."""

    def __init__(self, data, teachers, texture=None):
        self.tracks = read_tracks(data)
        self.folds = assign_folds(self.tracks)
        self.label = np.array([track.label for track in self.tracks])
        data_set = np.array([track.data_set for track in self.tracks])
        self.world, self.gtzan, self.audio = data_set == "world", data_set == "gtzan", data_set != "archive"
        self.outside = np.isin(data_set, OUTSIDE)
        self.n_audio = self.audio.sum()
        self.group = np.array([f"{track.data_set}:{track.group}" for track in self.tracks])
        self.known = self.label != OTHER
        with np.load(teachers) as file:
            if list(file["ids"]) != [track.id for track in self.tracks[:self.n_audio]]:
                raise SystemExit(f"{teachers} is of other tracks than {data}; run heard.py again")
            self.teachers = {name: file[name] for name in file.files}
        both = np.concatenate([self.teachers["mn04"], self.teachers["musicnn"]], 1)
        self.features = {"mn04": Features(self.teachers["mn04"]), "musicnn": Features(self.teachers["musicnn"]),
                         "mn04 and musicnn": Features(both)}
        if texture:
            self.features["texture"], self.altered = read_texture(texture, self.tracks[:self.n_audio])

    def audioset(self):
        """Scores of mn04's own classes, without any training."""
        names = list(self.teachers["classes"])
        heard = log_sigmoid(self.teachers["mn04"])
        return np.stack([heard[:, [names.index(name) for name in AUDIOSET[genre]]].max(1) for genre in GENRES], 1)

    def weights(self, mask):
        """Of each track in the mask: genres count the same, and a group counts as the root of its tracks."""
        weight = np.zeros(len(self.tracks))
        for genre in range(len(GENRES)):
            chosen = mask & (self.label == genre)
            _, inverse, count = np.unique(self.group[chosen], return_inverse=True, return_counts=True)
            share = np.where(self.outside[chosen], 1.0, GTZAN_WEIGHT) / np.sqrt(count[inverse])
            weight[chosen] = share / share.sum()
        return weight

    def training(self, fold, within=None):
        return training_rows(self.tracks, self.folds, fold, within)

    def rows(self, features, mask):
        """Values, track and weight of the rows of the mask; every row counts as its share of the track."""
        weight = self.weights(mask & self.known & self.audio)[:self.n_audio]
        weight = (weight / features.count)[features.track].astype(np.float32)
        chosen = weight > 0
        return features.values[chosen], features.track[chosen], weight[chosen]

    def discriminants(self, name, mask):
        """A head trained on the tracks of the mask."""
        values, track, weight = self.rows(self.features[name], mask)
        return Discriminants(values, self.label[track], weight, SHRINKAGE[name])

    def logistic(self, name, mask, soft=None):
        """A head trained on the tracks of the mask. soft: the teachers' genres [n_tracks, 10], half of the target.

        Of texture, the altered copies of the windows count as much as the windows."""
        values, track, weight = self.rows(self.features[name], mask)
        steps = EPOCHS[name] * len(values) // BATCH_SIZE
        if name == "texture":
            copies = self.rows(self.altered, mask)
            values, track, weight = map(np.concatenate, zip((values, track, weight), copies))
        target = np.eye(len(GENRES))[self.label[track]]
        if soft is not None:
            target = (target + soft[track]) / 2
        return Logistic(values, target, weight, steps)

    def out_of_fold(self, train, name, within=None):
        """What heads say of every track with audio that were trained without its fold and its artists.

        train: discriminants or logistic."""
        features, scores = self.features[name], np.zeros((self.n_audio, len(GENRES)))
        for fold in range(N_FOLDS):
            test = (self.folds == fold)[:self.n_audio]
            test = test if within is None else test & within[:self.n_audio]
            if test.any():
                head = train(name, self.training(fold, within))
                scores[test] = log_softmax(features.track_means(head.scores(features.values)))[test]
        return scores


def read_texture(path, tracks):
    """The output of `genre features --csv --feature-set texture --augment N`: the windows, and their altered copies."""
    index = {os.path.basename(track.path): number for number, track in enumerate(tracks)}
    values, numbers, altered = [], [], []
    with open(path, encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        header = next(reader)
        copy = header.index("copy")
        used = [column for column, name in enumerate(header)
                if name not in ("file", "start", "end", "copy", "warnings", "error")]
        for row in reader:
            number = index.get(os.path.basename(row[0]))
            if number is not None and row[used[0]]:
                values.append(np.array(row[used[0]:used[-1] + 1], np.float32))
                numbers.append(number)
                altered.append(row[copy] != "0")
    missing = set(range(len(tracks))) - set(numbers)
    if missing:
        raise SystemExit(f"{path} lacks {len(missing)} tracks, such as {tracks[min(missing)].id}")
    values, numbers, altered = np.stack(values), np.array(numbers), np.array(altered)
    return tuple(Features(values[chosen], numbers[chosen]) for chosen in (~altered, altered))


class Stack:
    """Weights of several systems' scores, which also set the temperature, and a bias of each genre; fitted by the loss of
    the true genre."""

    def __init__(self, scores, label, weight, biased=True):
        """scores: [n_systems, n, 10]."""
        n = len(scores)
        share = weight / weight.sum()

        def loss(parameters):
            weights, bias = parameters[:n], parameters[n:]
            p = log_softmax(np.tensordot(weights, scores, 1) + bias)
            error = np.exp(p)
            error[np.arange(len(label)), label] -= 1
            gradient = [np.einsum("sng,ng,n->s", scores, error, share) + 2 * WEIGHT_PENALTY * weights,
                        share @ error + 2 * BIAS_PENALTY * bias]
            return -p[np.arange(len(label)), label] @ share + WEIGHT_PENALTY * (weights ** 2).sum() + \
                BIAS_PENALTY * (bias ** 2).sum(), np.concatenate(gradient)

        start = np.concatenate([np.full(n, 1 / n), np.zeros(len(GENRES))])
        bounds = [(0, None)] * n + [(None, None) if biased else (0, 0)] * len(GENRES)
        best = scipy.optimize.minimize(loss, start, jac=True, bounds=bounds).x
        self.weights, self.bias = best[:n], best[n:]

    def __call__(self, scores):
        return np.exp(log_softmax(np.tensordot(self.weights, scores, 1) + self.bias))
