#include "models/analysis/request_id.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace models {

namespace {

std::optional<std::uint64_t> number_of(std::string_view text, int base) {
    std::uint64_t value = 0;
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value, base);
    if (text.empty() || read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    return value;
}

}  // namespace

std::string request_id(const RequestName& name, const std::vector<std::string>& groups) {
    auto id = fmt::format("{}:{}", groups[name.group], name.number);
    if (name.rest != 0) id += fmt::format(":{:x}", name.rest);
    return id;
}

std::optional<RequestName> parse_request_id(std::string_view text,
                                            const std::vector<std::string>& groups) {
    // Names of groups may hold colons themselves: the longest that fits is meant.
    std::optional<RequestName> best;
    std::size_t length = 0;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        const auto& group = groups[i];
        if (!text.starts_with(group + ":") || (best && group.size() <= length)) continue;
        auto rest = text.substr(group.size() + 1);
        const auto colon = rest.find(':');
        RequestName name{static_cast<std::uint32_t>(i), 0, 0};
        const auto number = number_of(rest.substr(0, colon), 10);
        if (!number) continue;
        name.number = *number;
        if (colon != std::string_view::npos) {
            const auto more = number_of(rest.substr(colon + 1), 16);
            if (!more) continue;
            name.rest = *more;
        }
        best = name;
        length = group.size();
    }
    return best;
}

}  // namespace models
