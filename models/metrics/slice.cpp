#include "models/metrics/slice.hpp"

namespace models {

std::string_view to_string(SliceKind kind) {
    switch (kind) {
        case SliceKind::all:
            return "all";
        case SliceKind::before:
            return "before";
        case SliceKind::caught:
            return "caught";
        case SliceKind::during:
            return "during";
        case SliceKind::after:
            return "after";
    }
    SIM_ASSERT(false);
}

}  // namespace models
