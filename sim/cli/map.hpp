#pragma once

#include "models/map/map_study.hpp"
#include "sim/cli/session.hpp"
#include "sim/experiment/store.hpp"

namespace sim::cli {

/// Whether the suffixes of `-o` are those that a map has: reports, .svg, and one store. False with
/// a message when they are not.
bool map_outputs_are_known(const Options& options, Io& io);

/// The map that a store holds as its newest plan, to stdout and to every `-o` that is no store.
int emit_map(const Options& options, Io& io, Store& store);

}  // namespace sim::cli
