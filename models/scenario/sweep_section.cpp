#include "models/scenario/sweep_section.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "models/scenario/merge.hpp"
#include "models/scenario/objective_text.hpp"
#include "models/scenario/wildcard.hpp"
#include "sim/core/did_you_mean.hpp"
#include "sim/yaml/map_reader.hpp"
#include "sim/yaml/scalars.hpp"
#include "sim/yaml/write_yaml.hpp"

namespace models {

using sim::MapEntry;
using sim::Node;

namespace {

/// Sections of the file that a point may change.
constexpr std::array<std::string_view, 13> kSwept = {
    "regions",    "network", "defaults", "services", "workload", "policy",    "policyFor",
    "strategies", "faults",  "actions",  "slos",     "value",    "experiment"};

/// Keys of the section that are no paths.
constexpr std::array<std::string_view, 3> kOwnKeys = {"where", "samples", "method"};

constexpr std::string_view kValues =
    "values look like `[10, 20]`, `100ms..1s step 100ms`, `10ms..1s log 5`";

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

/// One entry of the section: `policy.timeout: [1s, 2s]`, or several paths with commas between them.
class AxisReader {
  public:
    AxisReader(const MapEntry& entry, std::size_t limit, sim::Diagnostics& diagnostics)
        : entry_(entry), limit_(limit), diagnostics_(diagnostics) {}

    std::optional<SweepAxis> read() {
        const std::size_t before = diagnostics_.error_count();
        read_paths();
        axis_.place = entry_.value.range;
        read_values();
        if (diagnostics_.error_count() > before) return std::nullopt;
        return std::move(axis_);
    }

  private:
    void read_paths() {
        const std::string_view key = entry_.key;
        std::size_t start = 0;
        while (start <= key.size()) {
            const std::size_t end = std::min(key.find(',', start), key.size());
            const auto path = trimmed(key.substr(start, end - start));
            const auto at = static_cast<std::size_t>(path.data() - key.data());
            Name name{std::string(path), place_in(entry_.key_range, key, at, path.size())};
            check_path(name);
            axis_.paths.push_back(std::move(name));
            start = end + 1;
        }
    }

    void check_path(const Name& path) {
        const std::string_view section = std::string_view(path.text).substr(0, path.text.find('.'));
        for (const Name& other : axis_.paths) {
            if (other.text != path.text) continue;
            diagnostics_.error(path.range, fmt::format("`{}` is named twice", path.text));
        }
        if (std::find(kSwept.begin(), kSwept.end(), section) != kSwept.end()) return;
        if (section == "strategy") {
            diagnostics_.error(path.range, "a sweep does not vary which strategy runs",
                               "all strategies run at every point; `--strategy` selects some");
            return;
        }
        std::vector<std::string_view> known(kSwept.begin(), kSwept.end());
        if (path.text == section) known.insert(known.end(), kOwnKeys.begin(), kOwnKeys.end());
        const auto hint = sim::did_you_mean_hint(section, known);
        diagnostics_.error(
            path.range, fmt::format("{} is no path that can be swept", sim::quote(path.text)),
            hint.empty() ? fmt::format("a path begins with one of {}", fmt::join(kSwept, ", "))
                         : hint);
    }

    void read_values() {
        const Node& value = entry_.value;
        if (value.is_map() || is_range(value)) {
            axis_.written = value.is_map() ? sim::write_flow(value) : value.text;
            read_range_of(value);
            return;
        }
        if (value.is_scalar() && !value.quoted && value.text.find(',') != std::string::npos) {
            sim::report(diagnostics_, value, "several values stand in brackets",
                        fmt::format("write `[{}]`", value.text));
            return;
        }
        axis_.written = written_list(value);
        for (const Node& item : sim::read_list_or_one(value)) {
            if (is_range(item)) {
                read_range_of(item);
            } else {
                add_row(item);
            }
        }
        if (axis_.rows.empty() && !axis_.sampled) {
            sim::report(diagnostics_, value, fmt::format("`{}` has no values", entry_.key),
                        std::string(kValues));
        }
        const bool mixed = value.is_list() && value.items.size() > 1 && axis_.sampled.has_value();
        if (mixed) {
            sim::report(diagnostics_, value, "a range in a list has `step`, `points` or `log N`",
                        "a range to draw samples from stands alone");
        }
    }

    static std::string written_list(const Node& value) {
        if (!value.is_list()) return sim::write_flow(value);
        std::string text;
        for (const Node& item : value.items) {
            text +=
                (text.empty() ? "" : ", ") + (is_range(item) ? item.text : sim::write_flow(item));
        }
        return text;
    }

    void read_range_of(const Node& node) {
        const auto range = read_range(node, limit_, diagnostics_);
        if (!range) return;
        if (range->is_sampled()) {
            axis_.sampled = range;
            return;
        }
        for (const std::string& text : values_of(*range)) {
            Node value = scalar_node(text);
            value.range = node.range;
            value.alias = node.alias;
            value.guess = node.guess;
            add_row(value);
        }
    }

    /// Of several paths a list gives each its own value, anything else is the value of all.
    void add_row(const Node& item) {
        std::vector<Node> row;
        const std::size_t count = axis_.paths.size();
        if (count > 1 && item.is_list()) {
            if (item.items.size() != count) {
                sim::report(
                    diagnostics_, item,
                    fmt::format("{} paths move together, but {} {} here", count, item.items.size(),
                                item.items.size() == 1 ? "value is" : "values are"),
                    "write a value for each path: `[[1s, 300ms], [2s, 600ms]]`");
                return;
            }
            row = item.items;
        } else {
            row.assign(count, item);
        }
        const auto text = row_text(row);
        if (!seen_.insert(text).second) {
            sim::report(diagnostics_, item, fmt::format("{} is there twice", sim::quote(text)),
                        "each value is run once; `--runs` says how often");
            return;
        }
        axis_.rows.push_back(std::move(row));
    }

    static std::string row_text(const std::vector<Node>& row) {
        std::string text;
        for (const Node& value : row) text += (text.empty() ? "" : ", ") + sim::write_flow(value);
        return text;
    }

    const MapEntry& entry_;
    std::size_t limit_;
    sim::Diagnostics& diagnostics_;
    SweepAxis axis_;
    std::set<std::string> seen_;
};

}  // namespace

std::optional<SweepAxis> read_sweep_axis(const MapEntry& entry, std::size_t limit,
                                         sim::Diagnostics& diagnostics) {
    return AxisReader(entry, limit, diagnostics).read();
}

void check_overlaps(const std::vector<SweepAxis>& axes, sim::Diagnostics& diagnostics) {
    std::vector<const Name*> before;
    for (const SweepAxis& axis : axes) {
        for (const Name& path : axis.paths) {
            for (const Name* other : before) {
                if (!paths_overlap(path.text, other->text)) continue;
                diagnostics.add(
                    {sim::Severity::error, path.range,
                     path.text == other->text ? fmt::format("`{}` is swept twice", path.text)
                                              : fmt::format("`{}` and `{}` change the same place",
                                                            other->text, path.text),
                     "a point has one value for each place", other->range, "the other is here"});
            }
            before.push_back(&path);
        }
    }
}

std::optional<std::size_t> read_samples(const Node& node, std::size_t limit,
                                        sim::Diagnostics& diagnostics) {
    const auto count = sim::read_count(node, diagnostics, {1});
    if (!count) return std::nullopt;
    if (static_cast<std::size_t>(*count) > limit) {
        sim::report(diagnostics, node, fmt::format("more than {} samples, the limit", limit),
                    fmt::format("raise it with `--limit points={}`", limit * 10));
        return std::nullopt;
    }
    return static_cast<std::size_t>(*count);
}

std::optional<SampleMethod> read_sample_method(const Node& node, sim::Diagnostics& diagnostics) {
    return sim::read_enum<SampleMethod>(
        node, diagnostics, "method",
        {{to_string(SampleMethod::latin_hypercube), SampleMethod::latin_hypercube},
         {to_string(SampleMethod::sobol), SampleMethod::sobol}});
}

SweepSection read_sweep(const Node& section, std::size_t limit, sim::Diagnostics& diagnostics) {
    SweepSection out;
    for (const MapEntry& entry : sim::read_entries(section, diagnostics, "paths")) {
        if (entry.key == "where") {
            for (const Node& item : sim::read_list_or_one(entry.value)) {
                if (sim::read_string(item, diagnostics, "a condition")) out.where.push_back(item);
            }
        } else if (entry.key == "samples") {
            out.samples = read_samples(entry.value, limit, diagnostics);
            out.samples_place = entry.value.range;
        } else if (entry.key == "method") {
            out.method = read_sample_method(entry.value, diagnostics);
            out.method_place = entry.value.range;
        } else if (auto axis = read_sweep_axis(entry, limit, diagnostics)) {
            out.axes.push_back(std::move(*axis));
        }
    }
    check_overlaps(out.axes, diagnostics);
    return out;
}

}  // namespace models
