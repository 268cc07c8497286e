#pragma once

#include "models/engine/model.hpp"
#include "models/metrics/study_frame.hpp"

namespace models {

/// The names and sizes of a model, for analysis.
StudyFrame frame_of(const SystemModel& model);

/// Slots of one replica, or its cores; infinite without a limit.
double slots_of(const ServiceConfig& service);

}  // namespace models
