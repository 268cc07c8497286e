#include "models/scenario/scenario.hpp"

namespace models {

SystemSpec::SystemSpec() = default;
SystemSpec::SystemSpec(const SystemSpec&) = default;
SystemSpec::SystemSpec(SystemSpec&&) noexcept = default;
SystemSpec& SystemSpec::operator=(const SystemSpec&) = default;
SystemSpec& SystemSpec::operator=(SystemSpec&&) noexcept = default;
SystemSpec::~SystemSpec() = default;

Scenario::Scenario() = default;
Scenario::Scenario(const Scenario&) = default;
Scenario::Scenario(Scenario&&) noexcept = default;
Scenario& Scenario::operator=(const Scenario&) = default;
Scenario& Scenario::operator=(Scenario&&) noexcept = default;
Scenario::~Scenario() = default;

}  // namespace models
