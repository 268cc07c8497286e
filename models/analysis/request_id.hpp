#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/metrics/request_trace.hpp"

namespace models {

/// `us:1234`: the group and the number within it, which for a closed group holds the user and how
/// often he has come. What the number has no room for, such as how often it was pressed, follows
/// in hexadecimal digits: `us:1234:1000000000000`.
std::string request_id(const RequestName& name, const std::vector<std::string>& groups);

/// The inverse; nothing when it is none, or of no such group.
std::optional<RequestName> parse_request_id(std::string_view text,
                                            const std::vector<std::string>& groups);

}  // namespace models
