#!/usr/bin/env python3
"""Trains the students of all folds, and one on everything, at the same time on one GPU.

Each is a process of its own. Writes FOLD.npz with what the network says of every window of every track, and FOLD.pt with
its weights. The fold after the last has no test part: its network is the product."""
import argparse
import math
import os
import subprocess
import sys
import time

import numpy as np
import torch
import torch.nn.functional as nnf

from augment import Spectrogram, augment
from data import GENRES, N_FOLDS, OTHER, Spectra, windows
from net import LAYERS, Student, normalise


class Average:
    """Exponential moving average of a network's weights and of its batch norm's statistics."""

    def __init__(self, model, decay):
        self.decay, self.steps = decay, 0
        self.state = {name: value.clone() for name, value in model.state_dict().items()}

    @torch.no_grad()
    def update(self, model):
        self.steps += 1
        decay = min(self.decay, self.steps / (10 + self.steps))  # soon forgets the first, random weights
        pairs = [(mine, new) for mine, new in zip(self.state.values(), model.state_dict().values())
                 if mine.is_floating_point()]
        torch._foreach_lerp_([mine for mine, _ in pairs], [new for _, new in pairs], 1 - decay)


class Targets:
    """What the tracks of a fold's training part should sound like. The file is written by targets.py."""

    def __init__(self, path, fold, hard, device):
        with np.load(path) as file:
            label, soft, weight = file["label"], file["soft"][fold], file["weight"][fold]
            heard = np.concatenate([file["mn04"], file["musicnn"]], 2)
        known = label != OTHER
        genre = np.zeros((len(label), len(GENRES)), np.float32)
        genre[known] = hard * np.eye(len(GENRES))[label[known]] + (1 - hard) * soft[known]
        self.weight = torch.from_numpy(weight).to(device)
        self.genre = torch.from_numpy(genre).to(device)
        self.known = torch.from_numpy(known).float().to(device)
        self.heard = torch.from_numpy(heard).float().to(device)  # [n_audio, windows, ...]
        self.auxiliary = heard.shape[2]

    def at(self, tracks, place):
        """Genre [n, 10], known [n, 1], auxiliary [n, ...] and whether there is one [n, 1], at places in [0, 1]."""
        count = self.heard.shape[1]
        window = (place * count).long().clamp(0, count - 1)
        audio = tracks < len(self.heard)
        track = torch.where(audio, tracks, 0)
        return self.genre[tracks], self.known[tracks, None], self.heard[track, window], audio[:, None].float()


def save(options, fold, state):
    """Writes the weights without those of the auxiliary head, which is not part of the product."""
    state = {name: value.cpu() for name, value in state.items() if not name.startswith("auxiliary")}
    torch.save({"layers": options.layers, "width": options.width, "state": state},
               os.path.join(options.output, f"{fold}.pt"))


def mix(values, share, order):
    return [torch.lerp(value[order], value, share.view([-1] + [1] * (value.dim() - 1))) for value in values]


def train(options, fold, spectrogram, device):
    torch.manual_seed(1000 * options.seed + fold)
    targets = Targets(options.targets, fold, options.hard, device)
    model = Student(options.layers, options.width, auxiliary=targets.auxiliary, dropout=options.dropout).to(device)
    if options.start:
        # The auxiliary head is not saved: it begins anew.
        saved = torch.load(os.path.join(options.start, f"{fold}.pt"), weights_only=True)
        model.load_state_dict(saved["state"], strict=False)
    model = model.to(memory_format=torch.channels_last).train()
    decayed = [value for value in model.parameters() if value.dim() > 1]
    rest = [value for value in model.parameters() if value.dim() <= 1]
    optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": options.weight_decay},
                                   {"params": rest, "weight_decay": 0.0}], lr=options.learning_rate,
                                  fused=device.type == "cuda")
    warmup = min(300, options.steps // 10 + 1)
    average = Average(model, options.average)
    beta = torch.distributions.Beta(0.4, 0.4)

    began = time.time()
    for step in range(options.steps):
        progress = max(step / options.steps, (time.time() - began) / (60 * options.minutes))
        if progress >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = options.learning_rate * min((step + 1) / warmup, 0.5 + 0.5 * math.cos(math.pi * progress))
        with torch.no_grad():
            tracks = torch.multinomial(targets.weight, options.batch_size, replacement=True)
            level, place = spectrogram.random(tracks)
            share = beta.sample((options.batch_size,)).to(device)
            share = torch.where(torch.rand(options.batch_size, device=device) < options.mixup, share, 1.0)
            order = torch.randperm(options.batch_size, device=device)
            x, genre, known, auxiliary, heard = mix([augment(level), *targets.at(tracks, place)], share, order)
        with torch.autocast(device.type, torch.bfloat16):
            logits, guess = model.learn(x.contiguous(memory_format=torch.channels_last))
        logits, guess = logits.float(), guess.float()
        loss = -(genre * nnf.log_softmax(logits[:, :-1], 1)).sum(1).mean()
        loss = loss + options.other * nnf.binary_cross_entropy_with_logits(logits[:, -1:], 1 - known)
        heard = (heard > 0.999).float()
        loss = loss + options.teachers * (heard * (guess - auxiliary) ** 2).mean() / heard.mean().clamp(min=1e-3)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        average.update(model)
        if step % 500 == 499:
            save(options, fold, average.state)  # something to keep if the run is cut off
            print(f"fold {fold} step {step + 1} loss {loss.item():.3f} {time.time() - began:.0f} s", flush=True)
    print(f"fold {fold}: {average.steps} steps in {time.time() - began:.0f} s", flush=True)
    model.load_state_dict(average.state)
    return model.eval()


@torch.no_grad()
def predict(model, spectrogram, device):
    """The number of the track, the logits and the embedding of each window of every track."""
    starts = [windows(int(length)) for length in spectrogram.length]
    tracks = torch.tensor(np.repeat(np.arange(len(starts)), [len(start) for start in starts]), device=device)
    start = torch.tensor(np.concatenate(starts), device=device)
    logits, hidden = [], []
    for some in torch.arange(len(tracks), device=device).split(1024):
        x = normalise(spectrogram.exact(tracks[some], start[some]))[:, None]
        embedding = model.embed(x.contiguous(memory_format=torch.channels_last))
        logits.append(model.genres(embedding).cpu())
        hidden.append(embedding.cpu())
    return tracks.cpu().numpy(), torch.cat(logits).numpy(), torch.cat(hidden).numpy()


def mean_by_track(tracks, values):
    sums = np.zeros((tracks.max() + 1, values.shape[1]))
    np.add.at(sums, tracks, values)
    return sums / np.bincount(tracks)[:, None]


def run_fold(options, fold):
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if device.type == "cuda":
        torch.backends.cudnn.benchmark = True
        torch.set_float32_matmul_precision("high")
    spectra = Spectra(options.spectra)
    spectrogram = Spectrogram(spectra.frames, spectra.first, device)
    model = train(options, fold, spectrogram, device)
    tracks, logits, hidden = predict(model, spectrogram, device)
    np.savez(os.path.join(options.output, f"{fold}.npz"), tracks=tracks.astype(np.int16),
             logits=logits.astype(np.float16), embedding=mean_by_track(tracks, hidden).astype(np.float16))
    save(options, fold, model.state_dict())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("spectra", help="spectrograms, written by data.py")
    parser.add_argument("targets", help="targets, written by targets.py")
    parser.add_argument("output", help="folder to write to")
    parser.add_argument("--folds", type=int, nargs="+", default=list(range(N_FOLDS + 1)),
                        help=f"folds to train; {N_FOLDS} is everything")
    parser.add_argument("--layers", choices=list(LAYERS), default="residual")
    parser.add_argument("--width", type=float, default=1.0, help="factor of all channels")
    parser.add_argument("--start", help="folder of an earlier run, to go on from its weights")
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--minutes", type=float, default=1e9, help="end the schedule by then, with fewer steps")
    parser.add_argument("--batch-size", type=int, default=256)
    parser.add_argument("--learning-rate", type=float, default=3e-3)
    parser.add_argument("--weight-decay", type=float, default=0.05)
    parser.add_argument("--dropout", type=float, default=0.3)
    parser.add_argument("--mixup", type=float, default=0.5, help="share of windows that are mixed with another")
    parser.add_argument("--hard", type=float, default=0.5, help="share of the label in the target; the rest is soft")
    parser.add_argument("--teachers", type=float, default=1.0, help="weight of the loss of the teachers' outputs")
    parser.add_argument("--other", type=float, default=0.3, help="weight of the loss of none of the genres")
    parser.add_argument("--average", type=float, default=0.998, help="decay of the average of the weights")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--in-process", action="store_true", help="train the folds one after the other")
    options = parser.parse_args()

    os.makedirs(options.output, exist_ok=True)
    if options.in_process or not torch.cuda.is_available():
        for fold in options.folds:
            run_fold(options, fold)
        return
    arguments = sys.argv[1:]
    if "--folds" in arguments:
        at = arguments.index("--folds")
        del arguments[at:at + 1 + len(options.folds)]
    workers = [subprocess.Popen([sys.executable, os.path.abspath(__file__), *arguments, "--in-process", "--folds",
                                 str(fold)]) for fold in options.folds]
    if any([worker.wait() for worker in workers]):
        sys.exit("train.py: a fold failed")


if __name__ == "__main__":
    main()
