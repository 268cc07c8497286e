#include "sim/report/document.hpp"

#include <fmt/format.h>

namespace sim {

std::string CheckPlace::text() const {
    return line == 0 ? file : fmt::format("{}:{}:{}", file, line, column);
}

Document::Document() = default;
Document::Document(const Document&) = default;
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(const Document&) = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

}  // namespace sim
