#pragma once

#include <string>
#include <vector>

namespace models {

/// Simulating: so many events, and so many seconds of one core.
struct Work {
    double events = 0;
    double cpu_s = 0;

    Work& operator+=(const Work& other);
    friend Work operator+(Work a, const Work& b) { return a += b; }
    friend Work operator*(const Work& work, double times) {
        return {work.events * times, work.cpu_s * times};
    }
};

/// One part of what was tried of a stretch.
struct TriedPart {
    double length_s = 0;  ///< simulated; 0: not tried
    Work work;
};

/// A stretch of a replication between two instants at which something begins or ends, and what was
/// tried of it: its beginning, in two parts. What comes after that is taken to go on like the last.
struct TrialSpan {
    double length_s = 0;  ///< in a replication of the study
    bool calm = false;    ///< before the first fault
    double load = 1;      ///< customers per second, over those that came in the trial
    TriedPart first;
    TriedPart last;

    [[nodiscard]] double tried_s() const { return first.length_s + last.length_s; }
};

/// What was tried of one strategy before the study.
struct StrategyTrial {
    std::string name;
    /// Of each replication that was tried the stretches, in order; all replications have the same.
    std::vector<std::vector<TrialSpan>> runs;
    double setup_s = 0;  ///< seconds of a core before the first event of a run
};

/// What something takes: likely, and between what bounds.
struct WorkRange {
    Work likely;
    Work least;
    Work most;

    WorkRange& operator+=(const WorkRange& other);
    friend WorkRange operator+(WorkRange a, const WorkRange& b) { return a += b; }
    friend WorkRange operator*(const WorkRange& range, double times) {
        return {range.likely * times, range.least * times, range.most * times};
    }
};

/// A run with the faults. What was not tried goes on as its stretch was at last; at least as in the
/// calm, at most as at the worst of that stretch. Of several replications the mean, the least and
/// the most.
WorkRange run_work(const StrategyTrial& trial);
/// So many seconds of a run without faults: as it was in the calm, all or most of which was tried.
WorkRange calm_work(const StrategyTrial& trial, double seconds);
/// Whole length of a run, in simulated seconds.
double run_length_s(const StrategyTrial& trial);
/// Seconds of a run of which any was tried, over all of them: 1 when whole runs were.
double tried_share(const StrategyTrial& trial);

/// A trial that nobody has made: a run of the events that the static load has, at a usual speed.
StrategyTrial untried(std::string name, double events_per_s, double length_s);

}  // namespace models
