#pragma once
// The one place that knows which Catch2 Debian has: v2 is one header, v3 is several.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>

// `assertion <= left == right` is meant.
#pragma GCC diagnostic ignored "-Wparentheses"

/// Catch's assertions, compiled once for each kind of comparison. Its own macros put all that an
/// assertion does into the test itself, at each of 7000 places; here the test only says what it
/// compares.
namespace tests {

/// It has been compared and reported.
struct Reported {};

template <class Left>
class Operand;

/// Where an assertion stands and what it is called.
struct Assertion {
    const char* macro;
    const char* text;
    const char* file;
    unsigned line;
    Catch::ResultDisposition::Flags flags;

    /// `assertion <= left == right` is what the macros make of `left == right`.
    template <class Left>
    Operand<Left> operator<=(const Left& left) const {
        return {*this, left};
    }
    template <class Expression>
    Reported report(const Expression& expression) const {
        Catch::AssertionHandler handler(macro, {file, line}, Catch::StringRef(text), flags);
        handler.handleExpr(expression);
        handler.complete();
        return {};
    }
};

template <class Left>
class Operand {
  public:
    Operand(const Assertion& at, const Left& left) : at_(at), left_(left) {}

    template <class Right>
    [[gnu::noinline]] Reported operator==(const Right& right) const {
        return at_.report(Catch::Decomposer() <= left_ == right);
    }
    template <class Right>
    [[gnu::noinline]] Reported operator!=(const Right& right) const {
        return at_.report(Catch::Decomposer() <= left_ != right);
    }
    template <class Right>
    [[gnu::noinline]] Reported operator<(const Right& right) const {
        return at_.report(Catch::Decomposer() <= left_ < right);
    }
    template <class Right>
    [[gnu::noinline]] Reported operator<=(const Right& right) const {
        return at_.report(Catch::Decomposer() <= left_ <= right);
    }
    template <class Right>
    [[gnu::noinline]] Reported operator>(const Right& right) const {
        return at_.report(Catch::Decomposer() <= left_ > right);
    }
    template <class Right>
    [[gnu::noinline]] Reported operator>=(const Right& right) const {
        return at_.report(Catch::Decomposer() <= left_ >= right);
    }
    [[gnu::noinline]] Reported report() const { return at_.report(Catch::Decomposer() <= left_); }

  private:
    const Assertion& at_;
    const Left& left_;
};

inline void finish(Reported) {}
template <class Left>
void finish(const Operand<Left>& nothing_to_compare_with) {
    nothing_to_compare_with.report();
}

}  // namespace tests

#undef CHECK
#undef CHECK_FALSE
#undef REQUIRE
#undef REQUIRE_FALSE
#define FIREDRILL_ASSERT(macro, flags, ...)                                               \
    ::tests::finish(::tests::Assertion{macro, #__VA_ARGS__, __FILE__, __LINE__, flags} <= \
                    __VA_ARGS__)
#define CHECK(...) \
    FIREDRILL_ASSERT("CHECK", Catch::ResultDisposition::ContinueOnFailure, __VA_ARGS__)
#define CHECK_FALSE(...)                                                                   \
    FIREDRILL_ASSERT(                                                                      \
        "CHECK_FALSE",                                                                     \
        Catch::ResultDisposition::ContinueOnFailure | Catch::ResultDisposition::FalseTest, \
        __VA_ARGS__)
#define REQUIRE(...) FIREDRILL_ASSERT("REQUIRE", Catch::ResultDisposition::Normal, __VA_ARGS__)
#define REQUIRE_FALSE(...)                                                                   \
    FIREDRILL_ASSERT("REQUIRE_FALSE",                                                        \
                     Catch::ResultDisposition::Normal | Catch::ResultDisposition::FalseTest, \
                     __VA_ARGS__)
#endif
