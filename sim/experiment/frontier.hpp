#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "sim/experiment/threshold.hpp"

namespace sim {

/// Where a verdict flips is looked for in [from, to].
struct FrontierRange {
    double from = 0;
    double to = 1;
    bool logarithmic = false;     ///< halves ratios, not distances
    bool whole = false;           ///< only whole numbers
    double tolerance = 0.01;      ///< the answer may be so wide, as a share of itself
    std::optional<double> start;  ///< where to begin, and what the low end is expected to be: met.
                                  ///< Without it both ends are asked first, and say it themselves
};

/// One place that was asked. `inconclusive`: it could not be decided within the limits.
struct FrontierProbe {
    double at = 0;
    Verdict verdict = Verdict::inconclusive;
};

/// Bisection over verdicts that are met, missed or inconclusive. An inconclusive place is narrowed
/// from both sides. Of verdicts that are wrong with a chance of at most `1 - probe_confidence`, the
/// answer [low, high] holds the frontier with the confidence that was asked for, where there is
/// only one.
class FrontierSearch {
  public:
    explicit FrontierSearch(const FrontierRange& range);

    /// Where to ask next; nothing: it has ended.
    [[nodiscard]] std::optional<double> next() const;
    /// The verdict of the place that `next` named.
    void tell(Verdict verdict);
    /// ... and where it was really asked: values are rounded as people write them.
    void tell(double at, Verdict verdict);

    /// In the order in which they were asked.
    [[nodiscard]] const std::vector<FrontierProbe>& probes() const { return probes_; }
    /// The last place with the verdict of the low end, and the first with that of the high end.
    [[nodiscard]] std::optional<double> low() const;
    [[nodiscard]] std::optional<double> high() const;
    /// Of the low end; nothing while it is not known. With `start` it is met.
    [[nodiscard]] std::optional<Verdict> low_verdict() const;

  private:
    [[nodiscard]] std::optional<double> next_end() const;
    [[nodiscard]] std::optional<double> next_between() const;
    [[nodiscard]] double middle(double a, double b) const;
    [[nodiscard]] bool is_narrow(double a, double b) const;

    FrontierRange range_;
    std::vector<FrontierProbe> probes_;
};

/// How many places a search asks at most: the ends, a bisection to the tolerance, and a few more
/// for places that are inconclusive.
std::size_t most_probes(const FrontierRange& range);

/// What every verdict has to be certain at, so that all of them are at `confidence` (Bonferroni).
double probe_confidence(const FrontierRange& range, double confidence);

/// After how many replications a place may be decided: those of `auto`, and one before them, for
/// places that are far on the wrong side. What is met needs the second look at least: few runs may
/// all be lucky.
inline constexpr std::array<std::size_t, 7> kProbeLooks = {3, 10, 20, 40, 80, 160, 200};

/// The error that each look at one place may make, so that all of them make at most `alpha`: the
/// same for each. That spends more on the first looks than `auto` does: most places of a search are
/// far from the frontier, and decided there.
double alpha_of_probe_look(double alpha);

}  // namespace sim
