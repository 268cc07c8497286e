#pragma once

#include <string_view>

#include "models/policy/jitter.hpp"
#include "models/policy/outcome.hpp"
#include "models/policy/retry_on.hpp"
#include "models/scenario/slo.hpp"

namespace sim::cli {

// What the words of enumerations mean, on one line for help. With e the nominal delay.
std::string_view meaning_of(models::Jitter jitter);
std::string_view meaning_of(models::RetryCondition condition);
std::string_view meaning_of(models::Outcome outcome);
std::string_view meaning_of(models::SloMetric metric);

}  // namespace sim::cli
