// Values are tried before anything runs: a spelling mistake is no row of a table of failures.
#include <algorithm>
#include <array>
#include <utility>

#include "models/scenario/override.hpp"
#include "models/scenario/sweep_parts.hpp"

namespace models {

using sim::Node;

namespace {

/// Values that are tried at most; of more a spread selection.
constexpr std::size_t kMostTried = 200;

bool is_within(const sim::SourceRange& inner, const sim::SourceRange& outer) {
    return outer.has_place() && inner.file == outer.file && inner.line == outer.line &&
           inner.column >= outer.column && inner.column < outer.column + outer.length;
}

bool is_within(const sim::SourceRange& place, const Node& node) {
    return is_within(place, node.range) ||
           std::any_of(node.items.begin(), node.items.end(),
                       [&](const Node& item) { return is_within(place, item); }) ||
           std::any_of(node.entries.begin(), node.entries.end(), [&](const sim::MapEntry& entry) {
               return is_within(place, entry.key_range) || is_within(place, entry.value);
           });
}

class ValueCheck {
  public:
    ValueCheck(const std::vector<GridAxis>& axes, const PointRows& points, const SweepPlan& plan,
               const ScenarioTree& tree, const LoadRequest& request, const sim::SourceMap& sources,
               sim::Diagnostics& diagnostics)
        : axes_(axes),
          points_(points),
          plan_(plan),
          tree_(tree),
          request_(request),
          sources_(sources),
          diagnostics_(diagnostics) {
        request_.overrides.clear();
        sim::Diagnostics ignored;  // they were applied before without an error
        sim::SourceMap own = sources_;
        for (const std::string& argument : request.overrides) {
            apply_override(tree_.root, argument, request.limits, own, ignored);
        }
    }

    void run() {
        std::vector<std::pair<std::size_t, std::size_t>> values;
        for (std::size_t a = 0; a < axes_.size(); ++a) {
            for (const std::size_t row : rows_to_try(axes_[a])) values.emplace_back(a, row);
        }
        const std::size_t tried = std::min(values.size(), kMostTried);
        for (std::size_t i = 0; i < tried; ++i) {
            const auto [axis, row] = values[i * values.size() / tried];
            // Of a range that is wrong as such the first value says it.
            const sim::SourceRange place = axes_[axis].rows[row][0].range;
            if (place.has_place() && place == wrong_) continue;
            if (!check(axis, static_cast<std::uint32_t>(row))) wrong_ = place;
        }
    }

  private:
    /// Of what was written as one range the two ends.
    static std::vector<std::size_t> rows_to_try(const GridAxis& axis) {
        std::vector<std::size_t> rows;
        for (std::size_t r = 0; r < axis.rows.size(); ++r) {
            const bool inside = r > 0 && r + 1 < axis.rows.size() && same_place(axis, r - 1, r) &&
                                same_place(axis, r, r + 1);
            if (!inside) rows.push_back(r);
        }
        return rows;
    }

    static bool same_place(const GridAxis& axis, std::size_t a, std::size_t b) {
        return std::equal(axis.rows[a].begin(), axis.rows[a].end(), axis.rows[b].begin(),
                          [](const Node& x, const Node& y) { return x.range == y.range; });
    }

    /// The first, the middle and the last point with the value: it is wrong when none can use it.
    bool check(std::size_t axis, std::uint32_t row) {
        std::vector<std::size_t> with;
        for (std::size_t p = 0; p < points_.size(); ++p) {
            if (points_[p][axis] == row) with.push_back(p);
        }
        if (with.empty()) return true;
        std::optional<sim::Diagnostic> first;
        for (const std::size_t p : {with.front(), with[with.size() / 2], with.back()}) {
            auto problem = problem_at(p, axis, row);
            if (!problem) return true;
            if (!first) first = std::move(problem);
        }
        diagnostics_.add(std::move(*first));
        return false;
    }

    /// What the reader says of the value at a point.
    std::optional<sim::Diagnostic> problem_at(std::size_t point, std::size_t axis,
                                              std::uint32_t row) const {
        ScenarioTree tree = tree_;
        sim::SourceMap sources = sources_;
        sim::Diagnostics found;
        for (std::size_t a = 0; a < axes_.size(); ++a) {
            for (std::size_t i = 0; i < axes_[a].inputs.size(); ++i) {
                apply_entry(tree.root,
                            {plan_.inputs[axes_[a].inputs[i]].path, axes_[a].paths[i],
                             axes_[a].rows[points_[point][a]][i]},
                            found);
            }
        }
        if (!found.has_errors()) load_scenario(tree, request_, sources, found);
        for (sim::Diagnostic& one : found.sorted()) {
            if (one.severity != sim::Severity::error || !is_of(one.range, axes_[axis], row)) {
                continue;
            }
            if (one.other_range.file > sources_.file_count()) one.other_range = {};
            return std::move(one);
        }
        return std::nullopt;
    }

    static bool is_of(const sim::SourceRange& place, const GridAxis& axis, std::uint32_t row) {
        const auto& values = axis.rows[row];
        return std::any_of(axis.paths.begin(), axis.paths.end(),
                           [&](const auto& path) { return is_within(place, path); }) ||
               std::any_of(values.begin(), values.end(),
                           [&](const Node& value) { return is_within(place, value); });
    }

    const std::vector<GridAxis>& axes_;
    const PointRows& points_;
    const SweepPlan& plan_;
    ScenarioTree tree_;
    LoadRequest request_;
    const sim::SourceMap& sources_;
    sim::Diagnostics& diagnostics_;
    sim::SourceRange wrong_;  ///< of the last value that was
};

}  // namespace

PointRows one_by_one(const std::vector<GridAxis>& axes) {
    PointRows points;
    for (std::size_t a = 0; a < axes.size(); ++a) {
        for (std::size_t row = 0; row < axes[a].rows.size(); ++row) {
            points.emplace_back(axes.size(), 0)[a] = static_cast<std::uint32_t>(row);
        }
    }
    return points;
}

void check_values(const std::vector<GridAxis>& axes, const PointRows& points, const SweepPlan& plan,
                  const ScenarioTree& tree, const LoadRequest& request,
                  const sim::SourceMap& sources, sim::Diagnostics& diagnostics) {
    ValueCheck(axes, points, plan, tree, request, sources, diagnostics).run();
}

}  // namespace models
