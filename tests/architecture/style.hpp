#pragma once

#include "tests/architecture/source_text.hpp"

namespace architecture {

/// At most 100 columns (code points); raw strings are exempt.
Violations check_columns(const SourceText& file);

/// Functions of at most 70 lines, from the line of the opening brace to that of the closing one.
Violations check_function_length(const SourceText& file);

/// Words that code may not contain, each where it is banned and with what to use instead.
Violations check_banned_words(const SourceText& file);

/// Reminders and paths of somebody's machine, in comments and scripts too.
Violations check_banned_text(const SourceText& file);

/// Headers begin with `#pragma once`, names are snake_case, no tabs, no trailing blanks, and the
/// last line ends.
Violations check_layout(const SourceText& file);

}  // namespace architecture
