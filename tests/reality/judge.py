"""Compares what was measured with what was predicted."""

import math
from dataclasses import dataclass

from settings import NOISE_LIMIT

AGREES, DIFFERS, NOISY = "agrees", "differs", "too noisy to say"


@dataclass
class Line:
    """One figure of one setting. `off` is what the tolerance limits."""

    metric: str
    measured: float | None
    predicted: float | None
    luck: float
    off: float
    tolerance: float

    @property
    def holds(self):
        """Whether it is within the tolerance."""
        return self.off <= self.tolerance

    @property
    def decides(self):
        """Whether the tolerance is more than the luck of one run: three standard deviations."""
        return 3.0 * self.luck <= self.tolerance


def _ratio_line(metric, measured, figure, tolerance):
    """A figure that is compared as a ratio: off is how much larger the larger one is, less 1."""
    if measured is None or figure is None:
        missing = 0.0 if measured is None and figure is None else math.inf
        value = None if figure is None else figure.value
        return Line(metric, measured, value, 0.0, missing, tolerance)
    ratio = measured / figure.value
    return Line(metric, measured, figure.value, figure.luck / figure.value,
                max(ratio, 1.0 / ratio) - 1.0, tolerance)


def compare(setting, measured, predicted):
    """The four lines of a setting."""
    lines = [_ratio_line(metric, getattr(measured, metric), getattr(predicted, metric),
                         setting.allowances[metric]) for metric in ("p50", "p99")]
    success = predicted.success
    lines.append(Line("success", measured.success, success.value, success.luck,
                      abs(measured.success - success.value), setting.allowances["success"]))
    lines.append(
        _ratio_line("tries", measured.tries, predicted.tries, setting.allowances["tries"]))
    return lines


def verdict(lines, measured):
    """Of a setting: a figure outside its tolerance says nothing on a machine that was not quiet."""
    if all(line.holds for line in lines):
        return AGREES
    return NOISY if measured.noise > NOISE_LIMIT else DIFFERS


def is_caught(setting, measured, wrong):
    """Whether the deliberately wrong model is outside the tolerance of some figure."""
    return not all(line.holds for line in compare(setting, measured, wrong))
