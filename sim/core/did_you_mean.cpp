#include "sim/core/did_you_mean.hpp"

#include <algorithm>
#include <vector>

namespace sim {
namespace {

/// Longer words are no typing mistakes, and the distance is quadratic.
constexpr std::size_t kMaxWord = 64;

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_separator(char c) { return c == '_' || c == '-' || c == ' '; }
char lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

/// "maxRetries", "max_retries" and "max-retries" as {"max", "retries"}.
std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words(1);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool hump = is_upper(text[i]) && i > 0 && !is_upper(text[i - 1]);
        if ((hump || is_separator(text[i])) && !words.back().empty()) words.emplace_back();
        if (!is_separator(text[i])) words.back() += lower(text[i]);
    }
    return words;
}

std::string joined(const std::vector<std::string>& words) {
    std::string result;
    for (const auto& word : words) result += word;
    return result;
}

/// Whether the shorter of two word sequences is the beginning or the end of the longer.
bool shares_an_end(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    const auto& shorter = a.size() < b.size() ? a : b;
    const auto& longer = a.size() < b.size() ? b : a;
    if (shorter.size() == longer.size() || joined(shorter).size() < 4) return false;
    return std::equal(shorter.begin(), shorter.end(), longer.begin()) ||
           std::equal(shorter.rbegin(), shorter.rend(), longer.rbegin());
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
    // Three rows of the table: two back for swaps, one back, and the current one.
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> previous(b.size() + 1);
    std::vector<std::size_t> current(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) current[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::swap(before, previous);
        std::swap(previous, current);
        current[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replace = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            current[j] = std::min({replace, previous[j] + 1, current[j - 1] + 1});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) current[j] = std::min(current[j], before[j - 2] + 1);
        }
    }
    return current[b.size()];
}

std::optional<std::string_view> did_you_mean(std::string_view word,
                                             std::span<const std::string_view> candidates) {
    if (word.empty() || word.size() > kMaxWord) return std::nullopt;
    const auto words = words_of(word);
    const std::string plain = joined(words);
    std::size_t best_distance = std::max<std::size_t>(1, (plain.size() + 1) / 3) + 1;
    std::optional<std::string_view> best;
    std::optional<std::string_view> same_end;
    for (const auto candidate : candidates) {
        if (candidate == word || candidate.size() > kMaxWord) continue;
        const auto candidate_words = words_of(candidate);
        const std::string plain_candidate = joined(candidate_words);
        const std::size_t distance = edit_distance(plain, plain_candidate);
        // A word of which no letter stays is another word.
        if (distance < best_distance && distance < std::max(plain.size(), plain_candidate.size())) {
            best_distance = distance;
            best = candidate;
        }
        if (!same_end && shares_an_end(words, candidate_words)) same_end = candidate;
    }
    return best ? best : same_end;
}

std::string did_you_mean_hint(std::string_view word, std::span<const std::string_view> candidates) {
    const auto meant = did_you_mean(word, candidates);
    return meant ? "did you mean `" + std::string(*meant) + "`?" : std::string();
}

}  // namespace sim
