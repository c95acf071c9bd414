"""Windows of training music, changed at random: tempo, pitch, tone, bandwidth, room, noise, coding, masks."""
import math

import torch
import torch.nn.functional as nnf

from data import N_MELS, STEP_DB, WINDOW_FRAMES
from net import normalise


def between(low, high, *shape, device):
    return low + (high - low) * torch.rand(*shape, device=device)


def chance(probability, n, device):
    return torch.rand(n, device=device) < probability


def blend(below, above, share):
    return torch.lerp(below, above, share)


class Spectrogram:
    """All excerpts on one device. frames: [total, N_MELS] bytes; first, length: [n_tracks] frames."""

    def __init__(self, frames, first, device):
        self.frames = torch.from_numpy(frames).to(device)
        first = torch.from_numpy(first).to(device)
        self.first, self.length = first[:-1], first.diff()

    def levels(self, position):
        """dB, [..., N_MELS]. Bytes are spread over their step, so that no network learns the steps."""
        level = self.frames[position].float()
        return -STEP_DB * (level + torch.rand_like(level) - 0.5)

    def exact(self, tracks, start):
        """Windows as they are, [n, N_MELS, WINDOW_FRAMES]."""
        offset = torch.arange(WINDOW_FRAMES, device=start.device)
        position = torch.minimum(start[:, None] + offset, self.length[tracks, None] - 1) + self.first[tracks, None]
        return (-STEP_DB * self.frames[position].float()).transpose(1, 2)

    def random(self, tracks):
        """Random windows at a random tempo, [n, WINDOW_FRAMES, N_MELS], and where each is in its excerpt, in [0, 1]."""
        n, device = len(tracks), tracks.device
        # Half the windows keep their tempo and pitch: interpolated values scatter less than real ones.
        tempo = torch.where(chance(0.5, n, device), between(0.85, 1.18, n, device=device), 1.0)
        length = self.length[tracks].float()
        room = (length - 1 - (WINDOW_FRAMES - 1) * tempo).clamp(min=0)
        start = (torch.rand(n, device=device) * room).floor()
        position = start[:, None] + tempo[:, None] * torch.arange(WINDOW_FRAMES, device=device)
        position = torch.minimum(position, length[:, None] - 1)
        below = position.floor()
        above = torch.minimum(below + 1, length[:, None] - 1)
        first = self.first[tracks, None]
        level = blend(self.levels(below.long() + first), self.levels(above.long() + first),
                      (position - below)[..., None])
        return level, (start + WINDOW_FRAMES * tempo / 2) / length


def thin(level):
    """Every second frame of a third of the windows becomes the mean of its neighbours, as in the archive's tracks."""
    chosen = chance(0.33, len(level), level.device)[:, None, None]
    between_frames = torch.cat([(level[:, :-2:2] + level[:, 2::2]) / 2, level[:, -2:-1]], 1)
    return torch.where(chosen, torch.stack([level[:, ::2], between_frames], 2).flatten(1, 2), level)


def shift_pitch(level):
    """Moves half of the windows by up to three bands."""
    n, device = len(level), level.device
    shift = torch.where(chance(0.5, n, device), between(-3, 3, n, device=device), 0.0)
    position = (torch.arange(N_MELS, device=device) + shift[:, None]).clamp(0, N_MELS - 1)
    below = position.floor()
    above = (below + 1).clamp(max=N_MELS - 1)
    index = [part.long()[:, None, :].expand_as(level) for part in (below, above)]
    return blend(level.gather(2, index[0]), level.gather(2, index[1]), (position - below)[:, None, :])


def reverberate(power):
    """A decay of 0.15 to 1.2 s mixed with the direct sound."""
    n, frames, device = len(power), power.shape[1], power.device
    lag = torch.arange(frames, device=device)
    lag = lag[:, None] - lag
    decay = 6 * math.log(10) * 0.0387 / between(0.15, 1.2, n, 1, 1, device=device)
    room = torch.where(lag >= 0, torch.exp(-decay * lag.clamp(min=0)), 0.0)
    room = room / room.sum(2, keepdim=True)
    wet = between(0.1, 0.6, n, 1, 1, device=device)
    return torch.lerp(power, room @ power, wet * chance(0.2, n, device)[:, None, None])


def add_noise(power):
    """White to pink noise, 8 to 40 dB below the music. White noise is level in Slaney's bands."""
    n, device = len(power), power.device
    band = torch.arange(N_MELS, device=device)
    width = torch.exp((band - 40).clamp(min=0) / 27)
    frequency = torch.cumsum(width, 0)
    colour = frequency[None] ** -between(0, 1, n, 1, device=device)
    music = (power.mean(1) * width).sum(1, keepdim=True)
    ratio = 10 ** (-between(8, 40, n, 1, device=device) / 10) * chance(0.3, n, device)[:, None]
    noise = colour * (music * ratio / (colour * width).sum(1, keepdim=True))
    return power + noise[:, None] * torch.exp(torch.randn_like(power) / (1 + width).sqrt())


def equalise(level):
    """A smooth random curve of a few dB, and a tilt."""
    n, device = len(level), level.device
    band = (torch.arange(N_MELS, device=device) + 0.5) / N_MELS
    waves = torch.cos(math.pi * torch.arange(1, 7, device=device)[:, None] * band)
    gains = torch.randn(n, 6, device=device) * torch.tensor([5.0, 2.5, 2.0, 1.5, 1.2, 1.0], device=device)
    return level + (gains @ waves)[:, None] * chance(0.8, n, device)[:, None, None]


def limit_bandwidth(level):
    n, device = len(level), level.device
    cut = torch.where(chance(0.25, n, device), between(60, N_MELS, n, device=device), float(N_MELS))
    return level - 12 * (torch.arange(N_MELS, device=device) - cut[:, None]).clamp(min=0)[:, None]


def code(level):
    """Drops what is far below its neighbours, as a codec of a low bit rate does."""
    n, device = len(level), level.device
    peak = nnf.max_pool1d(level, 15, 1, 7)
    depth = torch.where(chance(0.2, n, device), between(20, 50, n, device=device), 200.0)
    return torch.where(level < peak - depth[:, None, None], level - 60, level)


def mask(x, axis, longest):
    """Sets a random stretch of half of the windows to the mean."""
    n, size, device = len(x), x.shape[axis], x.device
    length = between(0, longest, n, 1, device=device) * chance(0.5, n, device)[:, None]
    start = torch.rand(n, 1, device=device) * (size - length)
    offset = torch.arange(size, device=device)
    keep = (offset < start) | (offset >= start + length)
    return x * keep.view([n] + [size if i == axis else 1 for i in range(1, x.dim())])


def augment(level):
    """level: [n, WINDOW_FRAMES, N_MELS] dB. Returns the network's input [n, 1, N_MELS, WINDOW_FRAMES]."""
    level = shift_pitch(thin(level))
    power = add_noise(reverberate(10 ** (level / 10)))
    level = equalise(10 * torch.log10(power.clamp(min=1e-20)))
    level = code(limit_bandwidth(level))
    x = normalise(level.transpose(1, 2))
    return mask(mask(x, 1, 20), 2, 20)[:, None]
