#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/source_map.hpp"

namespace sim {

enum class Severity { error, warning, note };
/// "error", "warning", "note".
std::string_view name_of(Severity severity);

/// "2 errors.", "1 error, 3 warnings."; empty without errors and warnings.
std::string summary_of(std::size_t errors, std::size_t warnings);

/// One message about the user's input. Messages start in lower case, have no full stop and quote
/// the user's words in backticks; the hint says what to write instead.
struct Diagnostic {
    Severity severity = Severity::error;
    SourceRange range;
    std::string message;
    std::string hint;         ///< may be empty
    SourceRange other_range;  ///< a second place, e.g. where a key was written first
    std::string other_label;  ///< what is there, e.g. "first written here"
};

/// Everything that is wrong with the user's input, collected so that it can be shown at once.
class Diagnostics {
  public:
    static constexpr std::size_t kMaxPrinted = 20;

    void add(Diagnostic diagnostic);
    void error(SourceRange range, std::string message, std::string hint = {});
    void warning(SourceRange range, std::string message, std::string hint = {});
    void note(SourceRange range, std::string message, std::string hint = {});

    [[nodiscard]] bool has_errors() const;
    [[nodiscard]] std::size_t error_count() const;
    [[nodiscard]] std::size_t warning_count() const;
    [[nodiscard]] bool empty() const { return all_.empty(); }

    /// In the order of the text, each (severity, range, message) once. What has no place is first.
    [[nodiscard]] std::vector<Diagnostic> sorted() const;

    /// The text of a terminal: `file:line:col: error: …`, the source line, a caret and the hint of
    /// the first `kMaxPrinted`, then how many more there are. At most 100 columns of source line;
    /// control characters of the input are escaped. Empty when there is nothing to say.
    [[nodiscard]] std::string render(const SourceMap& sources) const;

    [[nodiscard]] std::string summary() const { return summary_of(error_count(), warning_count()); }

  private:
    [[nodiscard]] std::size_t count(Severity severity) const;

    std::vector<Diagnostic> all_;
};

/// `text` in backticks for a message: cut after 60 code points, control characters escaped.
std::string quote(std::string_view text);

/// `text` with control, bidirectional and invalid bytes written as `\n`, `\x1b` or `\u202e`, so
/// that nothing a file says can steer a terminal.
std::string printable(std::string_view text);

}  // namespace sim
