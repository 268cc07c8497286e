#pragma once

#include <stdexcept>
#include <string>

namespace sim {

/// A bug of ours, never of the user's file. The command line catches it, prints the command that
/// repeats it and exits with 4.
class InternalError : public std::logic_error {
  public:
    using std::logic_error::logic_error;
};

[[noreturn]] void fail_assertion(const char* expression, const char* file, int line);

}  // namespace sim

/// Holds in Release too: an assertion that is compiled out protects nobody's results.
#define SIM_ASSERT(expression) \
    ((expression) ? static_cast<void>(0) : ::sim::fail_assertion(#expression, __FILE__, __LINE__))
