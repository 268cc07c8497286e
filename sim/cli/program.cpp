#include <exception>

#include "sim/cli/verbs.hpp"
#include "sim/core/assert.hpp"

namespace sim::cli {

namespace {

bool is_help(const std::string& word) { return word == "-h" || word == "--help"; }

int usage_error(Io& io, const std::string& message, std::string_view verb) {
    io.err << "error: " << message << "\n";
    if (message.find("hint:") == std::string::npos) {
        io.err << "  hint: `firedrill " << verb << " --help` shows how it is used\n";
    }
    return kUsage;
}

std::string count_error(const Verb& verb, const std::vector<std::string>& files) {
    const std::string name(verb.name);
    if (files.size() < verb.min_files) {
        return "`firedrill " + name + "` needs " + std::string(verb.arguments);
    }
    if (files.size() > verb.max_files) {
        return "`firedrill " + name + "` has no use for `" + files[verb.max_files] + "`";
    }
    return "";
}

/// JUnit and SARIF list checks, and only some verbs make any.
std::string checks_error(const Verb& verb, const Options& options) {
    if ((verb.groups & kCheckResults) != 0) return "";
    const auto wanted = output_showing(Shows::checks, options);
    if (wanted.empty()) return "";
    return wanted + ": `firedrill " + std::string(verb.name) +
           "` has no checks; `run` and `check` have";
}

int run_verb(const Verb& verb, const std::vector<std::string>& args, Io& io) {
    std::string error;
    const auto raw = parse_arguments(args, verb.groups, verb.name, error);
    if (!raw) return usage_error(io, error, verb.name);
    if (raw->help) {
        io.out << verb_help(verb);
        return kOk;
    }
    const auto options = interpret(*raw, io, error);
    if (!options) return usage_error(io, error, verb.name);
    error = count_error(verb, options->files);
    if (error.empty()) error = checks_error(verb, *options);
    if (!error.empty()) return usage_error(io, error, verb.name);
    return verb.run(*options, io);
}

int dispatch(const std::vector<std::string>& args, Io& io) {
    if (args.empty()) {
        io.err << overview();
        return kUsage;
    }
    if (is_help(args.front())) {
        io.out << overview();
        return kOk;
    }
    const auto* verb = find_verb(args.front() == "--version" ? "version" : args.front());
    if (verb == nullptr) {
        io.err << unknown_verb(args.front());
        return kUsage;
    }
    return run_verb(*verb, {args.begin() + 1, args.end()}, io);
}

int internal_error(Io& io, const char* what) {
    io.err << "internal error: " << what << "\n"
           << "  This is a bug of firedrill. This command repeats it:\n  " << io.command << "\n";
    return kInternal;
}

}  // namespace

int run_program(const std::vector<std::string>& args, Io& io) {
    int code = kInternal;
    try {
        code = dispatch(args, io);
    } catch (const std::bad_alloc&) {
        return internal_error(io, "out of memory");
    } catch (const std::exception& problem) {
        return internal_error(io, problem.what());
    }
    io.out.flush();
    if (!io.out) {
        io.err << "error: cannot write standard output\n";
        return kCannotWrite;
    }
    return code;
}

}  // namespace sim::cli
