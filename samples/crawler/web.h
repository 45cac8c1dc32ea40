// A web that exists only as arithmetic: which page links to which is a pure function.
#pragma once

#include "engine/ariadne.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace samples::crawler {

using Page = std::uint32_t;
using HostNumber = std::uint32_t;

/// Pages 0..pages-1 on hosts 0..hosts-1; both at least 1. Immutable value.
struct Web {
    std::uint64_t seed = 0;
    std::uint32_t pages = 1;
    std::uint32_t hosts = 1;

    HostNumber hostOf(Page page) const { return page % hosts; }
    /// 2 to 8 pages, with repetitions; a third of them stays on the page's host.
    std::vector<Page> linksOf(Page page) const;
    /// How many pages one can get to from page 0, itself included.
    std::uint32_t reachable() const;
};
BOOST_DESCRIBE_STRUCT(Web, (), (seed, pages, hosts))

namespace internal {
/// SplitMix64: well mixed, and the same everywhere.
constexpr std::uint64_t mixed(std::uint64_t x) {
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}
}  // namespace internal

inline std::vector<Page> Web::linksOf(Page page) const {
    std::uint64_t state = internal::mixed(seed) ^ page;
    const auto below = [&state](std::uint32_t bound) {
        state = internal::mixed(state);
        return static_cast<std::uint32_t>((state >> 32) % bound);
    };
    std::vector<Page> links(2 + below(7));
    for (Page& link : links) {
        const bool local = below(3) == 0;
        const std::uint32_t onHost = (pages - 1 - hostOf(page)) / hosts + 1;
        link = local ? hostOf(page) + hosts * below(onHost) : below(pages);
    }
    return links;
}

inline std::uint32_t Web::reachable() const {
    std::vector<bool> seen(pages, false);
    std::vector<Page> open{0};
    seen[0] = true;
    std::uint32_t count = 0;
    while (!open.empty()) {
        const Page page = open.back();
        open.pop_back();
        ++count;
        for (const Page link : linksOf(page)) {
            if (seen[link]) continue;
            seen[link] = true;
            open.push_back(link);
        }
    }
    return count;
}

}  // namespace samples::crawler
