#include "models/scenario/sweep_range.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "models/scenario/objective_text.hpp"
#include "sim/yaml/map_reader.hpp"
#include "sim/yaml/scalars.hpp"

namespace models {

using sim::Node;

namespace {

constexpr std::string_view kGrammar =
    "ranges look like `100ms..1s step 100ms`, `1..9 points 5` or `10ms..1s log 5`";

/// The words of a range in one line, or the values of its map, each with what it is reported at.
struct RangeText {
    struct Part {
        std::string text;
        sim::SourceRange place;
    };
    Part from;
    Part to;
    std::optional<Part> step;
    std::optional<Part> points;
    bool logarithmic = false;
};

class RangeReader {
  public:
    RangeReader(const Node& node, std::size_t limit, sim::Diagnostics& diagnostics)
        : node_(node), limit_(limit), diagnostics_(diagnostics) {}

    std::optional<SweepRange> read() {
        const auto text = node_.is_map() ? read_map() : read_line();
        if (!text) return std::nullopt;
        SweepRange range;
        if (!read_ends(*text, range)) return std::nullopt;
        range.logarithmic = text->logarithmic;
        if (range.logarithmic && range.from.value <= 0) {
            fail(text->from.place, "a log range cannot begin at or below zero",
                 "begin above zero, or leave `log` out");
            return std::nullopt;
        }
        if (text->step && !read_step(*text, range)) return std::nullopt;
        if (text->points && !read_points(*text->points, range)) return std::nullopt;
        return range;
    }

  private:
    void fail(sim::SourceRange place, std::string message, std::string hint) {
        diagnostics_.add({sim::Severity::error, place, std::move(message), std::move(hint),
                          node_.alias, node_.alias.has_place() ? "used here" : ""});
    }

    [[nodiscard]] RangeText::Part part(std::string_view word) const {
        const auto at = static_cast<std::size_t>(word.data() - node_.text.data());
        return {std::string(word), place_in(node_.range, node_.text, at, word.size())};
    }

    /// `FROM..TO`, then `step S`, `points N`, `log` or `log N`.
    std::optional<RangeText> read_line() {
        const std::string_view all = node_.text;
        const std::size_t dots = all.find("..");
        const auto words = words_of(all.substr(dots + 2));
        const auto from = trimmed(all.substr(0, dots));
        if (from.empty() || words.empty()) {
            fail(node_.range, fmt::format("{} has only one end", sim::quote(all)),
                 std::string(kGrammar));
            return std::nullopt;
        }
        RangeText text{part(from), part(words[0]), {}, {}, false};
        const bool log = words.size() > 1 && words[1] == "log";
        text.logarithmic = log;
        if (log && words.size() == 3) text.points = part(words[2]);
        if (log && words.size() < 4) return text;
        if (words.size() == 3 && words[1] == "step") text.step = part(words[2]);
        if (words.size() == 3 && words[1] == "points") text.points = part(words[2]);
        if (words.size() == 1 || text.step || text.points) return text;
        const auto rest = part(all.substr(static_cast<std::size_t>(words[1].data() - all.data())));
        fail(rest.place, fmt::format("{} is no part of a range", sim::quote(rest.text)),
             std::string(kGrammar));
        return std::nullopt;
    }

    static std::string_view trimmed(std::string_view text) {
        while (text.starts_with(' ')) text.remove_prefix(1);
        while (text.ends_with(' ')) text.remove_suffix(1);
        return text;
    }

    static std::vector<std::string_view> words_of(std::string_view text) {
        std::vector<std::string_view> words;
        while (!(text = trimmed(text)).empty()) {
            words.push_back(text.substr(0, text.find(' ')));
            text.remove_prefix(words.back().size());
        }
        return words;
    }

    std::optional<RangeText> read_map() {
        sim::MapReader reader(node_, diagnostics_, "range");
        const std::size_t before = diagnostics_.error_count();
        RangeText text;
        const auto take = [&](const char* key, const Node* value) {
            std::optional<RangeText::Part> out;
            if (value == nullptr) return out;
            if (auto word = sim::read_string(*value, diagnostics_, fmt::format("a `{}`", key))) {
                out = {std::move(*word), value->range};
            }
            return out;
        };
        text.from = take("from", reader.require("from")).value_or(RangeText::Part{});
        text.to = take("to", reader.require("to")).value_or(RangeText::Part{});
        text.step = take("step", reader.take("step"));
        text.points = take("points", reader.take("points"));
        if (const Node* scale = reader.take("scale")) {
            text.logarithmic = sim::read_enum<bool>(*scale, diagnostics_, "scale",
                                                    {{"linear", false}, {"log", true}})
                                   .value_or(false);
        }
        reader.finish({{"by", "step", ""}, {"count", "points", ""}, {"log", "", "`scale: log`"}});
        if (text.step && (text.points || text.logarithmic)) {
            fail(text.step->place,
                 fmt::format("`step` and {} do not go together",
                             text.points ? "`points`" : "`scale: log`"),
                 "write one of them");
        }
        if (diagnostics_.error_count() > before) return std::nullopt;
        return text;
    }

    std::optional<Quantity> read_value(const RangeText::Part& part) {
        auto value = parse_quantity(part.text);
        if (!value) {
            fail(part.place, fmt::format("{} is no number with a unit", sim::quote(part.text)),
                 std::string(kGrammar));
        }
        return value;
    }

    bool read_ends(const RangeText& text, SweepRange& range) {
        const auto from = read_value(text.from);
        const auto to = read_value(text.to);
        if (!from || !to) return false;
        if (!same_dimension(*from, *to, text.to)) return false;
        if (from->value >= to->value) {
            fail(text.to.place,
                 fmt::format("the range ends at {}, which is not above {}",
                             sim::quote(text.to.text), sim::quote(text.from.text)),
                 from->value == to->value ? "write a list with that value"
                                          : "begin with the smaller end");
            return false;
        }
        range.from = *from;
        range.to = *to;
        range.from_text = text.from.text;
        range.to_text = text.to.text;
        return true;
    }

    bool same_dimension(const Quantity& from, const Quantity& other, const RangeText::Part& part) {
        if (from.dimension() == other.dimension()) return true;
        const bool bare = other.dimension() == Dimension::number;
        fail(part.place,
             fmt::format("{} is {}, but the range begins with {}", sim::quote(part.text),
                         name_of(other.dimension()), name_of(from.dimension())),
             bare ? fmt::format("write `{}{}`", part.text, from.unit->name)
                  : "use the same kind of unit for both");
        return false;
    }

    bool read_step(const RangeText& text, SweepRange& range) {
        const auto step = read_value(*text.step);
        if (!step || !same_dimension(range.from, *step, *text.step)) return false;
        if (step->value <= 0 || step->value > range.to.value - range.from.value) {
            fail(text.step->place,
                 step->value <= 0 ? "a step is above zero"
                                  : fmt::format("the step {} is longer than the range",
                                                sim::quote(text.step->text)),
                 std::string(kGrammar));
            return false;
        }
        range.step = step->value;
        return check_count(text.step->place, (range.to.value - range.from.value) / step->value + 1);
    }

    bool read_points(const RangeText::Part& part, SweepRange& range) {
        std::size_t points = 0;
        const char* end = part.text.data() + part.text.size();
        const auto [stop, error] = std::from_chars(part.text.data(), end, points);
        const bool huge = error == std::errc::result_out_of_range;
        if (!huge && (error != std::errc{} || stop != end || points < 2)) {
            fail(part.place,
                 fmt::format("{} is no number of points: at least 2", sim::quote(part.text)),
                 std::string(kGrammar));
            return false;
        }
        range.points = points;
        return check_count(part.place, huge ? WideInteger{1} << 62 : WideInteger{points});
    }

    bool check_count(sim::SourceRange place, WideInteger count) {
        if (count <= static_cast<WideInteger>(limit_)) return true;
        fail(place, fmt::format("the range has more than {} values, the limit", limit_),
             fmt::format("take fewer, or raise it with `--limit points={}`", limit_ * 10));
        return false;
    }

    const Node& node_;
    std::size_t limit_;
    sim::Diagnostics& diagnostics_;
};

WideInteger rounded(WideInteger value, WideInteger step) {
    return (value + step / 2) / step * step;
}

/// Where `share` of the way is, in the scale of the range. `end` is that of whole numbers beyond
/// the last.
double at(const SweepRange& range, double share, double end) {
    const auto from = static_cast<double>(range.from.value);
    if (!range.logarithmic) return from + share * (end - from);
    return from * std::pow(end / from, share);
}

/// Points with equal distances (on a log scale, ratios), the ends as they were written.
std::vector<std::string> points_of(const SweepRange& range) {
    const QuantityWriter writer(range.from, range.to);
    const auto last = static_cast<double>(*range.points - 1);
    const auto end = static_cast<double>(range.to.value);
    const auto exact = [&](std::size_t i) {
        return static_cast<WideInteger>(at(range, static_cast<double>(i) / last, end));
    };
    std::vector<std::string> values{range.from_text};
    WideInteger before = range.from.value;
    for (std::size_t i = 1; i + 1 < *range.points; ++i) {
        const WideInteger value = exact(i);
        const WideInteger gap = std::min(value - exact(i - 1), exact(i + 1) - value);
        const WideInteger near = rounded(value, writer.step_for(value, gap));
        if (near <= before || near >= range.to.value) continue;
        values.push_back(writer.text(near));
        before = near;
    }
    values.push_back(range.to_text);
    return values;
}

std::vector<std::string> steps_of(const SweepRange& range) {
    const QuantityWriter writer(range.from, range.to);
    std::vector<std::string> values{range.from_text};
    for (WideInteger at = range.from.value + *range.step; at <= range.to.value; at += *range.step) {
        values.push_back(at == range.to.value ? range.to_text : writer.text(at));
    }
    return values;
}

}  // namespace

bool is_range(const Node& node) {
    if (!node.is_scalar() || node.quoted || node.text.find("..") == std::string::npos) return false;
    return node.text[0] == '-' || (node.text[0] >= '0' && node.text[0] <= '9');  // no `../a.csv`
}

std::optional<SweepRange> read_range(const Node& node, std::size_t limit,
                                     sim::Diagnostics& diagnostics) {
    return RangeReader(node, limit, diagnostics).read();
}

std::vector<std::string> values_of(const SweepRange& range) {
    return range.step ? steps_of(range) : points_of(range);
}

std::string value_at(const SweepRange& range, double unit, std::size_t strata) {
    const QuantityWriter writer(range.from, range.to);
    if (range.from.is_whole() && range.to.is_whole()) {
        const auto beyond = static_cast<double>(range.to.value + kQuantityScale);
        const auto value = static_cast<WideInteger>(at(range, unit, beyond));
        return writer.text(std::min(value / kQuantityScale * kQuantityScale, range.to.value));
    }
    const auto end = static_cast<double>(range.to.value);
    const auto count = static_cast<double>(strata);
    const double stratum = std::floor(unit * count);
    const auto low = static_cast<WideInteger>(std::ceil(at(range, stratum / count, end)));
    const auto high = static_cast<WideInteger>(std::floor(at(range, (stratum + 1) / count, end)));
    const auto value = static_cast<WideInteger>(at(range, unit, end));
    const WideInteger step = writer.step_for(value, high - low);
    WideInteger near = rounded(value, step);
    if (near < low) near += step;
    if (near >= high && near - step >= low) near -= step;
    return writer.text(near);
}

}  // namespace models
