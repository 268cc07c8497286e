#pragma once

#include "models/search/search_study.hpp"
#include "sim/cli/search_axis.hpp"
#include "sim/cli/session.hpp"
#include "sim/experiment/store.hpp"

namespace sim::cli {

/// Asks place after place under every strategy until all answers are there, or it is stopped; all
/// strategies in rounds, so that every core has something to do. What is in the store is not run
/// again. Returns false when it was stopped.
bool run_search_places(const Options& options, Io& io, const Session& session,
                       const SearchAxis& axis, const models::SearchStudy& study, Store& store,
                       std::int64_t plan);

/// The search that a store holds as its newest plan, to stdout and to every `-o` that is no store.
int emit_search(const Options& options, Io& io, Store& store);

}  // namespace sim::cli
