#include "tests/swarm/draft.hpp"

#include <algorithm>
#include <utility>

namespace swarm {

Draft::Place Draft::add(Place parent, std::string text, Role role) {
    lines_.push_back({std::move(text), parent, role});
    return lines_.size() - 1;
}

bool Draft::stands(Place place) const {
    for (Place up = place; up != kTop; up = lines_[up].parent) {
        if (lines_[up].gone) return false;
    }
    return true;
}

std::size_t Draft::depth(Place place) const {
    std::size_t depth = 0;
    for (Place up = lines_[place].parent; up != kTop; up = lines_[up].parent) ++depth;
    return depth;
}

/// By place: whether it is printed.
std::vector<bool> Draft::filled() const {
    std::vector<bool> has_something(lines_.size(), false);
    std::vector<bool> is_printed(lines_.size(), false);
    for (Place i = lines_.size(); i-- > 0;) {  // what stands below a line comes after it
        if (!stands(i) || (lines_[i].role == Role::header && !has_something[i])) continue;
        is_printed[i] = true;
        if (lines_[i].parent != kTop) has_something[lines_[i].parent] = true;
    }
    return is_printed;
}

std::vector<Draft::Place> Draft::printed() const {
    const auto is_printed = filled();
    std::vector<std::vector<Place>> below(lines_.size() + 1);
    for (Place i = 0; i < lines_.size(); ++i) {
        if (is_printed[i]) below[std::min(lines_[i].parent, lines_.size())].push_back(i);
    }
    std::vector<Place> order;
    const auto walk = [&](const auto& self, const std::vector<Place>& places) -> void {
        for (const Place place : places) {
            order.push_back(place);
            self(self, below[place]);
        }
    };
    walk(walk, below.back());
    return order;
}

std::string Draft::text() const {
    std::string text;
    for (const Place place : printed()) {
        text += std::string(2 * depth(place), ' ') + lines_[place].text + "\n";
    }
    return text;
}

bool Draft::drop(Place place) {
    if (lines_[place].gone) return false;
    lines_[place].gone = true;
    return true;
}

bool Draft::drop_line(std::size_t line) {
    const auto order = printed();
    if (line == 0 || line > order.size()) return false;
    for (Place up = order[line - 1]; up != kTop; up = lines_[up].parent) {
        if (lines_[up].role == Role::spare) return drop(up);
    }
    return false;
}

bool Draft::mentions(std::string_view word) const {
    for (Place i = 0; i < lines_.size(); ++i) {
        if (stands(i) && lines_[i].text.find(word) != std::string::npos) return true;
    }
    return false;
}

}  // namespace swarm
