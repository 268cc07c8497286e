#include "sim/cli/slurm.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "sim/cli/io.hpp"
#include "sim/cli/options.hpp"
#include "sim/cli/process.hpp"
#include "sim/core/diagnostics.hpp"

namespace sim::cli {

namespace {

/// A look of `auto` is a round, and a last one finds that nothing is left.
constexpr std::size_t kMostRounds = 8;
constexpr std::size_t kMostOutput = 10'000;

/// A name that a queue shows and that needs no quotes.
std::string job_name(const std::string& scenario) {
    std::string name;
    for (const char c : scenario) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '_';
        name += plain ? c : '-';
    }
    return name;
}

std::string head(const SlurmSweep& sweep, const std::string& name, const std::string& log) {
    std::string text = fmt::format(
        "#!/bin/bash\n"
        "# Written by firedrill.\n"
        "#SBATCH --job-name={}\n"
        "#SBATCH --output={}\n"
        "#SBATCH --open-mode=append\n",
        name, log);
    for (const auto& option : sweep.options) text += "#SBATCH " + option + "\n";
    return text;
}

/// "study" of "runs/study.db".
std::string path_stem(const std::string& store) {
    return std::filesystem::path(store).replace_extension().string();
}

std::string array_script(const SlurmSweep& sweep, const std::string& calls,
                         const std::string& folder) {
    const auto arguments = sweep.command.substr(sweep.command.find(' '));
    return head(sweep, job_name(sweep.scenario),
                job_name(std::filesystem::path(path_stem(sweep.store)).filename().string()) +
                    ".slurm-%a.log") +
           fmt::format(
               "#SBATCH --array=0-{}\n"
               "#SBATCH --requeue\n"
               "cd {} || exit 5\n"
               "# A task that is started again goes on where it was.\n"
               "exec {}{} --shards {} --jobs \"${{SLURM_CPUS_PER_TASK:-1}}\"\n",
               sweep.shards - 1, shell_quoted(folder), calls, arguments, sweep.shards);
}

std::string merge_script(const SlurmSweep& sweep, const std::string& calls,
                         const std::string& folder, const SlurmScripts& paths) {
    std::string text =
        head(sweep, job_name(sweep.scenario) + "-merge",
             job_name(std::filesystem::path(path_stem(sweep.store)).filename().string()) +
                 ".slurm-merge.log");
    text += fmt::format("cd {} || exit 5\n{} merge {}\ncode=$?\n", shell_quoted(folder), calls,
                        shell_quoted(sweep.store));
    if (sweep.automatic) {
        text += fmt::format(
            "# `auto` decides after each round whether there is another one.\n"
            "round=${{1:-1}}\n"
            "if [ \"$code\" = 3 ] && [ \"$round\" -lt {} ]; then\n"
            "    next=$(sbatch --parsable {}) &&\n"
            "        sbatch --dependency=afterany:\"${{next%%;*}}\" {} $((round + 1))\n"
            "fi\n",
            kMostRounds, shell_quoted(paths.array_path), shell_quoted(paths.merge_path));
    }
    return text + "exit $code\n";
}

/// "123" of "123;cluster"; empty: sbatch refused, and has said why.
std::string submit(const std::string& arguments) {
    const auto output = output_of("sbatch --parsable " + arguments, kMostOutput);
    if (!output.ok) return "";
    return output.text.substr(0, output.text.find_first_of(";\n"));
}

}  // namespace

SlurmScripts slurm_scripts(const SlurmSweep& sweep, const std::string& program,
                           const std::string& folder) {
    SlurmScripts scripts;
    scripts.array_path = path_stem(sweep.store) + ".array.sh";
    scripts.merge_path = path_stem(sweep.store) + ".merge.sh";
    const auto calls = shell_quoted(program);
    scripts.array = array_script(sweep, calls, folder);
    scripts.merge = merge_script(sweep, calls, folder, scripts);
    return scripts;
}

int submit_to_slurm(const SlurmSweep& sweep, Io& io) {
    const auto scripts = slurm_scripts(sweep, io.program, std::filesystem::current_path().string());
    for (const auto& [path, text] : {std::pair(scripts.array_path, scripts.array),
                                     std::pair(scripts.merge_path, scripts.merge)}) {
        const auto error = io.write_file(path, text);
        if (error.empty()) continue;
        io.err << "error: " << error << "\n";
        return kCannotWrite;
    }
    const auto array = shell_quoted(scripts.array_path);
    const auto merge = shell_quoted(scripts.merge_path);
    if (!output_of("sbatch --version 2>/dev/null", kMostOutput).ok) {
        io.err << "error: there is no Slurm here (sbatch cannot be run)\n  hint: both scripts are "
                  "written; where there is one:\n"
               << "  job=$(sbatch --parsable " << array << ") && sbatch --dependency=afterany:$job "
               << merge << "\n";
        return kUsage;
    }
    const auto array_job = submit(array);
    if (array_job.empty()) {
        io.err << "error: sbatch does not take " << quote(scripts.array_path) << "\n";
        return kUsage;
    }
    const auto merge_job = submit("--dependency=afterany:" + array_job + " " + merge);
    if (merge_job.empty()) {
        io.err << "error: sbatch takes the array job, " << array_job << ", but not "
               << quote(scripts.merge_path) << "\n";
        return kUsage;
    }
    io.out << fmt::format(
        "submitted: {} shards as array job {}, their merge as job {}\n"
        "  watch: squeue -j {},{}\n  then: firedrill report {}\n",
        sweep.shards, array_job, merge_job, array_job, merge_job, shell_quoted(sweep.store));
    return kOk;
}

}  // namespace sim::cli
