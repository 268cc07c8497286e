// Axes to points: what is drawn, all combinations, and what `where` leaves of them.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "models/scenario/merge.hpp"
#include "models/scenario/sweep_parts.hpp"
#include "models/scenario/sweep_where.hpp"
#include "sim/core/rng.hpp"
#include "sim/core/space_filling.hpp"
#include "sim/yaml/write_yaml.hpp"

namespace models {

using sim::Node;

namespace {

/// How many combinations may be tried for each point that is allowed.
constexpr std::size_t kTriesPerPoint = 100;

void add_inputs(const SweepAxis& axis, SweepPlan& plan) {
    const std::size_t first = plan.inputs.size();
    for (std::size_t i = 0; i < axis.paths.size(); ++i) {
        SweepInput input{axis.paths[i].text, axis.written, {}, axis.sampled.has_value(), first};
        if (axis.sampled) input.values = {axis.sampled->from_text, axis.sampled->to_text};
        for (const auto& row : axis.rows) input.values.push_back(sim::write_flow(row[i]));
        plan.inputs.push_back(std::move(input));
    }
}

/// The value of every sampled axis at every sample.
std::vector<std::vector<Node>> drawn_rows(const std::vector<const SweepAxis*>& sampled,
                                          std::uint64_t seed, const SweepPlan& plan) {
    std::vector<sim::RngStream> streams;
    for (const SweepAxis* axis : sampled) {
        streams.emplace_back(seed, 0, axis->paths[0].text, "sweep");
    }
    const bool sobol = plan.method == SampleMethod::sobol;
    const auto cube = sobol ? sim::sobol_points(plan.samples, streams)
                            : sim::latin_hypercube(plan.samples, streams);
    const std::size_t strata = sobol ? std::bit_ceil(plan.samples) : plan.samples;
    std::vector<std::vector<Node>> rows;
    for (const auto& point : cube) {
        std::vector<Node> row;
        for (std::size_t i = 0; i < sampled.size(); ++i) {
            Node value = scalar_node(value_at(*sampled[i]->sampled, point[i], strata));
            value.range = sampled[i]->place;
            row.insert(row.end(), sampled[i]->paths.size(), value);
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

/// The scenario's value of a path, names with dots taken as long as they can be.
const Node* value_of_path(const Node& node, std::string_view path) {
    if (path.empty()) return &node;
    const sim::MapEntry* best = nullptr;
    for (const sim::MapEntry& entry : node.entries) {
        const bool fits = path == entry.key || (path.starts_with(entry.key) &&
                                                path.substr(entry.key.size()).starts_with('.'));
        if (fits && (best == nullptr || entry.key.size() > best->key.size())) best = &entry;
    }
    if (best == nullptr) return nullptr;
    return value_of_path(best->value, path.substr(std::min(path.size(), best->key.size() + 1)));
}

class PointMaker {
  public:
    PointMaker(const std::vector<GridAxis>& axes, const SweepSection& section, std::size_t limit,
               SweepPlan& plan, sim::Diagnostics& diagnostics)
        : axes_(axes), section_(section), limit_(limit), plan_(plan), diagnostics_(diagnostics) {}

    MadePoints make(const Scenario& scenario) {
        if (!count_combinations() || !read_conditions(scenario)) return {};
        read_values();
        std::vector<std::uint32_t> rows(axes_.size(), 0);
        do {
            const auto kept = holds(rows);
            if (!kept) return {std::nullopt, true};
            if (!*kept) continue;
            if (plan_.points.size() == limit_) {
                too_many();
                return {};
            }
            add_point(rows);
        } while (next(rows));
        if (plan_.points.empty()) {
            none_left();
            return {};
        }
        return {std::move(points_)};
    }

  private:
    void too_many() {
        const bool all = conditions_.empty();
        diagnostics_.error(
            axes_[0].paths[0],
            all ? fmt::format("the sweep has {} points: more than {}, the limit",
                              plan_.combinations, limit_)
                : fmt::format("the sweep has more than {} points, the limit", limit_),
            fmt::format("take fewer values, or raise it with `--limit points={}`",
                        all ? plan_.combinations : limit_ * 10));
    }

    bool count_combinations() {
        const std::size_t most = section_.where.empty() ? limit_ : limit_ * kTriesPerPoint;
        std::size_t count = 1;
        bool beyond = false;
        for (const GridAxis& axis : axes_) {
            beyond = beyond || __builtin_mul_overflow(count, axis.rows.size(), &count);
        }
        plan_.combinations = count;
        if (!beyond && count <= most) return true;
        if (section_.where.empty() && !beyond) {
            too_many();
            return false;
        }
        diagnostics_.error(
            axes_[0].paths[0],
            fmt::format("the values make {} combinations: more than {}, the limit",
                        beyond ? "over 1e19" : std::to_string(count), most),
            fmt::format("take fewer values, or draw `samples` from ranges; `--limit points={}` "
                        "raises it",
                        limit_ * 10));
        return false;
    }

    bool read_conditions(const Scenario& scenario) {
        std::vector<std::string> inputs;
        for (const SweepInput& input : plan_.inputs) inputs.push_back(input.path);
        const WhereLookup lookup = [&](const std::string& path) -> std::optional<std::string> {
            const Node* node = value_of_path(scenario.resolved, path);
            if (node == nullptr || node->is_null()) return std::nullopt;
            return node->is_scalar() ? node->text : sim::write_flow(*node);
        };
        bool good = true;
        for (const Node& node : section_.where) {
            plan_.where.push_back(node.text);
            auto condition = WhereCondition::read(node, inputs, lookup, diagnostics_);
            good = good && condition.has_value();
            if (condition) conditions_.push_back(std::move(*condition));
        }
        refused_.assign(conditions_.size(), 0);
        return good;
    }

    /// Values as text and as what conditions compare, once for each row.
    void read_values() {
        for (const GridAxis& axis : axes_) {
            auto& texts = texts_.emplace_back();
            auto& values = values_.emplace_back();
            for (const auto& row : axis.rows) {
                auto& row_texts = texts.emplace_back();
                auto& row_values = values.emplace_back();
                for (const Node& value : row) {
                    row_texts.push_back(sim::write_flow(value));
                    row_values.push_back(
                        where_value(value.is_scalar() ? value.text : row_texts.back()));
                }
            }
        }
        current_.assign(plan_.inputs.size(), nullptr);
    }

    std::optional<bool> holds(const std::vector<std::uint32_t>& rows) {
        if (conditions_.empty()) return true;
        for (std::size_t a = 0; a < axes_.size(); ++a) {
            for (std::size_t i = 0; i < axes_[a].inputs.size(); ++i) {
                current_[axes_[a].inputs[i]] = &values_[a][rows[a]][i];
            }
        }
        for (std::size_t c = 0; c < conditions_.size(); ++c) {
            const auto held = conditions_[c].holds(current_, diagnostics_);
            if (!held || *held) {
                if (!held) return std::nullopt;
                continue;
            }
            ++refused_[c];
            return false;
        }
        return true;
    }

    void add_point(const std::vector<std::uint32_t>& rows) {
        SweepPoint point;
        point.number = plan_.points.size() + 1;
        point.values.resize(plan_.inputs.size());
        for (std::size_t a = 0; a < axes_.size(); ++a) {
            for (std::size_t i = 0; i < axes_[a].inputs.size(); ++i) {
                point.values[axes_[a].inputs[i]] = texts_[a][rows[a]][i];
            }
        }
        plan_.points.push_back(std::move(point));
        points_.push_back(rows);
    }

    bool next(std::vector<std::uint32_t>& rows) const {
        for (std::size_t a = rows.size(); a-- > 0;) {
            if (++rows[a] < axes_[a].rows.size()) return true;
            rows[a] = 0;
        }
        return false;
    }

    /// At the condition that rules out the most.
    void none_left() {
        const auto worst = static_cast<std::size_t>(
            std::max_element(refused_.begin(), refused_.end()) - refused_.begin());
        const Node& node = conditions_[worst].node();
        std::string first;
        for (std::size_t a = 0; a < axes_.size(); ++a) {
            for (std::size_t i = 0; i < axes_[a].inputs.size(); ++i) {
                first += fmt::format("{}{}={}", first.empty() ? "" : ", ",
                                     plan_.inputs[axes_[a].inputs[i]].path, texts_[a][0][i]);
            }
        }
        sim::report(diagnostics_, node,
                    fmt::format("`where` leaves none of {} points", plan_.combinations),
                    fmt::format("the first was {}", first));
    }

    const std::vector<GridAxis>& axes_;
    const SweepSection& section_;
    std::size_t limit_;
    SweepPlan& plan_;
    sim::Diagnostics& diagnostics_;
    std::vector<WhereCondition> conditions_;
    std::vector<std::size_t> refused_;                          ///< by each condition
    std::vector<std::vector<std::vector<std::string>>> texts_;  ///< axis, row, input
    std::vector<std::vector<std::vector<WhereValue>>> values_;  ///< ... the same
    std::vector<const WhereValue*> current_;                    ///< by input
    PointRows points_;
};

}  // namespace

std::vector<GridAxis> make_grid(const SweepSection& section, std::uint64_t seed, SweepPlan& plan) {
    plan.samples = section.samples.value_or(0);
    plan.method = section.method.value_or(SampleMethod::latin_hypercube);
    std::vector<GridAxis> axes;
    std::vector<const SweepAxis*> sampled;
    std::size_t of_samples = 0;
    for (const SweepAxis& axis : section.axes) {
        const std::size_t first = plan.inputs.size();
        add_inputs(axis, plan);
        if (axis.sampled) {
            if (sampled.empty()) {
                of_samples = axes.size();
                axes.emplace_back();
            }
            sampled.push_back(&axis);
        } else {
            axes.push_back({{}, {}, axis.rows});
        }
        GridAxis& target = axis.sampled ? axes[of_samples] : axes.back();
        for (std::size_t i = 0; i < axis.paths.size(); ++i) {
            target.inputs.push_back(first + i);
            target.paths.push_back(axis.paths[i].range);
        }
    }
    if (!sampled.empty()) axes[of_samples].rows = drawn_rows(sampled, seed, plan);
    return axes;
}

MadePoints make_points(const std::vector<GridAxis>& axes, const SweepSection& section,
                       const Scenario& scenario, std::size_t limit, SweepPlan& plan,
                       sim::Diagnostics& diagnostics) {
    return PointMaker(axes, section, limit, plan, diagnostics).make(scenario);
}

}  // namespace models
