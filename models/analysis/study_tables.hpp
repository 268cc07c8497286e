#pragma once

#include "models/analysis/study_report.hpp"
#include "sim/report/document.hpp"

// Inside of study_document: tables that have a file of their own. No rows: nothing to show.
namespace models {

/// Without SLOs the table of verdicts is empty: these are the numbers that people want then.
sim::Table plain_table(const StudyInput& input);
/// Caches and queues that something came to. Where that makes many rows only those of the winner
/// and the baseline, unless the report is verbose.
sim::Table cache_table(const StudyInput& input);
sim::Table queue_table(const StudyInput& input);
/// When the operators' actions fired, what they did, and whether it got the system out.
sim::Table action_table(const StudyInput& input);
/// From which faults the system recovered under which strategies, in how many runs.
sim::Table recovery_table(const StudyInput& input);
/// Every service under every strategy: for `-v`.
sim::Table service_table(const StudyInput& input);
/// What rules did on every pair of caller and callee where some rule did something: for `-v`.
sim::Table rule_table(const StudyInput& input);

}  // namespace models
