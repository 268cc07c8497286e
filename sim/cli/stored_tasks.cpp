#include "sim/cli/stored_tasks.hpp"

namespace sim::cli {

void stop_when_due(const StoredTasks& with) {
    if (with.stop.requested()) return;
    const auto& limit = with.options.time_limit;
    const bool out_of_time = limit && with.io.seconds() - with.started_s > limit->seconds();
    if (with.io.stop.requested() || out_of_time) with.stop.request();
}

}  // namespace sim::cli
