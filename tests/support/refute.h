// Tries a law on cases made from seeds, and shows the smallest case that breaks it.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ariadne::tests {

/// What is wrong; nullopt: the law holds.
using Wrong = std::optional<std::string>;

/// One thing to try a law on. `smaller()` are cases with one thing less, the boldest step first,
/// and none for ever; `text()` names the seed and all that smaller() can take away.
template <class C>
concept Shrinkable = requires(const C& c) {
    { c.text() } -> std::convertible_to<std::string>;
    { c.smaller() } -> std::convertible_to<std::vector<C>>;
};

/// How often a case that failed is tried smaller: shrinking must end when every try takes long.
inline constexpr int kShrinkTriesMax = 400;

/// Empty when `check(makeCase(seed))` finds nothing wrong for `seeds` seeds from `first` on; else
/// the case it failed for, made as small as it stays wrong, and what was wrong with that.
template <class MakeCase, class Check>
requires Shrinkable<decltype(std::declval<MakeCase>()(std::uint64_t{}))> std::string refute(
    std::uint64_t seeds, const MakeCase& makeCase, const Check& check, std::uint64_t first = 0) {
    for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
        auto failed = makeCase(seed);
        Wrong wrong = check(failed);
        if (!wrong) continue;
        int tries = 0;
        for (bool shrunk = true; shrunk && tries < kShrinkTriesMax;) {
            shrunk = false;
            for (auto& candidate : failed.smaller()) {
                if (++tries > kShrinkTriesMax) break;
                Wrong still = check(candidate);
                if (!still) continue;
                failed = std::move(candidate);
                wrong = std::move(still);
                shrunk = true;
                break;
            }
        }
        return failed.text() + ": " + *wrong;
    }
    return {};
}

/// Fails the test with the smallest case, if there is one.
#define ARIADNE_HOLDS(...)                                                 \
    do {                                                                   \
        const std::string refuted = ::ariadne::tests::refute(__VA_ARGS__); \
        QVERIFY2(refuted.empty(), refuted.c_str());                        \
    } while (false)

}  // namespace ariadne::tests
