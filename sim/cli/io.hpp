#pragma once

#include <functional>
#include <istream>
#include <ostream>
#include <string>

#include "sim/experiment/runner.hpp"
#include "sim/experiment/shard.hpp"
#include "sim/yaml/load.hpp"

namespace sim::cli {

/// Everything outside the program that a verb may touch; tests hand in fakes.
struct Io {
    std::ostream& out;
    std::ostream& err;
    bool out_is_terminal = false;
    bool err_is_terminal = false;
    int columns = 100;  ///< of the terminal
    unsigned cores = 1;
    bool no_colour = false;           ///< NO_COLOR is set
    EnvironmentLookup environment;    ///< variables of the environment
    std::function<double()> seconds;  ///< monotonic clock
    FileLoader read_file;             ///< `-` is stdin
    /// Whole or not at all; returns what went wrong.
    std::function<std::string(const std::string& path, const std::string& content)> write_file;
    StopFlag& stop;                     ///< set by SIGINT and SIGTERM
    std::string command;                ///< the command line as typed, quoted for a shell
    std::string program = "firedrill";  ///< file of this program, for other machines that see it
    /// Of a processor's time that this program has used.
    std::function<double()> cpu_seconds = [] { return 0.0; };
};

/// Exit codes (DESIGN 7).
inline constexpr int kOk = 0;
inline constexpr int kMissed = 1;
inline constexpr int kUsage = 2;
inline constexpr int kInconclusive = 3;
inline constexpr int kInternal = 4;
inline constexpr int kCannotWrite = 5;
inline constexpr int kInterrupted = 130;

/// The whole program after main: `args` without the program's name.
int run_program(const std::vector<std::string>& args, Io& io);

}  // namespace sim::cli
