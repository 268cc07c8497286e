#pragma once

#include <string>

namespace models {

/// The reference of call settings as Markdown, from the declarations that read them: every key of
/// `policy`, then every kind of every family with its parameters and presets. scenarios/README.md
/// holds it between two markers.
std::string policy_reference();

}  // namespace models
