#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/analysis/blast_story.hpp"
#include "models/analysis/blast_value.hpp"
#include "models/scenario/atomic_faults.hpp"
#include "models/scenario/scenario.hpp"
#include "sim/report/document.hpp"

namespace models {

/// What one replication of one fault (or pair) left behind.
struct MatrixRun {
    BlastDigest digest;
    std::vector<std::optional<CustomerReach>> customers;
};

/// One fault of the matrix, over all replications.
struct MatrixRow {
    std::vector<std::size_t> faults;  ///< one, or two
    std::string title;
    std::string yaml;  ///< entries of `faults:`
    BlastStory story;
    std::vector<ValueStory> values;
    std::vector<MoneyStory> money;
    double lost = 0;           ///< requests, mean
    double more_than_sum = 0;  ///< of a pair: beyond what its faults lose apart
};

/// Every fault of a topology by itself, under one strategy.
struct BlastMatrix {
    StudyFrame frame;  ///< with all the faults
    std::vector<AtomicFault> faults;
    std::vector<MatrixRow> rows;   ///< the worst first
    std::vector<MatrixRow> pairs;  ///< of which more is lost than of the two apart, the same
    std::vector<std::string> surprises;
    std::size_t runs = 0;
    std::size_t pairs_tried = 0;
};

/// Everything a report about it may say.
struct MatrixInput {
    const Scenario& scenario;
    const BlastMatrix& matrix;
    std::string strategy;
    std::string engine_version;
    std::string repeat_command;
    sim::SimTime at;
    sim::Duration length;
    sim::Duration after;
    bool verbose = false;
    bool page = false;  ///< for a page, which has colours and puts surprises first
};

/// Adds up the runs of one fault or pair; `runs` is not empty.
MatrixRow matrix_row(const BlastMatrix& matrix, std::vector<std::size_t> faults,
                     const std::vector<MatrixRun>& runs, const std::vector<JourneyValue>& values,
                     sim::SimTime at, sim::Duration length, double confidence);
/// Sorts rows and pairs by harm, and finds the surprises.
void finish_matrix(BlastMatrix& matrix);
/// Who is hit that one would not think of, in sentences: customers elsewhere, journeys that only
/// have an optional path to what is struck, services that do not come back.
std::vector<std::string> surprises_of(const BlastMatrix& matrix);

sim::Document matrix_document(const MatrixInput& input);
nlohmann::ordered_json matrix_json(const MatrixInput& input);

}  // namespace models
