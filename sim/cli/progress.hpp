#pragma once

#include <cstddef>
#include <string>

#include "sim/cli/io.hpp"
#include "sim/report/render.hpp"

namespace sim::cli {

/// Tells on stderr how far a study is. On a terminal: a bar with the time that is left, and above
/// it a provisional report, redrawn in place. Elsewhere at most a line per 10 %. Silent with -q.
class Progress {
  public:
    Progress(Io& io, const TextStyle& style, bool quiet, std::size_t total)
        : io_(io), style_(style), quiet_(quiet), total_(total), started_s_(io.seconds()) {}

    /// `done` of the total are finished. Cheap to call often.
    void update(std::size_t done);
    /// What is counted, in the plural; "runs" at first.
    void count(std::string things) { things_ = std::move(things); }
    /// Some of what was planned turns out to be needless.
    void set_total(std::size_t total) { total_ = total; }
    /// What is shown above the bar from now on; only on a terminal.
    void set_provisional(std::string text);
    [[nodiscard]] bool wants_provisional() const { return !quiet_ && io_.err_is_terminal; }
    /// Clears what was redrawn in place and says how long it took.
    void finish(std::size_t done);

  private:
    [[nodiscard]] std::string bar(std::size_t done, double elapsed_s) const;
    void clear();

    Io& io_;
    TextStyle style_;
    bool quiet_;
    std::size_t total_;
    std::string things_ = "runs";
    double started_s_;
    double drawn_s_ = -1;
    std::size_t told_percent_ = 0;
    std::size_t lines_ = 0;  ///< on the terminal, to be overwritten
    std::string provisional_;
};

}  // namespace sim::cli
