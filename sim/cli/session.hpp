#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/analysis/capacity.hpp"
#include "models/analysis/warm_up.hpp"
#include "models/engine/model.hpp"
#include "models/scenario/load.hpp"
#include "models/scenario/scenario.hpp"
#include "sim/cli/io.hpp"
#include "sim/cli/options.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/core/source_map.hpp"
#include "sim/report/document.hpp"

namespace sim::cli {

/// A scenario with what was said while it was read.
struct Session {
    SourceMap sources;
    Diagnostics diagnostics;
    std::optional<models::ScenarioTree> tree;  ///< the file as it was read, to vary it
    std::optional<models::Scenario> scenario;
    models::StudyWarmUp warm_up{};  ///< of settle_warm_up

    /// Reads the file; what is wrong with it goes to `io.err`. False when there is no scenario.
    bool load(const std::string& path, const Options& options, Io& io);
    /// The notes of the reader (ignored section) and dangers that these strategies have from
    /// presets, for reports.
    [[nodiscard]] std::vector<std::string> notes(std::span<const std::size_t> strategies) const;
    /// Indices of the strategies that `--strategy` selects, in the file's order; all without it.
    /// Empty when a name is unknown: then `io.err` says so.
    [[nodiscard]] std::vector<std::size_t> selected(const Options& options, Io& io) const;
};

/// How a file is read under these options: with `--set`, `--seed` and `--runs` as overrides.
models::LoadRequest load_request(const std::string& path, const Options& options, const Io& io);

/// Says what is wrong with the options, and what would be right; returns kUsage.
int wrong_usage(Io& io, const std::string& message, const std::string& hint = {});

/// The strategy of that name, by number; nothing: there is none, which `io.err` says of `option`.
std::optional<std::size_t> strategy_named(const std::string& wanted, std::string_view option,
                                          std::span<const std::string_view> names, Io& io);

/// False, with a message, when a suffix of `-o` names no format.
bool outputs_have_formats(const Options& options, Io& io);

/// Writes the report to stdout and to every `-o`. Returns 0 or kCannotWrite.
int emit(const Document& document, const Options& options, Io& io);
/// ... only to the files.
int write_outputs(const Document& document, const Options& options, Io& io);

/// A view of the model for the traffic equations; the model must outlive it.
models::CapacityInput capacity_input(const models::SystemModel& model);

/// The command that repeats a run of these options: `firedrill run FILE … --seed N --runs N`.
std::string repeat_command(const Options& options, const models::Scenario& scenario);

}  // namespace sim::cli
