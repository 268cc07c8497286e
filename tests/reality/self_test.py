"""What can be known without servers: every scenario can be set up, and the comparison can fail.

    self_test.py FIREDRILL
"""

import os
import sys
import tempfile
import unittest

import judge
import measure
import picture
import predict
import scenario as scenarios
from settings import BATCHES, NOISE_LIMIT

HERE = os.path.dirname(os.path.abspath(__file__))
FIREDRILL = ""


def measured_as(predicted, noise=0.001):
    """A measurement that saw exactly what was predicted."""
    return measure.Measured(
        requests=1000, success=predicted.success.value, tries=predicted.tries.value,
        p50=predicted.p50.value, p99=predicted.p99.value, latencies=[predicted.p50.value] * 1000,
        outcomes={}, late=noise, timer=noise)


def some_prediction(success=1.0):
    """A prediction made up for a test."""
    return predict.Predicted(
        success=predict.Figure(success, 0.001), tries=predict.Figure(1.1, 0.005),
        p50=predict.Figure(0.05, 0.001), p99=predict.Figure(0.2, 0.01),
        within=[0.5] * len(predict.GRID))


class Scenarios(unittest.TestCase):
    """What is read from the files."""

    def read_text(self, text):
        """Reads a scenario from text that is laid over the common file."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "s.yaml")
            with open(os.path.join(HERE, "base.yaml"), encoding="utf-8") as base:
                common = base.read()
            with open(os.path.join(folder, "base.yaml"), "w", encoding="utf-8") as file:
                file.write(common)
            with open(path, "w", encoding="utf-8") as file:
                file.write("include: base.yaml\nversion: 1\nname: s\n" + text)
            return scenarios.read(FIREDRILL, path)

    def test_every_setting_can_be_set_up(self):
        for setting in sum(BATCHES, []):
            read = scenarios.read(FIREDRILL, os.path.join(HERE, setting.name + ".yaml"))
            self.assertEqual(read.slots, 8)
            self.assertIn("question", read.settings)

    def test_every_file_is_measured(self):
        files = {name[:-5] for name in os.listdir(HERE) if name.endswith(".yaml")}
        self.assertEqual(files - {"base"}, {s.name for s in sum(BATCHES, [])})

    def test_values_of_a_file(self):
        read = scenarios.read(FIREDRILL, os.path.join(HERE, "pause.yaml"))
        self.assertEqual((read.rate, read.try_timeout, read.retries), (45.0, 0.6, 1))
        self.assertEqual((read.fault.kind, read.fault.at, read.fault.length), ("pause", 10.0, 2.0))
        self.assertFalse(read.proxied)

    def test_what_the_system_does_not_do_is_refused(self):
        for text in ("services: {api: {queueOrder: lifo}}",
                     "workload: {customers: {policy: {hedge: 50ms}}}",
                     "faults: {f: {at: 1s, for: 1s, service: api, effect: {slow: 2x}}}"):
            with self.assertRaises(scenarios.Unsupported, msg=text):
                self.read_text(text)


class Judgement(unittest.TestCase):
    """The comparison agrees with itself and with nothing else."""

    def setUp(self):
        self.setting = BATCHES[0][0]
        self.predicted = some_prediction()

    def verdict(self, **changes):
        """The verdict on a measurement that differs from the prediction in `changes`."""
        measured = measured_as(self.predicted)
        for name, value in changes.items():
            setattr(measured, name, value)
        return judge.verdict(judge.compare(self.setting, measured, self.predicted), measured)

    def test_the_same_agrees(self):
        self.assertEqual(self.verdict(), judge.AGREES)

    def test_each_figure_can_differ_either_way(self):
        for changes in ({"p50": 0.058}, {"p50": 0.043}, {"p99": 0.26}, {"p99": 0.15},
                        {"success": 0.98}, {"tries": 1.2}, {"tries": 1.0}, {"p99": None}):
            self.assertEqual(self.verdict(**changes), judge.DIFFERS, changes)

    def test_noise_leaves_it_open(self):
        self.assertEqual(self.verdict(p50=0.07, timer=2 * NOISE_LIMIT), judge.NOISY)
        self.assertEqual(self.verdict(timer=2 * NOISE_LIMIT), judge.AGREES)

    def test_a_wrong_model_is_caught(self):
        measured = measured_as(self.predicted)
        self.assertFalse(judge.is_caught(self.setting, measured, self.predicted))
        self.assertTrue(judge.is_caught(self.setting, measured, some_prediction(success=0.9)))


class Numbers(unittest.TestCase):
    """Small things that every figure rests on."""

    def test_quantile(self):
        values = [float(i) for i in range(1, 101)]
        self.assertEqual(measure.quantile(values, 0.5), 50.0)
        self.assertEqual(measure.quantile(values, 0.99), 99.0)
        self.assertEqual(measure.quantile([7.0], 0.99), 7.0)
        self.assertIsNone(measure.quantile([], 0.5))

    def test_summary(self):
        rows = [[0.0, 0.001, 0.1, 1, "ok"], [1.0, 0.002, 0.3, 3, "timeout"]]
        figures = measure.summarise(rows, [0.003])
        self.assertEqual((figures.success, figures.tries, figures.p50), (0.5, 2.0, 0.1))
        self.assertEqual(figures.noise, 0.003)

    def test_durations(self):
        self.assertEqual(scenarios.seconds("250ms"), 0.25)
        self.assertIsNone(scenarios.seconds("none"))
        with self.assertRaises(scenarios.Unsupported):
            scenarios.seconds("fast")

    def test_picture(self):
        predicted = some_prediction()
        svg = picture.draw([("idle", measured_as(predicted), predicted)])
        self.assertTrue(svg.startswith("<svg") and svg.endswith("</svg>\n"))
        self.assertEqual(svg.count("<circle"), len(predict.GRID))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    FIREDRILL = sys.argv.pop(1)
    unittest.main()
