#include "models/fault/cron.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <vector>

namespace models {
namespace {

constexpr std::string_view kForm =
    "minute, hour, day of month, month, weekday: `cron: \"0 3 * * *\"`";

/// One of the fields: its name, and the numbers that it takes.
struct Field {
    std::string_view name;
    std::int64_t min;
    std::int64_t max;
};

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    std::size_t from = 0;
    while (from <= text.size()) {
        const auto end = std::min(text.size(), text.find(separator, from));
        parts.push_back(text.substr(from, end - from));
        from = end + 1;
    }
    return parts;
}

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    for (const auto word : split(text, ' ')) {
        if (!word.empty()) words.push_back(word);
    }
    return words;
}

/// A field's numbers as flags; nothing when it has something else.
class FieldReader {
  public:
    explicit FieldReader(const Field& field) : field_(field) {}

    std::optional<std::vector<bool>> read(std::string_view text) {
        for (const auto part : split(text, ',')) {
            if (!read_part(part)) return std::nullopt;
        }
        return flags_;
    }

  private:
    /// `*`, `3`, `1-5`, each perhaps with `/2`.
    bool read_part(std::string_view part) {
        const auto slash = part.find('/');
        const auto range = part.substr(0, slash);
        std::int64_t step = 1;
        if (slash != std::string_view::npos) {
            const auto read = number(part.substr(slash + 1));
            if (!read || *read < 1) return false;
            step = *read;
        }
        std::int64_t first = field_.min;
        std::int64_t last = field_.max;
        if (range != "*") {
            const auto dash = range.find('-');
            const auto from = value(range.substr(0, dash));
            const auto to = dash == std::string_view::npos ? from : value(range.substr(dash + 1));
            if (!from || !to || *from > *to) return false;
            first = *from;
            last = dash == std::string_view::npos && step > 1 ? field_.max : *to;
        }
        for (auto i = first; i <= last; i += step) flags_[static_cast<std::size_t>(i)] = true;
        return true;
    }

    static std::optional<std::int64_t> number(std::string_view text) {
        std::int64_t read = 0;
        const char* end = text.data() + text.size();
        const auto parsed = std::from_chars(text.data(), end, read);
        if (text.empty() || parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
        return read;
    }

    [[nodiscard]] std::optional<std::int64_t> value(std::string_view text) const {
        auto read = number(text);
        if (!read && field_.max == kDaysOfWeek) {
            if (const auto day = parse_weekday(text)) read = *day + 1;
        }
        if (!read || *read < field_.min || *read > field_.max) return std::nullopt;
        return read;
    }

    Field field_;
    std::vector<bool> flags_ = std::vector<bool>(64, false);
};

}  // namespace

std::variant<CronTimes, CronProblem> parse_cron(std::string_view text) {
    constexpr std::array<Field, 5> kFields = {{{"minute", 0, 59},
                                               {"hour", 0, 23},
                                               {"day of the month", 1, 31},
                                               {"month", 1, 12},
                                               {"weekday", 0, kDaysOfWeek}}};
    const auto words = words_of(text);
    if (words.size() != kFields.size()) {
        return CronProblem{fmt::format("a line of cron has five fields, not {}", words.size()),
                           std::string(kForm)};
    }
    std::array<std::vector<bool>, 5> flags;
    for (std::size_t i = 0; i < kFields.size(); ++i) {
        const bool has_calendar = i != 2 && i != 3;
        if (!has_calendar && words[i] != "*") {
            return CronProblem{
                fmt::format("the {} must be `*`, not `{}`", kFields[i].name, words[i]),
                "a run has weekdays and no dates: `start` says which it begins with"};
        }
        const auto read = FieldReader(kFields[i]).read(words[i]);
        if (!read) {
            return CronProblem{fmt::format("`{}` is no {} of cron", words[i], kFields[i].name),
                               fmt::format("{} to {}, `*`, `*/2`, `1-5`, `1,3`; {}", kFields[i].min,
                                           kFields[i].max, kForm)};
        }
        flags[i] = *read;
    }
    CronTimes times;
    for (std::size_t i = 0; i < 60; ++i) times.minutes[i] = flags[0][i];
    for (std::size_t i = 0; i < 24; ++i) times.hours[i] = flags[1][i];
    for (std::size_t i = 0; i <= kDaysOfWeek; ++i) {  // 0 and 7 are Sunday, the last of the week
        if (flags[4][i]) times.days[(i + kDaysOfWeek - 1) % kDaysOfWeek] = true;
    }
    return times;
}

}  // namespace models
