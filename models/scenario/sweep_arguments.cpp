// The `sweep` section of the file and the options of the command line become one.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "models/scenario/merge.hpp"
#include "models/scenario/override.hpp"
#include "models/scenario/sweep_parts.hpp"
#include "models/scenario/wildcard.hpp"
#include "sim/core/space_filling.hpp"

namespace models {

using sim::MapEntry;
using sim::Node;

namespace {

bool names_path(const SweepAxis& axis, const std::string& path) {
    return std::any_of(axis.paths.begin(), axis.paths.end(),
                       [&](const Name& one) { return one.text == path; });
}

class SectionReader {
  public:
    SectionReader(const ScenarioTree& tree, const LoadRequest& request,
                  const SweepArguments& arguments, sim::SourceMap& sources,
                  sim::Diagnostics& diagnostics)
        : tree_(tree),
          request_(request),
          arguments_(arguments),
          sources_(sources),
          diagnostics_(diagnostics) {}

    std::optional<SweepSection> read() {
        const std::size_t before = diagnostics_.error_count();
        if (tree_.sweep) section_ = read_sweep(tree_.sweep->value, limit(), diagnostics_);
        for (std::size_t i = 0; i < arguments_.sweeps.size(); ++i) {
            const auto& options = arguments_.options;
            add_sweep(arguments_.sweeps[i], i < options.size() ? options[i] : "--sweep");
        }
        for (const std::string& text : arguments_.where) {
            section_.where.push_back(argument_node("--where", text));
        }
        read_drawing();
        if (diagnostics_.error_count() == before) check_whole();
        if (diagnostics_.error_count() > before) return std::nullopt;
        return std::move(section_);
    }

  private:
    [[nodiscard]] std::size_t limit() const { return request_.limits.points; }

    Node argument_node(const char* option, const std::string& text) {
        Node node = scalar_node(text);
        const std::uint32_t file = sources_.add(option, text);
        node.range = sources_.range(file, 0, text.size());
        return node;
    }

    void read_drawing() {
        if (!arguments_.samples.empty()) {
            const Node node = argument_node("--samples", arguments_.samples);
            section_.samples = read_samples(node, limit(), diagnostics_);
            section_.samples_place = node.range;
        }
        if (!arguments_.method.empty()) {
            const Node node = argument_node("--method", arguments_.method);
            section_.method = read_sample_method(node, diagnostics_);
            section_.method_place = node.range;
        }
    }

    /// `--sweep PATH=VALUES` replaces the file's values of its path.
    void add_sweep(const std::string& argument, const std::string& option) {
        const AssignmentOption assignment{option, "services.payment.queue=10,20,40", true};
        const auto entry =
            read_assignment(assignment, argument, request_.limits, sources_, diagnostics_);
        if (!entry) return;
        auto axis = read_sweep_axis(*entry, limit(), diagnostics_);
        if (!axis || !may_replace(*axis)) return;
        axis->from_option = true;
        const auto first = std::find_if(section_.axes.begin(), section_.axes.end(),
                                        [&](const auto& old) { return replaces(*axis, old); });
        const auto place = first - section_.axes.begin();
        std::erase_if(section_.axes, [&](const auto& old) { return replaces(*axis, old); });
        section_.axes.insert(section_.axes.begin() + place, std::move(*axis));
    }

    static bool replaces(const SweepAxis& axis, const SweepAxis& old) {
        return !old.from_option &&
               std::any_of(old.paths.begin(), old.paths.end(),
                           [&](const Name& path) { return names_path(axis, path.text); });
    }

    /// Of paths that move together in the file, one alone cannot be replaced.
    bool may_replace(const SweepAxis& axis) {
        for (const SweepAxis& old : section_.axes) {
            if (!replaces(axis, old)) continue;
            for (const Name& path : old.paths) {
                if (names_path(axis, path.text)) continue;
                diagnostics_.error(axis.paths[0].range,
                                   fmt::format("`{}` moves together with `{}` in the file",
                                               axis.paths[0].text, path.text),
                                   fmt::format("give both: `--sweep '{}, {}=[[A, B], [C, D]]'`",
                                               axis.paths[0].text, path.text));
                return false;
            }
        }
        return true;
    }

    void check_whole() {
        check_overlaps(section_.axes, diagnostics_);
        constexpr auto kHint =
            "write `sweep: {services.payment.queue: [10, 20]}`, or `--sweep "
            "services.payment.queue=10,20`";
        const sim::SourceRange file{tree_.root.range.file, 0, 0, 0};
        if (section_.axes.empty() && !section_.where.empty()) {
            diagnostics_.error(file, "there is nothing to sweep", kHint);
        } else if (section_.axes.empty()) {
            diagnostics_.note(file, "nothing varies: one point, the scenario as it is", kHint);
        }
        check_overrides();
        check_drawing();
    }

    /// What `--set` says of a swept path would be overwritten at every point.
    void check_overrides() {
        for (const std::string& argument : request_.overrides) {
            const std::string path = argument.substr(0, argument.find('='));
            for (const SweepAxis& axis : section_.axes) {
                for (const Name& swept : axis.paths) {
                    if (!path_lies_in(path, swept.text)) continue;
                    const std::uint32_t file = sources_.add("--set", argument);
                    diagnostics_.error(
                        sources_.range(file, 0, path.size()),
                        fmt::format("`{}` is swept: what is set here would be used nowhere",
                                    swept.text),
                        fmt::format("`--sweep {}=VALUE` keeps it at one value", swept.text));
                }
            }
        }
    }

    void check_drawing() {
        std::size_t drawn = 0;
        for (const SweepAxis& axis : section_.axes) {
            if (!axis.sampled) continue;
            ++drawn;
            if (section_.samples) continue;
            diagnostics_.error(axis.place,
                               fmt::format("nothing says which values of this range `{}` takes",
                                           axis.paths[0].text),
                               "add `step S`, `points N` or `log N`; or draw from it with "
                               "`samples: 100` (`--samples 100`)");
        }
        if (section_.samples && drawn == 0) {
            diagnostics_.error(section_.samples_place, "there is no range to draw samples from",
                               "such as `policy.timeout: 100ms..1s`, without a step");
        } else if (section_.method && !section_.samples) {
            diagnostics_.error(section_.method_place, "`method` is how `samples` are drawn",
                               "write `samples: 100` too");
        }
        if (drawn > sim::kMostSobolDimensions) {
            diagnostics_.error(
                section_.samples_place,
                fmt::format("samples are drawn from at most {} ranges", sim::kMostSobolDimensions));
        }
    }

    const ScenarioTree& tree_;
    const LoadRequest& request_;
    const SweepArguments& arguments_;
    sim::SourceMap& sources_;
    sim::Diagnostics& diagnostics_;
    SweepSection section_;
};

}  // namespace

std::optional<SweepSection> read_sweep_of(const ScenarioTree& tree, const LoadRequest& request,
                                          const SweepArguments& arguments, sim::SourceMap& sources,
                                          sim::Diagnostics& diagnostics) {
    return SectionReader(tree, request, arguments, sources, diagnostics).read();
}

}  // namespace models
