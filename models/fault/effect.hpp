#pragma once

#include <variant>

#include "models/fault/effect_control.hpp"
#include "models/fault/effect_instance.hpp"
#include "models/fault/effect_link.hpp"
#include "models/fault/effect_load.hpp"
#include "models/fault/effect_process.hpp"
#include "models/fault/effect_traffic.hpp"
#include "models/fault/effect_work.hpp"

namespace models {

/// The registry of fault effects. Every other name of a fault is data: an effect with its
/// parameters.
using FaultEffect =
    std::variant<DownEffect, CrashEffect, StopEffect, SlowEffect, DelayEffect, ErrorsEffect,
                 RefuseEffect, LoseEffect, ResetEffect, LossEffect, PauseEffect, HangEffect,
                 LeakEffect, MemoryEffect, CrashLoopEffect, FlushEffect, ControlPlaneEffect,
                 CapacityEffect, LoadEffect, HerdEffect, MixEffect, BandwidthEffect,
                 FailProbesEffect, FreezeEffect, SlowCloseEffect>;

}  // namespace models
