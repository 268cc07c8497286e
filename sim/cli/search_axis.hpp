#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/scenario/sweep_range.hpp"
#include "sim/cli/session.hpp"
#include "sim/experiment/frontier.hpp"

namespace sim::cli {

/// A place as it is run: rounded as people write numbers.
struct SearchPlace {
    double at = 0;      ///< in the search's own scale
    double number = 0;  ///< the factor, or the value in its base unit
    std::string text;   ///< `1.25x`, `300ms`
    std::vector<std::string> overrides;
};

/// What a search varies, and how its places are written.
class SearchAxis {
  public:
    /// All groups that come at a rate, by a factor from `from` to `to`.
    SearchAxis(std::vector<std::pair<std::string, double>> rates, double from, double to,
               double tolerance);
    /// Any path between the ends of a range that has no values of its own.
    SearchAxis(std::string path, const models::SweepRange& range, double tolerance);

    [[nodiscard]] const FrontierRange& range() const { return range_; }
    [[nodiscard]] SearchPlace place(double at) const;
    /// "0.1x to 10x".
    [[nodiscard]] std::string text() const;
    [[nodiscard]] const std::vector<std::pair<std::string, double>>& rates() const {
        return rates_;
    }
    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    [[nodiscard]] SearchPlace load_place(double at) const;

    std::vector<std::pair<std::string, double>> rates_;
    std::string path_;
    std::optional<models::SweepRange> values_;
    FrontierRange range_;
};

/// `--x PATH=FROM..TO`, or the rates of the scenario with `--from` and `--to`. Nothing when that is
/// no axis, which `io.err` says.
std::optional<SearchAxis> boundary_axis(const Options& options, Io& io, Session& session);
std::optional<SearchAxis> load_axis(const Options& options, Io& io, const Session& session);

}  // namespace sim::cli
