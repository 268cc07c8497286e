#include "models/fault/effect_link.hpp"

#include <optional>
#include <string>

#include "sim/yaml/parameters.hpp"

namespace models {
namespace {

constexpr std::int64_t kMostBytes = std::int64_t{1} << 50;

std::optional<std::uint64_t> read_bytes(const sim::Node& node, sim::Diagnostics& diagnostics) {
    const auto size = sim::read_size(node, diagnostics, {1, kMostBytes});
    if (!size) return std::nullopt;
    return static_cast<std::uint64_t>(*size);
}

/// `1MiB/s`, or `8Mbit/s` as network people write it.
std::optional<std::uint64_t> read_byte_rate(const sim::Node& node, sim::Diagnostics& diagnostics) {
    constexpr std::string_view kHint = "write bytes or bits a second: `1MiB/s`, `8Mbit/s`";
    if (!node.is_scalar() || !node.text.ends_with("/s")) {
        sim::report(diagnostics, node, "expected a rate in bytes, found " + sim::describe(node),
                    std::string(kHint));
        return std::nullopt;
    }
    sim::Node size = node;
    size.text.resize(size.text.size() - 2);
    constexpr std::string_view kBits = "bit";
    const bool bits = size.text.ends_with(kBits);
    if (bits) {
        size.text.resize(size.text.size() - kBits.size());
        size.text += 'B';
        if (size.text.size() > 1 && size.text[size.text.size() - 2] == 'k') {
            size.text[size.text.size() - 2] = 'K';
        }
    }
    const auto read = read_bytes(size, diagnostics);
    if (!read || !bits) return read;
    return std::max<std::uint64_t>(1, *read / 8);
}

}  // namespace

void BandwidthEffect::parameters(sim::Parameters& p) {
    p.other("rate", "text", "", "of the link, each way: `1MiB/s`, `8Mbit/s`",
            [&](const sim::Node& node, sim::Diagnostics& diagnostics, bool /*partial*/) {
                const auto read = read_byte_rate(node, diagnostics);
                rate = read.value_or(rate);
                return read.has_value();
            });
    p.other("size", "text", "10KiB", "of a message",
            [&](const sim::Node& node, sim::Diagnostics& diagnostics, bool /*partial*/) {
                const auto read = read_bytes(node, diagnostics);
                size = read.value_or(size);
                return read.has_value();
            });
    direction_parameter(p, direction);
}

std::optional<sim::Misfit> BandwidthEffect::misfit() const {
    if (rate > 0) return std::nullopt;
    return sim::Misfit{"rate", "effect `bandwidth` needs a rate",
                       "write `effect: {bandwidth: 1MiB/s}`"};
}

void BandwidthEffect::apply(Conditions& conditions, const Topology& /*topology*/,
                            const ActiveFault& fault) const {
    add_traffic(conditions, fault, [&](TrafficConditions& one) {
        narrow(one.where, direction);
        one.seconds_each = static_cast<double>(size) / static_cast<double>(rate);
    });
}

}  // namespace models
