// Types of another file that are spelt like those of tst_encoding.cpp.
#include "engine/value/type_info.h"

std::uint64_t hashOfTwin();
std::uint64_t hashOfLargerTwin();

namespace {
struct Hidden {
    std::int32_t x = 0;
};
BOOST_DESCRIBE_STRUCT(Hidden, (), (x))
}  // namespace

namespace larger {
namespace {
struct Hidden {
    std::int32_t x = 0;
    std::int32_t y = 0;
};
BOOST_DESCRIBE_STRUCT(Hidden, (), (x, y))
}  // namespace
}  // namespace larger

std::uint64_t hashOfTwin() {
    return ariadne::value::typeInfo<Hidden>().hash;
}
std::uint64_t hashOfLargerTwin() {
    return ariadne::value::typeInfo<larger::Hidden>().hash;
}
