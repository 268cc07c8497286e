#include "sim/cli/stored_tasks.hpp"

#include "sim/core/diagnostics.hpp"

namespace sim::cli {

void stop_when_due(const StoredTasks& with) {
    if (with.stop.requested()) return;
    const auto& limit = with.options.time_limit;
    const bool out_of_time = limit && with.io.seconds() - with.started_s > limit->seconds();
    if (with.io.stop.requested() || out_of_time) with.stop.request();
}

int end_stopped(Io& io, const std::string& store, const std::string& resume,
                std::string_view example) {
    const bool interrupted = io.stop.requested();
    io.err << (interrupted ? "interrupted" : "--time-limit ended it");
    if (store.empty()) {
        io.err << "; without -o " << example << " nothing is kept for the next time\n";
    } else {
        io.err << "; what is finished is in " << quote(store) << "\nresume: " << resume << "\n";
    }
    return interrupted ? kInterrupted : kInconclusive;
}

}  // namespace sim::cli
