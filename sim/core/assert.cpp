#include "sim/core/assert.hpp"

namespace sim {

void fail_assertion(const char* expression, const char* file, int line) {
    throw InternalError(std::string(file) + ":" + std::to_string(line) +
                        ": assertion failed: " + expression);
}

}  // namespace sim
