#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace models {

using Json = nlohmann::ordered_json;

/// A place in a saved result, which anybody may have edited: what is missing there, or is of
/// another kind than it should be, is nothing and never an error. It knows its JSON pointer
/// (RFC 6901), so that a report can say where each number comes from. The JSON must outlive it.
class Part {
  public:
    Part() = default;
    explicit Part(const Json& json) : json_(&json) {}

    /// Of an object.
    [[nodiscard]] Part operator[](std::string_view key) const;
    /// Of an array.
    [[nodiscard]] Part at(std::size_t index) const;
    /// The elements of an array; of anything else none.
    [[nodiscard]] std::vector<Part> items() const;
    /// Names and values of an object; of anything else none.
    [[nodiscard]] std::vector<std::pair<std::string, Part>> members() const;

    [[nodiscard]] bool exists() const { return json_ != nullptr && !json_->is_null(); }
    [[nodiscard]] bool is_object() const { return json_ != nullptr && json_->is_object(); }
    [[nodiscard]] bool is_array() const { return json_ != nullptr && json_->is_array(); }
    [[nodiscard]] bool is_number() const { return json_ != nullptr && json_->is_number(); }
    [[nodiscard]] bool is_text() const { return json_ != nullptr && json_->is_string(); }
    /// Of an array or object.
    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::string text(std::string_view key) const { return (*this)[key].text(); }
    /// NaN when it is none.
    [[nodiscard]] double number() const;
    [[nodiscard]] double number(std::string_view key) const { return (*this)[key].number(); }
    /// As it is written in the file, digit by digit; empty when it is no number.
    [[nodiscard]] std::string digits() const { return is_number() ? json_->dump() : ""; }
    [[nodiscard]] bool flag(std::string_view key) const;
    /// Of an array, NaN where there is none.
    [[nodiscard]] std::vector<double> numbers() const;
    [[nodiscard]] const std::string& source() const { return source_; }

  private:
    Part(const Json* json, std::string source) : json_(json), source_(std::move(source)) {}

    const Json* json_ = nullptr;
    std::string source_;
};

}  // namespace models
