#pragma once

#include <vector>

#include "models/analysis/measure.hpp"
#include "models/analysis/slo_cell.hpp"
#include "models/metrics/run_result.hpp"
#include "models/metrics/study_frame.hpp"

namespace models {

/// Seconds from the end of a fault to the start of the first stretch of H = min(60 s, a quarter of
/// the time after the fault) in which in every 10 s window (longer until 100 requests) the share of
/// bad requests minus the twin's is at most max(1 point, 3 standard errors of the difference)
/// (SEMANTICS 9). Empty when no such stretch was seen: censored. Stretches start on whole seconds,
/// not before the fault's end; the time after a fault ends with the next fault or the run. Of a
/// long run, whose windows are longer than a second, they consist of whole windows, one at least:
/// the true value may be less by up to a window.
Measure recovery_seconds(const std::vector<FlowWindow>& run, const std::vector<FlowWindow>& twin,
                         double fault_end_s, double until_s, const WindowGrid& grid = {});

/// H: whole seconds of a stretch after a fault's end that must be good, at least 1.
std::size_t stretch_seconds(double fault_end_s, double until_s);

/// The requests of a subject by the window of their arrival.
std::vector<FlowWindow> pool_windows(const RunResult& run, const Subject& subject);

/// Whether the 10 s before `at_s`, or the window before it, were as good as the twin's.
bool was_as_good(const std::vector<FlowWindow>& run, const std::vector<FlowWindow>& twin,
                 double at_s, const WindowGrid& grid = {});

/// The same for the pooled flows of a subject and the frame's fault number `fault`.
Measure recovery_of(const StudyFrame& frame, std::size_t fault, const Subject& subject,
                    const RunResult& run, const RunResult& twin);

/// Seconds in which recovery from that fault can be seen: what a censored value is longer than.
double seconds_after(const StudyFrame& frame, std::size_t fault);

}  // namespace models
