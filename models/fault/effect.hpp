#pragma once

#include <variant>

#include "models/fault/effect_config.hpp"
#include "models/fault/effect_control.hpp"
#include "models/fault/effect_credentials.hpp"
#include "models/fault/effect_deploy.hpp"
#include "models/fault/effect_instance.hpp"
#include "models/fault/effect_link.hpp"
#include "models/fault/effect_load.hpp"
#include "models/fault/effect_message.hpp"
#include "models/fault/effect_names.hpp"
#include "models/fault/effect_process.hpp"
#include "models/fault/effect_store.hpp"
#include "models/fault/effect_traffic.hpp"
#include "models/fault/effect_work.hpp"

namespace models {

/// The registry of fault effects. Every other name of a fault is data: an effect with its
/// parameters.
using FaultEffect =
    std::variant<DownEffect, CrashEffect, StopEffect, SlowEffect, DelayEffect, ErrorsEffect,
                 RefuseEffect, LoseEffect, ResetEffect, LossEffect, PauseEffect, HangEffect,
                 LeakEffect, MemoryEffect, CrashLoopEffect, FlushEffect, ControlPlaneEffect,
                 CapacityEffect, LoadEffect, HerdEffect, MixEffect, BandwidthEffect, DeployEffect,
                 CallsEffect, HotEffect, LagEffect, TimeoutEffect, DnsEffect, CertEffect,
                 TokenEffect, FailProbesEffect, FreezeEffect, SlowCloseEffect, PoisonEffect,
                 DuplicateEffect, HalfOpenEffect, LevelEffect>;

}  // namespace models
