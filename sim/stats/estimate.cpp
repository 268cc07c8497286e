#include "sim/stats/estimate.hpp"

#include "sim/core/assert.hpp"

namespace sim {

std::string_view name_of(IntervalMethod method) {
    switch (method) {
        case IntervalMethod::none:
            return "none";
        case IntervalMethod::identical:
            return "identical";
        case IntervalMethod::student_t:
            return "Student t";
        case IntervalMethod::paired_t:
            return "paired t";
        case IntervalMethod::welch_t:
            return "Welch t";
        case IntervalMethod::clopper_pearson:
            return "Clopper-Pearson";
        case IntervalMethod::wilson:
            return "Wilson";
        case IntervalMethod::order_statistic:
            return "order statistics";
    }
    fail_assertion("a known interval method", __FILE__, __LINE__);
}

}  // namespace sim
