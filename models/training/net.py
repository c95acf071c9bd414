"""The student: a small convolutional network on the log-mel spectrogram of three seconds.

Input [N, 1, 128, 76]: 128 mel bands and 76 frames, dB relative to the loudest value, no lower than -80, minus their
mean, divided by 20 (see normalise). Output: the logits of the ten genres, then one of "none of them"."""
import torch
import torch.nn.functional as nnf
from torch import nn

from data import GENRES, N_MELS

TOP_DB, SCALE = 80, 20


def normalise(level):
    """level: dB with any reference, [..., bands, frames]. The same for any gain."""
    level = level - level.amax((-2, -1), keepdim=True)
    level = level.clamp(min=-TOP_DB)
    return (level - level.mean((-2, -1), keepdim=True)) / SCALE


class Conv(nn.Module):
    """Convolution, batch norm and ReLU. Folded, it is one convolution (see fold)."""

    def __init__(self, inputs, outputs, kernel=3, stride=1, groups=1, active=True):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)
        self.norm = nn.BatchNorm2d(outputs)
        self.active = active

    def forward(self, x):
        x = self.norm(self.conv(x))
        return nnf.relu(x) if self.active else x

    def fold(self):
        if isinstance(self.norm, nn.Identity):
            return
        scale = self.norm.weight / torch.sqrt(self.norm.running_var + self.norm.eps)
        conv = self.conv
        folded = nn.Conv2d(conv.in_channels, conv.out_channels, conv.kernel_size, conv.stride, conv.padding,
                           groups=conv.groups)
        folded.weight.data = conv.weight.data * scale.data[:, None, None, None]
        folded.bias.data = (self.norm.bias - self.norm.running_mean * scale).data
        self.conv, self.norm = folded, nn.Identity()


class Residual(nn.Module):
    """Two 3x3 convolutions beside a shortcut."""

    def __init__(self, channels):
        super().__init__()
        self.body = nn.Sequential(Conv(channels, channels), Conv(channels, channels, active=False))

    def forward(self, x):
        return nnf.relu(x + self.body(x))


class Inverted(nn.Module):
    """MobileNetV2's block: expand, depthwise, project."""

    def __init__(self, inputs, outputs, kernel, stride, expansion):
        super().__init__()
        inner = inputs * expansion
        self.body = nn.Sequential(Conv(inputs, inner, 1), Conv(inner, inner, kernel, stride, groups=inner),
                                  Conv(inner, outputs, 1, active=False))
        self.shortcut = stride == 1 and inputs == outputs

    def forward(self, x):
        return x + self.body(x) if self.shortcut else self.body(x)


def residual_layers(width):
    """3x3 convolutions; halved resolution five times."""
    a, b, c, d = (int(width * n) for n in (24, 40, 80, 160))
    return nn.Sequential(Conv(1, a, 3, 2), Conv(a, b, 3, 2), Residual(b), Conv(b, c, 3, 2), Residual(c), Residual(c),
                         Conv(c, d, 3, 2), Residual(d)), d


def inverted_layers(width):
    a, b, c, d, e = (int(width * n) for n in (16, 24, 40, 80, 112))
    return nn.Sequential(
        Conv(1, a, 3, 2), Inverted(a, b, 3, 2, 3), Inverted(b, b, 3, 1, 3), Inverted(b, c, 5, 2, 4),
        Inverted(c, c, 5, 1, 4), Inverted(c, c, 5, 1, 4), Inverted(c, d, 3, 2, 4), Inverted(d, d, 5, 1, 4),
        Inverted(d, d, 5, 1, 4), Conv(d, 2 * e, 1)), 2 * e


LAYERS = {"residual": residual_layers, "inverted": inverted_layers}


class Student(nn.Module):
    """auxiliary: the number of teachers' outputs that the network also learns; none of them is exported."""

    def __init__(self, layers="residual", width=1.0, hidden=256, auxiliary=0, dropout=0.3):
        super().__init__()
        self.bands = nn.BatchNorm2d(N_MELS)
        self.layers, channels = LAYERS[layers](width)
        self.hidden = nn.Linear(channels, hidden)
        self.dropout = nn.Dropout(dropout)
        self.genres = nn.Linear(hidden, len(GENRES) + 1)
        self.auxiliary = nn.Linear(hidden, auxiliary)

    def embed(self, x):
        x = self.bands(x.transpose(1, 2)).transpose(1, 2)
        return nnf.relu(self.hidden(nnf.adaptive_avg_pool2d(self.layers(x), 1).flatten(1)))

    def forward(self, x):
        return self.genres(self.embed(x))

    def learn(self, x):
        """Genre logits and the auxiliary outputs."""
        hidden = self.embed(x)
        return self.genres(self.dropout(hidden)), self.auxiliary(self.dropout(hidden))

    def fold(self):
        """Folds batch norm into the convolutions, for export."""
        norm = self.bands
        if isinstance(norm, nn.BatchNorm2d):
            # As a convolution and not as Mul and Add, whose constants OpenCV 4.6 cannot spread over a batch.
            scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
            self.bands = nn.Conv2d(N_MELS, N_MELS, 1, groups=N_MELS)
            self.bands.weight.data = scale.data[:, None, None, None]
            self.bands.bias.data = (norm.bias - norm.running_mean * scale).data
        for module in list(self.modules()):
            if isinstance(module, Conv):
                module.fold()
        return self.eval()


def multiplications(model):
    """Of one window."""
    total = 0

    def count(module, _, output):
        nonlocal total
        total += output[0].numel() // module.weight.shape[0] * module.weight.numel()

    handles = [module.register_forward_hook(count) for module in model.modules()
               if isinstance(module, (nn.Conv2d, nn.Linear))]
    with torch.no_grad():
        model.eval()(torch.zeros(1, 1, 128, 76))
    for handle in handles:
        handle.remove()
    return total
