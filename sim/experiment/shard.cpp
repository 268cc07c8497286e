#include "sim/experiment/shard.hpp"

#include <array>
#include <charconv>

namespace sim {

namespace {

/// What one scheduler tells a task. Its count may be a variable of its own, or come of the last
/// index; where it has neither, only the user knows.
struct Scheduler {
    const char* name;
    const char* index;
    std::size_t first;           ///< index of the first task
    const char* count;           ///< may be null
    const char* last;            ///< the last index instead; may be null
    const char* lowest;          ///< where a job may begin at any index; may be null
    const char* none = nullptr;  ///< what `index` is outside of an array job
};

constexpr std::array<Scheduler, 9> kSchedulers = {{
    {"Slurm", "SLURM_ARRAY_TASK_ID", 0, "SLURM_ARRAY_TASK_COUNT", nullptr, "SLURM_ARRAY_TASK_MIN"},
    {"Kubernetes", "JOB_COMPLETION_INDEX", 0, nullptr, nullptr, nullptr},
    {"AWS Batch", "AWS_BATCH_JOB_ARRAY_INDEX", 0, "AWS_BATCH_JOB_ARRAY_SIZE", nullptr, nullptr},
    {"Google Batch", "BATCH_TASK_INDEX", 0, "BATCH_TASK_COUNT", nullptr, nullptr},
    {"Grid Engine", "SGE_TASK_ID", 1, nullptr, "SGE_TASK_LAST", nullptr, "undefined"},
    {"PBS", "PBS_ARRAY_INDEX", 0, nullptr, nullptr, nullptr},
    {"LSF", "LSB_JOBINDEX", 1, nullptr, "LSB_JOBINDEX_END", nullptr, "0"},
    {"Open MPI", "OMPI_COMM_WORLD_RANK", 0, "OMPI_COMM_WORLD_SIZE", nullptr, nullptr},
    {"PMI", "PMI_RANK", 0, "PMI_SIZE", nullptr, nullptr},
}};

std::optional<std::size_t> number_of(std::string_view text) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<std::size_t> number_in(const EnvironmentLookup& lookup, const char* name) {
    const auto text = name == nullptr ? std::nullopt : lookup(name);
    return text ? number_of(*text) : std::nullopt;
}

/// A scheduler that has told this process something.
struct Told {
    const Scheduler* scheduler = nullptr;
    std::size_t index = 0;  ///< from 0
    std::optional<std::size_t> count;
};

std::string variable_text(const Scheduler& scheduler, const std::string& value) {
    return std::string(scheduler.index) + "=" + value;
}

/// Where an array does not begin with its first index, its count says nothing of the whole.
std::optional<std::size_t> count_told(const EnvironmentLookup& lookup, const Scheduler& scheduler) {
    if (number_in(lookup, scheduler.lowest).value_or(scheduler.first) != scheduler.first) {
        return std::nullopt;
    }
    if (const auto last = number_in(lookup, scheduler.last)) return *last + 1 - scheduler.first;
    return number_in(lookup, scheduler.count);
}

std::optional<Told> told_by(const EnvironmentLookup& lookup, const Scheduler& scheduler,
                            std::string& problem) {
    const auto text = lookup(scheduler.index);
    const bool outside = scheduler.none != nullptr && text == scheduler.none;
    if (!text || text->empty() || outside) return std::nullopt;
    const auto number = number_of(*text);
    if (!number || *number < scheduler.first) {
        problem = variable_text(scheduler, *text) + " is no index of an array job";
        return std::nullopt;
    }
    return Told{&scheduler, *number - scheduler.first, count_told(lookup, scheduler)};
}

/// The first that told something; a second one has to agree.
std::optional<Told> who_told(const EnvironmentLookup& lookup, std::string& problem) {
    std::optional<Told> found;
    for (const auto& scheduler : kSchedulers) {
        const auto told = told_by(lookup, scheduler, problem);
        if (!problem.empty()) return std::nullopt;
        if (!told) continue;
        if (found && found->index != told->index) {
            problem = variable_text(*found->scheduler, *lookup(found->scheduler->index)) + " and " +
                      variable_text(scheduler, *lookup(scheduler.index)) + " contradict each other";
            return std::nullopt;
        }
        if (!found) found = told;
    }
    return found;
}

std::string known_variables() {
    std::string text;
    for (const auto& scheduler : kSchedulers) {
        text += (text.empty() ? "" : ", ") + std::string(scheduler.index);
    }
    return text;
}

}  // namespace

std::optional<Shard> parse_shard(std::string_view text) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto number = number_of(text.substr(0, slash));
    const auto count = number_of(text.substr(slash + 1));
    if (!number || !count || *number < 1 || *number > *count || *count > kMostShards) {
        return std::nullopt;
    }
    return Shard{*number - 1, *count};
}

std::string to_text(const Shard& shard) {
    return std::to_string(shard.index + 1) + " of " + std::to_string(shard.count);
}

bool PlanShare::has_some(std::size_t point) const {
    const auto runs = strategies * replications;
    if (whole_points || runs >= shard.count) return !whole_points || shard.has(point);
    for (std::size_t i = 0; i < runs; ++i) {
        if (shard.has(point * runs + i)) return true;
    }
    return false;
}

ShardSource shard_from_environment(const EnvironmentLookup& lookup,
                                   std::optional<std::size_t> count) {
    ShardSource source;
    const auto told = who_told(lookup, source.problem);
    if (!source.problem.empty()) return source;
    if (!told) {
        source.problem =
            "this is no task of an array job: none of " + known_variables() + " is set";
        return source;
    }
    source.scheduler = told->scheduler->name;
    const auto all = count ? count : told->count;
    if (!all || *all < 1 || *all > kMostShards) {
        source.problem = source.scheduler + " does not say how many tasks the array has";
    } else if (told->index >= *all) {
        source.problem = variable_text(*told->scheduler, *lookup(told->scheduler->index)) +
                         " is past the last of " + std::to_string(*all) +
                         " shards; the first has index " + std::to_string(told->scheduler->first);
    } else {
        source.shard = Shard{told->index, *all};
    }
    return source;
}

}  // namespace sim
