#include "sim/cli/verbs.hpp"
#include "sim/cli/version.hpp"

namespace sim::cli {

int run_version(const Options&, Io& io) {
    io.out << "firedrill " << kVersion << " (engine " << kEngineVersion << ")\n";
    return kOk;
}

}  // namespace sim::cli
