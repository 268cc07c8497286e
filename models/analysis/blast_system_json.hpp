#pragma once

#include <string>
#include <vector>

#include "models/analysis/blast_story.hpp"
#include "models/analysis/json_parts.hpp"
#include "models/analysis/study_report.hpp"

// Inside of blast_json.
namespace models {

/// Writes what is a number (or nothing) of each run.
class RunColumns {
  public:
    RunColumns(const std::vector<BlastRun>& runs, double confidence)
        : runs_(runs), confidence_(confidence) {}

    template <class Get>
    [[nodiscard]] Json difference(const Get& get) const {
        return estimate_json(estimate_differences(column(get), confidence_));
    }
    template <class Get>
    [[nodiscard]] Json estimate(const Get& get) const {
        return estimate_json(estimate_over_runs(column(get), confidence_));
    }

    [[nodiscard]] const BlastDigest& first() const { return *runs_.front().digest; }

  private:
    template <class Get>
    [[nodiscard]] std::vector<Measure> column(const Get& get) const {
        std::vector<Measure> values;
        for (const auto& run : runs_) values.push_back(get(*run.digest));
        return values;
    }

    const std::vector<BlastRun>& runs_;
    double confidence_;
};

/// A name, or null when there is none.
inline Json name_or_null(const std::string& name) { return name.empty() ? Json() : Json(name); }

/// `budget`: BLAST_RADIUS.md B12, of each objective on success, for each group that it is about.
Json blast_budget_json(const StrategyRuns& strategy, const std::vector<BlastRun>& runs,
                       const BlastStory& story, double confidence);

/// `services`, `edges`, `cost` and `data`: BLAST_RADIUS.md B15, B19 and B21.
Json blast_system_json(const StudyFrame& frame, const RunColumns& columns);

}  // namespace models
