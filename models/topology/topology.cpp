#include "models/topology/topology.hpp"

namespace models {

std::string_view to_string(ServiceKind kind) {
    switch (kind) {
        case ServiceKind::service:
            return "service";
        case ServiceKind::database:
            return "database";
        case ServiceKind::cache:
            return "cache";
        case ServiceKind::external:
            return "external";
        case ServiceKind::queue:
            return "queue";
    }
    SIM_ASSERT(false);
}

}  // namespace models
