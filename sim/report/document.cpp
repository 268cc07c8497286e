#include "sim/report/document.hpp"

#include <fmt/format.h>

namespace sim {

std::string CheckPlace::text() const {
    return line == 0 ? file : fmt::format("{}:{}:{}", file, line, column);
}

Block::Block(const Block&) = default;
Block::Block(Block&&) noexcept = default;
Block& Block::operator=(const Block&) = default;
Block& Block::operator=(Block&&) noexcept = default;
Block::~Block() = default;

Document::Document() = default;
Document::Document(const Document&) = default;
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(const Document&) = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

}  // namespace sim
