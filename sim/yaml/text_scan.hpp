#pragma once

#include <cstddef>
#include <string_view>

// yaml-cpp says where a value starts, counted from its anchor and tag, and never where it ends.
// These small scans of the text find what a caret should underline. They decide nothing else.
namespace sim {

/// Past spaces, line ends, comments, anchors and tags: where the value itself starts.
std::size_t skip_properties(std::string_view text, std::size_t offset);

/// Bytes of a scalar that starts at `offset` and has the given value: to the closing quote, or the
/// plain text, or to the end of the line when it goes on below.
std::size_t scalar_length(std::string_view text, std::size_t offset, std::string_view value);

/// Bytes from an opening bracket to its closing one, or 1 when that is on another line or far away.
std::size_t bracket_length(std::string_view text, std::size_t offset);

/// Bytes of `*name` or `&name` at `offset`.
std::size_t alias_length(std::string_view text, std::size_t offset);

/// Whether `~` or `null` is really written at `offset` (yaml-cpp gives an absent value the place of
/// whatever comes next, which may be a key named `null`).
bool null_written_at(std::string_view text, std::size_t offset, bool as_key);

/// Whether a quote opens at `offset` that nothing closes; yaml-cpp accepts that at the end of a
/// file.
bool quote_is_open(std::string_view text, std::size_t offset);

/// The `-` or `,` between `from` and `to` that stands before an absent list item, else `to`.
std::size_t absent_item(std::string_view text, std::size_t from, std::size_t to);

/// The last quote after `from` that nothing closes, else the end of the text.
std::size_t unclosed_quote(std::string_view text, std::size_t from);

/// Whether the indentation of the line that holds `offset` contains a tab; then `*tab` is its
/// place.
bool tab_indents(std::string_view text, std::size_t offset, std::size_t* tab);

}  // namespace sim
