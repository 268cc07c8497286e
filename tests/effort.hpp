#pragma once

namespace tests {

/// Whether this build looks for misuse of memory and undefined behaviour, which takes ten times as
/// long. There it is enough that every kind of code has been run: comparisons that only repeat it,
/// such as the same run from scratch, are made by Release, which runs all of every test.
#ifdef __SANITIZE_ADDRESS__
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace tests
