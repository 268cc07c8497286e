#include "sim/experiment/runner.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/catch.hpp"

namespace {

/// Work whose length depends on the index, so that threads finish out of order.
std::uint64_t work(std::size_t index) {
    std::uint64_t state = index + 1;
    const std::size_t rounds = (index * 7919) % 20'000;
    for (std::size_t i = 0; i < rounds; ++i) state = state * 6364136223846793005U + 1;
    return state;
}

sim::RunnerOptions options(std::size_t count, std::size_t jobs) {
    sim::RunnerOptions result;
    result.count = count;
    result.jobs = jobs;
    return result;
}

/// Order-sensitive on purpose: floating-point sums differ when the order does.
double reduce(std::size_t jobs) {
    double sum = 0;
    sim::run_tasks(options(300, jobs), work, [&](std::size_t index, const std::uint64_t& result) {
        sum = sum * 0.999 + static_cast<double>(result) / static_cast<double>(index + 1);
    });
    return sum;
}

}  // namespace

TEST_CASE("results and reduction do not depend on the number of threads") {
    const auto one = sim::run_tasks(options(300, 1), work);
    REQUIRE(one.size() == 300);
    for (const std::size_t jobs : {2U, 8U}) {
        CHECK(sim::run_tasks(options(300, jobs), work) == one);
        CHECK(reduce(jobs) == reduce(1));
    }
}

TEST_CASE("results are delivered on the calling thread in ascending order") {
    const auto caller = std::this_thread::get_id();
    std::vector<std::size_t> order;
    sim::run_tasks(options(200, 8), work, [&](std::size_t index, const std::uint64_t& result) {
        CHECK(std::this_thread::get_id() == caller);
        CHECK(result == work(index));
        order.push_back(index);
    });
    REQUIRE(order.size() == 200);
    CHECK(std::is_sorted(order.begin(), order.end()));
}

TEST_CASE("all threads work at once") {
    std::atomic<int> inside{0};
    const auto results = sim::run_tasks(options(4, 4), [&](std::size_t) {
        ++inside;
        while (inside.load() < 4) std::this_thread::yield();  // hangs unless four run together
        return true;
    });
    CHECK(results.size() == 4);
}

TEST_CASE("no task, no thread asked for, more threads than tasks") {
    CHECK(sim::run_tasks(options(0, 4), work).empty());
    CHECK(sim::run_tasks(options(3, 0), work).size() == 3);
    CHECK(sim::run_tasks(options(2, 64), work).size() == 2);
}

TEST_CASE("results may be moved out and need no default constructor") {
    struct Text {
        explicit Text(std::string t) : text(std::move(t)) {}
        std::string text;
    };
    std::string all;
    sim::run_tasks(
        options(5, 2), [](std::size_t index) { return Text(std::to_string(index)); },
        [&](std::size_t, Text& result) { all += std::move(result.text); });
    CHECK(all == "01234");
}

TEST_CASE("a stop prevents new tasks and keeps the finished ones as a prefix") {
    for (const std::size_t jobs : {1U, 2U, 8U}) {
        sim::StopFlag stop;
        auto stopping = options(200'000, jobs);
        stopping.stop = &stop;
        std::size_t delivered = 0;
        const auto results = sim::run_tasks(
            stopping,
            [&](std::size_t index) {
                if (index == 20) stop.request();
                return work(index);
            },
            [&](std::size_t index, const std::uint64_t&) { CHECK(index == delivered++); });
        CHECK(results.size() >= 21);
        CHECK(results.size() < 200'000);
        CHECK(delivered == results.size());
        for (std::size_t i = 0; i < results.size(); ++i) REQUIRE(results[i] == work(i));
    }
}

TEST_CASE("a stop before the start runs nothing") {
    sim::StopFlag stop;
    stop.request();
    auto stopped = options(10, 2);
    stopped.stop = &stop;
    CHECK(sim::run_tasks(stopped, work).empty());
}

TEST_CASE("the lowest failing task is blamed with any number of threads") {
    for (const std::size_t jobs : {1U, 2U, 8U}) {
        std::vector<std::size_t> delivered;
        std::string message;
        std::size_t index = 0;
        const auto task = [](std::size_t i) -> int {
            if (i == 13 || i == 14) throw std::runtime_error("broken " + std::to_string(i));
            return static_cast<int>(i);
        };
        try {
            sim::run_tasks(options(100, jobs), task,
                           [&](std::size_t i, const int&) { delivered.push_back(i); });
        } catch (const sim::TaskError& error) {
            message = error.what();
            index = error.index();
            CHECK_THROWS_AS(std::rethrow_exception(error.cause()), std::runtime_error);
        }
        CHECK(message == "task 13: broken 13");
        CHECK(index == 13);
        CHECK(delivered.size() == 13);
    }
}

TEST_CASE("of two tasks that fail at once the lower is blamed, whichever fails first") {
    for (const std::size_t first : {0U, 1U}) {
        std::atomic<int> inside{0};
        std::atomic<bool> thrown{false};
        const auto task = [&](std::size_t index) -> int {
            ++inside;
            while (inside.load() < 2) std::this_thread::yield();
            while (index != first && !thrown.load()) std::this_thread::yield();
            if (index != first) std::this_thread::sleep_for(std::chrono::milliseconds(20));
            thrown = true;
            throw std::runtime_error("broken");
        };
        try {
            sim::run_tasks(options(2, 2), task);
            FAIL("did not throw");
        } catch (const sim::TaskError& error) {
            CHECK(error.index() == 0);
        }
    }
}

TEST_CASE("after a failure no further task starts") {
    std::atomic<std::size_t> started{0};
    const auto task = [&](std::size_t index) {
        ++started;
        if (index == 0) throw std::runtime_error("broken");
        return work(index);
    };
    CHECK_THROWS_AS(sim::run_tasks(options(200'000, 2), task), sim::TaskError);
    CHECK(started.load() < 200'000);
}

TEST_CASE("an exception that is no std::exception is reported too") {
    try {
        sim::run_tasks(options(1, 1), [](std::size_t) -> int { throw 5; });
        FAIL("did not throw");
    } catch (const sim::TaskError& error) {
        CHECK(std::string(error.what()) == "task 0: unknown exception");
    }
}

TEST_CASE("an exception of the observer ends the workers first") {
    std::atomic<int> running{0};
    const auto task = [&](std::size_t index) {
        ++running;
        const auto result = work(index);
        --running;
        return result;
    };
    CHECK_THROWS_AS(sim::run_tasks(options(500, 4), task,
                                   [](std::size_t index, const std::uint64_t&) {
                                       if (index == 3) throw std::runtime_error("disk full");
                                   }),
                    std::runtime_error);
    CHECK(running.load() == 0);
}

TEST_CASE("while it waits, the calling thread hears how many are finished") {
    sim::StopFlag stop;
    std::atomic<bool> heard{false};
    auto watched = options(1'000'000, 2);
    watched.stop = &stop;
    watched.on_wait = [&](std::size_t finished) {
        heard = true;
        if (finished > 0) stop.request();  // a time limit works like this
    };
    const auto results = sim::run_tasks(watched, [](std::size_t index) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return index;
    });
    CHECK(heard.load());
    CHECK(results.size() < 1'000'000);
}
