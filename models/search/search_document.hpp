#pragma once

#include <string>

#include "models/search/search_study.hpp"
#include "sim/report/document.hpp"

namespace models {

/// What a search found under one strategy, in a sentence or two.
std::string search_sentence(const SearchStudy& study, const StrategySearch& search);

/// The report of a search: the answer for each strategy, which SLO binds, every SLO by itself; in
/// pages the curve of the binding measure, with `verbose` every place in text too. `data` is
/// `{"formatVersion", "command": "search", "scenario", "provenance", "search", "today",
/// "strategies": [{name, end, met, missed, binding, slos: [{slo, met, missed}], probes}]}`.
sim::Document search_document(const SearchResult& result, bool verbose);

}  // namespace models
