#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "models/scenario/scenario.hpp"
#include "sim/core/diagnostics.hpp"

namespace models {

/// Finds a system's parts by name. Views into the system, which must outlive it.
class NameIndex {
  public:
    explicit NameIndex(const SystemSpec& system);

    [[nodiscard]] std::optional<std::size_t> service(std::string_view name) const;
    [[nodiscard]] std::optional<std::size_t> group(std::string_view name) const;
    [[nodiscard]] std::optional<std::size_t> region(std::string_view name) const;
    /// Zones are numbered over all regions.
    [[nodiscard]] std::optional<std::size_t> zone(std::string_view name) const;
    /// Of names that have been checked.
    [[nodiscard]] ServiceId service_id(std::string_view name) const;
    [[nodiscard]] ZoneId zone_id(std::string_view name) const;

    [[nodiscard]] const std::vector<std::string_view>& services() const { return services_.names; }
    [[nodiscard]] const std::vector<std::string_view>& groups() const { return groups_.names; }
    [[nodiscard]] const std::vector<std::string_view>& regions() const { return regions_.names; }
    [[nodiscard]] const std::vector<std::string_view>& zones() const { return zones_.names; }
    /// Of services, each once.
    [[nodiscard]] const std::vector<std::string_view>& labels() const { return labels_.names; }
    [[nodiscard]] bool has_label(std::string_view name) const {
        return labels_.find(name).has_value();
    }

  private:
    struct Names {
        std::vector<std::string_view> names;
        std::map<std::string_view, std::size_t> index;
        void add(std::string_view name);
        [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;
    };
    Names services_;
    Names groups_;
    Names regions_;
    Names zones_;
    Names labels_;
};

/// A call's target as it is written: names may hold dots themselves, so every dot may be the one
/// between service and endpoint.
struct CallTarget {
    std::size_t service = 0;
    std::optional<std::string> endpoint;  ///< as written; nothing: the service's only one
};
std::optional<CallTarget> find_target(const std::string& text, const NameIndex& index);

/// An endpoint by its place in SystemSpec::services.
struct EndpointRef {
    std::size_t service = 0;
    std::size_t endpoint = 0;
};
/// Nothing unless the text names exactly one endpoint.
std::optional<EndpointRef> resolve_target(const std::string& text, const SystemSpec& system,
                                          const NameIndex& index);

std::optional<std::size_t> find_endpoint(const ServiceSpec& service, std::string_view name);
std::vector<std::string_view> endpoint_names(const ServiceSpec& service);

/// The replicas of a service in one zone.
std::uint32_t replicas_in(const ServiceSpec& service, std::string_view zone);
std::uint32_t replicas_of(const ServiceSpec& service);

/// Whether any endpoint of `caller` calls the service. Calls must be resolved.
bool calls_service(const ServiceSpec& caller, std::string_view callee);

/// An error at `name` that also shows another place.
void report_with(sim::Diagnostics& diagnostics, const Name& name, std::string message,
                 std::string hint, const Name& other, std::string label);

}  // namespace models
