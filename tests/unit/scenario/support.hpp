#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/scenario/build.hpp"
#include "models/scenario/load.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/core/source_map.hpp"

namespace scenario_test {

/// What came of loading a scenario: the scenario or messages.
struct Loaded {
    sim::SourceMap sources;
    sim::Diagnostics diagnostics;
    std::optional<models::Scenario> scenario;

    [[nodiscard]] std::string messages() const { return diagnostics.render(sources); }
    /// The messages without source lines: `1:2: error: …` and `hint: …`.
    [[nodiscard]] std::vector<std::string> brief() const;
};

using Files = std::map<std::string, std::string>;

/// Loads `files.at("shop.yaml")`.
std::unique_ptr<Loaded> load_files(const Files& files, std::vector<std::string> overrides = {});
std::unique_ptr<Loaded> load(const std::string& text, std::vector<std::string> overrides = {});
/// A file of the repository, under its path from the root; what it sweeps is planned too.
std::unique_ptr<Loaded> load_repository_file(const std::string& path);
std::string read_repository_file(const std::string& path);

/// Everything in a model as text, to compare models with.
std::string dump(const models::SystemModel& model);

/// Two services, two zones, one fault, two strategies: a text to vary with `replaced`.
extern const std::string kShop;
std::string replaced(std::string text, const std::string& from, const std::string& to);

}  // namespace scenario_test
