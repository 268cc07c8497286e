#pragma once

#include <string>

#include "sim/report/document.hpp"

namespace sim::cli {

/// Every fault that has a name, by family, with what it does and who injects the same.
Document faults_document();

/// What one of them means and stands for, its parameters, an example. Without blocks when there is
/// none of that name.
Document fault_document(const std::string& name);

}  // namespace sim::cli
