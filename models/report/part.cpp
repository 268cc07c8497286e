#include "models/report/part.hpp"

#include <cmath>

namespace models {

namespace {

/// One step of a JSON pointer.
std::string step(std::string_view key) {
    std::string out = "/";
    for (const char c : key) {
        if (c == '~') {
            out += "~0";
        } else if (c == '/') {
            out += "~1";
        } else {
            out += c;
        }
    }
    return out;
}

}  // namespace

Part Part::operator[](std::string_view key) const {
    if (!is_object()) return {};
    const auto found = json_->find(std::string(key));
    return found == json_->end() ? Part() : Part(&*found, source_ + step(key));
}

Part Part::at(std::size_t index) const {
    if (!is_array() || index >= json_->size()) return {};
    return {&(*json_)[index], source_ + "/" + std::to_string(index)};
}

std::vector<Part> Part::items() const {
    std::vector<Part> all;
    if (!is_array()) return all;
    for (std::size_t i = 0; i < json_->size(); ++i) all.push_back(at(i));
    return all;
}

std::vector<std::pair<std::string, Part>> Part::members() const {
    std::vector<std::pair<std::string, Part>> all;
    if (!is_object()) return all;
    for (auto one = json_->begin(); one != json_->end(); ++one) {
        all.emplace_back(one.key(), Part(&one.value(), source_ + step(one.key())));
    }
    return all;
}

std::size_t Part::size() const { return is_array() || is_object() ? json_->size() : 0; }

std::string Part::text() const { return is_text() ? json_->get<std::string>() : ""; }

double Part::number() const { return is_number() ? json_->get<double>() : std::nan(""); }

bool Part::flag(std::string_view key) const {
    const auto part = (*this)[key];
    return part.json_ != nullptr && part.json_->is_boolean() && part.json_->get<bool>();
}

std::vector<double> Part::numbers() const {
    std::vector<double> all;
    if (!is_array()) return all;
    all.reserve(json_->size());
    for (const auto& one : *json_) {
        all.push_back(one.is_number() ? one.get<double>() : std::nan(""));
    }
    return all;
}

}  // namespace models
