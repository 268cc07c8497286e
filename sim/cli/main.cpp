#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <thread>

#include <sys/ioctl.h>
#include <unistd.h>

#include "sim/cli/io.hpp"
#include "sim/cli/options.hpp"
#include "sim/report/render.hpp"

namespace {

// A signal handler can reach nothing but a global.
sim::StopFlag g_stop;

void on_signal(int signal) {
    g_stop.request();
    std::signal(signal, SIG_DFL);  // the second one ends the program at once
}

int terminal_columns() {
    winsize size{};
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    return 100;
}

double now_s() {
    using Clock = std::chrono::steady_clock;
    return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

bool is_set(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0';
}

std::string own_file() {
    std::error_code problem;
    const auto path = std::filesystem::read_symlink("/proc/self/exe", problem);
    return problem ? std::string("firedrill") : path.string();
}

std::optional<std::string> variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGINT, on_signal);
    std::signal(SIGTERM, on_signal);
    std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is a failed write: exit code 5
    std::ios::sync_with_stdio(false);
    const std::vector<std::string> args(argv + 1, argv + argc);
    std::string command = "firedrill";
    for (const auto& arg : args) command += " " + sim::cli::shell_quoted(arg);
    sim::cli::Io io{.out = std::cout,
                    .err = std::cerr,
                    .out_is_terminal = isatty(STDOUT_FILENO) != 0,
                    .err_is_terminal = isatty(STDERR_FILENO) != 0,
                    .columns = terminal_columns(),
                    .cores = std::max(1U, std::thread::hardware_concurrency()),
                    .no_colour = is_set("NO_COLOR"),
                    .environment = variable,
                    .seconds = now_s,
                    .read_file = sim::read_disk_file,
                    .write_file = sim::write_whole_file,
                    .stop = g_stop,
                    .command = command,
                    .program = own_file(),
                    .cpu_seconds = cpu_seconds};
    return sim::cli::run_program(args, io);
}
