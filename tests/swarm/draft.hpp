#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace swarm {

/// A scenario file as a tree of lines, any of which can be left out together with what stands below
/// it: the reader names the line of a mistake, and a smaller file is found by leaving lines out.
class Draft {
  public:
    using Place = std::size_t;
    static constexpr Place kTop = static_cast<Place>(-1);

    enum class Role {
        fixed,   ///< the file makes no sense without it
        header,  ///< stands only as long as something stands below it
        spare,   ///< may be left out
    };

    Place add(Place parent, std::string text, Role role = Role::spare);

    [[nodiscard]] std::string text() const;
    /// Leaves out what stands in a line of `text()`, counted from 1: the innermost thing that can
    /// be spared. False when nothing around it can.
    bool drop_line(std::size_t line);
    bool drop(Place place);
    void restore(Place place) { lines_[place].gone = false; }

    [[nodiscard]] std::size_t size() const { return lines_.size(); }
    [[nodiscard]] bool is_spare(Place place) const {
        return lines_[place].role == Role::spare && stands(place);
    }
    [[nodiscard]] bool stands(Place place) const;
    [[nodiscard]] const std::string& text_of(Place place) const { return lines_[place].text; }
    [[nodiscard]] Place parent_of(Place place) const { return lines_[place].parent; }
    /// Whether some line that stands has the word.
    [[nodiscard]] bool mentions(std::string_view word) const;

  private:
    struct Line {
        std::string text;
        Place parent = kTop;
        Role role = Role::spare;
        bool gone = false;
    };

    /// The places that are printed, line by line.
    [[nodiscard]] std::vector<Place> printed() const;
    [[nodiscard]] std::vector<bool> filled() const;
    [[nodiscard]] std::size_t depth(Place place) const;

    std::vector<Line> lines_;
};

}  // namespace swarm
