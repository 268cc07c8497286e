"""Does the harness notice what it should? Made by ctest, without any program.

    python3 -m harness.self_test
"""

import tempfile
import unittest
from pathlib import Path

from . import numbers, queue
from .suite import Suite


def suite_in(folder):
    (Path(folder) / "bench").mkdir()
    return Suite(Path(folder), Path(folder), rounds=3, quick=False, update_hashes=False)


class HarnessTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.suite = suite_in(folder.name)

    def test_erlang_c(self):
        self.assertAlmostEqual(numbers.erlang_c_wait(8, 0.8), 0.2860, places=4)
        self.assertAlmostEqual(numbers.erlang_c_wait(1, 0.5), 1.0)

    def test_lower_median_of_an_even_number(self):
        self.assertEqual(numbers.median([4, 1, 3, 2]), 2)

    def test_interval_needs_two_values_and_holds_their_mean(self):
        self.assertIsNone(numbers.interval([1.0]))
        low, high = numbers.interval([0.28, 0.29, 0.285])
        self.assertTrue(low < 0.285 < high)

    def check_mean(self, name, means, tries=1.0070):
        queue.check_means(self.suite, name, {"peer": {"mean": means, "tries": [tries] * 3}})
        return self.suite.problems

    def test_the_right_model_is_no_problem(self):
        self.assertEqual(self.check_mean("mm8", [0.2861, 0.2858, 0.2862]), [])
        self.assertEqual(self.check_mean("retry-50", [1.0194, 1.0196, 1.0195]), [])

    def test_another_model_is_found_by_its_mean(self):
        self.assertIn("peer has a mean of", self.check_mean("mm8", [0.3361, 0.3358, 0.3362])[0])

    def test_other_retries_are_found_by_their_tries(self):
        self.assertIn("1.0200 tries", self.check_mean("retry-50", [1.0195] * 3, tries=1.02)[0])

    def test_a_changed_hash_is_a_problem_and_a_new_one_is_counted(self):
        self.suite.hashes = {"mm8/flat/10/1": "aa"}
        self.suite.check_hash("mm8/flat/10/1", "aa")
        self.suite.check_hash("mm8/flat/10/2", "bb")
        self.assertEqual((self.suite.problems, self.suite.new_hashes), ([], 1))
        self.suite.check_hash("mm8/flat/10/1", "cc")
        self.assertIn("its hash was aa and is cc", self.suite.problems[0])

    def test_a_missed_ratio_is_shown_as_missed(self):
        one = {"requests_per_s": 1.0, "firedrill_against_it": 0.5}
        queue.judge(self.suite, "mm8", {"firedrill": one, "flat": one, "simpy": one})
        self.assertEqual([(each.what, each.met) for each in self.suite.criteria],
                         [("M/M/8 at 80 %: firedrill / ns3", None),
                          ("M/M/8 at 80 %: firedrill / flat", False),
                          ("M/M/8 at 80 %: firedrill / simpy", False)])


if __name__ == "__main__":
    unittest.main()
