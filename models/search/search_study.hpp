#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/search/probe.hpp"
#include "sim/experiment/frontier.hpp"
#include "sim/experiment/store.hpp"

namespace models {

enum class SearchKind : std::uint8_t {
    max_load,  ///< a factor on the rates of all groups that come at one
    boundary,  ///< any path with a number
};
/// "max-load", "boundary".
std::string_view to_string(SearchKind kind);

/// What a search is about, as its store remembers it: enough to report it without the scenario.
struct SearchStudy {
    SearchKind kind = SearchKind::max_load;
    std::string name;      ///< of the scenario
    std::string file;      ///< as a reader may be told, without folders
    std::string question;  ///< may be empty
    std::string resolved;  ///< hash of the scenario that is varied
    std::string path;      ///< boundary: what is varied
    std::string range;     ///< "0.1x to 10x", as it is written
    std::string today;     ///< boundary: the scenario's own value; may be empty
    std::vector<std::pair<std::string, double>> rates;  ///< max-load: groups, per second today
    std::vector<std::string> strategies;
    std::vector<std::string> slos;  ///< that count; empty: all
    double tolerance = 0.01;
    double confidence = 0.95;        ///< of every answer
    double probe_confidence = 0.95;  ///< of each verdict, so that the answer has that
    std::size_t most_probes = 0;
    std::uint32_t most_runs = 0;  ///< of one place
    std::uint64_t seed = 0;
    std::string command;  ///< that goes on with it
    std::string engine;   ///< version of the results, see Store
};

/// As text, and back; equal studies are equal text. Nothing: it is damaged, or no search.
std::string search_text(const SearchStudy& study);
std::optional<SearchStudy> read_search_text(const std::string& text);
/// Whether a plan is one of a search.
bool is_search_text(const std::string& text);

/// How a search ended under one strategy.
enum class SearchEnd : std::uint8_t {
    found,       ///< an interval as narrow as was wanted
    wide,        ///< an interval with places in it that are inconclusive
    never_met,   ///< missed, for sure, also at the lowest
    always_met,  ///< met, for sure, also at the highest
    open,        ///< one side only, or none, is known for sure
    unfinished,  ///< stopped
};
std::string_view to_string(SearchEnd end);

/// Certain places around a flip of one thing: of everything, or of one SLO.
struct Bracket {
    std::optional<double> met;  ///< that is nearest to the flip
    std::optional<double> missed;
    std::string met_text;
    std::string missed_text;
};

/// The search under one strategy: its probes in the order in which they were asked.
struct StrategySearch {
    std::string name;
    std::vector<SearchProbe> probes;
    bool finished = false;  ///< nothing more to ask

    /// Of all SLOs together; of a boundary that is met above and missed below as well.
    [[nodiscard]] Bracket bracket() const;
    /// Of one SLO by itself, over its groups, from the same runs.
    [[nodiscard]] Bracket bracket_of(const std::string& slo) const;
    [[nodiscard]] SearchEnd end() const;
    /// SLOs (with their groups) that are missed where it first is, the surest first; where none is
    /// certain, those that are not met. Indices into that probe's `slos`; empty: nothing is missed.
    [[nodiscard]] const SearchProbe* first_missed() const;
    [[nodiscard]] std::vector<const ProbeSlo*> binding() const;
    [[nodiscard]] std::size_t runs() const;
};

/// A search with what is known of it.
struct SearchResult {
    SearchStudy study;
    std::vector<StrategySearch> strategies;
};
/// The newest plan of a store. Throws StoreError when that is no search, or a damaged one.
SearchResult read_search(sim::Store& store);

}  // namespace models
