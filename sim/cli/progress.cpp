#include "sim/cli/progress.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace sim::cli {

namespace {

constexpr double kRedrawS = 0.1;
constexpr std::size_t kBarColumns = 32;
constexpr std::size_t kToldPercent = 10;
constexpr double kWorthTellingS = 2;  // what is over sooner needs no progress

std::string time_text(double seconds) {
    if (seconds < 90) return fmt::format("{:.0f} s", seconds);
    return fmt::format("{:.0f} min", seconds / 60);
}

/// Lines that the text takes on a terminal, which breaks what is wider than it. Escape sequences
/// take no room.
std::size_t lines_of(const std::string& text, std::size_t columns) {
    std::size_t lines = 0;
    std::string line;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\x1b') {
            i = std::min(text.find('m', i), text.size());
        } else if (text[i] == '\n') {
            const auto width = std::max<std::size_t>(1, display_width(line));
            lines += (width + columns - 1) / columns;
            line.clear();
        } else {
            line += text[i];
        }
    }
    return lines;
}

}  // namespace

std::string Progress::bar(std::size_t done, double elapsed_s) const {
    const auto filled = total_ > 0 ? kBarColumns * done / total_ : kBarColumns;
    std::string text = fmt::format("  {} of {} {}  ", done, total_, things_);
    for (std::size_t i = 0; i < kBarColumns; ++i) text += i < filled ? "█" : "░";
    text += "  " + time_text(elapsed_s);
    if (done > 0 && done < total_) {
        const auto share = static_cast<double>(done) / static_cast<double>(total_);
        text += ", " + time_text(elapsed_s / share - elapsed_s) + " left";
    }
    return style_.ascii ? to_ascii(text) : text;
}

void Progress::clear() {
    if (lines_ > 0) io_.err << "\x1b[" << lines_ << "A\r\x1b[J";
    lines_ = 0;
}

void Progress::update(std::size_t done) {
    if (quiet_) return;
    const double now_s = io_.seconds();
    if (io_.err_is_terminal) {
        if (drawn_s_ >= 0 && now_s - drawn_s_ < kRedrawS && done < total_) return;
        drawn_s_ = now_s;
        clear();
        const auto text = provisional_ + bar(done, now_s - started_s_) + "\n";
        io_.err << text;
        io_.err.flush();
        lines_ = lines_of(text, static_cast<std::size_t>(std::max(1, io_.columns)));
        return;
    }
    const std::size_t percent = total_ > 0 ? 100 * done / total_ : 100;
    if (percent < told_percent_ + kToldPercent || now_s - started_s_ < kWorthTellingS) return;
    told_percent_ = percent - percent % kToldPercent;
    io_.err << fmt::format("{} of {} {}, {}\n", done, total_, things_,
                           time_text(now_s - started_s_));
    io_.err.flush();
}

void Progress::set_provisional(std::string text) {
    provisional_ = std::move(text);
    drawn_s_ = -1;
}

void Progress::finish(std::size_t done) {
    if (quiet_ || !io_.err_is_terminal) return;
    clear();
    io_.err << bar(done, io_.seconds() - started_s_) << "\n";
    io_.err.flush();
}

}  // namespace sim::cli
