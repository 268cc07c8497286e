#include "sim/experiment/shard.hpp"

#include <map>
#include <set>

#include "tests/catch.hpp"

namespace {

using Variables = std::map<std::string, std::string>;

sim::ShardSource in(const Variables& variables, std::optional<std::size_t> count = {}) {
    const auto lookup = [&](const char* name) {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
    return sim::shard_from_environment(lookup, count);
}

}  // namespace

TEST_CASE("A shard is written from one", "[shard]") {
    CHECK(sim::parse_shard("3/16") == sim::Shard{2, 16});
    CHECK(sim::parse_shard("1/1") == sim::Shard{0, 1});
    CHECK(to_text(sim::Shard{2, 16}) == "3 of 16");
    for (const auto* wrong : {"", "3", "0/16", "17/16", "3/0", "-1/4", "1/4x", "a/b", "1/", "/4",
                              "1/1000001", "1/99999999999999999999"}) {
        INFO(wrong);
        CHECK_FALSE(sim::parse_shard(wrong));
    }
}

TEST_CASE("Every run belongs to exactly one shard, and shards are equal", "[shard]") {
    for (const bool whole : {false, true}) {
        for (const std::size_t count : {1, 2, 3, 16, 47}) {
            std::map<std::size_t, std::size_t> sizes;
            for (std::size_t point = 0; point < 100; ++point) {
                std::set<std::size_t> owners;
                for (std::size_t s = 0; s < 2; ++s) {
                    for (std::size_t r = 0; r < 5; ++r) {
                        std::size_t owned = 0;
                        for (std::size_t i = 0; i < count; ++i) {
                            const sim::PlanShare share{{i, count}, whole, 2, 5};
                            if (!share.has(point, s, r)) continue;
                            ++owned;
                            ++sizes[i];
                            owners.insert(i);
                        }
                        REQUIRE(owned == 1);
                    }
                }
                if (whole) REQUIRE(owners.size() == 1);
                for (std::size_t i = 0; i < count; ++i) {
                    const sim::PlanShare share{{i, count}, whole, 2, 5};
                    REQUIRE(share.has_some(point) == owners.contains(i));
                }
            }
            for (const auto& [index, size] : sizes) {
                const std::size_t unit = whole ? 10 : 1;
                CHECK(size + unit > 1000 / count);
                CHECK(size < 1000 / count + 2 * unit);
            }
        }
    }
}

TEST_CASE("The scheduler of an array job says which shard it is", "[shard]") {
    const auto slurm = in({{"SLURM_ARRAY_TASK_ID", "3"},
                           {"SLURM_ARRAY_TASK_COUNT", "8"},
                           {"SLURM_ARRAY_TASK_MIN", "0"}});
    CHECK(slurm.shard == sim::Shard{3, 8});
    CHECK(slurm.scheduler == "Slurm");
    CHECK(in({{"JOB_COMPLETION_INDEX", "0"}}, 4).shard == sim::Shard{0, 4});
    CHECK(in({{"AWS_BATCH_JOB_ARRAY_INDEX", "5"}}, 6).shard == sim::Shard{5, 6});
    CHECK(in({{"BATCH_TASK_INDEX", "1"}, {"BATCH_TASK_COUNT", "2"}}).shard == sim::Shard{1, 2});
    CHECK(in({{"SGE_TASK_ID", "1"}, {"SGE_TASK_LAST", "9"}}).shard == sim::Shard{0, 9});
    CHECK(in({{"PBS_ARRAY_INDEX", "2"}}, 3).shard == sim::Shard{2, 3});
    CHECK(in({{"LSB_JOBINDEX", "16"}, {"LSB_JOBINDEX_END", "16"}}).shard == sim::Shard{15, 16});
    CHECK(in({{"OMPI_COMM_WORLD_RANK", "1"}, {"OMPI_COMM_WORLD_SIZE", "4"}}).shard ==
          sim::Shard{1, 4});
    CHECK(in({{"PMI_RANK", "0"}, {"PMI_SIZE", "1"}}).shard == sim::Shard{0, 1});
}

TEST_CASE("Where the scheduler does not say enough, nobody guesses", "[shard]") {
    CHECK(in({}, 4).problem.starts_with("this is no task of an array job"));
    CHECK(in({{"SGE_TASK_ID", "undefined"}, {"LSB_JOBINDEX", "0"}}, 4)
              .problem.starts_with("this is no task of an array job"));
    CHECK(in({{"JOB_COMPLETION_INDEX", "0"}}).problem ==
          "Kubernetes does not say how many tasks the array has");
    // --array=4-7 is a part of something larger: its count says nothing.
    const Variables part{{"SLURM_ARRAY_TASK_ID", "5"},
                         {"SLURM_ARRAY_TASK_COUNT", "4"},
                         {"SLURM_ARRAY_TASK_MIN", "4"}};
    CHECK(in(part).problem == "Slurm does not say how many tasks the array has");
    CHECK(in(part, 8).shard == sim::Shard{5, 8});
    CHECK(in({{"SLURM_ARRAY_TASK_ID", "8"}}, 8).problem ==
          "SLURM_ARRAY_TASK_ID=8 is past the last of 8 shards; the first has index 0");
    CHECK(in({{"SLURM_ARRAY_TASK_ID", "3"}, {"OMPI_COMM_WORLD_RANK", "1"}}, 8).problem ==
          "SLURM_ARRAY_TASK_ID=3 and OMPI_COMM_WORLD_RANK=1 contradict each other");
    CHECK(in({{"OMPI_COMM_WORLD_RANK", "1"}, {"PMI_RANK", "1"}}, 8).shard == sim::Shard{1, 8});
    CHECK(in({{"JOB_COMPLETION_INDEX", "two"}}, 8).problem ==
          "JOB_COMPLETION_INDEX=two is no index of an array job");
    CHECK(in({{"SGE_TASK_ID", "0"}}, 8).problem == "SGE_TASK_ID=0 is no index of an array job");
}
