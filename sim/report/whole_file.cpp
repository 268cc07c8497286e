#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include <sys/stat.h>
#include <unistd.h>

#include "sim/report/render.hpp"

namespace sim {

namespace {

std::string reason(const std::string& path) {
    return "cannot write `" + path + "`: " + std::strerror(errno);
}

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

/// /dev/stdout, pipes and terminals cannot be replaced by renaming: they are written in place.
bool is_special(const std::string& path) {
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode);
}

std::string write_through(std::FILE* raw, const std::string& path, std::string_view content) {
    if (raw == nullptr) return reason(path);
    std::unique_ptr<std::FILE, CloseFile> file(raw);
    if (std::fwrite(content.data(), 1, content.size(), file.get()) != content.size() ||
        std::fflush(file.get()) != 0) {
        return reason(path);
    }
    return "";
}

/// mkstemp makes private files; a result is as public as the user's umask allows.
void apply_umask(int descriptor) {
    const mode_t mask = ::umask(0);
    ::umask(mask);
    static_cast<void>(::fchmod(descriptor, 0666 & ~mask));
}

}  // namespace

std::string write_whole_file(const std::string& path, std::string_view content) {
    if (is_special(path)) return write_through(std::fopen(path.c_str(), "wb"), path, content);
    std::string temporary = path + ".XXXXXX";
    const int descriptor = ::mkstemp(temporary.data());
    if (descriptor < 0) return reason(path);
    apply_umask(descriptor);
    auto error = write_through(::fdopen(descriptor, "wb"), path, content);
    if (error.empty() && std::rename(temporary.c_str(), path.c_str()) != 0) error = reason(path);
    if (!error.empty()) ::unlink(temporary.c_str());
    return error;
}

}  // namespace sim
